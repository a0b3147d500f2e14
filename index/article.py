"""The records that travel from a raw file to a search hit, and the ids that name them.

A *raw file* is bytes as they came. One state of those bytes is a *version*, named by its SHA-256. Decoding
a version gives a *page*; segmentation labels the page's lines and finds its *articles*.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, NewType

PIPELINE: Final = "4"
"""Version of everything between bytes and article. Raise it when the same bytes give another article."""

VersionId = NewType("VersionId", str)
"""SHA-256 of a raw file's bytes, 64 hex digits."""

ArticleId = NewType("ArticleId", str)
"""Hash of a version and the article's ordinal in it, 40 hex digits; stable when the model changes."""


class Label(StrEnum):
    """What a line of a page is."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    AGENCY = "agency"
    CAPTION = "caption"
    SUBHEAD = "subhead"
    BODY = "body"
    TEASER = "teaser"
    NAV = "nav"
    FOOTER = "footer"
    OTHER = "other"
    BLANK = "blank"


KEPT: Final = frozenset(
    (Label.HEADLINE, Label.STANDFIRST, Label.BYLINE, Label.AGENCY, Label.SUBHEAD, Label.BODY)
)
"""Labels of the lines whose text is in an article; the others are cut."""


class State(StrEnum):
    """Where a raw file stands; exactly one at any time."""

    PENDING = "pending"
    INDEXED = "indexed"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    IGNORED = "ignored"
    DEFERRED = "deferred"
    MISSING = "missing"


class RejectReason(StrEnum):
    """Why a raw file gave no article."""

    EMPTY = "empty"
    BLANK = "blank"
    BINARY = "binary"
    ENCODING = "encoding"
    TOO_LARGE = "too-large"
    NO_ARTICLE = "no-article"
    MARKUP = "markup"
    POISON = "poison"


@dataclass(frozen=True, slots=True)
class Reject:
    """A page that could not become an article. A value, not an exception."""

    reason: RejectReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    r"""The text of a raw file after decoding, lines separated by ``\n`` alone.

    `repairs` counts the bytes that were replaced; `guessed` says that a detector chose the encoding.
    `html` is true where the text is still HTML source.
    """

    text: str
    encoding: str
    repairs: int = 0
    guessed: bool = False
    html: bool = False


class Line(NamedTuple):
    """One line of a page with its label, P(label) in 0..1 and the reasons for it.

    A tuple: a page has hundreds of them, and a dataclass costs four times as much to make.
    """

    text: str
    label: Label
    confidence: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """An article as it was found on a page: what a journalist wrote, without the page around it.

    `body` holds paragraphs separated by one blank line; `date` is ISO ``YYYY-MM-DD`` or None, with the text
    that proves it in `date_evidence`; `place` is the dateline's place; `span` is the half-open range of the
    page's lines it was made of.
    """

    headline: str
    body: str
    standfirst: str = ""
    byline: str = ""
    agency: str = ""
    place: str = ""
    date: str | None = None
    date_evidence: str = ""
    publisher: str = ""
    span: tuple[int, int] = (0, 0)
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Every line of a page labelled, and the articles found on it, in page order."""

    lines: tuple[Line, ...]
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """BCP-47 code (``und`` where unknown) with its probability 0..1 and the engine that said so.

    `second` is another language of the text with at least a fifth of it.
    """

    code: str
    probability: float
    engine: str
    reliable: bool = True
    second: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A story with its identity and language: what the catalog stores and the index finds."""

    id: ArticleId
    version: VersionId
    ordinal: int
    story: Story
    language: Language
    text_hash: str
    words: int
    pipeline: str = PIPELINE


def article_id(version: VersionId, ordinal: int) -> ArticleId:
    """Name the `ordinal`-th article (from 0) of a file version."""
    return ArticleId(hashlib.sha256(f"{version}:{ordinal}".encode()).hexdigest()[:40])
