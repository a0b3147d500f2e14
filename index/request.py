"""What a search is asked, and what it answers.

Named tuples: their classes are made in a tenth of the time that a dataclass takes, and each search makes them
anew (`python -m bench.startup`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from index.article import ArticleId
    from index.query_tree import Query

Sort = Literal["relevance", "date"]


class SearchRequest(NamedTuple):
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


class Occurrence(NamedTuple):
    """How often a word stands in a field of an article, and what that counts.

    The field ``stem`` is all of them, by the word's stem. Headlines count more, and a word as it is spelt.
    """

    field: str
    times: float
    counts: float


class Gain(NamedTuple):
    """What a word of the query, written as in one, adds to a score, and why.

    `articles` of all `archived` hold it, which gives its `rarity`. `words` is the length of the article,
    to the nearest step that the index keeps, and `mean_words` that of all.
    """

    word: str
    score: float
    articles: int
    archived: int
    rarity: float
    occurrences: tuple[Occurrence, ...]
    words: int
    mean_words: float


class Hit(NamedTuple):
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


class SearchResult(NamedTuple):
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


class Facets(NamedTuple):
    """Numbers of matches by language, source, month (``YYYY-MM``) and agency, frequent ones first.

    A month and an agency are empty where an article names none. Spellings of a source or an agency that
    differ by letter case or accents alone count as one.
    """

    lang: tuple[tuple[str, int], ...]
    source: tuple[tuple[str, int], ...]
    month: tuple[tuple[str, int], ...]
    agency: tuple[tuple[str, int], ...] = ()
