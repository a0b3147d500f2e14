"""The inverted lists of the whole index: which documents hold a term, how often, and where.

Numbers of documents are those of the whole index, deleted ones left out. What belongs to the index alone
(columns, lengths, parts of the dictionary, lists that were asked for lately) is kept by its `Snapshot`, what
belongs to a query is bounded by its `Budget`.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from index.budget import Budget

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from index.leaves import Leaf, Run
    from index.snapshot import Snapshot

_LAST: Final = "\U0010ffff"


class Postings:
    """What a query reads of an open index.

    All methods raise QueryError where the budget is used up.
    """

    def __init__(self, snapshot: Snapshot, budget: Budget | None = None) -> None:
        self._snapshot = snapshot
        self.budget = budget or Budget()
        self.count = snapshot.count

    def everything(self) -> set[int]:
        """Return all documents."""
        found = set(range(self._snapshot.size))
        for part in self._snapshot.leaves:
            found -= part.deleted
        return found

    def documents(self, field: str, term: str) -> list[int]:
        """Return the documents that hold the term, in ascending order."""
        return [doc for documents, _ in self.runs(field, term) for doc in documents]

    def runs(self, field: str, term: str) -> list[Run]:
        """Return the documents that hold the term, in ascending order, and how often, run by run."""
        known = self._snapshot.lists.get((field, term))
        if known is not None:
            self.budget.spend(sum(len(documents) for documents, _ in known))
            return known
        found: list[Run] = []
        for part, term_found in self._found(field, term):
            self.budget.spend(part.size_of(term_found))
            found += part.runs(term_found) if not part.deleted else _living(part, term_found)
        self._snapshot.lists.keep((field, term), found)
        return found

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
        """Return where the term stands in the documents (of the `wanted` ones), for `index.places.decode`."""
        found: dict[int, bytes] = {}
        for part, term_found in self._found(field, term):
            size = part.size_of(term_found)
            self.budget.spend(size)
            sparse = wanted if wanted is not None and len(wanted) * _SPARSE < size else None
            blocks = part.blocks(term_found) if sparse is None else part.blocks_with(term_found, sparse)
            left_out = part.deleted
            for documents, _, values in blocks:
                pairs = zip(documents, values or (), strict=False)
                found.update(
                    pairs
                    if wanted is None and not left_out
                    else [
                        pair
                        for pair in pairs
                        if pair[0] not in left_out and (wanted is None or pair[0] in wanted)
                    ]
                )
        return found

    def words(self, field: str, start: str = "") -> Sequence[str]:
        """Return the field's terms that begin with `start`, ascending by their UTF-8 bytes, each once."""
        head = start[:1]
        read = head if len(start) < _LONG else start[:_LONG]
        known = self._snapshot.words(field, read.encode(), self.budget)
        return known if start in (head, "") else known[slice(*within(known, start))]

    def far_words(self, field: str) -> Iterator[str]:
        """Yield the field's terms that begin with a character of three bytes or more, as East Asian ones do.

        So a search for a Chinese character reads nothing of the Latin, Cyrillic or Arabic dictionary.
        """
        for lead in _THREE_BYTES:
            yield from self._snapshot.words(field, bytes((lead,)), self.budget)

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


_THREE_BYTES: Final = range(0xE0, 0xF5)
"""First bytes of characters from U+0800 on."""
_SPARSE: Final = 50
"""One in so many postings or more is wanted: then nearly every block of 128 has some."""
_LONG: Final = 3
"""Beginnings of so many letters are looked up in the dictionary as they are; shorter ones by letter."""


def within(words: Sequence[str], start: str, low: int = 0) -> tuple[int, int]:
    """Return from where to where, at `low` or after it, sorted words begin with `start`."""
    begin = bisect_left(words, start, low)
    return begin, bisect_left(words, start + _LAST, begin)


def _living(part: Leaf, found: Any) -> Iterator[Run]:
    """Yield the documents of a term that are not deleted, run by run."""
    for documents, weights in part.runs(found):
        if part.deleted.isdisjoint(documents):
            yield documents, weights
            continue
        kept = [at for at, doc in enumerate(documents) if doc not in part.deleted]
        yield [documents[at] for at in kept], None if weights is None else [weights[at] for at in kept]
