"""The catalog's languages of articles, renewed when another engine shall name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from index import articles
from index.article import Article, ArticleId, Language
from index.catalog import Catalog


def of_other_engines(catalog: Catalog, engine: str) -> int:
    """How many articles another engine named the language of."""
    row = catalog.db.execute("SELECT count(*) FROM article WHERE lang_engine != ?", (engine,)).fetchone()
    return int(row[0])


def next_of_other_engines(catalog: Catalog, engine: str, after: str, limit: int) -> list[Article]:
    """Articles whose language another engine named, ordered by id, those after the id `after`."""
    rows = catalog.db.execute(
        "SELECT id FROM article WHERE id > ? AND lang_engine != ? ORDER BY id LIMIT ?", (after, engine, limit)
    ).fetchall()
    return [articles.get_article(catalog, ArticleId(row[0])).article for row in rows]


def put_languages(catalog: Catalog, found: Iterable[tuple[Article, Language]]) -> list[Article]:
    """Store the languages of articles, queue for the index those that have another one now, return these."""
    changed: list[Article] = []
    for article, language in found:
        catalog.db.execute(
            """UPDATE article SET lang = ?, lang_probability = ?, lang_engine = ?, lang_reliable = ?,
               lang_second = ?, content_hash = ? WHERE id = ?""",
            (
                language.code,
                language.probability,
                language.engine,
                language.reliable,
                language.second,
                articles.content_hash(replace(article, language=language)),
                article.id,
            ),
        )
        if language.code != article.language.code:
            changed.append(replace(article, language=language))
    articles.queue(catalog, [article.id for article in changed])
    return changed


def fields(language: Language) -> dict[str, str | float | bool | None]:
    """An article's language as JSON output has it."""
    return {
        "lang": language.code,
        "lang_probability": language.probability,
        "lang_reliable": language.reliable,
        "lang_second": language.second,
        "lang_engine": language.engine,
    }


def told(language: Language) -> str:
    """An article's language for a person: ``de (0.98), also en``."""
    sure = "" if language.reliable else ", unsure"
    also = f", also {language.second}" if language.second else ""
    return f"{language.code} ({language.probability:.2f}{sure}){also}"


def unknown_share(catalog: Catalog) -> tuple[int, int]:
    """How many articles have no language that is known (``und``), and how many there are."""
    row = catalog.db.execute("SELECT count(*) FILTER (WHERE lang = 'und'), count(*) FROM article").fetchone()
    return int(row[0]), int(row[1])
