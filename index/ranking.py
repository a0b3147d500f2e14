"""How well an article answers: BM25F over concepts.

A *concept* is one word of the query with all that it may stand for (its stems in the archive's languages,
the words that a pattern expands to) in all fields. Its weighted occurrences are added up before they
saturate, and its rarity is that of the concept, so that a word found by stem and by spelling does not count
twice (Robertson, Zaragoza & Taylor 2004; "synonym" scoring in Lucene).
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from index.postings import Postings, Run, length_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

TEXT: Final = ("headline", "standfirst", "body")
"""Where a bare word is looked for."""
CUT: Final = "cut"
"""Where it is looked for besides, if boilerplate is asked for. What is found there alone comes last."""
EXACT_BONUS: Final = {"headline": 3.0, "standfirst": 0.1, "body": 0.1}
"""What an occurrence as it is spelt adds to one by stem."""
K1: Final = 2.0
B: Final = 0.75
"""Saturation and length normalisation of BM25.

`python -m evals.ranking DIR --collection cranfield`, nDCG@10 and MAP: .3881 and .3081 with these; bonus of
the body 0 instead: .3887, .3089 (but then a word as it is spelt comes before its other forms in headlines
alone); K1 1.5, bonus 2 and .25: .3815, .3021; K1 2 with that: .3854, .3059; headline 3 with that: .3838,
.3029; B .6 or .85 with that: .3822, .3817. Whoosh's own BM25F, any of the words, titles indexed too: .3780.
"""

LENGTH_FIELD: Final = "body"
DECIMALS: Final = 6
"""Scores are rounded, so that equal articles tie whatever the order of the sums."""


class Part(NamedTuple):
    """Where one term stands in one field: runs of (documents, how often in each; None for once).

    An occurrence counts `factor`.
    """

    runs: Sequence[Run]
    factor: float = 1.0


class Concept:
    """A word of the query: the documents that hold it, and how often; what is not asked for is not added up.

    `neutral` has by field what was found by spelling, `stemmed` what was found by stem. An article of a
    language without stems counts its spellings in their place. Fields that are not TEXT have no bonus.
    """

    def __init__(self, neutral: Mapping[str, Sequence[Part]], stemmed: Sequence[Part] = ()) -> None:
        self._neutral = {field: parts for field, parts in neutral.items() if any(part.runs for part in parts)}
        self._stemmed = stemmed
        every = chain(stemmed, *self._neutral.values())
        self.documents: frozenset[int] = frozenset().union(*(run[0] for part in every for run in part.runs))

    def occurrences(self, among: AbstractSet[int]) -> dict[int, float]:
        """Return the weighted number of occurrences in those of the documents `among` that have any."""
        wanted = None if len(among) >= len(self.documents) and among >= self.documents else among
        by_stem = _summed(self._stemmed, wanted)
        found = dict(by_stem)
        get = found.get
        for field, parts in self._neutral.items():
            bonus = EXACT_BONUS.get(field, 0.0)
            by_spelling = _summed(parts, wanted)
            if not by_stem:
                factor = bonus + 1.0
                for document, weight in by_spelling.items():
                    found[document] = get(document, 0.0) + weight * factor
                continue
            for document, weight in by_spelling.items():
                factor = bonus if document in by_stem else bonus + 1.0
                found[document] = get(document, 0.0) + weight * factor
        return found


def _summed(parts: Sequence[Part], wanted: AbstractSet[int] | None) -> dict[int, float]:
    """Add up what several terms give; `wanted` None stands for all documents."""
    found: dict[int, float] = {}
    if len(parts) > 1 and all(part.factor == 1.0 and _all_once(part) for part in parts):
        counted = Counter(chain.from_iterable(run[0] for part in parts for run in part.runs))
        found.update(counted if wanted is None else {one: counted[one] for one in counted.keys() & wanted})
        return found
    for number, part in enumerate(parts):
        factor = part.factor
        for documents, weights in part.runs:
            pairs = zip(documents, repeat(1.0) if weights is None else weights, strict=False)
            if not number and factor == 1.0:
                found.update(pairs if wanted is None else [pair for pair in pairs if pair[0] in wanted])
                continue
            for document, weight in pairs:
                if wanted is None or document in wanted:
                    found[document] = found.get(document, 0.0) + weight * factor
    return found


def _all_once(part: Part) -> bool:
    return all(weights is None for _, weights in part.runs)


def scores(postings: Postings, documents: AbstractSet[int], concepts: Iterable[Concept]) -> dict[int, float]:
    """Return the score of each document; a concept that is given twice counts twice.

    Sums of floats depend on their order in the last digits: `rounded` makes equal what is equal.
    """
    total = dict.fromkeys(documents, 0.0)
    for concept, count in Counter(concepts).items():
        for document, gain in gains(postings, documents, concept).items():
            total[document] += count * gain
    return total


def gains(postings: Postings, documents: AbstractSet[int], concept: Concept) -> dict[int, float]:
    """Return what a concept adds to the score of each document that holds it."""
    norms, lengths = _norms(postings), postings.length_bytes(LENGTH_FIELD)
    most = rarity(postings.count, len(concept.documents)) * (K1 + 1)
    return {
        document: most * weight / (weight + norms[lengths[document]])
        for document, weight in concept.occurrences(documents).items()
    }


def rounded(score: float) -> float:
    """Return a score as it is compared and shown."""
    return round(score, DECIMALS)


def _norms(postings: Postings) -> list[float]:
    """Return the number of occurrences at which half the gain is reached, by the byte of a text's length."""
    mean = postings.mean_length(LENGTH_FIELD)
    return [K1 * (1 - B + B * length_of(value) / mean) for value in range(256)]


def rarity(count: int, found: int) -> float:
    """Return the inverse document frequency as Lucene defines it; always positive."""
    return math.log(1 + (count - found + 0.5) / (found + 0.5))
