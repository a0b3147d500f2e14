"""How well an article answers: BM25F over concepts.

A *concept* is one word of the query with all that it may stand for (its stems in the archive's languages,
the words that a pattern expands to) in all fields. Its weighted occurrences are added up before they
saturate, and its rarity is that of the concept, so that a word found by stem and by spelling does not count
twice (Robertson, Zaragoza & Taylor 2004; "synonym" scoring in Lucene).
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import chain, compress, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from index.request import Gain, Occurrence
from index.snapshot import length_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from index.leaves import Run
    from index.postings import Postings

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
        stems = by_stem.get
        found = dict(by_stem)
        get = found.get
        for number, (field, parts) in enumerate(self._fields()):
            bonus = EXACT_BONUS.get(field, 0.0)
            alone = bonus + 1.0
            by_spelling = _summed(parts, wanted)
            if not number and not by_stem:
                found.update({document: weight * alone for document, weight in by_spelling.items()})
            elif not number:
                found.update(
                    {
                        document: weight * alone
                        if (stem := stems(document)) is None
                        else stem + weight * bonus
                        for document, weight in by_spelling.items()
                    }
                )
            else:
                for document, weight in by_spelling.items():
                    found[document] = get(document, 0.0) + weight * (bonus if document in by_stem else alone)
        return found

    def explained(self, document: int) -> Iterator[Occurrence]:
        """Yield what `occurrences` adds up for a document."""
        among = frozenset((document,))
        by_stem = _summed(self._stemmed, among).get(document)
        if by_stem is not None:
            yield Occurrence("stem", by_stem, by_stem)
        for field, parts in self._neutral.items():
            if times := _summed(parts, among).get(document):
                factor = EXACT_BONUS.get(field, 0.0) + (by_stem is None)
                yield Occurrence(field, times, times * factor)

    def _fields(self) -> list[tuple[str, Sequence[Part]]]:
        """Return what was found by spelling, the field with most first: that one is added up fastest."""
        return sorted(
            self._neutral.items(),
            key=lambda found: -sum(len(run[0]) for part in found[1] for run in part.runs),
        )


def _summed(parts: Sequence[Part], wanted: AbstractSet[int] | None) -> dict[int, float]:
    """Add up what several terms give; `wanted` None stands for all documents."""
    if all(part.factor == 1.0 and _all_once(part) for part in parts):
        return _counted(parts, wanted)
    found: dict[int, float] = {}
    for number, part in enumerate(parts):
        factor = part.factor
        pairs = chain.from_iterable(_pairs(run, wanted) for run in part.runs)
        if not number and factor == 1.0:
            found = dict(pairs)
            continue
        for document, weight in pairs:
            found[document] = found.get(document, 0.0) + weight * factor
    return found


def _counted(parts: Sequence[Part], wanted: AbstractSet[int] | None) -> dict[int, float]:
    """Count in how many of the parts, in which each document stands once, it is."""
    every = chain.from_iterable(run[0] for part in parts for run in part.runs)
    if len(parts) == 1:
        return dict.fromkeys(every if wanted is None else filter(wanted.__contains__, every), 1.0)
    counted = Counter(every if wanted is None else filter(wanted.__contains__, every))
    return dict(zip(counted, map(float, counted.values()), strict=True))


def _pairs(run: Run, wanted: AbstractSet[int] | None) -> Iterable[tuple[int, float]]:
    """Pair those documents of a run that are wanted with how often each holds the term."""
    documents, weights = run
    pairs = zip(documents, repeat(1.0) if weights is None else weights, strict=False)
    if wanted is None:
        return pairs
    return compress(pairs, list(map(wanted.__contains__, documents)))


def _all_once(part: Part) -> bool:
    return all(weights is None for _, weights in part.runs)


def scores(postings: Postings, documents: AbstractSet[int], concepts: Iterable[Concept]) -> dict[int, float]:
    """Return the score of each document; a concept that is given twice counts twice.

    Sums of floats depend on their order in the last digits: `rounded` makes equal what is equal.
    """
    total: dict[int, float] | None = None
    for concept, count in Counter(concepts).items():
        gained = gains(postings, documents, concept)
        if total is None and count == 1 and len(gained) == len(documents):
            total = gained  # it is in all of them, as it is where all words are asked for
            continue
        if total is None:
            total = dict.fromkeys(documents, 0.0)
        for document, gain in gained.items():
            total[document] += count * gain
    return dict.fromkeys(documents, 0.0) if total is None else total


def gains(postings: Postings, documents: AbstractSet[int], concept: Concept) -> dict[int, float]:
    """Return what a concept adds to the score of each of the documents that holds it."""
    norms, lengths = _norms(postings), postings.length_bytes(LENGTH_FIELD)
    most = rarity(postings.count, len(concept.documents)) * (K1 + 1)
    found = concept.occurrences(documents)
    of_length = map(norms.__getitem__, map(lengths.__getitem__, found))
    gained = [most * times / (times + norm) for times, norm in zip(found.values(), of_length, strict=True)]
    return dict(zip(found, gained, strict=True))


def explained(postings: Postings, document: int, concept: Concept, word: str, times: int) -> Gain:
    """Return what a concept, which stands for a word that is asked for so often, adds to a score, and why."""
    gain = gains(postings, frozenset((document,)), concept)[document]
    found = len(concept.documents)
    return Gain(
        word,
        rounded(times * gain),
        found,
        postings.count,
        rarity(postings.count, found),
        tuple(concept.explained(document)),
        length_of(postings.length_bytes(LENGTH_FIELD)[document]),
        postings.mean_length(LENGTH_FIELD),
    )


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
