"""``similar``: the copies of an article with the evidence for each, and other reports of the same event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from index import articles
from index.cli.call import BOLD, FILE_STYLE, Call, emit, emit_json, emit_styled, global_options
from index.cli.others import View, copy_row, emit_indented, linking, reason, related_row, related_to
from index.copies import Copy, copies, copies_of, why_canonical
from index.duplicates import Related
from index.errors import NotFoundError


@click.command(short_help="Copies of an article, and other reports of its event.")
@click.argument("article", metavar="ID")
@click.option(
    "--limit",
    "-n",
    default=20,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Copies, and related stories, shown.",
)
@global_options
def similar(call: Call, article: str, limit: int) -> int:
    """Print the copies of an article and why they were merged, then what else reports the same event.

    ID is any unique beginning of an article's id, as a search prints it. Copies are one hit of a search:
    files of the same bytes, the same text, near-duplicates, and versions that were cut. Related stories are
    articles of their own, linked by names and rare words. A digest is no copy of the articles that it holds.
    Exit code 1 where the article stands alone.

    \b
    newsfold similar 3fa9c1
    newsfold similar --limit 5 3fa9c1
    newsfold similar --json 3fa9c1 | jq -r 'select(.relation == "related") | .headline'
    """
    catalog = call.catalog()
    if catalog is None:
        raise NotFoundError(
            f"{call.place().path}: nothing was ingested yet", hint="'newsfold ingest' does it"
        )
    with catalog:
        asked = View(catalog, articles.find_article(catalog, article), call.settings().sources)
        found = copies_of(catalog, asked.id, limit)
        related = related_to(catalog, asked.id, limit, asked.sources)
        alone = not (found or related or len(asked.files) > 1)
        if call.json:
            for row in _rows(asked, found, related):
                emit_json(row)
        elif not alone:
            with call.pager():
                _print(call, asked, found, related)
        _note_more(call, asked, found)
    if alone:
        call.note(f"{asked.short} stands alone: no copy of it, and no other report of its event")
    return 1 if alone else 0


def _print(call: Call, asked: View, found: Sequence[Copy], related: Sequence[Related]) -> None:
    emit_styled(asked.line(call))
    emit_indented(asked.title, style=BOLD if call.color else "")
    if any(copy.merged for copy in found):
        why = why_canonical(asked.catalog, asked.canonical)
        which = "it" if asked.id == asked.canonical else f"{asked.canonical[: len(asked.short)]} in its place"
        emit_indented(f"search shows {which}: {why}")
    if len(asked.files) > 1:
        _heading(call, len(asked.files), "file", "files with the same bytes")
        for place in asked.places:
            emit_styled(call.file_name(*place, style=FILE_STYLE))
    _print_copies(call, asked, [copy for copy in found if copy.merged], "copy", "copies")
    holders = [copy for copy in found if copy.kind == "digest"]
    _print_copies(call, asked, holders, "digest", "digests")
    held = [copy for copy in found if copy.kind == "in digest"]
    _print_copies(call, asked, held, "article in it", "articles in it")
    _print_related(call, asked, related)


def _print_copies(call: Call, asked: View, found: Sequence[Copy], one: str, many: str) -> None:
    if found:
        _heading(call, len(found), one, many)
    for copy in found:
        other = asked.other(copy.id)
        emit_styled(other.line(call, other.marks if copy.merged else ""))
        if other.headline != asked.headline:
            emit_indented(other.title)
        emit_indented(reason(copy))


def _print_related(call: Call, asked: View, related: Sequence[Related]) -> None:
    if related:
        _heading(call, len(related), "related story", "related stories")
    for story in related:
        other = asked.other(story.article)
        emit_styled(other.line(call))
        emit_indented(other.title)
        emit_indented(linking(story))


def _heading(call: Call, number: int, one: str, many: str) -> None:
    emit()
    emit_styled(call.bold(f"{number:,} {one if number == 1 else many}"))


def _note_more(call: Call, asked: View, found: Sequence[Copy]) -> None:
    total = len(copies(asked.catalog, asked.canonical)) - 1
    shown = sum(copy.merged for copy in found)
    if total > shown:
        call.note(f"{shown:,} of {total:,} copies; --limit shows more")


def _rows(asked: View, found: Sequence[Copy], related: Sequence[Related]) -> list[dict[str, Any]]:
    """One JSON row a copy and a related story; files of the same bytes are a row about the article itself."""
    rows = [(copy_row(copy), asked.other(copy.id)) for copy in found]
    if len(asked.files) > 1:
        rows.insert(0, (copy_row(Copy(asked.id, "same bytes", 1.0)), asked))
    return [
        {"relation": "copy", **row, "canonical": other.id == asked.canonical, **other.row()}
        for row, other in rows
    ] + [
        {"relation": "related", **related_row(story), **asked.other(story.article).row()} for story in related
    ]
