"""Builds one segment of the index: an ordinary one of Whoosh's codec W3, straight from terms.

Columns, lengths and stored values go through Whoosh's own per-document writer; inverted lists and term
dictionary are written by `index.lists` and `index.termfile`. Any Whoosh 2.7.4 that can import `index.schema`
(the table of contents names the classes of our fields) opens and searches what comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.inversion import Inversion
from index.lists import Lists, encode
from index.storage import INDEX_NAME
from index.termfile import TermFile
from index.whooshed import FileStorage, Positions, Schema, W3Codec, length_to_byte

_BYTE_OF_LENGTH: Final = [length_to_byte(length) for length in range(4_096)]


def build(storage: FileStorage, schema: Schema, inversion: Inversion) -> Any:
    """Write the documents of `inversion`, at least one, as a segment; returns Whoosh's record of it."""
    segment = W3Codec().new_segment(storage, INDEX_NAME)
    writer = ListsWriter(storage, segment)
    lengths: dict[str, list[int]] = {}
    for name in inversion.fields():
        field = schema[name]
        counts, portions = inversion.lists(name, positions=isinstance(field.format, Positions))
        if field.scorable:
            lengths[name] = counts.tolist()
        writer.add(name, portions, length_bytes(counts) if field.scorable else None)
    writer.close()
    _write_documents(storage, schema, segment, inversion, lengths)
    return assemble(storage, segment, len(inversion))


def assemble(storage: FileStorage, segment: Any, count: int) -> Any:
    """Make one file of the files of a segment, as Whoosh does."""
    segment.set_doc_count(count)
    segment.create_compound_file(storage)
    return segment


def length_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Shorten lengths to the byte that Whoosh keeps of each."""
    return np.fromiter(map(length_byte, lengths.tolist()), np.uint8, len(lengths))


def length_byte(length: int) -> int:
    """Shorten one length."""
    known: int = _BYTE_OF_LENGTH[length] if length < len(_BYTE_OF_LENGTH) else length_to_byte(length)
    return known


class ListsWriter:
    """Writes the file of postings, and the term dictionary, of a segment."""

    def __init__(self, storage: FileStorage, segment: Any) -> None:
        self._storage = storage
        self._segment = segment
        self._postings = segment.create_file(storage, W3Codec.POSTS_EXT)
        self._terms = TermFile()
        self._size = 0

    def add(self, field: str, portions: Iterator[Lists], lengths: NDArray[np.uint8] | None) -> None:
        """Add the lists of a field; fields come sorted. `lengths` as in `index.lists.encode`."""
        for lists in portions:
            self.add_terms(field, lists.terms, self.encode(lists, lengths))

    def encode(self, lists: Lists, lengths: NDArray[np.uint8] | None) -> list[bytes]:
        """Write postings; returns the infos of their terms, for `add_terms`."""
        infos, data = encode(lists, lengths, self._size)
        self._postings.write(data)
        self._size += len(data)
        return infos

    def add_terms(self, field: str, terms: Sequence[bytes], infos: Sequence[bytes]) -> None:
        """Add terms, ascending, with their infos."""
        self._terms.add(field, terms, infos)

    def close(self) -> None:
        """Finish both files."""
        self._postings.close()
        self._terms.save(self._segment.create_file(self._storage, W3Codec.TERMS_EXT))


def _write_documents(
    storage: FileStorage, schema: Schema, segment: Any, inversion: Inversion, lengths: dict[str, list[int]]
) -> None:
    writer = W3Codec().per_document_writer(storage, segment)
    columns = {name: (field, field.column_type) for name, field in schema.items() if field.column_type}
    fields = sorted(lengths)
    for number, keys in enumerate(inversion.keys):
        writer.start_doc(number)
        for name in fields:
            if length := lengths[name][number]:
                writer.add_field(name, schema[name], None, length)
        for name, (field, column) in columns.items():
            value = keys.get(f"_stored_{name}", keys.get(name))
            if value is not None:
                writer.add_field(name, field, value if field.stored else None, 0)
                writer.add_column_value(name, column, field.to_column_value(value))
        writer.finish_doc()
    writer.close()
