"""Merges segments into one without looking into their postings.

Whoosh takes every posting of a merged segment through its sorter. But the lists of segments need no sorting:
those of one term are put one after the other, documents are numbered anew, deleted ones dropped. Positions
are carried over as they are. Most terms stand in one article of one segment: of those, only the number of the
document is changed. What is held in memory is the terms of one field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import accumulate, compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.inversion import CHUNK
from index.lists import Lists, decode, moved
from index.pickles import octets
from index.segments import ListsWriter, assemble
from index.storage import INDEX_NAME
from index.termfile import FIELD, records
from index.whooshed import (
    LENGTHS_COLUMN,
    FileStorage,
    Positions,
    Schema,
    SegmentReader,
    TranslatingColumnReader,
    W3Codec,
    byte_to_length,
)


def splice(storage: FileStorage, schema: Schema, segments: Sequence[Any]) -> Any:
    """Write one segment with the live documents of `segments`, at least one; returns its record."""
    with ExitStack() as stack:
        readers = [
            stack.enter_context(closing(SegmentReader(storage, schema, segment))) for segment in segments
        ]
        merged = W3Codec().new_segment(storage, INDEX_NAME)
        numbers = _renumber(segments)
        lengths = _write_documents(storage, schema, merged, readers)
        writer = ListsWriter(storage, merged)
        sources = list(map(_Source, readers, _bases(segments)))
        for name in sorted({name for source in sources for name in source.fields}):
            of_field = lengths[name] if schema[name].scorable else None
            portion = _Portion(numbers, positions=isinstance(schema[name].format, Positions))
            found = _terms(sources, name)
            for term in sorted(found):
                portion.add(term, found[term])
                if portion.size >= CHUNK:
                    portion.write(writer, name, of_field)
            portion.write(writer, name, of_field)
        writer.close()
    return assemble(storage, merged, int(numbers.max()) + 1)


def _renumber(segments: Sequence[Any]) -> NDArray[np.int64]:
    """Return the new number of every document of all segments, -1 where it is deleted."""
    live = np.concatenate([_live(segment) for segment in segments])
    return np.where(live, np.cumsum(live) - 1, -1)


def _bases(segments: Sequence[Any]) -> list[int]:
    """Return how many documents, deleted ones too, come before each segment."""
    return [0, *accumulate(segment.doc_count_all() for segment in segments)][:-1]


def _live(segment: Any) -> NDArray[np.bool_]:
    live = np.ones(segment.doc_count_all(), bool)
    live[list(segment.deleted_docs())] = False
    return live


def _write_documents(
    storage: FileStorage, schema: Schema, merged: Any, readers: Sequence[Any]
) -> dict[str, NDArray[np.uint8]]:
    """Write columns, lengths and stored values; returns the lengths' bytes by field and new number."""
    writer = W3Codec().per_document_writer(storage, merged)
    lengths: dict[str, bytearray] = {name: bytearray() for name in schema.names() if schema[name].scorable}
    number = 0
    for reader in readers:
        of_reader = _lengths(reader, lengths)
        columns = _columns(reader, schema)
        for old in reader.all_doc_ids():
            writer.start_doc(number)
            stored = reader.stored_fields(old)
            for name, row in of_reader:
                lengths[name].append(row[old])
                writer.add_field(name, schema[name], None, byte_to_length(row[old]))
            for name, (column, values) in columns.items():
                writer.add_field(name, schema[name], stored.get(name), 0)
                writer.add_column_value(name, column, values[old])
            writer.finish_doc()
            number += 1
        for row in lengths.values():
            row.extend(bytes(number - len(row)))
    writer.close()
    return {name: np.frombuffer(row, np.uint8) for name, row in lengths.items()}


def _lengths(reader: Any, names: Iterable[str]) -> list[tuple[str, Sequence[int]]]:
    documents = reader._perdoc
    found: list[tuple[str, Sequence[int]]] = []
    for name in sorted(names):
        column = f"_{name}_len"
        if documents.has_column(column):
            found.append((name, list(documents.column_reader(column, LENGTHS_COLUMN))))
    return found


