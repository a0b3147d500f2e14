"""Reads a segment in Whoosh's public way, posting by posting.

For every Whoosh but 2.7.4, whose format `index.leaves` reads in bulk, in about a tenth of the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index import whooshed
from index.leaves import NO_LENGTH, Block, Run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet


class WhooshLeaf:
    """A segment whose documents have the numbers from `base` on, in the whole index; see `leaves.Leaf`."""

    def __init__(self, reader: Any, base: int) -> None:
        self.reader = reader
        self.base = base
        self.size: int = reader.doc_count_all()
        self.deleted: frozenset[int] = (
            frozenset(base + doc for doc in range(self.size) if reader.is_deleted(doc))
            if reader.has_deletions()
            else frozenset()
        )

    def find(self, field: str, term: bytes) -> Any:
        """Look a term up; returns what `size_of` and `blocks` take, None where nothing holds it."""
        return (field, term) if (field, term) in self.reader else None

    def size_of(self, found: Any) -> int:
        """Return how many documents hold a term that was found, deleted ones too."""
        return int(self.reader.doc_frequency(*found))

    def blocks(self, found: Any) -> Iterator[Block]:
        """Yield the postings of a term that was found, those of deleted documents too."""
        matcher = self.reader.postings(*found)
        matcher = getattr(matcher, "child", matcher) if self.deleted else matcher
        documents: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        while matcher.is_active():
            documents.append(self.base + matcher.id())
            weights.append(matcher.weight())
            values.append(matcher.value())
            matcher.next()
        yield Block(documents, weights, values)

    def runs(self, found: Any) -> Iterator[Run]:
        """Yield documents and weights of `blocks` alone."""
        yield from ((documents, weights) for documents, weights, _ in self.blocks(found))

    def blocks_with(self, found: Any, wanted: AbstractSet[int]) -> Iterator[Block]:
        """Yield those of `blocks` that have any of the documents."""
        yield from (block for block in self.blocks(found) if not wanted.isdisjoint(block.documents))

    def terms(self, field: str, start: bytes) -> list[bytes]:
        """Return the field's terms that begin with `start`, in ascending order."""
        found: list[bytes] = []
        for name, term in self.reader.terms_from(field, start):
            if name != field or not term.startswith(start):
                break
            found.append(term)
        return found

    def column(self, field: str) -> list[str]:
        """Return the column's value of every document, empty where it has none."""
        values = self.reader.column_reader(field)
        return [values[number] for number in range(self.size)]

    def lengths(self, field: str) -> bytes:
        """Return the number of terms in the field, as Whoosh's byte, of every document."""
        length = self.reader.doc_field_length
        return bytes(
            whooshed.length_to_byte(length(number, field, 0) or 0)
            if self.base + number not in self.deleted
            else NO_LENGTH
            for number in range(self.size)
        )

    def close(self) -> None:
        """Let go of the segment's files."""
        self.reader.close()
