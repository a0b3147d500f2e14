"""The part of a text that a language is named by: without addresses, markup, capitals and stray names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tasks import scripts

SAMPLE: Final = 1_000
"""Characters of a sample; more changes no article (evals.language)."""

_LOOKED_AT: Final = 2_000  # characters of a text, where those give a full sample
_WINDOW: Final = 6_000  # at most
_SHORT: Final = 200  # letters, up to which a headline's Latin names outweigh its language
_FOREIGN_NAMES: Final = 0.3  # share of another script in a short text that makes its Latin names

# What is no running text: tests/data/no_language.jsonl, but no article and one headline of evals.language.
_SIGNS: Final = "{}$&*+=;<>|_\\/~^•·›»"
_MOST_SIGNS: Final = 3
_SIGN_SHARE: Final = 0.08
_SEPARATORS: Final = ",;、،|"
_LISTED: Final = 4  # words, from which on a list is one
_LISTED_SHARE: Final = 0.6
_SHORT_LINE: Final = 20  # characters
_LONG_WORD: Final = re.compile("[A-Za-z]{5}")  # letters that tickers, units and suffixes do not have

# Bounded repetitions: linear on hostile text.
_ADDRESS: Final = re.compile(r"(?:https?://|www\.)[!-~]{1,2000}", re.IGNORECASE)
_MAIL: Final = re.compile(r"[!-?A-~]{0,64}@[!-~]{1,255}")
_TAG: Final = re.compile(r"</?[a-z][^<>]{0,300}>", re.IGNORECASE)
_CODE: Final = re.compile(r"(?:[a-z]{1,2}[0-9]{1,2}){3,}[a-z]?|0x[0-9a-f]{1,64}", re.IGNORECASE)
_MAY_BE_CODE: Final = re.compile(r"[0-9][^\W\d_]")
"""Stands in every code, and in few other texts: one look instead of one at each letter."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of text to name a language by, and its letters."""

    text: str
    letters: scripts.Letters


def prepare(text: str, size: int = SAMPLE) -> Sample:
    """Cut the first `size` characters of running text, at a word's end where there is one.

    Case is folded where capitals dominate. Words of other scripts than the text's own are left out: they are
    names or quotations. In a short text Latin names may well be longer than what is said about them.
    """
    cleaned = _clean(text[:_LOOKED_AT])
    if len(cleaned) < size and len(text) > _LOOKED_AT:
        cleaned = _clean(text[:_WINDOW])
    if len(cleaned) > size:
        end = cleaned.rfind(" ", size // 2, size)
        cleaned = cleaned[: end if end > 0 else size]
    characters = Counter(cleaned)
    if _shouts(characters):
        cleaned = cleaned.lower()
    letters = scripts.letters_of(characters)
    main = _spoken(letters)
    if main is None:
        return Sample(cleaned, letters)
    kept = " ".join(word for word in cleaned.split() if _is_of(word, main))
    return Sample(kept, scripts.count(kept))


def _shouts(characters: Mapping[str, int]) -> bool:
    """Say whether capitals dominate."""
    capitals = sum([times for character, times in characters.items() if character.isupper()])
    small = sum([times for character, times in characters.items() if character.islower()])
    return capitals > max(1, small)


def is_prose(text: str) -> bool:
    """Say whether a sample is running text: not code, a list, tickers, or one word again and again."""
    words = text.split()
    letters = sum(map(len, words))
    signs = sum(text.count(sign) for sign in _SIGNS)
    if signs >= _MOST_SIGNS and signs >= _SIGN_SHARE * letters:
        return False
    listed = sum([word[-1] in _SEPARATORS for word in words])
    if len(words) >= _LISTED and listed >= len(words) * _LISTED_SHARE:
        return False
    if len(words) >= _LISTED and len(set(words)) <= len(words) / _LISTED:
        return False
    return not text.isascii() or _LONG_WORD.search(text) is not None


def is_menu(text: str) -> bool:
    """Say whether a text is mostly lines of a word or two."""
    lines = [line for line in map(str.strip, text[:_LOOKED_AT].split("\n")) if line]
    short = sum(len(line) <= _SHORT_LINE for line in lines)
    return len(lines) >= _LISTED and short >= len(lines) * _LISTED_SHARE


def _spoken(letters: scripts.Letters) -> str | None:
    """Name the script that the language of a mixed text is written in; None where the text is not mixed."""
    main = letters.main
    if letters.is_cjk() or letters.scripts.get(main, 0) == letters.total:
        return None
    if main == "Latn" and letters.total <= _SHORT:
        other = max((name for name in letters.scripts if name != main), key=letters.scripts.__getitem__)
        if letters.scripts[other] >= _FOREIGN_NAMES * letters.total:
            return other
    return main


def _is_of(word: str, main: str) -> bool:
    """Say whether a word's first letter is of the script, or the word has none."""
    return next((scripts.script(letter) for letter in word if letter.isalpha()), main) == main


def _clean(text: str) -> str:
    if "://" in text or "www." in text.lower():
        text = _ADDRESS.sub(" ", text)
    if _MAY_BE_CODE.search(text):
        text = _CODE.sub(" ", text)
    if "@" in text:
        text = _MAIL.sub(" ", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return " ".join(text.split())