def _columns(reader: Any, schema: Schema) -> dict[str, tuple[Any, Sequence[bytes]]]:
    found: dict[str, tuple[Any, Sequence[bytes]]] = {}
    for name, field in schema.items():
        if field.column_type and reader.has_column(name):
            column = reader.column_reader(name)
            raw = column.raw_column() if isinstance(column, TranslatingColumnReader) else column
            found[name] = (field.column_type, list(raw))
    return found


class _Source:
    """The terms of a segment that is merged; `base` documents come before its own."""

    def __init__(self, reader: Any, base: int) -> None:
        terms = reader._terms
        self.base = base
        self.whole = not reader.has_deletions()
        self.postings: memoryview = terms._postfile._buf
        self.fields: dict[str, int] = terms._fieldmap
        index = terms._tindex
        self._data: memoryview = index.dbfile._buf
        self._at: int = index.startofdata
        self._end: int = index.endofdata

    def terms(self, name: str) -> Iterator[tuple[bytes, bytes]]:
        """Yield (term, info) of a field; to be called for all fields in ascending order."""
        number = self.fields.get(name)
        if number is not None:
            prefix = FIELD.pack(number)
            for key, info, after in records(self._data, self._at, self._end):
                if not key.startswith(prefix):
                    break
                self._at = after
                yield key[FIELD.size :], info


_Found = list[tuple[_Source, bytes]]


def _terms(sources: Sequence[_Source], name: str) -> dict[bytes, _Found]:
    """Return what the segments have of each term of a field, in the order of the segments."""
    found: dict[bytes, _Found] = {}
    for source in sources:
        for term, info in source.terms(name):
            before = found.get(term)
            if before is None:
                found[term] = [(source, info)]
            else:
                before.append((source, info))
    return found


class _Portion:
    """Consecutive terms of a field on their way into the merged segment."""

    def __init__(self, numbers: NDArray[np.int64], *, positions: bool) -> None:
        self._numbers = numbers
        self._positions = positions
        self._whole = bool((numbers >= 0).all())
        self._clear()

    def _clear(self) -> None:
        self.size = 0
        self._terms: list[bytes] = []
        self._infos: list[bytes | None] = []
        self._begins: list[int] = []
        self._documents: list[int] = []
        self._weights: list[int] = []
        self._values: list[bytes] = []
        self._bases: list[int] = []
        self._counts: list[int] = []

    def add(self, term: bytes, found: _Found) -> None:
        """Add a term with what the segments have of it."""
        self.size += 1
        self._terms.append(term)
        if self._whole and len(found) == 1:
            ((source, info),) = found
            ready = moved(info, source.base)
            if ready is not None:
                self._infos.append(ready)
                return
        self._infos.append(None)
        self._begins.append(len(self._documents))
        for source, info in found:
            documents, weights, values = decode(info, source.postings)
            self._documents += documents
            self._weights += weights
            self._bases.append(source.base)
            self._counts.append(len(documents))
            self.size += len(documents)
            if self._positions:
                self._values += [octets(value) for value in values if value is not None]

    def write(self, writer: ListsWriter, name: str, lengths: NDArray[np.uint8] | None) -> None:
        """Write what was added, and begin anew."""
        encoded: Iterator[bytes | None] = iter(())
        if self._begins:
            lists, kept = self._lists()
            infos = iter(writer.encode(lists, lengths) if kept.any() else ())
            encoded = (next(infos) if keeps else None for keeps in kept.tolist())
        entries = [
            (term, entry)
            for term, info in zip(self._terms, self._infos, strict=True)
            if (entry := next(encoded) if info is None else info) is not None
        ]
        if entries:
            terms, infos_of_terms = zip(*entries, strict=True)
            writer.add_terms(name, terms, infos_of_terms)
        self._clear()

    def _lists(self) -> tuple[Lists, NDArray[np.bool_]]:
        """Number the documents anew and leave out deleted ones; says which lists anything is left of."""
        documents = self._numbers[np.array(self._documents) + np.repeat(self._bases, self._counts)]
        weights, values = np.array(self._weights), self._values
        sizes = np.diff(self._begins, append=len(documents))
        live = documents >= 0
        if not live.all():
            sizes = np.add.reduceat(live, self._begins, dtype=np.int64)
            documents, weights = documents[live], weights[live]
            values = list(compress(values, live.tolist()))
        kept = sizes > 0
        return Lists((), sizes[kept], documents, weights, values if self._positions else None), kept
