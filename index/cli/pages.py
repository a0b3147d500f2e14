"""``show explain review``: articles, and the pages that they were made of."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click

from index import articles, links
from index.article import ArticleId
from index.articles import SHORT_ID, StoredArticle
from index.cli.call import Call, emit, emit_json, emit_styled, global_options, page_options
from index.cli.upper import upper
from index.errors import NotFoundError, UsageError
from index.safe import safe, safe_line


@click.command(short_help="One article, or with --raw its page line by line.")
@click.argument("article", metavar="ID")
@click.option("--raw", "raw_page", is_flag=True, help="The page with every line's label.")
@page_options
def show(call: Call, article: str, raw_page: bool) -> int:
    """Print an article. ID is any unique beginning of its id, as a search prints it.

    \b
    newsfold show 3fa9c1
    newsfold show --raw 3fa9c1
    """
    catalog = call.catalog()
    if catalog is None:
        raise NotFoundError(
            f"{call.place().path}: nothing was ingested yet", hint="'newsfold ingest' does it"
        )
    with catalog:
        stored = articles.get_article(catalog, articles.find_article(catalog, article))
        paths = articles.paths_of(catalog, stored.article.version)
        members = links.copies(catalog, stored.canonical)
        reasons = {member: links.match_of(catalog, stored.article.id, member) for member in members}
    if raw_page:
        return int(upper("tasks.explain:explain_file")(call, [os.path.join(*path) for path in paths]))
    if call.json:
        emit_json(_article_row(stored, paths, members))
        return 0
    _print_article(call, stored, paths)
    for member, why in reasons.items():
        if member != stored.article.id:
            kind = "a copy of a copy" if why is None else f"{why.kind}, similarity {why.similarity:.2f}"
            emit(f"duplicate   {member[:SHORT_ID]}  ({kind})")
    return 0


def _print_article(call: Call, stored: StoredArticle, paths: Iterable[tuple[bytes, bytes]]) -> None:
    story = stored.article.story
    language = stored.article.language
    emit_styled(call.bold(safe(story.headline) or "(no headline)"))
    if story.standfirst:
        emit(story.standfirst)
    emit()
    rows = {
        "id": stored.article.id,
        "date": story.date or f"none ({story.date_evidence or 'none that can be believed'})",
        "byline": story.byline,
        "agency": story.agency,
        "place": story.place,
        "language": f"{language.code} ({language.probability:.2f}{'' if language.reliable else ', unsure'})",
        "words": f"{stored.article.words:,}",
    }
    for name, value in rows.items():
        if value:
            emit(f"{name:11} {safe_line(value)}")
    for _, path in paths:
        emit(f"{'file':11} {safe_line(os.fsdecode(path))}")
    emit()
    emit(story.body)
    emit()


def _article_row(
    stored: StoredArticle, paths: Iterable[tuple[bytes, bytes]], members: Iterable[ArticleId]
) -> dict[str, Any]:
    article = stored.article
    return {
        "id": article.id,
        "hash": articles.content_hash(article),
        "canonical": stored.canonical,
        **asdict(article.story),
        "lang": article.language.code,
        "lang_probability": article.language.probability,
        "lang_second": article.language.second,
        "words": article.words,
        "pipeline": article.pipeline,
        "added": stored.added,
        "files": [articles.text_of(os.path.join(root, path)) for root, path in paths],
        "duplicates": [member for member in members if member != article.id],
    }


@click.command(short_help="Every line of a page: label, confidence, reasons.")
@click.argument("target", metavar="FILE-or-ID")
@global_options
def explain(call: Call, target: str) -> int:
    """Show what newsfold makes of a page, line by line, and why. FILE need never have been ingested.

    Each line comes with its label, how certain that is (0 to 1), its bytes in the file, and up to three
    reasons. What was kept for an article is bright, what was cut is dim. The last line accounts for every
    byte of the file. In an archive the lines that many other files hold are known, as in an ingestion.

    \b
    newsfold explain raw/harbour-herald/page.txt
    newsfold explain 3fa9c1
    newsfold explain --json page.txt | jq -r 'select(.label == "teaser") | .text'
    """
    paths = [os.fsencode(target)] if os.path.lexists(target) else _paths_of_article(call, target)
    return int(upper("tasks.explain:explain_file")(call, paths))


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


@click.command(short_help="Pages beside their articles, the least certain first.")
@click.option(
    "--sample", "-n", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Pages shown."
)
@click.option("--below", type=click.FloatRange(0, 1), metavar="P", help="Only articles less certain than P.")
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
    with catalog:
        return int(upper("tasks.review:review")(call, catalog, sample, below, seed))
