"""Writing the full-text index: one batch, one commit, all or nothing.

The stable id of an article makes a commit repeatable: what has the id already is replaced. So a run that died
between this commit and the catalog's may simply do it again.

Traps of Whoosh that this module steps around: several writing processes lose documents, a bad value poisons
the batch but not the commit, creating over an index wipes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from index.article import ArticleId
from index.errors import LockedError
from index.merging import tiered
from index.reading import all_ids, guarded, open_existing, open_searcher, segments, verify_files
from index.schema import IndexDocument, build_schema, fields_of
from index.storage import INDEX_NAME, DurableStorage, clean_litter, latest_generation, secure
from index.whooshed import TOC, FileIndex, IndexReader, LockError

__all__ = ["all_ids", "apply", "open_index", "open_searcher", "verify_files"]

MEMORY_MB: Final = 64
"""Whoosh's own estimate of the postings that it holds before it sorts them to disk."""


def open_index(directory: Path) -> FileIndex:
    """Open the index in `directory`, or create an empty one where there is none; never wipes anything.

    Raises UnsafeIndexError, IndexVersionError or IndexDamagedError.
    """
    secure(directory, create=True)
    if latest_generation(directory) is None:
        TOC.create(DurableStorage(directory), build_schema(), INDEX_NAME)
    return open_existing(directory)


def apply(
    directory: Path,
    documents: Iterable[IndexDocument],
    deletions: Collection[ArticleId] = (),
    *,
    memory_mb: int = MEMORY_MB,
) -> None:
    """Put `documents` into the index, in the place of those with their ids, and take `deletions` out.

    One durable commit, whole or not at all; nothing is written where nothing changes. The last of several
    documents with one id wins, and a document wins over a deletion. Raises ValueError for a document that
    could not be found again, LockedError where another process writes, OSError from the disk, and what
    `open_index` raises.
    """
    batch = {document.id: document for document in documents}
    index = open_index(directory)
    _clean(index, directory)
    if not batch and not _has_any(index, directory, deletions):
        return
    try:
        writer = index.writer(limitmb=memory_mb)
    except LockError as error:
        raise _locked(directory) from error
    try:
        with guarded(directory), closing(writer.reader()) as reader:
            for number in _numbers(reader, {*batch, *deletions}):
                writer.delete_document(number)
        for document in batch.values():
            writer.add_document(**fields_of(document))
        with guarded(directory):
            writer.commit(mergetype=tiered)
    except BaseException:
        _abandon(writer)
        raise
    _clean(index, directory)


def _has_any(index: FileIndex, directory: Path, ids: Collection[ArticleId]) -> bool:
    with guarded(directory), closing(index.reader()) as reader:
        return bool(_numbers(reader, ids))


def _numbers(reader: IndexReader, ids: Collection[ArticleId]) -> list[int]:
    """Document numbers of the live articles with these ids; a segment holds an id at most once."""
    numbers: list[int] = []
    for leaf, offset in reader.leaf_readers():
        for article in ids:
            if ("id", article) in leaf:
                number = leaf.term_info("id", article).min_id()
                if not leaf.is_deleted(number):
                    numbers.append(offset + number)
    return numbers


def _clean(index: FileIndex, directory: Path) -> None:
    """Delete the litter of dead commits, under the write lock: a living writer's files look just the same."""
    lock = index.lock("WRITELOCK")
    if not lock.acquire():
        raise _locked(directory)
    try:
        clean_litter(directory, segments(directory), index.latest_generation())
    finally:
        lock.release()


def _locked(directory: Path) -> LockedError:
    return LockedError(
        f"Another process is writing the index in {directory}.", hint="Try again when it is done."
    )


def _abandon(writer: Any) -> None:
    """Give up a commit: the index stays as it was, and the lock is free, whatever state the writer is in."""
    with suppress(Exception):  # the failure that brought us here is the one to report
        writer.cancel()
    if not writer.is_closed and writer.writelock.fd is not None:
        writer.writelock.release()
