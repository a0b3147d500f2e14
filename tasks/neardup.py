"""Whether two texts are the same article, and the evidence for it.

Copies of an article differ by cuts, edits and what stands around them; templated copy ("Fed adds reserves")
and two reports of one event share sentences all the same. So the overlap of word 3-grams only opens the
question, and figures, names, dates and the place of the gaps answer it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from index.duplicates import Match
from tasks.overlap import Overlap, Span, held, overlap
from tasks.prepared import Prepared, prepare
from tasks.slots import changed_figures, other_lead

__all__ = ["Prepared", "compare", "covered", "prepare"]

# Chosen on the development half of the duplicate set by `python -m evals.dedupe` (pairwise F1 .993, no wrong
# pair, no template merged) and by its natural pairs, `--pairs` (21 of 22 duplicates, none of 30 others); no
# natural pair changes sides when one of these moves by a tenth. Shares are 0..1, lengths are words.
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
"""… and itself matched so densely …"""
BLOCK_GAPS: Final = 0.5
"""… unless more than so much of either text is prose of its own: then two pages carry one notice (on whole
pages, `--keep-lines`, 44 wrong pairs instead of 134)."""
MAX_GAPS: Final = 0.3
"""Prose of its own may make up so much of the side that has less of it."""
WHOLE: Final = 0.9
"""From this containment on, the longer text may spread the copy …"""
MIN_DENSITY: Final = 0.5
"""… below it, both texts must hold the copy in one piece, matched so densely."""
CUT: Final = 0.87
"""A text so far contained, with at most so many of the other's words, is a cut copy."""
MIN_NUMBERS: Final = 0.5
"""Of two and more figures, so many must agree;"""
MIN_NUMBERS_SHORT: Final = 0.7
"""so many where the match is shorter than"""
SHORT_MATCH: Final = 70
EDGE_WORDS: Final = 1
"""So many words after the matched part still tell whether figures agree: a cut may end at a slot (without
this: 7 of 305 generated templates merged). Before the matched part stands the dateline."""
SURE_NAMES: Final = 12
"""Figures in rewritten sentences (feet for metres) need not agree where so many names …"""
SURE_SHARE: Final = 0.9
"""… agree as far as this …"""
SURE_MATCH: Final = 120
"""… in so many matched words."""
LEAD_MATCH: Final = 100
"""A shorter match must not begin with somebody else's name (without this: 2 natural templates merged)."""
LONG_MATCH: Final = 250
"""So many matched words are an article, though cut and built into another page …"""
LONG_DENSITY: Final = 0.65
"""… if both texts hold them so densely …"""
LONG_COVERAGE: Final = 0.5
"""… and they are so much of the shorter text (this rule, like that for sure names, finds 1 natural pair)."""
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


@dataclass(frozen=True, slots=True)
class _Agreement:
    agree: int
    of: int

    @property
    def share(self) -> float:
        return self.agree / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.agree}/{self.of}"


def compare(a: Prepared, b: Prepared) -> Match | None:
    """Say why two texts are copies of one article, or None; the order of the two does not matter."""
    a, b = _ordered(a, b)
    inner = overlap(a.shingles, covered(a, b), a.words)
    if inner.matched < MIN_MATCHED or inner.coverage < BLOCK_COVERAGE:
        return None
    outer = overlap(b.shingles, covered(b, a), b.words)
    shared = int(held(a.triples, b.triples).sum())
    containment = shared / max(1, len(a.triples))
    if not _copied(containment, inner, outer):
        return None
    numbers = _listed(_between(a, inner.span), _between(b, outer.span))
    names = _common(a.names, b.names)
    matched = min(inner.matched, outer.matched)
    if not (
        _agree(_common(a.table, b.table), TABLE_FIGURES, MIN_TABLE)
        and _agree(names, 3, MIN_NAMES)
        and _dates_agree(a, b, numbers)
        and (_figures_agree(numbers, matched) or _figures_restated(a, b, names, matched))
        and not ((matched < LEAD_MATCH or _dated_apart(a, b)) and other_lead(a, b))
    ):
        return None
    return Match(
        kind=_kind(a, b, containment),
        similarity=shared / (len(a.triples) + len(b.triples) - shared),
        containment=containment,
        coverage=inner.coverage,
        longest_run=inner.run,
        numbers=str(numbers),
        names=str(names),
        days=None if a.day is None or b.day is None else abs(a.day - b.day),
    )


