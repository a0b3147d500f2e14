"""Opening the full-text index with Whoosh: to write it, and to check every byte.

A search opens it by `index.snapshot`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any, Final

from index import commits
from index.article import ArticleId
from index.commits import (
    REPAIR,
    checksum,
    latest_generation,
    read_checksums,
    secure,
    segment_of,
    toc_name,
)
from index.errors import IndexDamagedError
from index.fields import INDEX_NAME
from index.schema import build_schema
from index.storage import DurableStorage
from index.whoosh_leaves import WhooshLeaf
from index.whooshed import TOC, EmptyIndexError, EmptyReader, FileIndex, IndexReader, LockError, Searcher

_ATTEMPTS: Final = 5
_PAUSE: Final = 0.02
"""Seconds between two attempts to open an index that is being committed."""


def open_searcher(directory: Path, **options: Any) -> Searcher:
    """Open the newest commit for reading, also while another is made; empty where there is no index.

    `options` go to Whoosh's Searcher (``weighting``). Creates nothing. The caller closes the searcher. Raises
    UnsafeIndexError, IndexVersionError or IndexDamagedError.
    """
    secure(directory)
    for _ in range(_ATTEMPTS):
        if latest_generation(directory) is None:
            return Searcher(EmptyReader(build_schema()), **options)
        # Between two looks at the directory a commit may have replaced the files that were seen first.
        with suppress(FileNotFoundError, EmptyIndexError):
            index = open_existing(directory)
            return _searcher(index, directory, options)
        time.sleep(_PAUSE)
    raise IndexDamagedError(f"Files of the index in {directory} are missing.", hint=REPAIR)


def _searcher(index: FileIndex, directory: Path, options: dict[str, Any]) -> Searcher:
    try:
        with guarded(directory):
            return index.searcher(**options)
    except BaseException:
        index.storage.close_files()
        raise


def open_leaves(directory: Path) -> list[WhooshLeaf]:
    """Open the segments of the newest commit, of whatever format. Raises as `open_searcher`."""
    reader = open_searcher(directory).reader()
    return [WhooshLeaf(part, base) for part, base in reader.leaf_readers() if part.doc_count_all()]


def open_existing(directory: Path) -> FileIndex:
    """Open the newest generation; the checksum of its TOC is looked at before anything is unpickled."""
    generation = latest_generation(directory)
    if generation is not None:
        toc = toc_name(generation)
        sums = read_checksums(directory, generation)
        if sums is not None and checksum(directory / toc) != sums.get(toc):
            message = f"The table of contents of the index in {directory} was changed."
            raise IndexDamagedError(message, hint=REPAIR)
    storage = DurableStorage(directory)
    try:
        with guarded(directory):
            return FileIndex(storage, build_schema(), INDEX_NAME)
    except BaseException:
        storage.close_files()
        raise


def segments(directory: Path) -> list[str]:
    """Names of the segments of the newest commit."""
    with guarded(directory):
        toc = TOC.read(DurableStorage(directory), INDEX_NAME, schema=build_schema())
        return [segment.segment_id() for segment in toc.segments]


def all_ids(directory: Path) -> set[ArticleId]:
    """Ids of all articles that a search can find."""
    found: set[ArticleId] = set()
    with open_searcher(directory) as searcher, guarded(directory):
        for reader, _ in searcher.reader().leaf_readers():
            if reader.doc_count():
                column = reader.column_reader("id")
                found.update(ArticleId(column[number]) for number in reader.all_doc_ids())
    return found


def numbers_of(reader: IndexReader, ids: Iterable[ArticleId]) -> list[int]:
    """Document numbers of the live articles with these ids; a segment holds an id at most once."""
    numbers: list[int] = []
    wanted = [("id", article) for article in ids]
    for leaf, offset in reader.leaf_readers():
        for field, article in wanted:
            if (field, article) in leaf:
                number = leaf.term_info(field, article).min_id()
                if not leaf.is_deleted(number):
                    numbers.append(offset + number)
    return numbers


def verify_files(directory: Path) -> list[str]:
    """Compare every byte of the newest commit with its checksums; returns what is wrong, a line per file.

    A lost TOC, a foreign owner or another schema raise, as in `open_searcher`.
    """
    secure(directory)
    problems: list[str] = []
    for _ in range(_ATTEMPTS):
        generation = latest_generation(directory)
        if generation is None:
            return []
        problems = _problems(directory, generation)
        if not problems or latest_generation(directory) == generation:
            break  # else a commit went on below our feet: look at the new one
    return problems


def _problems(directory: Path, generation: int) -> list[str]:
    sums = read_checksums(directory, generation)
    if sums is None:
        return [f"checksums of generation {generation}: missing or changed"]
    toc = toc_name(generation)
    if problem := _compare(directory, toc, sums.get(toc)):
        return [problem]  # it must not be unpickled
    problems: list[str] = []
    try:
        named = segments(directory)
    except (FileNotFoundError, EmptyIndexError):
        return [f"{toc}: missing"]
    for segment in named:
        names = [name for name in sums if segment_of(name) == segment]
        if not names:
            problems.append(f"{segment}: no checksum")
        problems += filter(None, (_compare(directory, name, sums[name]) for name in names))
    return problems


def _compare(directory: Path, name: str, expected: list[int | str] | None) -> str:
    try:
        found = checksum(directory / name)
    except FileNotFoundError:
        return f"{name}: missing"
    except OSError as error:
        return f"{name}: {error.strerror}"
    return "" if found == expected else f"{name}: changed"


def guarded(directory: Path) -> AbstractContextManager[None]:
    """Turn what Whoosh raises on damaged bytes, which can be anything, into IndexDamagedError."""
    return commits.guarded(directory, EmptyIndexError, LockError)
