"""What can be told of each line of a page without looking at its neighbours, in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Final, NamedTuple

from tasks import stopwords
from tasks.cues import Cue
from tasks.wording import PROSE_WORDS, Wording, wording

SENTENCE: Final = 8
"""Tokens from which a line tells the language of the page: navigation is often in another."""

PROSE_DENSITY: Final = 0.25
"""A line is prose with `PROSE_WORDS` words, a sentence end and so many function words per token."""


class Fact(NamedTuple):
    """One non-blank line by itself; `line` is its number on the page. Shares are of its tokens, 0..1.

    `content` are the words that carry meaning, or pairs of characters where words are not separated. The
    fields from `text` on are those of its `tasks.wording.Wording`.
    """

    line: int
    density: float
    content: frozenset[str]
    indent: int
    gap: int
    copies: int
    text: str
    words: float
    cjk: float
    capitals: float
    digits: float
    ends: bool
    cues: int
    credit: bool
    bullet: bool
    dated: bool
    sentences: int
    picture: bool
    quoted: bool
    commas: int
    you: float
    we: float

    @property
    def prose(self) -> bool:
        """Whether the line alone looks like a paragraph of an article."""
        long = self.words >= PROSE_WORDS and self.ends
        return long and (self.cjk > 0.3 or self.density >= PROSE_DENSITY)


class _Found(NamedTuple):
    line: int
    indent: int
    gap: int
    wording: Wording


def measure(lines: Sequence[str]) -> list[Fact]:
    """Return the facts of each line that holds a word, in order. Linear in the text."""
    found = _worded(lines)
    spoken = [line.wording.lower for line in found]
    stops = stopwords.of_page(chain.from_iterable(words for words in spoken if len(words) >= SENTENCE))
    copies = Counter(line.wording.text for line in found)
    return [_fact(line, stops, copies[line.wording.text]) for line in found]


def _worded(lines: Sequence[str]) -> list[_Found]:
    found, gap = [], 0
    for number, raw in enumerate(lines):
        text = raw.strip()
        told = wording(text) if text else None
        if told is None:
            gap += 1
            continue
        indent = len(raw) - len(raw.lstrip()) if len(raw) > len(text) else 0
        found.append(_Found(number, min(indent, 12), min(gap, 3), told))
        gap = 0
    return found


def _fact(line: _Found, stops: frozenset[str], copies: int) -> Fact:
    number, indent, gap, (lower, long, *rest) = line
    cjk = line.wording.cjk
    density = sum(map(stops.__contains__, lower)) / len(lower) if stops and cjk < 0.3 else 0.35
    content = frozenset(map("".join, pairwise(lower))) if cjk > 0.3 else long - stops
    return Fact._make((number, density, content, indent, gap, min(copies - 1, 3), *rest))


def has(fact: Fact, *cues: Cue) -> bool:
    """Whether the line holds any of the cues."""
    return any(map(fact.cues.__and__, cues))
