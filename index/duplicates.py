"""The records of the duplicate ledger: what is kept of an article's text, and why two articles are one.

They stand here because the catalog stores them, `newsfold similar` prints them and `tasks.dedupe` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.article import ArticleId


@dataclass(frozen=True, slots=True)
class StoredText:
    """What the comparison needs of an article: its text with what was worked out when it was read.

    `date` is the article's own, ISO ``YYYY-MM-DD``, None where unknown; `text_hash` and `sketch` are those of
    the body.
    """

    body: str
    text_hash: str
    sketch: tuple[int, ...]
    date: str | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger keeps of an article, so that its text need not be read again, until it is withdrawn.

    `words` counts the prose alone; `correction` says that the text calls itself corrected or updated;
    `hashes` is its sketch.
    """

    id: ArticleId
    text_hash: str
    words: int
    date: str | None
    correction: bool
    hashes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Two texts are copies of one article, because of this.

    `similarity` is the Jaccard index of word 3-grams, `containment` the share of the shorter text's 3-grams
    that the longer one holds, `coverage` the share of the shorter text's words in matched 4-grams (all 0..1),
    `longest_run` words matched in a row; `numbers` and `names` are those that agree, "n/m".
    """

    kind: Literal["same-text", "near-duplicate"]
    similarity: float
    containment: float
    coverage: float
    longest_run: int
    numbers: str
    names: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Two articles that match; `a` is the smaller id."""

    a: ArticleId
    b: ArticleId
    match: Match
