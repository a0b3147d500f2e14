"""What ``search`` and ``count`` do: open the archive, ask the index, join the catalog, print."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from index import articles
from index.article import PIPELINE
from index.articles import SHORT_ID, StoredArticle
from index.catalog import Catalog
from index.cli.call import Call, emit, emit_json
from index.cli.hits import HEADLINE_WIDTH, PASSAGE_WIDTH, Shown, passage_width, print_facets, print_hits
from index.cli.layout import cells
from index.cli.scores import why_row
from index.counted import counted
from index.errors import NewsfoldError, NotFoundError
from index.members import Clusters, files_of_cluster
from index.query import parse
from index.request import Hit, SearchRequest, SearchResult
from index.safe import safe_line
from index.search import count as count_matches
from index.search import facets
from index.search import search as find
from index.settings import Settings
from index.snapshot import Snapshot, open_snapshot
from index.snippet import Highlighter, Span, mark, snippet

T = TypeVar("T")

MOST_INPUT: Final = 1 << 20
"""Bytes of a query that are read from stdin; the parser refuses far less."""


class Archive(NamedTuple):
    """What a search reads: catalog, index, and what joins them."""

    catalog: Catalog
    snapshot: Snapshot
    clusters: Clusters
    settings: Settings


def open_archive(call: Call) -> Archive | None:
    """Open the archive for a search; None, with a word on why, where there is nothing to search yet."""
    catalog = call.catalog()
    if catalog is None:
        call.note(f"{call.place().path}: nothing was ingested yet; 'newsfold ingest' does it")
        return None
    while True:
        number = catalog.generation
        snapshot, failure = _open_generation(call.place().generation(number))
        if catalog.generation == number:
            break
        if snapshot is not None:  # a rebuild has ended just now: what was opened is being deleted
            snapshot.close()
    if failure is not None:
        raise failure
    if snapshot is None:
        call.note("the index is empty; 'newsfold ingest' fills it")
        return None
    return Archive(catalog, snapshot, Clusters(catalog), call.settings())


def _open_generation(folder: Path) -> tuple[Snapshot | None, NewsfoldError | OSError | None]:
    """Open a generation of the index; None where there is none, with the failure where it cannot be used."""
    try:
        return (open_snapshot(folder) if folder.is_dir() else None), None
    except (NewsfoldError, OSError) as failure:
        return None, failure


def query_text(words: Sequence[str]) -> str:
    """Put together the query of the command line; a single dash means stdin."""
    if tuple(words) == ("-",):
        return sys.stdin.buffer.read(MOST_INPUT).decode("utf-8", "replace").rstrip("\r\n")
    return " ".join(words)


def run_search(
    call: Call, request: SearchRequest, *, output: str | None, null: bool, show_facets: bool
) -> int:
    """Search, and print what was found; return the exit code."""
    started = time.perf_counter()
    archive = open_archive(call)
    if archive is None:
        parse(request.query)  # a mistake in it is told all the same
        return 1
    with archive.catalog, archive.snapshot:
        result = find(archive.snapshot, request, archive.clusters)
        for note in result.notes:
            call.note(note)
        if request.include_boilerplate and (old := articles.outdated(archive.catalog, PIPELINE)):
            call.note(f"{counted(old, 'article')} of an older newsfold may lack it: 'newsfold rebuild'")
        if request.explain:
            call.note(f"read as: {result.query.root}")
        if output:
            _print_names(call, archive, result.hits, output, "\0" if null else "\n")
        elif call.json:
            row = partial(_hit_row, archive, result=result, explain=request.explain)
            for told in _looked_up(call, result.hits, row):
                emit_json(told)
        else:
            shown = partial(_shown, archive, highlighter=Highlighter(result.query), explain=request.explain)
            print_hits(call, list(_looked_up(call, result.hits, shown)))
            _tell(call, archive, request, result, time.perf_counter() - started)
        if show_facets:
            print_facets(call, facets(archive.snapshot, request, archive.clusters))
    return 0 if result.hits else 1


def _looked_up(call: Call, hits: Iterable[Hit], look_up: Callable[[Hit], T]) -> Iterator[T]:
    """Yield what the catalog says of each hit.

    A run, and more so a rebuild, has articles taken out of the catalog some time before the index is
    without them.
    """
    gone = 0
    for hit in hits:
        try:
            found = look_up(hit)
        except NotFoundError:
            gone += 1
        else:
            yield found
    if gone:
        call.note(f"{counted(gone, 'hit')} left out: no longer in the archive, and soon not in its index")


def run_count(call: Call, request: SearchRequest) -> int:
    """Count, and print the number; return the exit code."""
    archive = open_archive(call)
    total = 0
    if archive is not None:
        with archive.catalog, archive.snapshot:
            result = count_matches(archive.snapshot, request, archive.clusters)
        for note in result.notes:
            call.note(note)
        total = result.total
    else:
        parse(request.query)
    if call.json:
        emit_json({"count": total})
    else:
        emit(f"{total}")
    return 0 if total else 1


def _tell(call: Call, archive: Archive, request: SearchRequest, result: SearchResult, seconds: float) -> None:
    """Say how many there are, and on a terminal how long it took; of nothing, what else to try."""
    if not result.total:
        call.note("\n".join(["nothing found", *(f"  {tip}" for tip in _tips(archive, request, result))]))
        return
    shown = len(result.hits)
    several = f"{counted(result.total, 'article')} in {seconds * 1000:.0f} ms"
    if not shown:
        call.note(f"--offset {request.offset:,} is behind the last of {counted(result.total, 'hit')}")
    elif result.total > shown:
        last = f" to {request.offset + shown:,}" if shown > 1 else ""
        part = f"{request.offset + 1:,}{last} of {result.total:,}"
        more = "--limit and --offset show more"
        call.note(f"{several}; {part} shown, {more}" if sys.stderr.isatty() else f"{part}; {more}")
    elif sys.stderr.isatty():
        call.note(several)


def _tips(archive: Archive, request: SearchRequest, result: SearchResult) -> Iterator[str]:
    """Yield what a person may try where nothing was found, what helps for certain first."""
    wider = request._replace(
        langs=(), since=None, until=None, undated=False, added_since=None, source=None, relax=False,
    )  # fmt: skip
    if wider != request._replace(relax=False):
        found = count_matches(archive.snapshot, wider, archive.clusters).total
        if found:
            yield f"{found:,} without the options that filter (--lang, --source, --since, ...)"
            return
    words = request.query.split()
    if len(words) > 1 and not request.any_words:
        yield "--any asks for any of the words"
    if len(words) == 1 and words[0].isalpha() and cells(words[0]) == len(words[0]) > 3:
        yield f"{words[0][:20]}~ finds other spellings, {words[0][:20][:-1]}* other endings"
    if not request.include_boilerplate:
        yield "--include-boilerplate looks into what was cut from the pages, too"
    if not result.query.notes:
        yield "'newsfold search --help' has examples"


def _print_names(call: Call, archive: Archive, hits: Iterable[Hit], output: str, end: str) -> None:
    stdout = sys.stdout.buffer
    if output == "ids":
        stdout.writelines(f"{hit.id}{end}".encode() for hit in hits)
        stdout.flush()
        return
    for version in _looked_up(call, hits, lambda hit: articles.version_of(archive.catalog, hit.id)):
        for root, path in articles.paths_of(archive.catalog, version)[:1]:
            name = os.path.join(root, path)
            # as bytes for a program behind -0, harmless for a terminal otherwise
            stdout.write(name + b"\0" if end == "\0" else safe_line(os.fsdecode(name)).encode() + b"\n")
    stdout.flush()


def _other_files(archive: Archive, stored: StoredArticle) -> int:
    """How many more files hold this article or a copy of it."""
    return max(0, files_of_cluster(archive.catalog, stored.canonical) - 1)


def _hit_row(archive: Archive, hit: Hit, result: SearchResult, *, explain: bool) -> dict[str, Any]:
    stored = articles.get_article(archive.catalog, hit.id)
    story = stored.article.story
    version = stored.article.version
    spans = _passage(archive, hit, stored, Highlighter(result.query))
    paths = [articles.text_of(path) for _, path in articles.paths_of(archive.catalog, version)]
    return {
        "id": hit.id,
        "score": round(hit.score, 4),
        "date": story.date,
        "lang": stored.article.language.code,
        "source": articles.source_name(archive.catalog, version, story.publisher, archive.settings.sources),
        "sources": list(articles.source_names(paths, story.publisher, archive.settings.sources)),
        "files": paths,
        "headline": story.headline,
        "snippet": "".join(span.text for span in spans),
        "matched": "boilerplate" if hit.boilerplate else "article",
        "canonical": stored.canonical,
        "other_files": _other_files(archive, stored),
        "total": result.total,
    } | ({"why": [why_row(gain) for gain in hit.why]} if explain else {})


def _passage(
    archive: Archive, hit: Hit, stored: StoredArticle, highlighter: Highlighter, width: int = PASSAGE_WIDTH
) -> list[Span]:
    """Why it was found: a passage of the article, or of what was cut from its page if only that answers."""
    article = stored.article
    if not hit.boilerplate:
        return snippet(article.story.body, highlighter, article.language.code, width)
    cut = articles.cut_of(archive.catalog, article.version)
    return snippet(cut.replace("\n", " · "), highlighter, article.language.code, width)


def _shown(archive: Archive, hit: Hit, highlighter: Highlighter, *, explain: bool) -> Shown:
    """Look up what is shown of a hit."""
    stored = articles.get_article(archive.catalog, hit.id)
    article = stored.article
    paths = articles.paths_of(archive.catalog, article.version)
    remarks = [] if hit.id == stored.canonical else [f"a copy of {stored.canonical[:SHORT_ID]}"]
    if others := _other_files(archive, stored):
        remarks.append(f"also in {counted(others, 'other file')}")
    return Shown(
        id=hit.id,
        date=article.story.date,
        lang=article.language.code,
        file=paths[0] if paths else None,
        headline=mark(article.story.headline[:HEADLINE_WIDTH], highlighter, article.language.code),
        passage=_passage(archive, hit, stored, highlighter, passage_width()),
        cut=hit.boilerplate,
        remarks=remarks,
        score=hit.score if explain else None,
        why=hit.why,
    )
