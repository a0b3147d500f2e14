"""``show explain review``: articles, and the pages that they were made of."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import click

from index import articles, languages
from index.articles import StoredArticle
from index.catalog import Catalog
from index.cli.call import (
    BOLD,
    DIM,
    FILE_STYLE,
    Call,
    complete_files,
    emit,
    emit_json,
    emit_styled,
    global_options,
    page_options,
)
from index.cli.layout import WIDEST, terminal_width, wrap
from index.cli.others import View, copy_row, emit_indented, kind, linking, related_row, related_to
from index.cli.upper import upper
from index.copies import Copy, copies, copies_of
from index.duplicates import Related
from index.errors import NotFoundError, UsageError
from index.safe import safe, safe_line

BESIDE: Final = 5
"""Copies and related stories named below an article; `newsfold similar` names more."""
BESIDE_INDENT: Final = 12
"""Columns of the names of an article's fields."""


@click.command(short_help="One article, or with --raw its page line by line.")
@click.argument("article", metavar="ID")
@click.option("--raw", "raw_page", is_flag=True, help="The page with every line's label.")
@click.option("--related", is_flag=True, help="Also other reports of its event.")
@page_options
def show(call: Call, article: str, raw_page: bool, related: bool) -> int:
    """Print an article and its copies. ID is any unique beginning of its id.

    \b
    newsfold show 3fa9c1
    newsfold show --related 3fa9c1       with other reports of its event
    newsfold show --raw 3fa9c1           the page, line by line
    newsfold show --json 3fa9c1 | jq -r .body
    """
    catalog = call.catalog()
    if catalog is None:
        raise NotFoundError(
            f"{call.place().path}: nothing was ingested yet", hint="'newsfold ingest' does it"
        )
    with catalog:
        stored = articles.get_article(catalog, articles.find_article(catalog, article))
        paths = articles.paths_of(catalog, stored.article.version)
        if not raw_page:
            found = copies_of(catalog, stored.article.id, None if call.json else BESIDE)
            # what reports the same event is worked out above, in tasks: only for who asks
            others = (
                related_to(catalog, stored.article.id, BESIDE, call.settings().sources) if related else None
            )
            if call.json:
                emit_json(_article_row(catalog, stored, paths, found, others))
            else:
                with call.pager():
                    _print_article(call, stored, paths)
                    _print_beside(call, catalog, stored, found, others or ())
            return 0
    with call.pager():
        return int(upper("tasks.explain:explain_file")(call, [os.path.join(*path) for path in paths]))


def _print_article(call: Call, stored: StoredArticle, paths: Iterable[tuple[bytes, bytes]]) -> None:
    story = stored.article.story
    _print_wrapped(call, story.headline or "(no headline)", BOLD)
    if story.standfirst:
        _print_wrapped(call, story.standfirst)
    emit()
    rows = {
        "id": stored.article.id,
        "date": story.date or f"none ({story.date_evidence or 'none that can be believed'})",
        "byline": story.byline,
        "agency": story.agency,
        "place": story.place,
        "language": languages.told(stored.article.language),
        "words": f"{stored.article.words:,}",
    }
    for name, value in rows.items():
        if value:
            _print_field(call, name, safe_line(value))
    label = call.paint(f"{'file':11}", DIM)
    for root, path in paths:
        emit_styled(f"{label} {call.file_name(root, path, style=FILE_STYLE)}")
    emit()
    _print_wrapped(call, story.body)
    emit()


def _print_field(call: Call, name: str, value: str) -> None:
    width = terminal_width()
    first, *others = wrap(value, width - BESIDE_INDENT) if width else [value]
    emit_styled(f"{call.paint(f'{name:11}', DIM)} {first}")
    for row in others:
        emit(f"{'':{BESIDE_INDENT}}{row}")


def _print_wrapped(call: Call, text: str, style: str = "") -> None:
    """Print a text, broken between words where stdout is a terminal."""
    width = terminal_width()
    for line in safe(text).split("\n"):
        # no more lines than a megabyte of letters in one makes
        for row in wrap(line, min(width, WIDEST), len(line) + 1) if width else [line]:
            emit_styled(call.paint(row, style))


def _print_beside(
    call: Call, catalog: Catalog, stored: StoredArticle, found: Sequence[Copy], related: Sequence[Related]
) -> None:
    """Name copies and related stories, two lines each."""
    sources = call.settings().sources
    for copy in found:
        other = View(catalog, copy.id, sources)
        name = call.paint(f"{'copy' if copy.merged else 'digest':11}", DIM)
        emit_styled(f"{name} {other.line(call, other.marks if copy.merged else '', BESIDE_INDENT)}")
        emit_indented(kind(copy), BESIDE_INDENT)
    total = len(copies(catalog, stored.canonical)) - 1
    if total > BESIDE:
        emit(f"{'':{BESIDE_INDENT}}and {total - BESIDE:,} more: 'newsfold similar' lists them")
    label = call.paint(f"{'related':11}", DIM)
    for story in related:
        other = View(catalog, story.article, sources)
        emit_styled(f"{label} {other.line(call, indent=BESIDE_INDENT)}")
        emit_indented(other.title, BESIDE_INDENT)
        emit_indented(linking(story), BESIDE_INDENT)


