"""``files export check``: what is in the archive, and whether it is whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import click

from index import articles, languages
from index import files as file_rows
from index.article import ArticleId, State
from index.articles import StoredArticle
from index.catalog import Catalog
from index.cli.call import DIM, Call, emit, emit_json, emit_styled, global_options
from index.cli.others import rounded
from index.cli.overview import STATE_STYLES
from index.cli.upper import upper
from index.copies import clustered, copies, copies_of
from index.counted import counted
from index.duplicates import Related
from index.errors import RootLostError
from index.findings import Kind
from index.safe import safe_line

EXPORTED_AT_ONCE: Final = 500
"""Articles whose copies and related stories are looked up together."""
LISTED: Final = 50
"""Copies of which an exported row says more than the id, and related stories."""


@click.command(short_help="Every raw file with its state.")
@click.option(
    "--state", type=click.Choice([state.value for state in State]), help="Only files in this state."
)
@global_options
def files(call: Call, state: str | None) -> int:
    """List every raw file: its state, the reason, the articles it holds.

    \b
    newsfold files --state rejected
    newsfold files --json | jq -r 'select(.state == "deferred") | .path'
    """
    catalog = call.catalog()
    if catalog is None:
        return 0
    with catalog, call.pager():
        for row in file_rows.reports(catalog, State(state) if state else None):
            if call.json:
                emit_json(_file_row(row))
            else:
                state = call.paint(f"{row.state:9}", STATE_STYLES.get(row.state, DIM))
                reason = call.paint(f"  ({safe_line(row.reason)})", DIM) if row.reason else ""
                emit_styled(f"{state}  {call.file_name(row.root, row.path)}{reason}")
    return 0


def _file_row(row: file_rows.FileReport) -> dict[str, Any]:
    return {
        "root": row.root.decode("utf-8", "backslashreplace"),
        "path": _utf8(row.path),
        "path_hex": row.path.hex(),
        "state": row.state.value,
        "reason": row.reason,
        "raw_sha256": row.version,
        "articles": [_file_article(row, article, canonical) for article, canonical, _ in row.articles],
        "encoding": row.encoding or None,
        "lang": row.articles[0][2] if row.articles else None,
        "size": row.size,
        "mtime": datetime.fromtimestamp(row.mtime_ns / 1e9, UTC).isoformat(),
    }


def _file_article(row: file_rows.FileReport, article: str, canonical: str) -> dict[str, Any]:
    """Say what an article is in this file: of several in a file one may be a duplicate, and others not."""
    duplicate = row.state is State.DUPLICATE or article != canonical
    return {
        "id": article,
        "state": "duplicate" if duplicate else "indexed",
        "duplicate_of": canonical if duplicate else None,
    }


def _utf8(path: bytes) -> str | None:
    try:
        return path.decode()
    except UnicodeDecodeError:
        return None


@click.command(short_help="Every stored article as JSON lines.")
@global_options
def export(call: Call) -> int:
    """Write every stored article, duplicates included, as JSON lines, ordered by id.

    `hash` covers the article's own fields, never its cluster or its files: equal archives export equal ids
    and hashes. `duplicates` names every other copy; `copies` says of 50 what they are, and how
    similar, and names the digests around the article. `related` are other reports of the same event.

    \b
    newsfold export --json > archive.jsonl
    newsfold export --json | jq -r 'select(.id == .canonical) | .headline'
    """
    catalog = call.catalog()
    if catalog is None:
        return 0
    with catalog:
        catalog.db.execute("BEGIN")  # one moment for all rows
        related_of = upper("tasks.similar:related_in_bulk")(catalog, LISTED, call.settings().sources)
        members: dict[ArticleId, list[ArticleId]] = {}
        rows = articles.all_articles(catalog)
        while some := list(islice(rows, EXPORTED_AT_ONCE)):
            ids = [stored.article.id for stored in some]
            linked = clustered(catalog, ids)
            related = related_of(ids)
            for stored in some:
                own = stored.canonical
                if stored.article.id in linked and own not in members:
                    members[own] = copies(catalog, own)
                emit_json(_export_row(catalog, stored, members.get(own, []), related[stored.article.id]))
    return 0


def _export_row(
    catalog: Catalog, stored: StoredArticle, members: Sequence[ArticleId], related: Sequence[Related]
) -> dict[str, Any]:
    article = stored.article
    story = article.story
    found = copies_of(catalog, article.id, LISTED, members) if members else []
    return {
        "id": article.id,
        "hash": articles.content_hash(article),
        "canonical": stored.canonical,
        "headline": story.headline,
        "standfirst": story.standfirst,
        "byline": story.byline,
        "agency": story.agency,
        "dateline": story.place,
        "date": story.date,
        **languages.fields(article.language),
        "body": story.body,
        "files": [
            os.path.join(root, path).decode("utf-8", "backslashreplace")
            for root, path in articles.paths_of(catalog, article.version)
        ],
        "duplicates": [id_ for id_ in members if id_ != article.id],
        "copies": [
            {"id": copy.id, "kind": copy.kind, "similarity": rounded(copy.similarity)} for copy in found
        ],
        "related": [other.article for other in related],
        "related_links": [{"id": other.article, "score": rounded(other.score)} for other in related],
    }


@click.command(short_help="Verify catalog, index and raw files.")
@click.option("--no-raw", is_flag=True, help="Do not read the raw files again.")
@click.option("--deep", is_flag=True, help="Also link all articles anew, and compare.")
@global_options
def check(call: Call, no_raw: bool, deep: bool) -> int:
    """Verify that catalog, index and raw files agree, byte for byte. Changes nothing.

    Holds every page of the catalog and every file of the index against its checksum, every raw file against
    its hash, and derives states, counted lines, clusters and postings again from what is stored. Exit code 1
    where anything is damaged or disagrees; each finding is one line, and 'newsfold repair' mends it.

    \b
    newsfold check
    newsfold check --no-raw              quicker: without the raw files
    newsfold check --deep                slow: also sketches, links and events from the texts
    """
    # its Whoosh would cost the other commands here, and every completion, twice what they take
    damage = upper("tasks.maintain:find")(call.place(), read_raw=not no_raw, deep=deep)
    for finding in damage:
        if call.json:
            emit_json({"finding": finding.what, "kind": finding.kind.value})
        else:
            emit(safe_line(finding.what))
    if ours := sum(finding.kind is not Kind.ROOT for finding in damage):
        call.note(f"{counted(ours, 'finding')}; 'newsfold repair' mends what can be mended")
    if len(damage) > ours:
        call.note(f"a raw folder is not believed: {RootLostError.ADVICE}")
    if damage:
        return 1
    if not call.place().catalog.is_file():
        call.note("nothing was ingested yet: nothing to check")
        return 0
    call.note("catalog, index and raw files agree" if not no_raw else "catalog and index agree")
    return 0
