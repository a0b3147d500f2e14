"""A commit of segments that are built straight from terms, in this process or in several.

::

    documents ─ segments built (fsync, checksum each) ─ those that are due spliced into one ─ TOC renamed

Nothing is visible before the rename of the table of contents (`index.storage`); whatever goes wrong before
leaves files that nothing speaks of, and the next commit deletes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from index import segments
from index.article import ArticleId
from index.builders import Builders
from index.inversion import Inversion
from index.merging import CEILING, budget, choose, live
from index.reading import guarded, numbers_of
from index.schema import IndexDocument, validate
from index.splicing import splice
from index.storage import INDEX_NAME, DurableStorage
from index.whooshed import TOC, FileIndex, Schema

SHARED: Final = 300
"""Documents from which on a commit is shared among processes; below, that costs more than it saves."""


def commit(
    index: FileIndex,
    directory: Path,
    documents: Sequence[IndexDocument],
    replaced: Collection[ArticleId],
    builders: Builders | None = None,
) -> None:
    """Add documents and take out what has one of the ids `replaced`. The caller holds the write lock.

    Raises NewsfoldError where a process of `builders` dies.
    """
    for document in documents:
        validate(document)
    toc = index._read_toc()
    with guarded(directory):
        _delete(index, toc, replaced)
    if builders is not None and len(documents) >= SHARED:
        built = builders.build(directory, index.storage, documents)
    else:
        built = list(build(index.storage, toc.schema, documents))
    with guarded(directory):
        due = choose([*toc.segments, *built], budget(len(documents)))
        _publish(index.storage, toc, built, due)


def tidy(index: FileIndex, directory: Path) -> None:
    """Merge what is due, without the budget of a commit. The caller holds the write lock."""
    toc = index._read_toc()
    with guarded(directory):
        due = choose(toc.segments, CEILING)
        if due:
            _publish(index.storage, toc, [], due)


def build(storage: DurableStorage, schema: Schema, documents: Iterable[IndexDocument]) -> Iterator[Any]:
    """Write documents as segments: one, or several where one would take too much memory."""
    inversion = Inversion()
    for document in documents:
        inversion.add(document)
        if inversion.full:
            yield segments.build(storage, schema, inversion)
            inversion = Inversion()
    if len(inversion):
        yield segments.build(storage, schema, inversion)


def _delete(index: FileIndex, toc: TOC, replaced: Collection[ArticleId]) -> None:
    """Mark the articles with these ids in the records of the segments."""
    if not (replaced and toc.segments):
        return
    with closing(FileIndex._reader(index.storage, toc.schema, toc.segments, toc.generation)) as reader:
        numbers = numbers_of(reader, replaced)
    base = 0
    for segment in toc.segments:
        size = segment.doc_count_all()
        for number in numbers:
            if base <= number < base + size:
                segment.delete_document(number - base)
        base += size


def _publish(storage: DurableStorage, toc: TOC, built: Sequence[Any], due: Sequence[Any]) -> None:
    """Make the next commit of the segments of `toc`, less those that are due, and what they become."""
    gone = {segment.segment_id() for segment in due}
    old = [segment for segment in toc.segments if segment.segment_id() not in gone]
    new = [segment for segment in built if segment.segment_id() not in gone]
    merged = [segment for segment in due if live(segment)]
    if merged:
        new.append(splice(storage, toc.schema, merged))
    for segment in built:
        if segment.segment_id() in gone:
            for name in segment.list_files(storage):
                storage.delete_file(name)
    storage.keep_only({segment.segment_id() for segment in old})
    TOC(toc.schema, [*old, *new], toc.generation + 1).write(storage, INDEX_NAME)