def _article_row(
    catalog: Catalog,
    stored: StoredArticle,
    paths: Iterable[tuple[bytes, bytes]],
    found: Sequence[Copy],
    related: Sequence[Related] | None,
) -> dict[str, Any]:
    article = stored.article
    linked = related if related is not None else ()
    row = {
        "id": article.id,
        "hash": articles.content_hash(article),
        "canonical": stored.canonical,
        **asdict(article.story),
        **languages.fields(article.language),
        "words": article.words,
        "pipeline": article.pipeline,
        "added": stored.added,
        "files": [articles.text_of(os.path.join(root, path)) for root, path in paths],
        "duplicates": [id_ for id_ in copies(catalog, stored.canonical) if id_ != article.id],
        "copies": [copy_row(copy) for copy in found],
        "related": [story.article for story in linked],
        "related_links": [related_row(story) for story in linked],
    }
    if related is None:  # not asked for is not the same as none
        del row["related"], row["related_links"]
    return row


@click.command(short_help="Every line of a page: label, confidence, reasons.")
@click.argument("target", metavar="FILE-or-ID", shell_complete=complete_files)
@global_options
def explain(call: Call, target: str) -> int:
    """Show what newsfold makes of a page, line by line, and why. FILE need never have been ingested.

    FILE is looked for in this folder, then in the raw folders, where 'newsfold files' names it.

    Each line comes with its label, how certain that is (0 to 1), its bytes in the file, and up to three
    reasons. What was kept for an article is bright, what was cut is dim. The last line accounts for every
    byte of the file. In an archive the lines that many other files hold are known, as in an ingestion.

    \b
    newsfold explain raw/harbour-herald/page.txt
    newsfold explain 3fa9c1
    newsfold explain --json page.txt | jq -r 'select(.label == "teaser") | .text'
    """
    named = target if os.path.lexists(target) else _below_raw_folders(call, target)
    paths = _paths_of_article(call, target) if named is None else [_regular_file(named)]
    with call.pager():
        return int(upper("tasks.explain:explain_file")(call, paths))


def _below_raw_folders(call: Call, target: str) -> str | None:
    """Return the file of the first raw folder that has one of this name; None also where there is no home."""
    try:
        roots = call.settings().roots
    except UsageError:
        return None
    return next((path for root in roots if os.path.lexists(path := os.path.join(root, target))), None)


def _regular_file(target: str) -> bytes:
    """Return the path of the file that is named, also through links; raise UsageError where it is none."""
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError as error:
        raise NotFoundError(f"{target}: a link to a file that is not there") from error
    except OSError as error:
        raise NotFoundError(f"{target}: {error.strerror}") from error
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in _KINDS if test(mode)), "no regular file")
        raise UsageError(f"{target}: {kind}", hint="name one page: a text or HTML file, or an article's id")
    return os.fsencode(os.path.realpath(target))


_KINDS: Final = (
    (stat.S_ISDIR, "a folder, not a page"),
    (stat.S_ISFIFO, "a pipe, not a file: write the page to a file first"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
)


def _paths_of_article(call: Call, target: str) -> list[bytes]:
    try:
        catalog = call.catalog()
    except UsageError:
        catalog = None
    if catalog is None:
        raise NotFoundError(f"no such file: {target}", hint="name a file, or an article's id in an archive")
    with catalog:
        try:
            article = articles.find_article(catalog, target)
        except UsageError as error:
            raise NotFoundError(f"no such file: {target}", hint="name a file, or an article's id") from error
        version = articles.version_of(catalog, article)
        return [os.path.join(root, path) for root, path in articles.paths_of(catalog, version)]


class Share(click.FloatRange):
    """A number from 0 to 1: what compares with nothing is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number; click raises for what is none."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is no number from 0 to 1", param, ctx)
        return number


@click.command(short_help="Pages beside their articles, the least certain first.")
@click.option(
    "--sample", "-n", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Pages shown."
)
@click.option("--below", type=Share(0, 1), metavar="P", help="Only articles less certain than P.")
@click.option("--seed", metavar="WORD", help="Draw the sample at random; the same WORD draws the same.")
@global_options
def review(call: Call, sample: int, below: float | None, seed: str | None) -> int:
    """Put pages beside the articles made of them, the least certain first: judge what was cut.

    Lines that were cut are dim and begin with "-". Above each page stand the lines whose label is least
    certain, and why. Exit code 1 where there is no page to show.

    \b
    newsfold review --sample 5
    newsfold review --below 0.8
    newsfold review --sample 50 --seed june    50 pages by chance: how good is the archive?
    """
    catalog = call.catalog()
    if catalog is None:
        call.note(f"{call.place().path}: nothing was ingested yet; 'newsfold ingest' does it")
        return 1
    with catalog, call.pager():
        return int(upper("tasks.review:review")(call, catalog, sample, below, seed))
