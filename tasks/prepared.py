"""A text made ready for many comparisons: its words as numbers, its figures and names as words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from functools import cached_property
from typing import Final

import numpy as np

from index.sorted_run import distinct
from tasks.normalise import clean, decoded, split_prose, word_lines
from tasks.sketch import Hashes, Shingles, joined, line_ends, line_hashes, shingles

MAX_WORDS: Final = 20_000
"""A text's words beyond these are not compared."""

_NAME: Final = re.compile(
    r"[A-Z\xc0-\xde\u0386-\u03ab\u0400-\u042f](?<=[a-z\xdf-\xff\u03ac-\u03ce\u0430-\u045f,;] .)[\w'-]{2,}"
)

Figures = tuple[tuple[int, str], ...]
"""Words that begin with a digit, with their places."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A text made ready for many comparisons.

    `day` is the date's ordinal; `numbers` are the figures of the prose as (position, token), `table` counts
    those outside it; `tokens` are the hashes of the words. What only a pair that looks alike is asked for is
    found when it is.
    """

    prose: str
    day: int | None
    tokens: Hashes
    shingles: Shingles
    distinct: Hashes
    numbers: Figures
    table: Mapping[str, int]

    @property
    def words(self) -> int:
        """Words of the prose, as far as they are compared."""
        return len(self.tokens)

    @cached_property
    def triples(self) -> Hashes:
        """The distinct 3-grams, sorted."""
        return distinct(shingles(self.tokens, 3).values)

    @cached_property
    def names(self) -> Mapping[str, int]:
        """The capitalised words that do not begin a sentence, counted."""
        return Counter(_NAME.findall(clean(self.prose))[:MAX_WORDS])


def prepare(text: str, date: str | None) -> Prepared:
    """Make a text ready to be compared; `date` is the article's own, ISO, or None where unknown."""
    body, rest = split_prose(text)
    pieces = _first_words(body)
    hashes = joined(map(line_hashes, pieces))
    four = shingles(hashes, 4)
    return Prepared(
        prose=body,
        day=_ordinal(date),
        tokens=hashes,
        shingles=four,
        distinct=distinct(four.values),
        numbers=_figures(pieces),
        table=Counter(word for _, word in _figures(_first_words(rest))),
    )


def _first_words(text: str) -> list[bytes]:
    """Return the first `MAX_WORDS` words of a text as `word_lines` does."""
    pieces = []
    left = MAX_WORDS
    for lines in word_lines(text):
        count = lines.count(b"\n")
        pieces.append(lines if count <= left else b"\n".join([*lines.split(b"\n", left)[:left], b""]))
        left -= count
        if left <= 0:
            break
    return pieces


def _figures(pieces: Iterable[bytes]) -> Figures:
    """Find the words that begin with a digit."""
    found: list[tuple[int, str]] = []
    before = 0
    for lines in pieces:
        found += [(before + place, word) for place, word in _line_figures(lines)]
        before += lines.count(b"\n")
    return tuple(found)


def _line_figures(lines: bytes) -> list[tuple[int, str]]:
    if not lines.isascii():
        return [(place, word) for place, word in enumerate(decoded(lines)) if word[0].isdigit()]
    starts, ends = line_ends(lines)
    # No word of ASCII begins below a digit.
    places = (np.frombuffer(lines, np.uint8)[starts] < ord(":")).nonzero()[0]
    bounds = zip(places.tolist(), starts[places].tolist(), ends[places].tolist(), strict=True)
    return [(place, lines[start:end].decode()) for place, start, end in bounds]


def _ordinal(date: str | None) -> int | None:
    if date is None:
        return None
    try:
        return Date.fromisoformat(date).toordinal()
    except ValueError:
        return None  # a date of the page that is none is an unknown date
