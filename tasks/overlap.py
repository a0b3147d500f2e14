"""How one text lies in another: which of its words stand in matched 4-grams, in which runs."""

from __future__ import annotations

from dataclasses import dataclass
from operator import sub
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.sketch import Hashes, Positions, Shingles

GAP_WORDS: Final = 20
"""So many unmatched words in a row are prose of its own."""
_TRIM: Final = 0.03

Span = tuple[int, int]
"""Half-open range of a text's words."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How one text is covered by another; lengths are words, shares 0..1 of the text.

    `run` is the longest matched block, `density` how tightly the matches stand (their outermost 3 % left
    aside), `gaps` the share of its own prose, `span` the range from first to last match.
    """

    matched: int
    coverage: float
    run: int
    density: float
    gaps: float
    span: Span


NOTHING: Final = Overlap(0, 0.0, 0, 0.0, 1.0, (0, 0))


def held(values: Hashes, within: Hashes) -> NDArray[np.bool_]:
    """Tell which values stand in the sorted array `within`."""
    if not len(within):
        return np.zeros(len(values), bool)
    found: NDArray[np.bool_] = within.take(within.searchsorted(values), mode="clip") == values
    return found


def overlap(shingles: Shingles, hit: NDArray[np.bool_], words: int) -> Overlap:
    """Measure the runs of words that the shingles marked in `hit` make, in a text of so many words."""
    places = hit.nonzero()[0]
    if not len(places):
        return NOTHING
    starts, ends = _runs(shingles.starts[places], shingles.ends[places])
    sizes = list(map(sub, ends, starts))
    matched = sum(sizes)
    gaps = [starts[0], *map(sub, starts[1:], ends), words - ends[-1]]
    low, high = int(_TRIM * matched), int((1 - _TRIM) * matched)
    spread = _word(starts, sizes, high) - _word(starts, sizes, low) + 1
    return Overlap(
        matched=matched,
        coverage=matched / words,
        run=max(sizes),
        density=(high - low + 1) / spread,
        gaps=sum([gap for gap in gaps if gap >= GAP_WORDS]) / words,
        span=(starts[0], ends[-1]),
    )


def _runs(starts: Positions, ends: Positions) -> tuple[list[int], list[int]]:
    """Join windows, in order of their starts, that touch or overlap."""
    reached = np.maximum.accumulate(ends)
    breaks = (starts[1:] > reached[:-1]).nonzero()[0]
    if not len(breaks):
        return [int(starts[0])], [int(reached[-1])]
    return (
        [int(starts[0]), *starts[breaks + 1].tolist()],
        [*reached[breaks].tolist(), int(reached[-1])],
    )


def _word(starts: list[int], sizes: list[int], rank: int) -> int:
    """Return the position of the matched word of this rank, from 0."""
    for start, size in zip(starts, sizes, strict=True):
        if rank < size:
            return start + rank
        rank -= size
    return starts[-1] + sizes[-1] - 1
