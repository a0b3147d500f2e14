"""langdetect's profiles: how frequent the n-grams of 55 languages are, as one table.

langdetect draws n-grams of a text at random until one language seems certain (`tasks.trial` does, too). Here
every n-gram of a text can be counted for every language at once. Words come again in text after text, so the
n-grams of the last ones are remembered.
"""

from __future__ import annotations

import json
import math
import threading
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

LONGEST: Final = 3
"""Characters of the longest n-gram in the profiles."""

_SMOOTHING: Final = 0.5 / 10_000  # langdetect's own alpha over its base frequency
UNSEEN: Final = math.log(_SMOOTHING)
"""Log-likelihood of an n-gram that a language does not have."""

# Names travel between languages: evals.language, headlines at .1, .25, .5 and 1: 95.2, 95.4, 95.0, 93.9 %.
_CAPITALISED: Final = 0.25
REMEMBERED: Final = 1 << 14
LONGEST_WORD: Final = 30
"""Words whose n-grams are remembered, and their characters at most: some 5 MB."""

_LOADING: Final = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Row of each n-gram; in that row its share of a language's n-grams of its length, and the logarithm.

    A column for each of `names`, langdetect's names of the languages. `best` is the greatest of each row's
    `logs`: rounded to 24 bits, so that a sum of thousands is exact in whatever order (and kept as wide as the
    sum, which halves its time).
    """

    names: list[str]
    rows: dict[str, int]
    shares: Floats
    logs: Floats
    best: Floats

    def log_likelihood(self, rows: Rows) -> Floats:
        """Add up the logarithms of n-grams, for each language."""
        return np.asarray(np.add.reduce(self.logs.take(rows, axis=0), axis=0))


class _Normal(dict[int, str]):
    """langdetect's normal form of a character, for `str.translate`; computed once each."""

    def __missing__(self, point: int) -> str:
        self[point] = normal = str(NGram.normalize(chr(point)))
        return normal


NORMAL: Final = _Normal()


def table() -> Table:
    """Return the profiles as a table, made at the first call; safe to call from several threads."""
    with _LOADING:
        return _load()


@cache
def _load() -> Table:
    """Read the profiles in the order of their names: listdir's order would change the sums' last digits."""
    files = sorted(path for path in Path(PROFILES_DIRECTORY).iterdir() if not path.name.startswith("."))
    read = [json.loads(path.read_text(encoding="utf-8")) for path in files if path.is_file()]
    rows: dict[str, int] = {}
    for gram in chain.from_iterable(profile["freq"] for profile in read):
        rows.setdefault(gram, len(rows))
    shares = np.zeros((len(rows), len(read)))
    logs = np.full(shares.shape, np.float32(UNSEEN), dtype=np.float64)  # of 26 entries of the table 25
    for place, profile in enumerate(read):
        known = [rows[gram] for gram in profile["freq"]]
        shares[known, place] = found = _shares(profile)
        logs[known, place] = np.log(found + _SMOOTHING).astype(np.float32)
    return Table([profile["name"] for profile in read], rows, shares, logs, logs.max(axis=1))


def _shares(profile: dict[str, Any]) -> Floats:
    lengths = [len(gram) - 1 for gram in profile["freq"]]
    shares: Floats = np.array(list(profile["freq"].values())) / np.array(profile["n_words"])[lengths]
    return shares


def names() -> list[str]:
    """Names of the languages as langdetect has them, in the order of a table's columns."""
    return table().names


def words(text: str) -> list[str]:
    """Split into langdetect's words; acronyms are left out, as it does."""
    return [word for word in text.translate(NORMAL).split() if len(word) == 1 or not word.isupper()]


def trigrams(of: Iterable[str]) -> list[str]:
    """List the trigrams within words padded by blanks: one a character."""
    found: list[str] = []
    for word in of:
        padded = f" {word} "
        found += [padded[start : start + 3] for start in range(len(word))]
    return found


def packed(grams: Iterable[str]) -> bytes:
    """Return the rows of those n-grams that any profile has; as bytes, for those of many words are joined."""
    rows = map(table().rows.get, grams)
    return array("q", [row for row in rows if row is not None]).tobytes()


def unpacked(parts: Iterable[bytes]) -> Rows:
    """Return the rows of several `packed` n-grams together, in order."""
    return np.frombuffer(b"".join(parts), dtype=np.int64)


def known_trigrams(of: Iterable[str]) -> Rows:
    """Return the rows of those `trigrams` of words that any profile has."""
    return unpacked(map(_known_trigrams, of))


def _known_trigrams(word: str) -> bytes:
    return _remembered(word) if len(word) <= LONGEST_WORD else _trigram_rows(word)


def _trigram_rows(word: str) -> bytes:
    return packed(trigrams([word]))


_remembered = lru_cache(maxsize=REMEMBERED)(_trigram_rows)


def weigh(of: Sequence[str], *, headline: bool) -> Floats:
    """Log-likelihood of the words in each language, by all their n-grams.

    In a headline capitalised words count less: most of them are names.
    """
    known = table()
    total = np.zeros(len(known.names))
    for capitalised, weight in ((False, 1.0), (True, _CAPITALISED if headline else 1.0)):
        chosen = [word for word in of if word[0].isupper() == capitalised]
        rows = packed(chain.from_iterable(map(_grams, chosen)))
        total += weight * known.log_likelihood(unpacked([rows]))
    return total


def _grams(word: str) -> list[str]:
    padded = f" {word} "
    sizes = range(1, LONGEST + 1)
    grams = [padded[start : start + size] for size in sizes for start in range(len(padded) - size + 1)]
    return [gram for gram in grams if gram != " "]
