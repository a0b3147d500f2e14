"""langdetect's way to name a language: n-grams of a text, drawn at random until one language seems certain.

The algorithm, its constants and its random numbers are langdetect's (Nakatani Shuyo 2010), and so is every
answer, to the last bit (tests/tasks/test_trial.py asks both). langdetect goes through characters and
languages one by one; here the n-grams of a word are looked up once, and all languages are weighed at once.
"""

from __future__ import annotations

import random
import re
from functools import cache, lru_cache
from itertools import chain, pairwise, repeat
from typing import Final

import numpy as np
from langdetect.detector import Detector
from langdetect.utils.ngram import NGram

from tasks import profiles
from tasks.profiles import LONGEST_WORD, REMEMBERED, Floats, Rows

SEED: Final = 0

_EVERY: Final = 5  # n-grams drawn between two looks at how certain it is
_BLANKS: Final = re.compile("  +")
_LATIN: Final = re.compile("[A-z]")
_OTHER: Final = re.compile("[\u0300-\U0010ffff]")
"""What is another script than Latin to langdetect (Vietnamese letters, too)."""


def best(text: str, *, trials: int, possible: tuple[str, ...] = ()) -> tuple[str, float] | None:
    """Return langdetect's most probable language of a text, by its own name, with the probability.

    None where the text has no n-gram that a profile knows, or no language is likely. `trials` is how often
    n-grams are drawn anew, `possible` the languages in question (none: all), each as likely as the others.
    """
    grams = _rows(_cleaned(text))
    if not len(grams):
        return None
    names, shares = _columns(possible)
    chances = _drawn(grams, shares, trials)
    place = int(chances.argmax())
    return (names[place], float(chances[place])) if chances[place] > Detector.PROB_THRESHOLD else None


@cache
def _columns(possible: tuple[str, ...]) -> tuple[list[str], Floats]:
    """Return the names of the languages in question, and their columns of the table."""
    table = profiles.table()
    if not possible:
        return table.names, table.shares
    places = [place for place, name in enumerate(table.names) if name in possible]
    return [table.names[place] for place in places], table.shares.take(places, axis=1)


def _cleaned(text: str) -> str:
    """Leave out addresses, and Latin letters where another script prevails."""
    if "://" in text:
        text = Detector.URL_RE.sub(" ", text)
    if "@" in text:
        text = Detector.MAIL_RE.sub(" ", text)
    if not text.isascii():
        text = NGram.normalize_vi(text)
    text = _BLANKS.sub(" ", text)
    if not text.isascii() and 2 * len(_LATIN.findall(text)) < len(_OTHER.findall(text)):
        text = _LATIN.sub("", text)
    return text


def _rows(text: str) -> Rows:
    """Return the rows of a text's n-grams as langdetect does; what the last word ends with is not read."""
    *closed, last = text.translate(profiles.NORMAL).split(" ")
    return profiles.unpacked([*map(_of_closed, closed), _of_word(last, end="")])


def _of_closed(word: str) -> bytes:
    return _remembered(word) if len(word) <= LONGEST_WORD else _of_word(word)


def _of_word(word: str, end: str = " ") -> bytes:
    """Return the rows of a word's n-grams by their last character, but for those that end in two capitals."""
    padded = f" {word}{end}"
    pairs = list(map("".join, pairwise(padded)))
    triples = ["", *map("".join, zip(padded, padded[1:], padded[2:], strict=False))]
    grams = list(zip([*word, ""], pairs, triples, strict=False))
    if not word.islower():
        grams = [found for found, pair in zip(grams, pairs, strict=True) if not _are_capitals(pair)]
    return profiles.packed(chain.from_iterable(grams))


def _are_capitals(pair: str) -> bool:
    return pair[0].isupper() and pair[1].isupper()


_remembered = lru_cache(maxsize=REMEMBERED)(_of_word)


def _drawn(grams: Rows, shares: Floats, trials: int) -> Floats:
    """Return the probability of each column: the mean of the trials."""
    places = range(len(grams))
    chance = random.Random(SEED)  # noqa: S311 - must be repeatable, not secret
    total = np.zeros(shares.shape[1])
    for _ in range(trials):
        alpha = Detector.ALPHA_DEFAULT + chance.gauss(0.0, 1.0) * Detector.ALPHA_WIDTH
        weight = alpha / Detector.BASE_FREQ
        probability = np.full(len(total), 1.0 / len(total))
        for count in chain([1], repeat(_EVERY, Detector.ITERATION_LIMIT // _EVERY)):
            drawn = [chance.choice(places) for _ in range(count)]
            factors = weight + shares.take(grams.take(drawn), axis=0)
            factors[0] *= probability
            probability = np.multiply.reduce(factors, axis=0)
            # added up one by one, as langdetect does: numpy's order gives other last bits
            probability /= sum(probability.tolist())
            if probability.max() > Detector.CONV_THRESHOLD:
                break
        total += probability / trials
    return total
