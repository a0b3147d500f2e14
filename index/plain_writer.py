"""A commit with Whoosh's own writer: one process, posting by posting. The yardstick of the fast one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from index.article import ArticleId
from index.merging import tiered
from index.reading import guarded, numbers_of
from index.schema import IndexDocument, fields_of
from index.whooshed import FileIndex

MEMORY_MB: Final = 64
"""Whoosh's own estimate of the postings that it holds before it sorts them to disk."""


def commit(
    index: FileIndex, directory: Path, documents: Iterable[IndexDocument], replaced: Iterable[ArticleId]
) -> None:
    """Add documents and take out what has one of the ids `replaced`. The caller holds the write lock."""
    writer = index.writer(limitmb=MEMORY_MB, _lk=False)
    try:
        with guarded(directory), closing(writer.reader()) as reader:
            for number in numbers_of(reader, replaced):
                writer.delete_document(number)
        for document in documents:
            writer.add_document(**fields_of(document))
        with guarded(directory):
            writer.commit(mergetype=tiered)
    except BaseException:
        _abandon(writer)
        raise


def _abandon(writer: Any) -> None:
    """Close the files of a writer, whatever state it is in; the index stays as it was."""
    with suppress(Exception):  # the failure that brought us here is the one to report
        writer.cancel()
