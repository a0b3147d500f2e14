"""Whether two texts are the same article, and the evidence for it.

Copies of an article differ by cuts, edits and what stands around them; templated copy ("Fed adds reserves")
and two reports of one event share sentences all the same. So the overlap of word 3-grams only opens the
question, and figures, names, dates and the place of the gaps answer it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.duplicates import Match
from tasks.normalise import clean, split_prose, stream
from tasks.sketch import Hashes, Shingles, shingles, token_hashes

# Chosen on the development half of the duplicate set by `python -m evals.dedupe` (pairwise F1, templates
# merged) and by its natural pairs, `--pairs`. Shares are 0..1, lengths are words.
MIN_MATCHED: Final = 25
"""Fewer matched words prove nothing."""
MIN_CONTAINMENT: Final = 0.47
"""3-grams of the shorter text that the longer one holds …"""
MIN_COVERAGE: Final = 0.6
"""… and words of it that stand in matched 4-grams."""
BLOCK_WORDS: Final = 90
"""Or one clean block of so many words …"""
BLOCK_COVERAGE: Final = 0.4
"""… that is so much of the shorter text …"""
BLOCK_DENSITY: Final = 0.9
"""… and itself matched so densely."""
GAP_WORDS: Final = 20
"""So many unmatched words in a row are prose of its own …"""
MAX_GAPS: Final = 0.3
"""… which may make up so much of the side that has less of it."""
WHOLE: Final = 0.9
"""From this containment on, the longer text may spread the copy …"""
MIN_DENSITY: Final = 0.5
"""… below it, both texts must hold the copy in one piece, matched so densely."""
MIN_NUMBERS: Final = 0.5
"""Of two and more figures, so many must agree;"""
MIN_NUMBERS_SHORT: Final = 0.7
"""so many where the match is shorter than"""
SHORT_MATCH: Final = 70
TABLE_FIGURES: Final = 3
"""Of so many figures outside the prose (prices, results) …"""
MIN_TABLE: Final = 0.5
"""… so many must agree: the words of the daily market report never change."""
MIN_NAMES: Final = 0.35
"""Of three and more names, so many must agree."""
NEAR_DAYS: Final = 3
"""Articles dated farther apart must agree in"""
MIN_NUMBERS_FAR: Final = 0.97
"""so many of their figures."""
MAX_WORDS: Final = 20_000
"""A text's words beyond these are not compared."""

_NAME: Final = re.compile(
    r"(?<=[a-z\xdf-\xff\u03ac-\u03ce\u0430-\u045f,;] )[A-Z\xc0-\xde\u0386-\u03ab\u0400-\u042f][\w'-]{2,}"
)
_TRIM: Final = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A text made ready for many comparisons.

    `day` is the date's ordinal; `numbers` are the figures of the prose as (position, token), `table` counts
    those outside it.
    """

    words: int
    day: int | None
    triples: Hashes
    shingles: Shingles
    distinct: Hashes
    numbers: tuple[tuple[int, str], ...]
    table: Mapping[str, int]
    names: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Overlap:
    """How one text is covered by another; `span` is the half-open range of words from first to last match."""

    matched: int
    coverage: float
    run: int
    density: float
    gaps: float
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Agreement:
    agree: int
    of: int

    @property
    def share(self) -> float:
        return self.agree / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.agree}/{self.of}"


def prepare(text: str, date: str | None) -> Prepared:
    """Make a text ready to be compared; `date` is the article's own, ISO, or None where unknown."""
    body, rest = split_prose(text)
    words = list(islice(stream(body), MAX_WORDS))
    hashes = token_hashes(words)
    four = shingles(hashes, 4)
    return Prepared(
        words=len(words),
        day=_ordinal(date),
        triples=np.unique(shingles(hashes, 3).values),
        shingles=four,
        distinct=np.unique(four.values),
        numbers=tuple((place, word) for place, word in enumerate(words) if word[0].isdigit()),
        table=Counter(word for word in islice(stream(rest), MAX_WORDS) if word[0].isdigit()),
        names=Counter(islice((found[0] for found in _NAME.finditer(clean(body))), MAX_WORDS)),
    )


def compare(a: Prepared, b: Prepared) -> Match | None:
    """Say why two texts are copies of one article, or None; the order of the two does not matter."""
    a, b = _ordered(a, b)
    shared = int(_held(a.triples, b.triples).sum())
    containment = shared / max(1, len(a.triples))
    inner, outer = _overlap(a, b), _overlap(b, a)
    numbers = _common(_between(a, inner.span), _between(b, outer.span))
    names = _common(a.names, b.names)
    if not (
        _copied(containment, inner, outer)
        and _figures_agree(numbers, min(inner.matched, outer.matched))
        and _agree(_common(a.table, b.table), TABLE_FIGURES, MIN_TABLE)
        and _agree(names, 3, MIN_NAMES)
        and _dates_agree(a, b, numbers)
    ):
        return None
    union = len(a.triples) + len(b.triples) - shared
    return Match(
        kind="same-text" if np.array_equal(a.shingles.values, b.shingles.values) else "near-duplicate",
        similarity=shared / union,
        containment=containment,
        coverage=inner.coverage,
        longest_run=inner.run,
        numbers=str(numbers),
        names=str(names),
    )


