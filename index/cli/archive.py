"""``status stats files export check``: what is in the archive, and whether it is whole."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Final

import click

from index import articles, languages
from index import files as file_rows
from index.article import PIPELINE, ArticleId, State
from index.articles import StoredArticle
from index.catalog import Catalog
from index.cli.bars import by_time, draw, most_frequent
from index.cli.call import BAD_STYLE, DIM, OK_STYLE, Call, emit, emit_json, emit_styled, global_options
from index.cli.layout import terminal_width
from index.cli.others import rounded
from index.cli.upper import upper
from index.copies import clustered, copies, copies_of, duplicate_files
from index.duplicates import Related
from index.runs import last_runs
from index.safe import safe_line

RUNS_SHOWN: Final = 5
EXPORTED_AT_ONCE: Final = 500
"""Articles whose copies and related stories are looked up together."""
STATS_ROWS: Final = 20
"""Languages, and sources, drawn; the others are one row."""
STATE_STYLES: Final = {State.INDEXED: OK_STYLE, State.REJECTED: BAD_STYLE, State.MISSING: BAD_STYLE}
LISTED: Final = 50
"""Copies of which an exported row says more than the id, and related stories."""


@click.command(short_help="States of the files, the equation, the last runs.")
@global_options
def status(call: Call) -> int:
    """Print how many files are in which state, whether they add up, and the last runs.

    Every file under the raw folders is in exactly one state: entries walked + missing = sum of the states,
    counted by two different pieces of code.

    \b
    newsfold status
    newsfold status --json
    """
    catalog = call.catalog()
    if catalog is None:
        call.note(f"{call.place().path}: nothing was ingested yet; 'newsfold ingest' does it")
        if call.json:
            emit_json({"walked": 0, "missing": 0, "states": {}, "holds": True, "articles": 0, "runs": []})
        return 0
    with catalog:
        balance = file_rows.conservation(catalog)
        runs = last_runs(catalog, RUNS_SHOWN)
        waiting = len(articles.queued(catalog, 1_000_000))
        old = articles.outdated(catalog, PIPELINE)
        engine = call.settings().language_engine
        foreign = languages.of_other_engines(catalog, engine)
        total = catalog.db.execute("SELECT count(*), count(DISTINCT canonical) FROM entry").fetchone()
        copied = duplicate_files(catalog)
    if call.json:
        emit_json(
            {
                "walked": balance.walked,
                "missing": balance.missing,
                "states": {state.value: count for state, count in balance.states.items()},
                "holds": balance.holds,
                "articles": total[0],
                "distinct": total[1],
                "duplicates": copied,
                "index_waiting": waiting,
                "pipeline": PIPELINE,
                "outdated": old,
                "language_engine": engine,
                "other_engine": foreign,
                "runs": [
                    {
                        "id": run.id,
                        "started": run.started,
                        "finished": run.finished,
                        "mode": run.mode,
                        "state": run.state,
                        "message": run.message,
                    }
                    for run in runs
                ],
            }
        )
        return 0
    emit(f"home      {call.place().path}")
    emit(f"files     {balance}")
    emit(f"articles  {total[0]:,}, {total[1]:,} without their duplicates")
    if copied:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in copied.items())
        emit(f"copies    {sum(copied.values()):,} files: {kinds}")
    if waiting:
        emit(f"index     {waiting:,} articles wait for it; the next 'newsfold ingest' writes them")
    if old:
        emit(
            f"pipeline  {PIPELINE}; {old:,} articles were made by another one: 'newsfold rebuild' renews them"
        )
    if foreign:
        emit(
            f"language  {engine}; another engine named {foreign:,} articles: 'newsfold rebuild' asks this one"
        )
    emit("last runs" if runs else "no runs yet")
    for run in runs:
        started = run.started[:19].replace("T", " ")
        emit(f"  {run.id:>4}  {started}  {run.state:11}  {safe_line(run.message)}")
    return 0


@click.command(short_help="Articles per language, source and month.")
@global_options
def stats(call: Call) -> int:
    """Print how many articles (without duplicates) the archive has per language, source and month.

    On a terminal as bars: the last 24 months and the years before them, the 20 most frequent languages and
    sources. Through a pipe all of them, as numbers.

    \b
    newsfold stats
    newsfold stats --json | jq -r 'select(.group == "source") | .value'
    """
    catalog = call.catalog()
    if catalog is None:
        call.note("nothing was ingested yet; 'newsfold ingest' does it")
        return 1
    settings = call.settings()
    with catalog:
        groups = articles.statistics(catalog, settings.sources)
    if call.json:
        for name, counts in groups.items():
            for value, count in counts.items():
                emit_json({"group": name, "value": value, "articles": count})
    elif width := terminal_width():
        with call.pager():
            draw(call, "month", by_time(groups["month"]), width)
            for name in ("language", "source"):
                draw(call, name, most_frequent([*groups[name].items()], STATS_ROWS), width)
    else:
        for name, counts in groups.items():
            emit(name)
            for value, count in counts.items():
                emit(f"  {count:>8,}  {safe_line(value)}")
    return 0


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
@global_options
def check(call: Call, no_raw: bool) -> int:
    """Verify that catalog, index and raw files agree, byte for byte. Changes nothing.

    Exit code 1 where anything is damaged or disagrees; each finding is one line.

    \b
    newsfold check
    newsfold check --no-raw              quicker: without the raw files
    """
    catalog = call.catalog()
    if catalog is None:
        call.note("nothing was ingested yet: nothing to check")
        return 0
    with catalog:
        # its Whoosh would cost the other commands here, and every completion, twice what they take
        damage = upper("index.integrity:find_damage")(catalog, call.place(), read_raw=not no_raw)
    for finding in damage:
        if call.json:
            emit_json({"finding": finding})
        else:
            emit(safe_line(finding))
    if damage:
        call.note(f"{len(damage):,} findings")
        return 1
    call.note("catalog, index and raw files agree" if not no_raw else "catalog and index agree")
    return 0
