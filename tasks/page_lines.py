"""Which lines of a page are counted across the archive: those of its text, whatever they are on the page."""

from __future__ import annotations

import heapq
import re
from collections.abc import Callable, Collection
from typing import Final

from index.article import Page
from index.repetition import LONG, LineKey, PageLines
from tasks.html import strip_tags
from tasks.repeated import folded, key_of

MOST_CHARACTERS: Final = 8_000_000
"""What of a page is counted; `tasks.segment` reads no more."""

MOST_LINES: Final = 1_024
"""Distinct lines counted of one page, those of smallest key, so that of what long pages share the same part
is counted. The 1,833 pages of the development data have 94 on average, 478 at most."""

FEWEST_WORDS: Final = 3
FEWEST_CHARACTERS: Final = 12
"""A line with less of either is navigation anyway, or a subhead that any story may have."""

UNSPACED_WORD: Final = 0.5
"""Words of one character in a script without blanks; it also counts as two characters."""

_UNSPACED: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3]"
)

Repeated = Callable[[Page], Collection[int]]
"""Names those lines of a page that stand on many pages, by their keys."""


def nothing_repeated(_: Page) -> Collection[int]:
    """Judge a page alone."""
    return ()


def page_lines(page: Page) -> PageLines:
    """Return the distinct lines of a page that are counted. Linear in the page; raises nothing."""
    text = (strip_tags(page.text) if page.html else page.text)[:MOST_CHARACTERS]
    found: dict[LineKey, float] = {}
    for line in {folded(line) for line in text.split("\n") if 2 * len(line) >= FEWEST_CHARACTERS}:
        unspaced = 0 if line.isascii() else len(_UNSPACED.findall(line))
        words = line.count(" ") + 1 + UNSPACED_WORD * unspaced
        if words >= FEWEST_WORDS and len(line) + unspaced >= FEWEST_CHARACTERS:
            found[key_of(line)] = words
    kept = heapq.nsmallest(MOST_LINES, found) if len(found) > MOST_LINES else found
    return PageLines(
        prose={key: min(255, int(found[key])) for key in kept if found[key] >= LONG},
        short=frozenset(key for key in kept if found[key] < LONG),
    )
