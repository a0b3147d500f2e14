"""The inverted lists of the whole index: which documents hold a term, how often, and where.

Numbers of documents are those of the whole index, deleted ones left out. What belongs to the index alone
(columns, lengths, parts of the dictionary) is read once for each `Searcher`, what belongs to a query is
bounded by its `Budget`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import WeakKeyDictionary

from index import whooshed
from index.budget import Budget
from index.leaves import Block, Leaf, leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from index.whooshed import Searcher

DEFAULT_LENGTH: Final = 1
REMEMBERED: Final = 300_000
"""Terms of the dictionary that are kept in memory for the next query."""
Run: TypeAlias = "tuple[Sequence[int], Sequence[float] | None]"
"""Documents, ascending, and how often each one holds a term; None where it is once in each."""
_LAST: Final = "\U0010ffff"


class _Snapshot:
    """What is read once from an open index."""

    def __init__(self, searcher: Searcher) -> None:
        reader = searcher.reader()
        self.schema = reader.schema
        self.leaves = [leaf(part, base) for part, base in reader.leaf_readers() if part.doc_count_all()]
        self.size = sum(part.size for part in self.leaves)
        self.count = self.size - sum(len(part.deleted) for part in self.leaves)
        self._columns: dict[str, list[str]] = {}
        self._lengths: dict[str, bytes] = {}
        self._means: dict[str, float] = {}
        self._words: dict[tuple[str, str], list[str]] = {}

    def column(self, field: str) -> list[str]:
        if field not in self._columns:
            parts = [part.column(field) for part in self.leaves]
            self._columns[field] = parts[0] if len(parts) == 1 else [one for part in parts for one in part]
        return self._columns[field]

    def lengths(self, field: str) -> bytes:
        if field not in self._lengths:
            self._lengths[field] = b"".join(part.lengths(field) for part in self.leaves)
        return self._lengths[field]

    def mean(self, field: str) -> float:
        if field not in self._means:
            counts = Counter(self.lengths(field))
            counts.subtract(self.lengths(field)[at] for part in self.leaves for at in part.deleted)
            total = sum(length_of(value) * count for value, count in counts.items())
            self._means[field] = max(1.0, total / max(1, self.count))
        return self._means[field]

    def words(self, field: str, start: str, budget: Budget) -> list[str]:
        key = (field, start)
        if key not in self._words:
            found: set[bytes] = set()
            for part in self.leaves:
                for term in part.terms(field, start.encode()):
                    budget.step()
                    found.add(term)
            if len(found) + sum(map(len, self._words.values())) > REMEMBERED:
                self._words.clear()
            self._words[key] = [term.decode() for term in sorted(found)]
        return self._words[key]


_snapshots: Final[WeakKeyDictionary[Searcher, _Snapshot]] = WeakKeyDictionary()


def length_of(value: int) -> int:
    """Return the number of terms that Whoosh's byte of a length stands for (to its nearest step)."""
    return whooshed.byte_to_length(value) or DEFAULT_LENGTH


