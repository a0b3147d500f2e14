"""How well a text fits the profile of the language that was named.

langdetect always names one of its 55 languages, however foreign the text. Its own n-gram frequencies tell a
text of the language from a text that is merely nearest to it: the mean log-likelihood of the text's
n-grams, and how far it stays behind the best profile for each single n-gram (EVIDENCE 4).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tasks import fit_norms, profiles

_LIMIT: Final = 8.0  # standard deviations; a wilder text says no more
_PARTS: Final = 4
_PART: Final = 200  # characters


@dataclass(frozen=True, slots=True)
class Fit:
    """How a piece of text looks to one profile.

    `values`: mean log-likelihood per trigram, share of the trigrams that any profile knows, and the mean
    log-ratio of the best profile of each trigram to this one. `size`: trigrams counted.
    """

    values: tuple[float, float, float]
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and every profile: `size` trigrams, `known` of them to any profile.

    `logs` is the log-likelihood of the known ones in each language, `best` that in the best for each.
    """

    size: int
    known: int
    logs: profiles.Floats
    best: float

    def to(self, place: int) -> Fit:
        """Look at the piece from the profile at a place of `profiles.names`."""
        size, known, here = self.size, self.known, float(self.logs[place])
        likely = here + (size - known) * profiles.UNSEEN
        return Fit((likely / size, known / size, (self.best - here) / max(known, 1)), size)


def measure(words: Sequence[str]) -> tuple[Part, ...]:
    """Measure up to `_PARTS` equal parts of a text, none below `_PART` characters unless the text is shorter.

    `words` are those of `profiles.words`; without a word there is no part.
    """
    count = max(1, min(_PARTS, sum(map(len, words)) // _PART))
    size = max(1, -(-len(words) // count))
    return tuple(_measure(words[start : start + size]) for start in range(0, len(words), size))


def _measure(words: Sequence[str]) -> Part:
    table = profiles.table()
    rows = profiles.known_trigrams(words)
    return Part(
        sum(map(len, words)),
        len(rows),
        table.log_likelihood(rows),
        float(table.best.take(rows).sum()),
    )


def nearest(parts: Sequence[Part]) -> int:
    """Return the place of the profile that likes the whole text best."""
    return int(np.argmax(sum((part.logs for part in parts), np.zeros(len(profiles.names())))))


def score(parts: Sequence[Part], place: int) -> float:
    """Score in log-odds above the limit: positive where the text is of the profile's language.

    The better half of the parts decides, so that a foreign quotation or a list of names condemns no article.
    """
    if not parts:
        return -_LIMIT
    name = profiles.names()[place]
    scores = sorted((_score(part.to(place), name) for part in parts), reverse=True)
    return middle(scores) - limit(sum(part.size for part in parts))


def limit(size: int) -> float:
    """Return the score below which texts of so many trigrams are rejected."""
    return next(lowest for least, lowest in fit_norms.LIMITS if size >= least)


def middle(scores: Sequence[float]) -> float:
    """Return the upper median of scores in falling order."""
    return scores[(len(scores) - 1) // 2]


def _score(fit: Fit, name: str) -> float:
    means = fit_norms.MEANS.get(name, fit_norms.ANY)
    standard = standardised(fit, means, fit_norms.SPREAD)
    return sum(weight * value for weight, value in zip(fit_norms.WEIGHTS, standard, strict=True))


def standardised(
    fit: Fit, means: Sequence[float], spread: Sequence[tuple[float, float]]
) -> tuple[float, ...]:
    """Express the values as distances from the language's means, in standard deviations at this length.

    The variance of a mean over n trigrams is ``between + within / n``.
    """
    return tuple(
        max(-_LIMIT, min(_LIMIT, (value - mean) / math.sqrt(between + within / max(fit.size, 1))))
        for value, mean, (between, within) in zip(fit.values, means, spread, strict=True)
    )
