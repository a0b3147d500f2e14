"""How much of an article's body was found: 4-gram shingles, tokens, exact pages.

Shingle precision, recall and F1 are those of scrapinghub/article-extraction-benchmark: macro means of the
pages' precision (pages that predict something) and recall over multisets of word 4-grams, and the F1 of
these two means. A character of Han, kana or Thai is a token of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

GRAM: Final = 4
_UNSPACED: Final = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN: Final = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Precision, recall and F1 of one page, 0..1; all 1 where both sides are empty."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class PageScore:
    """One page: overlap of shingles and of tokens, whether the tokens are equal, which sides have any."""

    shingles: Overlap
    tokens: Overlap
    exact: bool
    predicted: bool
    wanted: bool


def score(gold: str, found: str) -> PageScore:
    """Compare a found body with the right one."""
    wanted, predicted = _TOKEN.findall(gold), _TOKEN.findall(found)
    return PageScore(
        shingles=_overlap(_shingles(wanted), _shingles(predicted)),
        tokens=_overlap(Counter(wanted), Counter(predicted)),
        exact=wanted == predicted,
        predicted=bool(predicted),
        wanted=bool(wanted),
    )


def figures(scores: Sequence[PageScore]) -> dict[str, Any]:
    """Return the figures over pages: shares 0..1, `empty` a number of pages."""
    precision = _mean(page.shingles.precision for page in scores if page.predicted)
    recall = _mean(page.shingles.recall for page in scores if page.wanted)
    return {
        "pages": len(scores),
        "shingle_precision": precision,
        "shingle_recall": recall,
        "shingle_f1": _harmonic(precision, recall),
        "page_f1": _mean(page.shingles.f1 for page in scores),
        "page_f1_worst_decile": _worst_decile(page.shingles.f1 for page in scores),
        "token_f1": _mean(page.tokens.f1 for page in scores),
        "token_f1_worst_decile": _worst_decile(page.tokens.f1 for page in scores),
        "exact": _mean(float(page.exact) for page in scores),
        "empty": sum(not page.predicted for page in scores),
    }


def _shingles(tokens: Sequence[str]) -> Counter[Hashable]:
    """Count the 4-grams; a shorter text is one gram."""
    if not tokens:
        return Counter()
    return Counter(tuple(tokens[at : at + GRAM]) for at in range(max(1, len(tokens) - GRAM + 1)))


def _overlap(gold: Counter[Any], found: Counter[Any]) -> Overlap:
    if not gold and not found:
        return Overlap(1.0, 1.0, 1.0)
    common = (gold & found).total()
    precision = common / found.total() if found else 0.0
    recall = common / gold.total() if gold else 0.0
    return Overlap(precision, recall, _harmonic(precision, recall))


def _harmonic(first: float, second: float) -> float:
    return 2 * first * second / (first + second) if first + second else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _worst_decile(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return _mean(ordered[: max(1, len(ordered) // 10)])
