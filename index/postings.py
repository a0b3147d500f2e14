"""Reads Whoosh's inverted lists in bulk: which documents hold a term, how often, and where.

Whoosh's own matchers step from document to document through several Python calls each. Here a block of
postings is read at once, which takes about a tenth of the time; where a codec has no such blocks (a fork of
Whoosh) the public way is taken. Numbers of documents are those of the whole index, deleted ones left out.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.whooshed import Searcher

DEFAULT_LENGTH: Final = 1


class _Segment:
    """One segment: its reader, the number of its first document and its deleted documents."""

    def __init__(self, reader: Any, base: int) -> None:
        self.reader = reader
        self.base = base
        self.size: int = reader.doc_count_all()
        self.deleted = (
            frozenset(doc for doc in range(self.size) if reader.is_deleted(doc))
            if reader.has_deletions()
            else frozenset()
        )


class Postings:
    """The inverted lists of an open index.

    A snapshot: what the searcher saw when it was opened.
    """

    def __init__(self, searcher: Searcher) -> None:
        reader = searcher.reader()
        self._schema = reader.schema
        self._segments = [_Segment(leaf, base) for leaf, base in reader.leaf_readers()]
        self.count: int = sum(part.size - len(part.deleted) for part in self._segments)
        self._lengths: dict[str, dict[int, int]] = {}

    def has_field(self, field: str) -> bool:
        """Tell whether the index was made with this field."""
        return field in self._schema

    def everything(self) -> set[int]:
        """Return all documents."""
        return {
            part.base + doc for part in self._segments for doc in range(part.size) if doc not in part.deleted
        }

    def documents(self, field: str, term: str) -> list[int]:
        """Return the documents that hold the term, in ascending order."""
        found: list[int] = []
        for part, matcher in self._matchers(field, term):
            for ids, _, _ in _blocks(matcher, "ids"):
                found.extend(part.base + doc for doc in ids if doc not in part.deleted)
        return found

    def weights(self, field: str, term: str) -> dict[int, float]:
        """Return how often each document holds the term."""
        found: dict[int, float] = {}
        for part, matcher in self._matchers(field, term):
            base, deleted = part.base, part.deleted
            for ids, weights, _ in _blocks(matcher, "weights"):
                if deleted:
                    found.update(
                        (base + doc, weight)
                        for doc, weight in zip(ids, weights, strict=True)
                        if doc not in deleted
                    )
                elif base:
                    found.update(zip([base + doc for doc in ids], weights, strict=True))
                else:
                    found.update(zip(ids, weights, strict=True))
        return found

    def positions(self, field: str, term: str, wanted: Iterable[int]) -> dict[int, list[int]]:
        """Return where in the field the term stands, for those of the `wanted` documents that hold it."""
        wanted = frozenset(wanted)
        decode = self._schema[field].format.decode_positions
        found: dict[int, list[int]] = {}
        for part, matcher in self._matchers(field, term):
            base = part.base
            for ids, _, values in _blocks(matcher, "values"):
                for doc, value in zip(ids, values, strict=True):
                    if base + doc in wanted:
                        found[base + doc] = decode(value)
        return found

    def dictionary(self, field: str, first: str = "") -> Iterator[str]:
        """Yield the field's terms in the order of their UTF-8 bytes, from `first` on, each once."""
        if not self.has_field(field):
            return
        start = first.encode()
        last = None
        for term in heapq.merge(*(_terms(part.reader, field, start) for part in self._segments)):
            if term != last:
                last = term
                yield term.decode()

    def lengths(self, field: str, documents: Iterable[int]) -> dict[int, int]:
        """Return the number of terms in the field of each document (to the nearest step of Whoosh's byte)."""
        segments = self._segments
        if len(segments) == 1:
            length = segments[0].reader.doc_field_length
            return {doc: length(doc, field, DEFAULT_LENGTH) or DEFAULT_LENGTH for doc in documents}
        found: dict[int, int] = {}
        ordered = sorted(documents)
        at = 0
        for part in segments:
            length, end = part.reader.doc_field_length, part.base + part.size
            while at < len(ordered) and ordered[at] < end:
                doc = ordered[at]
                found[doc] = length(doc - part.base, field, DEFAULT_LENGTH) or DEFAULT_LENGTH
                at += 1
        return found

    def mean_length(self, field: str) -> float:
        """Return the mean number of terms in the field, over all documents."""
        total = float(sum(part.reader.field_length(field) for part in self._segments))
        return max(1.0, total / max(1, sum(part.size for part in self._segments)))

    def column(self, field: str, documents: Iterable[int]) -> dict[int, str]:
        """Return the stored column value (an id) of each document."""
        found: dict[int, str] = {}
        ordered = sorted(documents)
        at = 0
        for part in self._segments:
            values, end = None, part.base + part.size
            while at < len(ordered) and ordered[at] < end:
                values = values or part.reader.column_reader(field)
                found[ordered[at]] = values[ordered[at] - part.base]
                at += 1
        return found

    def _matchers(self, field: str, term: str) -> Iterator[tuple[_Segment, Any]]:
        key = term.encode()
        for part in self._segments:
            if (field, key) in part.reader:
                matcher = part.reader.postings(field, key)
                # Whoosh wraps the list to hide deleted documents; here they are dropped in bulk.
                yield part, (getattr(matcher, "child", matcher) if part.deleted else matcher)


def _terms(reader: Any, field: str, start: bytes) -> Iterator[bytes]:
    for name, term in reader.terms_from(field, start):
        if name != field:
            return
        yield term


def _blocks(matcher: Any, what: str) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (documents, weights, values) block by block; of weights and values only the one asked for."""
    if not hasattr(matcher, "_next_block"):
        yield _stepped(matcher, what)
        return
    while matcher.is_active():
        matcher._read_ids()
        if what == "weights":
            matcher._read_weights()
        elif what == "values":
            matcher._read_values()
        yield matcher._ids, matcher._weights, matcher._values
        matcher._next_block()


def _stepped(matcher: Any, what: str) -> tuple[list[int], list[float], list[bytes]]:
    ids: list[int] = []
    weights: list[float] = []
    values: list[bytes] = []
    while matcher.is_active():
        ids.append(matcher.id())
        if what == "weights":
            weights.append(matcher.weight())
        elif what == "values":
            values.append(matcher.value())
        matcher.next()
    return ids, weights, values
