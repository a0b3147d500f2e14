"""Where in HTML source the lines of the page's text stand.

The lines come from another piece of code (`tasks.html`) and have lost their places. They are found again by
their letters, in the order of the page: white space, entities and tags between letters do not count.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from tasks import plaintext

WINDOW: Final = 20_000
"""Letters beyond the last line that was found in which the next one is looked for."""
MOST_SEARCHES: Final = 2_000
"""Lines that are looked for in the window; those beyond must follow the line before them directly."""

_UNREAD: Final = ("script", "style", "noscript", "template", "svg", "head")
_MARKUP: Final = re.compile(
    rf"(?P<comment><!--)|<(?P<unread>{'|'.join(_UNREAD)})(?![\w-])[^<>]*>?|</?[a-z][^<>]*>|<[!?][^<>]*>",
    re.IGNORECASE,
)
_CLOSED: Final = {name: re.compile(rf"</{name}(?![\w-])[^<>]*>?", re.IGNORECASE) for name in _UNREAD}


class _Chunk(NamedTuple):
    """Text between two tags: its range in the source without white space around it, and its letters."""

    start: int
    end: int
    letters: str


def places(source: str, lines: Sequence[str]) -> list[tuple[int, int] | None]:
    """Return the half-open range of characters in `source` of each line, ascending and without overlap.

    None for a line that is blank or not found. Linear in source and lines.
    """
    chunks = list(_chunks(source))
    letters = "".join(chunk.letters for chunk in chunks)
    starts = [0, *accumulate(len(chunk.letters) for chunk in chunks)]
    found: list[tuple[int, int] | None] = []
    cursor = end = searches = 0
    for line in lines:
        wanted = _letters(line)
        at = cursor if wanted and letters.startswith(wanted, cursor) else -1
        if wanted and at < 0 and searches < MOST_SEARCHES:
            searches += 1
            at = letters.find(wanted, cursor, cursor + WINDOW + len(wanted))
        if at < 0:
            found.append(None)
            continue
        cursor = at + len(wanted)
        first = bisect_right(starts, at) - 1
        last = bisect_right(starts, cursor - 1) - 1
        start, end = max(end, chunks[first].start), max(end, chunks[last].end)
        found.append((start, end))
    return found


def _letters(text: str) -> str:
    return "".join(plaintext.clean(text).split())


def _chunks(source: str) -> Iterator[_Chunk]:
    """Yield the text between tags, but for comments, scripts, styles and the like."""
    at = 0
    unclosed: set[str] = set()
    while (found := _MARKUP.search(source, at)) is not None:
        yield from _chunk(source, at, found.start())
        at = found.end()
        if found["comment"]:
            closed = source.find("-->", at)
            at = closed + 3 if closed >= 0 else len(source)
        elif (name := (found["unread"] or "").lower()) and name not in unclosed:
            closing = _CLOSED[name].search(source, at)
            if closing is None:
                unclosed.add(name)
            else:
                at = closing.end()
    yield from _chunk(source, at, len(source))


def _chunk(source: str, start: int, end: int) -> Iterator[_Chunk]:
    text = source[start:end]
    shown = text.strip()
    letters = _letters(html.unescape(shown)) if shown else ""
    if letters:
        first = start + len(text) - len(text.lstrip())
        yield _Chunk(first, first + len(shown), letters)
