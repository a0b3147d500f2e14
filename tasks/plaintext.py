r"""Decoded text in one form: lines end in ``\n`` alone, characters are composed (NFC), nothing unseen stays.

What reaches a terminal is made safe at output; here only what would keep equal texts apart is removed.
All patterns are linear.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_COMBINING_RUN: Final = 30
"""Combining marks kept in a row (Unicode's Stream-Safe Text Format); longer runs sort in square time."""


def _table() -> dict[int, str | None]:
    """Map single characters: other line ends, controls, and invisible characters that split words."""
    table: dict[int, str | None] = dict.fromkeys((*range(0x20), 0x7F))
    # A control of the range 80-9F comes from cp1252 that was read as latin-1: mapped back, as HTML does.
    for point in range(0x80, 0xA0):
        table[point] = bytes([point]).decode("cp1252", "ignore") or None
    table |= {0x09: "\t", 0x0A: "\n", 0x0B: "\n", 0x0C: "\n\n", 0x0D: "\n", 0x85: "\n"}
    table |= {0x2028: "\n", 0x2029: "\n\n"}
    # Soft hyphen, word joiner, marks inside the text, and the controls of bidirectional text.
    table |= dict.fromkeys((0xAD, 0x180E, *range(0x2060, 0x2065), 0xFEFF, *range(0x202A, 0x202F)))
    return table | dict.fromkeys(range(0x2066, 0x2070))


_TABLE: Final = _table()
# Most pages have none of these: one search is cheaper than `translate`.
_MAPPED: Final = re.compile("[" + re.escape("".join(map(chr, _TABLE.keys() - {0x09, 0x0A}))) + "]")
ESCAPES: Final = re.compile(
    r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b[\]PX^_][^\x07\x1b\n]{0,4096}(?:\x07|\x1b\\)|\x1b[ -/]?[0-~]"
)
# The zero width space marks words in scripts without blanks and joiners shape Arabic and Indic letters;
# everywhere else they only hide in words.
_ZERO_WIDTH: Final = re.compile(
    "(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b|(?<=[\t-\u058f\u200b-\u200d])[\u200c\u200d]"
)
_HIDDEN: Final = re.compile("[\u200b-\u200d]")
_MARKS: Final = re.compile(rf"[^\w\s!-~]{{{_COMBINING_RUN + 1},}}")
_VISIBLE: Final = re.compile(
    "[^\\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufffd]"
)


def clean(text: str) -> str:
    """Bring decoded text into its one form. Cleaning twice changes nothing more."""
    if "\x1b" in text:
        text = ESCAPES.sub("", text)
    text = text.replace("\r\n", "\n")
    if _MAPPED.search(text):
        text = text.translate(_TABLE)
    if _HIDDEN.search(text):
        text = _ZERO_WIDTH.sub("", text)
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(_bounded, text))


def blank(text: str) -> bool:
    """Say whether a text shows nothing: white space, no-break and zero-width characters."""
    return _VISIBLE.search(text) is None


def _bounded(found: re.Match[str]) -> str:
    """Drop the combining marks of a run beyond the bound."""
    kept: list[str] = []
    row = 0
    for character in found[0]:
        row = row + 1 if unicodedata.combining(character) else 0
        if row <= _COMBINING_RUN:
            kept.append(character)
    return "".join(kept)
