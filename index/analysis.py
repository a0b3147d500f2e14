"""From text to terms: the one analysis that indexing and queries share.

Three forms of a word::

    text ── words() ──> words: normalised, letter case folded, accents kept      "économies"
                          ├── neutral() ──> terms: accents gone, any language    "economies"
                          └── stem() ─────> stems, one language                  "econom"

All three lists are parallel: a term's position is its index in the list. No stop word is ever dropped, or
phrases would break.

Scripts without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese), and Korean, whose
particles stick to the noun, become overlapping bigrams of characters; a run of one character stays one term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Final

from index.folding import bare, fold, normal
from index.stemming import STEM_LANGUAGES, stem, stem_language

__all__ = [
    "STEM_LANGUAGES",
    "TEXT_CAP",
    "TOKEN_CAP",
    "fold",
    "neutral",
    "stem",
    "stem_language",
    "stems_for_query",
    "terms",
    "tokens",
    "words",
    "words_of",
]

TOKEN_CAP: Final = 64
"""Longest term, in characters; what is longer is cut."""

TEXT_CAP: Final = 1_000_000
"""Characters of one text that are analysed; about 160,000 English words."""

_MARK_BLOCKS: Final = (
    *((0x300, 0x1E00), (0x2CEF, 0x2E00), (0x302A, 0x309B), (0xA66F, 0xABEE), (0xFB1E, 0xFB1F)),
    *((0x10A01, 0x11F5A), (0x16AF0, 0x16F93), (0x1E000, 0x1E94B)),
)


def _marks() -> str:
    r"""Combining marks as a class of a regular expression (``\w`` leaves them out, which would cut Hindi)."""
    ranges: list[list[int]] = []
    for start, stop in _MARK_BLOCKS:
        for code in range(start, stop):
            if unicodedata.category(chr(code)) in {"Mn", "Mc"}:
                if ranges and ranges[-1][1] == code - 1:
                    ranges[-1][1] = code
                else:
                    ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


# Linear: every repetition that can fail after a match is bounded, so that no character is looked at often.
# What begins with two letters, which is nearly every word, comes first: no other form begins so.
_LETTER: Final = r"[^\W\d]"
_FORMS: Final = (
    r"{letter}[\w']{rest}"
    r"|{letter}(?:\.{letter}){{1,10}}(?!\w)"  # U.S., p.m.
    r"|\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,2}})?(?![.,]?\w)"  # 8,000.50
    r"|\d{{1,3}}(?:\.\d{{3}}){{1,5}}(?:,\d{{1,2}})?(?![.,]?\w)"  # 8.000,50
    r"|(?<!\d[.,])\d{{1,15}}[.,]\d{{1,2}}(?![.,]?\w)"  # 3.5 and 3,5, but no piece of 8.12.2016
    r"|\w{rest}"
)


@cache
def _token() -> re.Pattern[str]:
    """Make the pattern for what is not ASCII alone: 5 ms, which a search for an English word does without."""
    rest = rf"[\w']*(?:(?=[^\0-\x7f])[{_marks()}]+[\w']*)*"  # marks are looked up beyond ASCII alone
    return re.compile(_FORMS.format(letter=_LETTER, rest=rest))


_TOKEN_ASCII: Final = re.compile(
    _FORMS.format(letter="[a-z]", rest="[a-z0-9']*").replace(r"[\w']", "[a-z0-9']"), re.ASCII
)
_PUNCTUATION: Final = {"’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "´": "'", "_": " "}
_TYPOGRAPHIC: Final = {"’": "'", "‘": "'", "“": " ", "”": " ", "„": " ", "–": " ", "—": " ", "\xa0": " "}
"""Signs that make most English texts not ASCII; as good before the normal form as after it."""
_SPACELESS: Final = re.compile(
    "([\u0e00-\u0e4f\u0e5a-\u0e7f\u0e80-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u108f\u109a-\u109f\u1100-\u11ff"
    "\u1780-\u17df\u2e80-\u2fdf\u3005-\u3007\u3021-\u302f\u3031-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\ua9e0-\ua9ef\uaa60-\uaa7f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f"
    "\U00020000-\U000323af]+)"
)
_CLITICS: Final = frozenset({"t", "re", "ve", "ll", "m", "d"})  # don't, they're, we've, I'll, I'm, he'd
_CYRILLIC: Final = range(0x400, 0x530)


def tokens(text: str) -> list[str]:
    """Cut `text` into raw tokens in reading order; `words_of` says which words each one stands for."""
    text = text[:TEXT_CAP]
    if not text.isascii():
        text = normal(_replaced(text, _TYPOGRAPHIC))
    if not text.isascii():
        return _token().findall(_replaced(text, _PUNCTUATION))
    return _TOKEN_ASCII.findall(text.lower().replace("`", "'").replace("_", " "))


def words_of(token: str) -> list[str]:
    """Find the words of one raw token, whatever stands around it: one as a rule, none to many."""
    if token.isascii() and token.isalnum():
        return [token[:TOKEN_CAP]]
    found: list[str] = []
    for part in _parts(token):
        if not part.isascii():
            found += _bigrams(part)
        elif part := _cut(part):
            found.append(part)
    return found


def words(text: str) -> list[str]:
    """Find the words of `text` in reading order: normalised, case folded, accents kept; see `terms`."""
    found: list[str] = []
    for token in tokens(text):
        if token.isascii() and token.isalnum():
            found.append(token[:TOKEN_CAP])
        else:
            found += words_of(token)
    return found


def _replaced(text: str, signs: dict[str, str]) -> str:
    for sign, instead in signs.items():
        text = text.replace(sign, instead)
    return text


def _cut(word: str) -> str:
    """Cap a word's length; empty where nothing of it would be left after folding."""
    word = word[:TOKEN_CAP]
    return word if bare(word) else ""


