"""Finds words that stand side by side in a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.errors import QueryError
from index.places import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.postings import Postings

MAX_LOCATED: Final = 300_000
"""Lists of positions that one query may read, 5 to 10 microseconds each; "of the" in 50,000 articles takes
100,000."""


class Phrases:
    """Finds the phrases of one query; counts what that takes."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._located = 0

    def find(self, field: str, words: Sequence[str]) -> dict[int, float]:
        """Return the documents that hold the words in this order without gap, and how often.

        Raises QueryError where the query has read MAX_LOCATED lists of positions.
        """
        shifts: dict[str, list[int]] = {}
        for shift, word in enumerate(words):
            shifts.setdefault(word, []).append(shift)
        places = self._holding_all(field, shifts)
        if not places:
            return {}
        documents = places[-1][1].keys()
        self._count(len(documents) * len(places))
        found: dict[int, float] = {}
        parts = [(encoded, shift) for word, encoded in places for shift in shifts[word]]
        (first, first_shift), *others = parts
        for document in documents:
            starts = set(decode(first[document], first_shift))
            for encoded, shift in others:
                starts.intersection_update(decode(encoded[document], shift))
                if not starts:
                    break
            else:
                found[document] = float(len(starts))
        return found

    def _holding_all(self, field: str, words: Iterable[str]) -> list[tuple[str, dict[int, bytes]]]:
        """Return where each word stands in the documents that hold all, the rarest word first.

        Those of the first words have documents besides. Empty where no document has all.
        """
        found: list[tuple[str, dict[int, bytes]]] = []
        for word in sorted(words, key=lambda one: self._postings.size(field, one)):
            before = found[-1][1].keys() if found else None
            places = self._postings.places(field, word, before)
            if not places:
                return []
            found.append((word, places))
        return found

    def _count(self, documents: int) -> None:
        self._located += documents
        if self._located > MAX_LOCATED:
            raise QueryError(
                "The phrases of this query are made of words that stand in too many articles.",
                hint="Use fewer phrases, or rarer words.",
            )
