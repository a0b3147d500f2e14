"""What a search is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index.article import ArticleId
    from index.query_tree import Query

Sort = Literal["relevance", "date"]


@dataclass(frozen=True)
class SearchRequest:
    """What a person asks for. Days are ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``, inclusive.

    `any_words` asks for any of the words instead of all; `relax` allows partial matches where nothing matches
    all words (only by relevance); `all_copies` shows duplicates, too; `plain` takes the query as words alone,
    without operators. `include_boilerplate` also looks into the text that was cut from the pages: it adds
    hits, and takes none away.
    """

    query: str
    limit: int = 10
    offset: int = 0
    sort: Sort = "relevance"
    langs: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    undated: bool = False
    added_since: str | None = None
    source: str | None = None
    any_words: bool = False
    all_copies: bool = False
    relax: bool = True
    plain: bool = False
    include_boilerplate: bool = False
    explain: bool = False


@dataclass(frozen=True)
class Gain:
    """What a word of the query, written as in one, adds to a score; so many articles hold it."""

    word: str
    score: float
    articles: int


@dataclass(frozen=True)
class Hit:
    """An article that answers, its score (0 where nothing ranks) and the copies of it that answer as well.

    `boilerplate` says that it answers only with the text that was cut from its page. `why` says how the score
    came about, where that was asked for (`SearchRequest.explain`).
    """

    id: ArticleId
    score: float
    date: str | None
    copies: tuple[ArticleId, ...] = ()
    boilerplate: bool = False
    why: tuple[Gain, ...] = ()


@dataclass(frozen=True)
class SearchResult:
    """The hits of one page; `total` counts those of all pages.

    `relaxed` says that no article matched all words. `undated_left_out` counts what `since` or `until` left
    out for want of a date. `notes` are sentences for a person; they are safe to print.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    relaxed: bool = False
    undated_left_out: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facets:
    """Numbers of matches by language, source, month (``YYYY-MM`` or empty) and agency, frequent ones first.

    Agencies are folded, empty where an article names none.
    """

    lang: tuple[tuple[str, int], ...]
    source: tuple[tuple[str, int], ...]
    month: tuple[tuple[str, int], ...]
    agency: tuple[tuple[str, int], ...] = ()
