"""langdetect's profiles: one seeded factory, and what its n-grams say when all of them are asked.

langdetect draws n-grams of a text at random until one language seems certain. Its profiles are read here as
a table, so that every n-gram of a text can be counted for every language at once.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEED: Final = 0
LONGEST: Final = 3
"""Characters of the longest n-gram in the profiles."""

_SMOOTHING: Final = 0.5 / 10_000  # langdetect's own alpha over its base frequency
UNSEEN: Final = math.log(_SMOOTHING)
"""Log-likelihood of an n-gram that a language does not have."""

# Names travel between languages: evals.language, headlines at .1, .25, .5 and 1: 95.2, 95.4, 95.0, 93.9 %.
_CAPITALISED: Final = 0.25
_LOADING: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Table:
    """Row of each n-gram, and in that row its log-likelihood in each language of the factory's list."""

    rows: dict[str, int]
    logs: NDArray[np.float32]
    best: NDArray[np.float32]


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


def table() -> Table:
    """Return the profiles as a table, made at the first call; safe to call from several threads."""
    found = factory()
    with _LOADING:
        return _tabulate(found)


@cache
def _tabulate(made: DetectorFactory) -> Table:
    known = made.word_lang_prob_map
    logs = np.log(np.array(list(known.values())) + _SMOOTHING).astype(np.float32)
    return Table({gram: row for row, gram in enumerate(known)}, logs, logs.max(axis=1))


def names() -> list[str]:
    """Names of the languages as langdetect has them, in the order of a table's columns."""
    listed: list[str] = factory().langlist
    return listed


def words(text: str) -> list[str]:
    """Split into langdetect's words; acronyms are left out, as it does."""
    split = "".join([_NORMAL[character] for character in text]).split()
    return [word for word in split if len(word) == 1 or not word.isupper()]


def trigrams(of: Iterable[str]) -> list[str]:
    """List the trigrams within words padded by blanks."""
    found: list[str] = []
    for word in of:
        padded = f" {word} "
        found += [padded[start : start + 3] for start in range(len(padded) - 2)]
    return found


def weigh(of: Sequence[str], *, headline: bool) -> Floats:
    """Log-likelihood of the words in each language, by all their n-grams.

    In a headline capitalised words count less: most of them are names.
    """
    known = table()
    total = np.zeros(len(names()))
    for capitalised, weight in ((False, 1.0), (True, _CAPITALISED if headline else 1.0)):
        grams = _grams(word for word in of if word[0].isupper() == capitalised)
        rows = [known.rows[gram] for gram in grams if gram in known.rows]
        total += weight * known.logs[rows].sum(axis=0, dtype=np.float64)
    return total


def _grams(of: Iterable[str]) -> Iterator[str]:
    for word in of:
        padded = f" {word} "
        for size in range(1, LONGEST + 1):
            for start in range(len(padded) - size + 1):
                gram = padded[start : start + size]
                if gram != " ":
                    yield gram
