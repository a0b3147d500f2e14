"""Text in a terminal's columns: how wide characters are, wrapping, columns side by side."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

NARROWEST: Final = 40
"""Columns that output is made for at least; on a narrower terminal its lines run over."""

WIDEST: Final = 100
"""Columns of running text at most: longer lines are hard to read."""
MOST_MARKS: Final = 8
"""Characters looked at for a column of the terminal: letters come with marks, and nobody reads 100 on one."""

_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_CODES: Final = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
"""What this program sends to style text and to make links."""
_LEFT_TO_RIGHT_MARK: Final = "\u200e"
"""Ends a cell of Arabic or Hebrew: else a terminal that reorders would swap it with the next column."""


class Cell(NamedTuple):
    """One line of one column: text that is safe to print, and the SGR code it is printed with."""

    text: str = ""
    style: str = ""


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, None where it is none."""
    if not sys.stdout.isatty():
        return None
    import shutil  # noqa: PLC0415 - only for a terminal

    return max(NARROWEST, shutil.get_terminal_size().columns)


def cells(text: str) -> int:
    """Return how many columns a text takes: East Asian characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(4096)
def _width(character: str) -> int:
    """Columns of a character, as the terminals built on VTE and glibc have it."""
    if character == "\u00ad":  # a soft hyphen is shown
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return 0  # vowels and final consonants of Hangul join the syllable before them
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def without_codes(text: str) -> str:
    """Return text as it was before it was styled and linked."""
    return _CODES.sub("", text) if "\x1b" in text else text


def cut(text: str, width: int) -> str:
    """Return text of at most `width` columns, an ellipsis in the place of what is left out at its end."""
    if _fits(text, width):
        return text
    return text[: _fitting(text, width - 1)] + "…" if width > 0 else ""


def cut_path(name: str, width: int) -> str:
    """Return a file name of at most `width` columns: what is left out of a longer one is its middle.

    The end of the name says most, then its first folder: ``harbour-herald/…/lift-bridge.txt``.
    """
    if _fits(name, width):
        return name
    first, _, rest = name.partition("/")
    last = rest.rpartition("/")[2]
    head = f"{first}/…" if last and _fits(f"{first}/…", width // 2) else "…"
    if last and _fits(short := f"{head}/{last}", width):
        return short
    tail = (last or name)[-MOST_MARKS * (width + 1) :][::-1]
    return head + tail[: _fitting(tail, width - cells(head))][::-1] if width > 0 else ""


def _fits(text: str, width: int) -> bool:
    return len(text) <= MOST_MARKS * width and cells(text) <= width


def _fitting(text: str, width: int) -> int:
    """Return how many characters of the beginning of a text fit `width` columns."""
    room = width
    for place, character in enumerate(text[: MOST_MARKS * max(0, width)]):
        room -= _width(character)
        if room < 0:
            return place
    return min(len(text), MOST_MARKS * max(0, width))


def wrap(text: str, width: int, most: int = 1000) -> list[str]:
    """Break a text into at most `most` lines of at most `width` columns; linear in what is shown.

    Breaks at white space, and anywhere in words that are wider than a line or of East Asian characters.
    Where something is left out, the last line ends in an ellipsis.
    """
    looked_at = 4 * width * (most + 1)
    lines: list[str] = []
    line = ""
    for word in text[:looked_at].split():
        if len(lines) > most:
            break
        size = cells(word)
        joined = f"{line} {word}" if line else word
        if cells(line) + bool(line) + size <= width:
            line = joined
        elif size <= min(width, len(word)):  # narrow characters: a word that fits a line stays whole
            lines.append(line)
            line = word
        else:
            *full, line = _broken(joined, width)
            lines += full
    lines.append(line)
    if len(lines) > most or len(text) > looked_at:
        lines = lines[:most]
        while cells(lines[-1]) >= width:
            lines[-1] = lines[-1][:-1]
        lines[-1] += "…"
    return lines


def _broken(text: str, width: int) -> list[str]:
    """Cut a text every `width` columns."""
    parts: list[str] = []
    start, room = 0, width
    for place, character in enumerate(text):
        size = _width(character)
        if size > room:
            parts.append(text[start:place])
            start, room = place, width
        room -= size
    return [part.rstrip() for part in (*parts, text[start:])]


def pad(text: str, width: int) -> str:
    """Fill a text with spaces up to `width` columns."""
    filled = text + " " * max(0, width - cells(text))
    return filled + _LEFT_TO_RIGHT_MARK if _RIGHT_TO_LEFT.search(text) else filled


def paint(cell: Cell, *, color: bool, width: int = 0) -> str:
    """Return a cell's text in its style, filled up to `width` columns."""
    text = pad(cell.text, width) if width else cell.text
    return f"\x1b[{cell.style}m{text}\x1b[0m" if color and cell.style and cell.text else text


def paint_marks(lines: Iterable[str], marks: Iterable[bool], style: str, marked: str) -> list[str]:
    """Give wrapped lines a style, and the characters that `marks` tells of another.

    `marks` has a value for each character of the text that is no white space: wrapping keeps those.
    """
    flags = iter(marks)
    painted = []
    for line in lines:
        of_line = [None if character.isspace() else next(flags, False) for character in line]
        parts: list[str] = []
        start = 0
        for place in range(1, len(line) + 1):
            if place == len(line) or of_line[place] != of_line[start]:
                code = marked if of_line[start] else style
                parts.append(paint(Cell(line[start:place], code), color=True))
                start = place
        painted.append("".join(parts))
    return painted


def beside(left: Sequence[Cell], right: Sequence[Cell], width: int, *, color: bool) -> list[str]:
    """Set two columns side by side, the left one `width` columns wide."""
    lines = []
    for place in range(max(len(left), len(right))):
        first = left[place] if place < len(left) else Cell()
        second = right[place] if place < len(right) else Cell()
        lines.append(f"{paint(first, color=color, width=width)} │ {paint(second, color=color)}".rstrip())
    return lines
