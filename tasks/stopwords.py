"""Function words of many languages, and which language's a page is written in.

The lists are jusText's (Pomikálek 2011), most frequent word first. They are read once a process, lazily.
"""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

LANGUAGES: Final = (
    "Afrikaans", "Albanian", "Arabic", "Bulgarian", "Catalan", "Croatian", "Czech", "Danish", "Dutch",
    "English", "Estonian", "Finnish", "French", "German", "Greek", "Hebrew", "Hindi", "Hungarian",
    "Icelandic", "Indonesian", "Italian", "Korean", "Latvian", "Lithuanian", "Norwegian_Bokmal", "Persian",
    "Polish", "Portuguese", "Romanian", "Russian", "Serbian", "Slovak", "Slovenian", "Spanish", "Swahili",
    "Swedish", "Tagalog", "Turkish", "Ukrainian", "Vietnamese",
)  # fmt: skip

LONGEST_LIST: Final = 500
"""Words taken of a list, so that a language with a list of thousands does not win every page."""

CONFIRMED: Final = 8
"""Occurrences of a language's words, each counted as 1 / (languages that share it), before it is believed."""

_NO_LIST: Final = -1
"""Stands for the row of a word that is in no list."""


def _lists_folder() -> Path:
    """Find jusText's lists without importing jusText, which costs a parse of its own dependencies."""
    spec = importlib.util.find_spec("justext")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("jusText, which brings the stop-word lists, is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "stoplists"


@cache
def words_of(language: str) -> frozenset[str]:
    """Return the function words of one of `LANGUAGES`, lower case."""
    text = (_lists_folder() / f"{language}.txt").read_text(encoding="utf-8")
    return frozenset(dict.fromkeys(word.strip().lower() for word in text.split("\n")[:LONGEST_LIST]))


@cache
def _index() -> tuple[Mapping[str, int], NDArray[np.float64]]:
    """Map each word to its row, and give in the row what one occurrence says for each of `LANGUAGES`."""
    places: dict[str, list[int]] = {}
    for place, language in enumerate(LANGUAGES):
        for word in sorted(words_of(language)):
            places.setdefault(word, []).append(place)
    shares = np.zeros((len(places), len(LANGUAGES)))
    for row, shared in enumerate(places.values()):
        shares[row, shared] = 1 / len(shared)
    return {word: row for row, word in enumerate(places)}, shares


def of_page(words: Iterable[str]) -> frozenset[str]:
    """Return the function words of the language that most of `words` (lower case, in text order) speak for.

    Empty where no language has enough of them: Chinese, Japanese, a language without a list, no prose.
    """
    index, shares = _index()
    known = Counter(map(index.get, words, repeat(_NO_LIST)))
    del known[_NO_LIST]
    if not known:
        return frozenset()
    counts = np.fromiter(known.values(), np.float64, len(known))
    scores = counts @ shares.take(list(known), axis=0)
    best = int(scores.argmax())
    return words_of(LANGUAGES[best]) if scores[best] >= CONFIRMED else frozenset()
