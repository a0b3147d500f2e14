"""Function words of many languages, and which language's a page is written in.

The lists are jusText's (Pomikálek 2011), most frequent word first. They are read once a process, lazily.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

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
def _index() -> Mapping[str, tuple[int, ...]]:
    """Map each word to the languages (places in `LANGUAGES`) that have it as function word."""
    index: dict[str, tuple[int, ...]] = {}
    for place, language in enumerate(LANGUAGES):
        for word in words_of(language):
            index[word] = (*index.get(word, ()), place)
    return index


def of_page(words: Mapping[str, int]) -> frozenset[str]:
    """Return the function words of the language that most of `words` (lower case, with counts) speak for.

    Empty where no language has enough of them: Chinese, Japanese, a language without a list, no prose.
    """
    index = _index()
    scores = [0.0] * len(LANGUAGES)
    for word in words.keys() & index.keys():
        places = index[word]
        share = words[word] / len(places)
        for place in places:
            scores[place] += share
    best = max(range(len(scores)), key=scores.__getitem__)
    return words_of(LANGUAGES[best]) if scores[best] >= CONFIRMED else frozenset()
