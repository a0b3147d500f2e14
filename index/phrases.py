"""Finds words that stand side by side in a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        offsets: dict[str, list[int]] = {}
        for offset, word in enumerate(words):
            offsets.setdefault(word, []).append(offset)
        wanted: set[int] | dict[int, set[int]] = self._holding_all(field, offsets)
        starts: dict[int, set[int]] = {}
        for word, shifts in offsets.items():
            self._count(len(wanted))
            starts = _starts(starts, self._postings.positions(field, word, wanted), shifts)
            wanted = starts
            if not starts:
                return {}
        return {document: float(len(found)) for document, found in starts.items()}

    def _holding_all(self, field: str, words: Iterable[str]) -> set[int]:
        holding: set[int] | None = None
        for word in sorted(words, key=len, reverse=True):  # longer words are rarer
            found = self._postings.documents(field, word)
            holding = set(found) if holding is None else holding.intersection(found)
            if not holding:
                break
        return holding or set()

    def _count(self, documents: int) -> None:
        self._located += documents
        if self._located > MAX_LOCATED:
            raise QueryError(
                "The phrases of this query are made of words that stand in too many articles.",
                hint="Use fewer phrases, or rarer words.",
            )


def _starts(
    before: Mapping[int, set[int]], places: Mapping[int, Sequence[int]], shifts: Iterable[int]
) -> dict[int, set[int]]:
    """Keep the places where a phrase can begin, given where one of its words stands."""
    kept: dict[int, set[int]] = {}
    for document, found in places.items():
        begins = before.get(document)
        for shift in shifts:
            if begins is not None and not begins:
                break
            here = {at - shift for at in found if at >= shift}
            begins = here if begins is None else begins & here
        if begins:
            kept[document] = begins
    return kept
