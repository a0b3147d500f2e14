"""The normal form of text: two spellings that fold to the same string are the same word to a searcher.

`normal` keeps accents (stemmers need them), `bare` takes them off what is normal already, `fold` does both.
All three are total and linear; the result is at most six times as long as the text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HONORIFICS: Final = re.compile("[\ufdfa\ufdfb]")  # one character that NFKC turns into eighteen, or eight
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u0640\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_DIACRITICS: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\ufe20-\ufe2f]"
)
_OWN_LETTERS: Final = frozenset("йїўѓќؤئ")
"""Letters of their own right although Unicode takes them apart; their readers never type the bare form."""

_SAME_LETTER: Final = {
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ٱ": "ا",
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ڪ": "ك",
    "ة": "ه",
    "ہ": "ه",
    "ە": "ه",
}


class _FoldTable(dict[int, str]):
    """Code point → folded text, worked out once per code point (for `str.translate`)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_char(chr(code))
        return folded


def _fold_char(char: str) -> str:
    if char in _OWN_LETTERS:
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    unmarked = unicodedata.normalize("NFC", _DIACRITICS.sub("", unicodedata.normalize("NFD", char)))
    return _SAME_LETTER.get(unmarked, unmarked)


_FOLD: Final = _FoldTable()


def normal(text: str) -> str:
    """NFKC, letter case folded, invisible characters gone; accents, spaces and punctuation stay."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _HONORIFICS.sub(" ", text)).casefold()
    text = _INVISIBLE.sub("", text).replace("i\u0307", "i")  # İ case-folds to i and a dot above
    return unicodedata.normalize("NFKC", text)


def bare(text: str) -> str:
    """Take the diacritics off text that is `normal`, and unite the variants of letters and digits."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_FOLD))


def fold(text: str) -> str:
    """Reduce `text` to what matters for matching: NFKC, no case, no diacritics, no invisible characters.

    Variants of one letter are united (ё/е, ø/o, the Arabic alefs, yehs and kafs), the digits of all scripts
    become ASCII. Spaces and punctuation stay.
    """
    return bare(normal(text))