def _parts(token: str) -> list[str]:
    """Take apart, or put together, a token that has inner punctuation."""
    if "'" in token:
        return _apostrophes([piece for piece in token.split("'") if piece])
    if "." in token or "," in token:
        return [_number(token) if token[0].isdigit() else token.replace(".", "")]
    return [token]


def _apostrophes(pieces: list[str]) -> list[str]:
    """Join ``don't`` and ``п'ять``, drop the ``'s``, split ``l'économie`` and ``O'Brien``."""
    if len(pieces) > 1 and pieces[-1] == "s":
        pieces = pieces[:-1]
    last = len(pieces) - 1
    parts = [pieces[0]]
    for number, piece in enumerate(pieces[1:], start=1):
        clitic = number == last and piece in _CLITICS
        if clitic or (ord(piece[0]) in _CYRILLIC and ord(parts[-1][-1]) in _CYRILLIC):
            parts[-1] += piece
        else:
            parts.append(piece)
    return parts


def _number(token: str) -> str:
    """Spell a number in one way: no separators of thousands, a point before the decimals."""
    *groups, tail = re.split("[.,]", token)
    whole = "".join(groups)
    return whole + tail if len(tail) == 3 and whole != "0" else f"{whole}.{tail}"


def _bigrams(part: str) -> list[str]:
    """Cut a word at its runs of spaceless script and make overlapping pairs of these."""
    found: list[str] = []
    for number, run in enumerate(_SPACELESS.split(part)):
        if number % 2 and len(run) > 1:
            found += map("".join, pairwise(run))
        elif other := _cut(run):
            found.append(other)
    return found


def neutral(found: Iterable[str]) -> list[str]:
    """Fold words into the terms of the neutral fields, one for one."""
    return [word if word.isascii() else bare(word)[:TOKEN_CAP] for word in found]


def terms(text: str) -> list[str]:
    """Find the neutral terms of `text`; a term's position is its index.

    "Don't" gives ``dont``, "China's" ``china``, "U.S." ``us``, "8,000" ``8000``, "3,5" ``3.5``,
    "l'économie" ``l economie``, "東京都" ``東京 京都``.
    """
    return neutral(words(text))


def stems_for_query(word: str, languages: Iterable[str]) -> dict[str, list[str]]:
    """Stem a query word in each of the languages (keys); several stems where the word falls apart."""
    found = words(word)
    return {language: stem(found, language) for language in languages}
