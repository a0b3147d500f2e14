"""The records of the duplicate ledger: what is kept of an article's text, and why two articles are one.

They stand here because the catalog stores them, `newsfold similar` prints them and `tasks.dedupe` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.article import ArticleId


@dataclass(frozen=True, slots=True)
class StoredText:
    """What the comparison needs of an article.

    `date` is the article's own, ISO ``YYYY-MM-DD``, None where unknown; `text_hash` is that of the body.
    """

    body: str
    text_hash: str
    date: str | None = None
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger keeps of an article, so that its text need not be read again, until it is withdrawn.

    `words` counts the prose alone, as far as it is compared; `correction` says that the text calls itself
    corrected or updated, `littered` that short lines of the page are left in it; `hashes` is its sketch (see
    `tasks.sketch`), none where an older newsfold made it.
    """

    id: ArticleId
    text_hash: str
    words: int
    date: str | None
    correction: bool
    littered: bool
    hashes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Two texts are copies of one article, because of this.

    `kind` is "same-text" (the same words), "contained" (the shorter text is a cut copy) or "near-duplicate".
    `similarity` is the Jaccard index of word 3-grams, `containment` the share of the shorter text's 3-grams
    that the longer one holds, `coverage` the share of the shorter text's words in matched 4-grams (all 0..1),
    `longest_run` words matched in a row; `numbers` and `names` are those that agree, "n/m"; `days` lie
    between the dates of the articles, None where one is unknown.
    """

    kind: Literal["same-text", "near-duplicate", "contained"]
    similarity: float
    containment: float
    coverage: float
    longest_run: int
    numbers: str
    names: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Two articles that match; `a` is the smaller id."""

    a: ArticleId
    b: ArticleId
    match: Match


def told(match: Match) -> str:
    """Tell a person why: "containment .93, coverage .97, numbers 14/14, names 8/9, block of 212 words"."""
    parts = [f"containment {_share(match.containment)}", f"coverage {_share(match.coverage)}"]
    parts += [
        f"{what} {found}"
        for what, found in (("numbers", match.numbers), ("names", match.names))
        if not found.endswith("/0")
    ]
    parts.append(f"block of {match.longest_run} words")
    if match.days:
        parts.append(f"dated {match.days} day{'s' * (match.days > 1)} apart")
    return ", ".join(parts)


def _share(value: float) -> str:
    """Two digits, and 1 only where it is all."""
    return "1" if value >= 1 else f"{min(value, 0.99):.2f}".lstrip("0")


@dataclass(frozen=True, slots=True)
class Related:
    """Another article about the same event: linked, never merged.

    `article` is the canonical copy of its cluster; `score` says how surely, 0..1; `same_source` that it is
    the same outlet's (a follow-up rather than another's report); `days` lie between the dates, None where
    one is unknown; `terms` are words that both use, the most telling first.
    """

    article: ArticleId
    score: float
    same_source: bool
    days: int | None
    terms: tuple[str, ...] = ()