class Postings:
    """What a query reads of an open index: a snapshot of what the searcher saw when it was opened.

    All methods raise QueryError where the budget is used up.
    """

    def __init__(self, searcher: Searcher, budget: Budget | None = None) -> None:
        snapshot = _snapshots.get(searcher)
        if snapshot is None:
            snapshot = _snapshots[searcher] = _Snapshot(searcher)
        self._snapshot = snapshot
        self.budget = budget or Budget()
        self.count = snapshot.count

    def has_field(self, field: str) -> bool:
        """Tell whether the index was made with this field."""
        return field in self._snapshot.schema

    def everything(self) -> set[int]:
        """Return all documents."""
        found = set(range(self._snapshot.size))
        for part in self._snapshot.leaves:
            found -= part.deleted
        return found

    def documents(self, field: str, term: str) -> list[int]:
        """Return the documents that hold the term, in ascending order."""
        return [doc for block in self._blocks(field, term) for doc in block.documents]

    def runs(self, field: str, term: str) -> list[Run]:
        """Return the documents that hold the term, in ascending order, and how often, run by run."""
        return [(block.documents, block.weights) for block in self._blocks(field, term)]

    def weights(self, field: str, term: str) -> dict[int, float]:
        """Return how often each document holds the term."""
        found: dict[int, float] = {}
        for documents, weights in self.runs(field, term):
            found.update(zip(documents, weights or repeat(1.0), strict=False))
        return found

    def size(self, field: str, term: str) -> int:
        """Return how many documents hold the term, deleted ones that are not merged away yet too."""
        return sum(part.size_of(found) for part, found in self._found(field, term))

    def places(self, field: str, term: str, wanted: AbstractSet[int] | None = None) -> dict[int, bytes]:
        """Return where the term stands in the documents (only the `wanted` ones), as `positions` reads it."""
        found: dict[int, bytes] = {}
        for block in self._blocks(field, term):
            pairs = zip(block.documents, block.values or (), strict=False)
            found.update(pairs if wanted is None else [pair for pair in pairs if pair[0] in wanted])
        return found

    def positions(self, field: str) -> Callable[[bytes], list[int]]:
        """Return what decodes places in the field: numbers of words, ascending."""
        decode: Callable[[bytes], list[int]] = self._snapshot.schema[field].format.decode_positions
        return decode

    def words(self, field: str, start: str = "") -> Sequence[str]:
        """Return the field's terms that begin with `start`, ascending by their UTF-8 bytes, each once."""
        if not self.has_field(field):
            return []
        head = start[:1]
        known = self._snapshot.words(field, head if len(start) < _LONG else start[:_LONG], self.budget)
        return known if start in (head, "") else known[slice(*within(known, start))]

    def dictionary(self, field: str, first: str = "") -> Iterator[str]:
        """Yield the field's terms from `first` on, ascending; for fields of few terms."""
        known = self.words(field)
        return iter(known[bisect_left(known, first) :])

    def length_bytes(self, field: str) -> bytes:
        """Return the number of terms in the field of every document, as `length_of` reads it."""
        return self._snapshot.lengths(field)

    def mean_length(self, field: str) -> float:
        """Return the mean number of terms in the field, over all documents that are not deleted.

        It is the mean of what `length_of` gives. Whoosh's own totals count deleted documents, and are exact
        until a merge rounds them: scores would tell how the index came to be.
        """
        return self._snapshot.mean(field)

    def values(self, field: str) -> Sequence[str]:
        """Return the column's value of every document, by number."""
        return self._snapshot.column(field)

    def column(self, field: str, documents: Iterable[int]) -> dict[int, str]:
        """Return the column's value of each document."""
        values = self._snapshot.column(field)
        return {doc: values[doc] for doc in documents}

    def _found(self, field: str, term: str) -> Iterator[tuple[Leaf, Any]]:
        key = term.encode()
        for part in self._snapshot.leaves:
            found = part.find(field, key)
            if found is not None:
                yield part, found

    def _blocks(self, field: str, term: str) -> Iterator[Block]:
        """Yield the postings of a term, those of deleted documents left out."""
        for part, found in self._found(field, term):
            self.budget.spend(part.size_of(found))
            deleted = part.deleted
            for block in part.blocks(found):
                if deleted and not deleted.isdisjoint(block.documents):
                    yield _live(block, deleted)
                else:
                    yield block


_LONG: Final = 3
"""Beginnings of so many letters are looked up in the dictionary as they are; shorter ones by letter."""


def within(words: Sequence[str], start: str, low: int = 0) -> tuple[int, int]:
    """Return from where to where, at `low` or after it, sorted words begin with `start`."""
    begin = bisect_left(words, start, low)
    return begin, bisect_left(words, start + _LAST, begin)


def _live(block: Block, deleted: frozenset[int]) -> Block:
    kept = [at for at, doc in enumerate(block.documents) if doc not in deleted]

    def of(values: Any) -> Any:
        return None if values is None else [values[at] for at in kept]

    return Block(of(block.documents), of(block.weights), of(block.values))
