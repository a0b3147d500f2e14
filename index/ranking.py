"""How well an article answers: BM25F over concepts.

A *concept* is one word of the query with all that it may stand for (its stems in the archive's languages,
the words that a pattern expands to) in all fields. Its weighted occurrences are added up before they
saturate, and its rarity is that of the concept, so that a word found by stem and by spelling does not count
twice (Robertson, Zaragoza & Taylor 2004; "synonym" scoring in Lucene).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from index.postings import Postings

TEXT: Final = ("headline", "standfirst", "body")
"""Where a bare word is looked for."""
CUT: Final = "cut"
"""Where it is looked for besides, if boilerplate is asked for. What is found there alone comes last."""
EXACT_BONUS: Final = {"headline": 2.0, "standfirst": 0.25, "body": 0.25}
"""What an occurrence as it is spelt adds to one by stem."""
K1: Final = 1.5
B: Final = 0.75
"""Saturation and length normalisation of BM25.

Cranfield, any of the words, nDCG@10 with every judgement counted as relevant: stems alone .495, spelling
alone .493, both alike .499, this bonus .512, with K1 1.5 instead of 1.2
.516 (.520 once phrases count in full).
"""

LENGTH_FIELD: Final = "body"
DECIMALS: Final = 6
"""Scores are rounded, so that equal articles tie whatever the order of the sums."""

Concept = dict[int, float]
"""Document → weighted number of occurrences."""


def scores(postings: Postings, documents: Collection[int], concepts: Iterable[Concept]) -> dict[int, float]:
    """Return the score of each document; a concept that is given twice counts twice."""
    total = dict.fromkeys(documents, 0.0)
    norms = _norms(postings, documents)
    for concept in concepts:
        gain = rarity(postings.count, len(concept)) * (K1 + 1)
        for document in concept.keys() & total.keys():
            weight = concept[document]
            total[document] += gain * weight / (weight + norms[document])
    return {document: round(score, DECIMALS) for document, score in total.items()}


def rarity(count: int, found: int) -> float:
    """Return the inverse document frequency as Lucene defines it; always positive."""
    return math.log(1 + (count - found + 0.5) / (found + 0.5))


def _norms(postings: Postings, documents: Collection[int]) -> Mapping[int, float]:
    mean = postings.mean_length(LENGTH_FIELD)
    lengths = postings.lengths(LENGTH_FIELD, documents)
    by_length = {length: K1 * (1 - B + B * length / mean) for length in set(lengths.values())}
    return {document: by_length[length] for document, length in lengths.items()}


def occurrences(
    neutral: Mapping[str, Mapping[int, float]], stemmed: Mapping[int, float] | None = None
) -> Concept:
    """Join what was found by spelling (by field) and by stem into one concept.

    An article of a language without stems counts its spellings in their place. Fields that are not TEXT
    have no bonus.
    """
    concept: Concept = dict(stemmed or {})
    by_stem = stemmed or {}
    for field, weights in neutral.items():
        bonus = EXACT_BONUS.get(field, 0.0)
        for document, weight in weights.items():
            factor = bonus if document in by_stem else bonus + 1.0
            concept[document] = concept.get(document, 0.0) + weight * factor
    return concept


def add(into: Concept, weights: Mapping[int, float], factor: float = 1.0) -> None:
    """Add weighted occurrences to a concept."""
    if not into and factor == 1.0:
        into.update(weights)
        return
    get = into.get
    for document, weight in weights.items():
        into[document] = get(document, 0.0) + weight * factor
