"""langdetect's profiles: one seeded factory, and how well a text fits the profile that was chosen.

langdetect always names one of its 55 languages, however foreign the text. Its own n-gram frequencies tell a
text of the language from a text that is merely nearest to it: the mean log-likelihood of the text's
n-grams, and how far it stays behind the best profile for each single n-gram (EVIDENCE 4).
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.ngram import NGram

from tasks import fit_norms

SEED: Final = 0
_SMOOTHING: Final = 0.5 / 10_000  # langdetect's own alpha over its base frequency
_LIMIT: Final = 8.0  # standard deviations; a wilder text says no more
_PARTS: Final = 4
_PART: Final = 200  # characters
_LOADING: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Fit:
    """How a piece of text looks to one profile.

    `values`: mean log-likelihood per trigram, share of the trigrams that any profile knows, and the mean
    log-ratio of the best profile of each trigram to this one. `size`: trigrams counted.
    """

    values: tuple[float, float, float]
    size: int


class _Normal(dict[str, str]):
    """langdetect's normal form of a character, computed once each."""

    def __missing__(self, character: str) -> str:
        self[character] = normal = str(NGram.normalize(character))
        return normal


_NORMAL: Final = _Normal()


def factory() -> DetectorFactory:
    """Return the one factory, made at the first call; safe to call from several threads."""
    with _LOADING:
        return _load()


@cache
def _load() -> DetectorFactory:
    """Load the profiles in the order of their names: listdir's order would change the sums' last digits."""
    made = DetectorFactory()
    made.set_seed(SEED)
    files = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if not path.name.startswith("."))
    made.load_json_profile([path.read_text(encoding="utf-8") for path in files if path.is_file()])
    return made


def measure(text: str, profile: str) -> tuple[Fit, ...]:
    """Measure the parts of a text against a profile by its langdetect name.

    Up to `_PARTS` equal parts, none below `_PART` characters unless the text is shorter than two; a text
    without a trigram has none.
    """
    place = factory().langlist.index(profile)
    words = _words(text)
    count = max(1, min(_PARTS, sum(map(len, words)) // _PART))
    size = -(-len(words) // count)
    parts = (words[start : start + size] for start in range(0, len(words), max(size, 1)))
    return tuple(fit for fit in (_measure(part, place) for part in parts) if fit.size)


def score(text: str, profile: str) -> float:
    """Score in log-odds above the limit: positive where the text is of the profile's language.

    The better half of the parts decides, so that a foreign quotation or a list of names condemns no article.
    """
    scores = sorted((_score(fit, profile) for fit in measure(text, profile)), reverse=True)
    return middle(scores) + fit_norms.BIAS if scores else -_LIMIT


def middle(scores: Sequence[float]) -> float:
    """Return the upper median of scores in falling order."""
    return scores[(len(scores) - 1) // 2]


def _score(fit: Fit, profile: str) -> float:
    means = fit_norms.MEANS.get(profile, fit_norms.ANY)
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


@cache
def _best(gram: str) -> float:
    """Log-likelihood of a known trigram in the profile that likes it best."""
    return math.log(max(factory().word_lang_prob_map[gram]) + _SMOOTHING)


def _measure(words: Sequence[str], place: int) -> Fit:
    rows = factory().word_lang_prob_map
    trigrams = _trigrams(words)
    size, known, likely, regret = trigrams.total(), 0, 0.0, 0.0
    for gram, times in trigrams.items():
        row = rows.get(gram)
        here = math.log((row[place] if row else 0.0) + _SMOOTHING)
        likely += times * here
        if row:
            known += times
            regret += times * (_best(gram) - here)
    return Fit((likely / max(size, 1), known / max(size, 1), regret / max(known, 1)), size)


def _words(text: str) -> list[str]:
    """Split into langdetect's words; acronyms are left out, as it does."""
    words = "".join([_NORMAL[character] for character in text]).split()
    return [word for word in words if len(word) == 1 or not word.isupper()]


def _trigrams(words: Sequence[str]) -> Counter[str]:
    """Count trigrams within words padded by blanks."""
    found: list[str] = []
    for word in words:
        padded = f" {word} "
        found += [padded[start : start + 3] for start in range(len(padded) - 2)]
    return Counter(found)
