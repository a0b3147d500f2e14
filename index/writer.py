"""Writing the full-text index: one batch, one commit, all or nothing.

The stable id of an article makes a commit repeatable: what has the id already is replaced. So a run that died
between this commit and the catalog's may simply do it again.

Two writers make the same index: ``plain`` is Whoosh's own, ``fast`` builds segments itself (`index.segments`
and what it names). Fast needs the very internals of Whoosh 2.7.4; where another Whoosh stands in its place,
plain serves.

Traps of Whoosh that this module steps around: several writing processes lose documents, a bad value poisons
the batch but not the commit, creating over an index wipes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.article import ArticleId
from index.errors import LockedError
from index.reading import all_ids, guarded, numbers_of, open_existing, open_searcher, segments, verify_files
from index.schema import IndexDocument, build_schema
from index.storage import INDEX_NAME, DurableStorage, clean_litter, latest_generation, secure
from index.whooshed import FAST_POSSIBLE, TOC, FileIndex

if TYPE_CHECKING:
    from index.builders import Builders

__all__ = ["all_ids", "apply", "open_index", "open_searcher", "tidy", "verify_files"]

FAST: Final = "fast"
PLAIN: Final = "plain"


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
    kind: str = FAST,
    builders: Builders | None = None,
) -> None:
    """Put `documents` into the index, in the place of those with their ids, and take `deletions` out.

    One durable commit, whole or not at all; nothing is written where nothing changes. The last of several
    documents with one id wins, and a document wins over a deletion. `kind` is `FAST` or `PLAIN`; with
    `builders`, the fast writer shares large commits among their processes. Raises ValueError for a document
    that could not be found again, LockedError where another process writes, NewsfoldError where a builder
    dies, OSError from the disk, and what `open_index` raises.
    """
    batch = {document.id: document for document in documents}
    index = open_index(directory)
    with _writing(index, directory):
        if not batch and not _has_any(index, directory, deletions):
            return
        replaced = {*batch, *deletions}
        # What writes is loaded when it is needed: numpy for the one, Whoosh's sorter for the other.
        if kind == FAST and FAST_POSSIBLE:
            from index import fast_writer  # noqa: PLC0415

            fast_writer.commit(index, directory, list(batch.values()), replaced, builders)
        else:
            from index import plain_writer  # noqa: PLC0415

            plain_writer.commit(index, directory, batch.values(), replaced)


def tidy(directory: Path, *, kind: str = FAST) -> None:
    """Merge what fast commits left unmerged to stay short. Raises what `apply` raises."""
    if kind == FAST and FAST_POSSIBLE and latest_generation(directory) is not None:
        from index import fast_writer  # noqa: PLC0415

        index = open_index(directory)
        with _writing(index, directory):
            fast_writer.tidy(index, directory)


def clean(directory: Path) -> None:
    """Delete what dead commits left in an index that is there. Raises what `apply` raises."""
    with _writing(open_existing(directory), directory):
        pass


@contextmanager
def _writing(index: FileIndex, directory: Path) -> Iterator[None]:
    """Hold the write lock, and delete the litter of dead commits before and after.

    Under the lock, because a living writer's files look just the same.
    """
    lock = index.lock("WRITELOCK")
    if not lock.acquire():
        raise LockedError(
            f"Another process is writing the index in {directory}.", hint="Try again when it is done."
        )
    try:
        _clean(index, directory)
        try:
            yield
        except BaseException:
            with suppress(Exception):  # the failure that brought us here is the one to report
                _clean(index, directory)
            raise
        _clean(index, directory)
    finally:
        lock.release()


def _clean(index: FileIndex, directory: Path) -> None:
    clean_litter(directory, segments(directory), index.latest_generation())


def _has_any(index: FileIndex, directory: Path, ids: Collection[ArticleId]) -> bool:
    with guarded(directory), closing(index.reader()) as reader:
        return bool(numbers_of(reader, ids))
