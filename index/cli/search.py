"""``search count``: the query path. Imports neither prefect nor tasks, and Whoosh only when it searches."""

from __future__ import annotations

import contextlib
from typing import Any

import click

from index.cli.call import Call, global_options
from index.cli.completion import complete_languages
from index.cli.helping import CompactHelp
from index.collector import without_collector
from index.errors import UsageError
from index.query_values import read_date
from index.request import SearchRequest


def _day(_context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            read_date(value, 0)
        except UsageError as error:
            raise click.BadParameter(error.message, param=option) from error
    return value


@click.command(cls=CompactHelp, short_help="Find articles.")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", "-n", default=10, metavar="N", type=click.IntRange(1, 10_000), help="hits shown [10]"
)
@click.option("--offset", default=0, metavar="N", type=click.IntRange(0), help="skip the first hits")
@click.option(
    "--sort",
    metavar="ORDER",
    type=click.Choice(["relevance", "date"]),
    default="relevance",
    help="relevance or date",
)
@click.option(
    "--lang", multiple=True, metavar="CODE", help="only this language", shell_complete=complete_languages
)
@click.option("--since", metavar="DATE", callback=_day, help="published since")
@click.option("--until", metavar="DATE", callback=_day, help="published until")
@click.option("--any", "any_words", is_flag=True, help="any of the words")
@click.option("--all", "all_copies", is_flag=True, help="each copy, too")
@click.option("--undated", is_flag=True, help="without a date")
@click.option("--added-since", metavar="DATE", callback=_day, help="first seen since")
@click.option("--source", metavar="NAME", help="only this source")
@click.option("--facets", "show_facets", is_flag=True, help="counts of hits")
@click.option("--include-boilerplate", is_flag=True, help="cut text, too")
@click.option("--output", metavar="KIND", type=click.Choice(["ids", "paths"]), help="ids or paths")
@click.option("-0", "null", is_flag=True, help="NUL after each")
@click.option("--explain", is_flag=True, help="query and scores")
@global_options
def search(
    call: Call,
    query: tuple[str, ...],
    output: str | None,
    show_facets: bool,
    null: bool,
    explain: bool,
    lang: tuple[str, ...],
    **options: Any,
) -> int:
    """Find articles with all words of QUERY, best first; "-" reads it from stdin.

    \b
    newsfold search white helmets                  all of the words
    newsfold search '"white helmets" -washington'  a phrase; a word not wanted
    newsfold search 'headline:aleppo OR lavr*'     a field; either; a beginning
    newsfold search --since 2016-12 мост           or 2016-12-08, or 2016
    newsfold search --output paths -0 council | xargs -0 grep -l budget
    newsfold search -- -word +other                as -word is no option
    """
    with without_collector():
        from index.cli import searching  # noqa: PLC0415 - help and completion need no search

        request = SearchRequest(
            query=searching.query_text(query),
            langs=lang,
            relax=not (output or call.json),
            explain=explain,
            **options,
        )
        with contextlib.nullcontext() if output else call.pager():
            return searching.run_search(call, request, output=output, null=null, show_facets=show_facets)


@click.command(short_help="Number of articles that match.")
@click.argument("query", nargs=-1, required=True)
@click.option("--include-boilerplate", is_flag=True, help="Also in the text that was cut from the pages.")
@global_options
def count(call: Call, query: tuple[str, ...], include_boilerplate: bool) -> int:
    """Print how many articles match, duplicates counted once. Never relaxes to partial matches.

    \b
    newsfold count 'date:2016-12 aleppo'
    newsfold count --include-boilerplate newsletter
    """
    with without_collector():
        from index.cli import searching  # noqa: PLC0415 - as above

        text = searching.query_text(query)
        return searching.run_count(
            call, SearchRequest(query=text, relax=False, include_boilerplate=include_boilerplate)
        )
