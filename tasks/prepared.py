"""A text made ready for many comparisons: its words as numbers, its figures and names as words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812
from itertools import islice
from typing import Final

from tasks.normalise import clean, split_prose, stream
from tasks.sketch import Hashes, Shingles, distinct, shingles, token_hashes

MAX_WORDS: Final = 20_000
"""A text's words beyond these are not compared."""

_NAME: Final = re.compile(
    r"[A-Z\xc0-\xde\u0386-\u03ab\u0400-\u042f](?<=[a-z\xdf-\xff\u03ac-\u03ce\u0430-\u045f,;] .)[\w'-]{2,}"
)


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A text made ready for many comparisons.

    `day` is the date's ordinal; `numbers` are the figures of the prose as (position, token), `table` counts
    those outside it; `tokens` are the hashes of the words.
    """

    words: int
    day: int | None
    tokens: Hashes
    triples: Hashes
    shingles: Shingles
    distinct: Hashes
    numbers: tuple[tuple[int, str], ...]
    table: Mapping[str, int]
    names: Mapping[str, int]


def prepare(text: str, date: str | None) -> Prepared:
    """Make a text ready to be compared; `date` is the article's own, ISO, or None where unknown."""
    body, rest = split_prose(text)
    readable = clean(body)
    words = list(islice(stream(body), MAX_WORDS))
    others = list(islice(stream(rest), MAX_WORDS))
    hashes = token_hashes(words)
    four = shingles(hashes, 4)
    return Prepared(
        words=len(words),
        day=_ordinal(date),
        tokens=hashes,
        triples=distinct(shingles(hashes, 3).values),
        shingles=four,
        distinct=distinct(four.values),
        numbers=tuple((place, words[place]) for place in _figures(words, readable)),
        table=Counter(others[place] for place in _figures(others, rest)),
        names=Counter(_NAME.findall(readable)[:MAX_WORDS]),
    )


def _figures(words: Sequence[str], text: str) -> list[int]:
    """Return the places of the words that begin with a digit."""
    if text.isascii():
        return [place for place, word in enumerate(words) if word < ":"]  # no word begins below a digit
    return [place for place, word in enumerate(words) if word[0].isdigit()]


def _ordinal(date: str | None) -> int | None:
    if date is None:
        return None
    try:
        return Date.fromisoformat(date).toordinal()
    except ValueError:
        return None  # a date of the page that is none is an unknown date