def covered(text: Prepared, by: Prepared) -> NDArray[np.bool_]:
    """Tell for each shingle of `text`, in reading order, whether the other text holds it."""
    return held(text.shingles.values, by.distinct)


def _kind(
    a: Prepared, b: Prepared, containment: float
) -> Literal["same-text", "near-duplicate", "contained"]:
    if np.array_equal(a.shingles.values, b.shingles.values):
        return "same-text"
    return "contained" if containment >= WHOLE and a.words <= CUT * b.words else "near-duplicate"


def _copied(containment: float, inner: Overlap, outer: Overlap) -> bool:
    matched = min(inner.matched, outer.matched)
    block = inner.coverage >= BLOCK_COVERAGE and inner.density >= BLOCK_DENSITY and matched >= BLOCK_WORDS
    if matched < MIN_MATCHED:
        return False
    density = min(inner.density, outer.density)
    if block:
        apart = min(inner.gaps, outer.gaps) > BLOCK_GAPS
        return containment >= WHOLE or (density >= MIN_DENSITY and not apart)
    if matched >= LONG_MATCH and density >= LONG_DENSITY and inner.coverage >= LONG_COVERAGE:
        return True
    return (
        containment >= MIN_CONTAINMENT
        and inner.coverage >= MIN_COVERAGE
        and min(inner.gaps, outer.gaps) <= MAX_GAPS
        and (containment >= WHOLE or density >= MIN_DENSITY)
    )


def _agree(found: _Agreement, enough: int, share: float) -> bool:
    """Tell whether the share agrees, or there are not enough to tell."""
    return found.of < enough or found.share >= share


def _figures_agree(numbers: _Agreement, matched: int) -> bool:
    if matched < SHORT_MATCH and not _agree(numbers, 1, MIN_NUMBERS_SHORT):
        return False
    return _agree(numbers, 2, MIN_NUMBERS)


def _figures_restated(a: Prepared, b: Prepared, names: _Agreement, matched: int) -> bool:
    sure = matched >= SURE_MATCH and names.of >= SURE_NAMES and names.share >= SURE_SHARE
    return sure and not changed_figures(a, b)


def _dated_apart(a: Prepared, b: Prepared) -> bool:
    return a.day is not None and b.day is not None and abs(a.day - b.day) > NEAR_DAYS


def _dates_agree(a: Prepared, b: Prepared, numbers: _Agreement) -> bool:
    return numbers.share >= MIN_NUMBERS_FAR or not _dated_apart(a, b)


def _between(text: Prepared, span: Span) -> list[str]:
    first = bisect_left(text.numbers, (span[0], ""))
    last = bisect_left(text.numbers, (span[1] + EDGE_WORDS, ""))
    return [word for _, word in text.numbers[first:last]]


def _listed(a: list[str], b: list[str]) -> _Agreement:
    """Count what two lists share in any order, out of the shorter one."""
    return _Agreement(len(a), len(a)) if a == b else _common(Counter(a), Counter(b))


def _common(a: Mapping[str, int], b: Mapping[str, int]) -> _Agreement:
    """Count what two multisets share, out of the smaller one."""
    if a == b:
        return _Agreement(total := sum(a.values()), total)
    shared = sum(min(count, b[key]) for key, count in a.items() if key in b)
    return _Agreement(shared, min(sum(a.values()), sum(b.values())))


def _ordered(a: Prepared, b: Prepared) -> tuple[Prepared, Prepared]:
    """Shorter first; texts of equal length in an order that depends on the texts alone."""
    if a.words == b.words:
        return (a, b) if a.shingles.values.tobytes() <= b.shingles.values.tobytes() else (b, a)
    return (a, b) if a.words < b.words else (b, a)
