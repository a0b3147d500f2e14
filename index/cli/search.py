"""``search count``: the query path. Imports neither prefect nor tasks."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import click

from index import articles, links
from index.article import PIPELINE, ArticleId
from index.articles import SHORT_ID, StoredArticle
from index.catalog import Catalog
from index.cli.call import Call, emit, emit_json, emit_styled, global_options
from index.errors import UsageError
from index.query import parse
from index.query_values import read_date
from index.reading import open_searcher
from index.safe import safe_line
from index.search import Facets, Hit, SearchRequest, SearchResult, facets
from index.search import count as count_matches
from index.search import search as find
from index.settings import Settings
from index.snippet import Highlighter, Span, mark, snippet
from index.whooshed import Searcher

HEADLINE_WIDTH: Final = 160
CUT_MARK: Final = "[cut from the page] "
"""Before a passage that is in no article."""
MOST_INPUT: Final = 1 << 20
"""Bytes of a query that are read from stdin; the parser refuses far less."""


def _day(_context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            read_date(value, 0)
        except UsageError as error:
            raise click.BadParameter(error.message, param=option) from error
    return value


@dataclass(frozen=True, slots=True)
class _Archive:
    """What a search reads: catalog, index, and what joins them."""

    catalog: Catalog
    searcher: Searcher
    clusters: dict[ArticleId, ArticleId]
    languages: list[str]
    settings: Settings


def _open(call: Call) -> _Archive | None:
    catalog = call.catalog()
    if catalog is None:
        call.note(f"{call.place().path}: nothing was ingested yet; 'newsfold ingest' does it")
        return None
    folder = call.place().generation(catalog.generation)
    if not folder.is_dir():
        call.note("the index is empty; 'newsfold ingest' fills it")
        return None
    return _Archive(
        catalog,
        open_searcher(folder),
        links.clusters(catalog),
        articles.languages(catalog),
        call.settings(),
    )


def _text(words: Sequence[str]) -> str:
    if tuple(words) == ("-",):
        return sys.stdin.buffer.read(MOST_INPUT).decode("utf-8", "replace").rstrip("\r\n")
    return " ".join(words)


@click.command(short_help="Find articles.")
@click.argument("query", nargs=-1, required=True)
@click.option(
    "--limit", "-n", default=10, show_default=True, type=click.IntRange(1, 10_000), help="Hits shown."
)
@click.option("--offset", default=0, type=click.IntRange(0), help="Skip the first hits.")
@click.option(
    "--sort", type=click.Choice(["relevance", "date"]), default="relevance", help="Order of the hits."
)
@click.option("--lang", multiple=True, metavar="CODE", help="Only this language (also twice: either).")
@click.option(
    "--since", metavar="DATE", callback=_day, help="Published then or later: 2016-12-08, 2016-12, 2016."
)
@click.option("--until", metavar="DATE", callback=_day, help="Published then or earlier.")
@click.option("--undated", is_flag=True, help="Only articles without a date.")
@click.option("--added-since", metavar="DATE", callback=_day, help="First seen by newsfold then or later.")
@click.option("--source", metavar="NAME", help="Only this source.")
@click.option("--facets", "show_facets", is_flag=True, help="Count the hits per language, source and month.")
@click.option("--any", "any_words", is_flag=True, help="Any of the words, not all.")
@click.option("--all", "all_copies", is_flag=True, help="Every copy of an article.")
@click.option("--include-boilerplate", is_flag=True, help="Also in the text that was cut from the pages.")
@click.option("--output", type=click.Choice(["ids", "paths"]), help="Only ids, or only file names.")
@click.option("-0", "null", is_flag=True, help="End each id or name with NUL, for xargs -0.")
@click.option("--explain", is_flag=True, help="Say how the query was read, and each hit's score.")
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
    """Find articles. QUERY is words, all of which must occur; "-" reads it from stdin.

    \b
    newsfold search white helmets                 all of the words, best first
    newsfold search '"white helmets" -washington' a phrase, and a word not wanted
    newsfold search 'headline:aleppo OR lavr*'    fields, either, beginnings of words
    newsfold search --since 2016-12 --lang ru мост
    newsfold search --output paths -0 council | xargs -0 grep -l budget
    Before a query that begins with a dash: newsfold search -- -word +other
    """
    archive = _open(call)
    request = SearchRequest(
        query=_text(query),
        langs=lang,
        relax=not (output or call.json),
        **options,
    )
    if archive is None:
        parse(request.query)  # a mistake in it is told all the same
        return 1
    with archive.catalog, archive.searcher:
        result = find(archive.searcher, request, archive.clusters, archive.languages)
        for note in result.notes:
            call.note(note)
        if request.include_boilerplate and (old := articles.outdated(archive.catalog, PIPELINE)):
            call.note(f"{old:,} articles are of an older newsfold and may lack it: 'newsfold rebuild'")
        if explain:
            call.note(f"read as: {result.query.root}")
        if output:
            _print_names(archive, result.hits, output, "\0" if null else "\n")
        elif call.json:
            for hit in result.hits:
                emit_json(_hit_row(archive, hit, result))
        else:
            _print_hits(call, archive, result, request.offset, explain=explain)
        if show_facets:
            counts = facets(archive.searcher, request, archive.clusters, archive.languages)
            _print_facets(call, counts)
    return 0 if result.hits else 1


def _print_names(archive: _Archive, hits: Iterable[Hit], output: str, end: str) -> None:
    stdout = sys.stdout.buffer
    for hit in hits:
        if output == "ids":
            stdout.write(f"{hit.id}{end}".encode())
            continue
        version = articles.version_of(archive.catalog, hit.id)
        for root, path in articles.paths_of(archive.catalog, version)[:1]:
            name = os.path.join(root, path)
            # as bytes for a program behind -0, harmless for a terminal otherwise
            stdout.write(name + b"\0" if end == "\0" else safe_line(os.fsdecode(name)).encode() + b"\n")
    stdout.flush()


def _other_files(archive: _Archive, stored: StoredArticle) -> int:
    """How many more files hold this article or a copy of it."""
    members = links.copies(archive.catalog, stored.canonical)
    versions = {articles.version_of(archive.catalog, member) for member in members}
    return sum(len(articles.paths_of(archive.catalog, version)) for version in versions) - 1


def _hit_row(archive: _Archive, hit: Hit, result: SearchResult) -> dict[str, Any]:
    stored = articles.get_article(archive.catalog, hit.id)
    story = stored.article.story
    version = stored.article.version
    spans = _passage(archive, hit, stored, Highlighter(result.query))
    return {
        "id": hit.id,
        "score": round(hit.score, 4),
        "date": story.date,
        "lang": stored.article.language.code,
        "source": articles.source_name(archive.catalog, version, story.publisher, archive.settings.sources),
        "files": [articles.text_of(path) for _, path in articles.paths_of(archive.catalog, version)],
        "headline": story.headline,
        "snippet": "".join(span.text for span in spans),
        "matched": "boilerplate" if hit.boilerplate else "article",
        "canonical": stored.canonical,
        "other_files": _other_files(archive, stored),
        "total": result.total,
    }


def _passage(archive: _Archive, hit: Hit, stored: StoredArticle, highlighter: Highlighter) -> list[Span]:
    """Why it was found: a passage of the article, or of what was cut from its page if only that answers."""
    article = stored.article
    if not hit.boilerplate:
        return snippet(article.story.body, highlighter, article.language.code)
    cut = articles.cut_of(archive.catalog, article.version)
    return snippet(cut.replace("\n", " · "), highlighter, article.language.code)


def _print_hits(call: Call, archive: _Archive, result: SearchResult, offset: int, *, explain: bool) -> None:
    highlighter = Highlighter(result.query)
    for hit in result.hits:
        stored = articles.get_article(archive.catalog, hit.id)
        story = stored.article.story
        lang = stored.article.language.code
        paths = articles.paths_of(archive.catalog, stored.article.version)
        name = safe_line(os.fsdecode(paths[0][1])) if paths else "(its file is gone)"
        score = f"  {hit.score:.2f}" if explain else ""
        emit(f"{hit.id[:SHORT_ID]}  {story.date or 'no date':10}  {lang:7}  {name}{score}")
        headline = story.headline[:HEADLINE_WIDTH] or "(no headline)"
        emit_styled("  " + _styled(call, mark(headline, highlighter, lang), always=True))
        passage = _passage(archive, hit, stored, highlighter)
        emit_styled(f"  {CUT_MARK if hit.boilerplate else ''}{_styled(call, passage)}")
        others = _other_files(archive, stored)
        if others:
            copy = "" if hit.id == stored.canonical else "a copy; "
            emit(f"  {copy}also in {others:,} other file{'s' if others > 1 else ''}")
        emit()
    shown = len(result.hits)
    if result.total > shown:
        call.note(f"{offset + 1:,} to {offset + shown:,} of {result.total:,}; --limit and --offset show more")


def _styled(call: Call, spans: Iterable[Span], *, always: bool = False) -> str:
    """Marked words stand out: bold on a terminal, between asterisks elsewhere (headlines stay plain)."""
    parts = []
    for span in spans:
        text = safe_line(span.text)
        if span.is_match and call.color:
            text = f"\x1b[1;33m{text}\x1b[0m"
        elif span.is_match and not always:
            text = f"*{text}*"
        parts.append(text)
    return "".join(parts)


def _print_facets(call: Call, counts: Facets) -> None:
    for name, pairs in asdict(counts).items():
        if call.json:
            emit_json({"facet": name, "counts": {value or "none": number for value, number in pairs}})
        else:
            emit(
                f"{name}: " + ", ".join(f"{safe_line(value or 'none')} {number:,}" for value, number in pairs)
            )


@click.command(short_help="Number of articles that match.")
@click.argument("query", nargs=-1, required=True)
@global_options
def count(call: Call, query: tuple[str, ...]) -> int:
    """Print how many articles match, duplicates counted once. Never relaxes to partial matches.

    \b
    newsfold count 'date:2016-12 aleppo'
    """
    archive = _open(call)
    request = SearchRequest(query=_text(query), relax=False)
    total = 0
    if archive is not None:
        with archive.catalog, archive.searcher:
            result = count_matches(archive.searcher, request, archive.clusters, archive.languages)
        for note in result.notes:
            call.note(note)
        total = result.total
    if call.json:
        emit_json({"count": total})
    else:
        emit(f"{total}")
    return 0 if total else 1
