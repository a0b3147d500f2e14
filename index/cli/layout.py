"""Text in a terminal's columns: how wide characters are, wrapping, columns side by side."""

from __future__ import annotations

import re
import shutil
import sys
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

NARROWEST: Final = 40
"""Columns that output is made for at least; on a narrower terminal its lines run over."""

_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_LEFT_TO_RIGHT_MARK: Final = "\u200e"
"""Ends a cell of Arabic or Hebrew: else a terminal that reorders would swap it with the next column."""


class Cell(NamedTuple):
    """One line of one column: text that is safe to print, and the SGR code it is printed with."""

    text: str = ""
    style: str = ""


def terminal_width() -> int | None:
    """Columns of the terminal that stdout is, None where it is none."""
    return max(NARROWEST, shutil.get_terminal_size().columns) if sys.stdout.isatty() else None


def cells(text: str) -> int:
    """Return how many columns a text takes: East Asian characters two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(4096)
def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


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


def beside(left: Sequence[Cell], right: Sequence[Cell], width: int, *, color: bool) -> list[str]:
    """Set two columns side by side, the left one `width` columns wide."""
    lines = []
    for place in range(max(len(left), len(right))):
        first = left[place] if place < len(left) else Cell()
        second = right[place] if place < len(right) else Cell()
        lines.append(f"{paint(first, color=color, width=width)} │ {paint(second, color=color)}".rstrip())
    return lines