def covered(text: Prepared, by: Prepared) -> NDArray[np.bool_]:
    """Tell for each shingle of `text`, in reading order, whether the other text holds it."""
    return _held(text.shingles.values, by.distinct)


def _copied(containment: float, inner: _Overlap, outer: _Overlap) -> bool:
    matched = min(inner.matched, outer.matched)
    block = inner.coverage >= BLOCK_COVERAGE and inner.density >= BLOCK_DENSITY and matched >= BLOCK_WORDS
    if matched < MIN_MATCHED:
        return False
    if block:
        return containment >= WHOLE or min(inner.density, outer.density) >= MIN_DENSITY
    return (
        containment >= MIN_CONTAINMENT
        and inner.coverage >= MIN_COVERAGE
        and min(inner.gaps, outer.gaps) <= MAX_GAPS
        and (containment >= WHOLE or min(inner.density, outer.density) >= MIN_DENSITY)
    )


def _agree(found: _Agreement, enough: int, share: float) -> bool:
    """Tell whether the share agrees, or there are not enough to tell."""
    return found.of < enough or found.share >= share


def _figures_agree(numbers: _Agreement, matched: int) -> bool:
    if matched < SHORT_MATCH and not _agree(numbers, 1, MIN_NUMBERS_SHORT):
        return False
    return _agree(numbers, 2, MIN_NUMBERS)


def _dates_agree(a: Prepared, b: Prepared, numbers: _Agreement) -> bool:
    if a.day is None or b.day is None or abs(a.day - b.day) <= NEAR_DAYS:
        return True
    return numbers.share >= MIN_NUMBERS_FAR


def _overlap(text: Prepared, by: Prepared) -> _Overlap:
    hit = covered(text, by)
    if not hit.any():
        return _Overlap(0, 0.0, 0, 0.0, 1.0, (0, 0))
    starts, ends = text.shingles.starts[hit], text.shingles.ends[hit]
    depth = np.bincount(starts, minlength=text.words + 1) - np.bincount(ends, minlength=text.words + 1)
    inside = np.cumsum(depth)[: text.words] > 0
    places = np.flatnonzero(inside)
    first, last = places[int(_TRIM * len(places))], places[int((1 - _TRIM) * len(places))]
    gaps = _runs(~inside)
    return _Overlap(
        matched=len(places),
        coverage=len(places) / text.words,
        run=int(_runs(inside).max()),
        density=float(inside[first : last + 1].mean()),
        gaps=float(gaps[gaps >= GAP_WORDS].sum()) / text.words,
        span=(int(places[0]), int(places[-1]) + 1),
    )


def _runs(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Lengths of the runs of true values."""
    edges = np.diff(np.concatenate(([False], flags, [False])).astype(np.int8))
    return np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)


def _held(values: Hashes, within: Hashes) -> NDArray[np.bool_]:
    """Tell which values stand in the sorted array `within`."""
    if not len(within):
        return np.zeros(len(values), bool)
    at = np.minimum(np.searchsorted(within, values), len(within) - 1)
    held: NDArray[np.bool_] = within[at] == values
    return held


def _between(text: Prepared, span: tuple[int, int]) -> Mapping[str, int]:
    first = bisect_left(text.numbers, (span[0], ""))
    last = bisect_left(text.numbers, (span[1], ""))
    return Counter(word for _, word in text.numbers[first:last])


def _common(a: Mapping[str, int], b: Mapping[str, int]) -> _Agreement:
    """Count what two multisets share, out of the smaller one."""
    shared = sum(min(count, b[key]) for key, count in a.items() if key in b)
    return _Agreement(shared, min(sum(a.values()), sum(b.values())))


def _ordered(a: Prepared, b: Prepared) -> tuple[Prepared, Prepared]:
    """Shorter first; texts of equal length in an order that depends on the texts alone."""
    if a.words == b.words:
        return (a, b) if a.shingles.values.tobytes() <= b.shingles.values.tobytes() else (b, a)
    return (a, b) if a.words < b.words else (b, a)


def _ordinal(date: str | None) -> int | None:
    if date is None:
        return None
    try:
        return Date.fromisoformat(date).toordinal()
    except ValueError:
        return None  # a date of the page that is none is an unknown date
