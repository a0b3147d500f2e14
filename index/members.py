"""Which articles are the same or nearly so: clusters, their members, their files. What every search asks.

What makes two articles copies of each other is in `index.copies`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from index.article import ArticleId

if TYPE_CHECKING:
    from index.catalog import Catalog

LOOKED_UP: Final = 500
"""Articles whose clusters are looked up; for more of them all are read, once, 1 ms for 5,000 articles."""


class Clusters:
    """Article to canonical copy, of the articles that are asked about."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._all: dict[ArticleId, ArticleId] | None = None

    def among(self, articles: Collection[ArticleId]) -> Mapping[ArticleId, ArticleId]:
        """Map these articles, and perhaps others, to their canonical copies; one alone may be missing."""
        if self._all is None and len(articles) <= LOOKED_UP:
            places = ", ".join("?" * len(articles))
            query = f"SELECT id, canonical FROM entry WHERE canonical IS NOT NULL AND id IN ({places})"
            return {
                ArticleId(row[0]): ArticleId(row[1]) for row in self._catalog.db.execute(query, [*articles])
            }
        if self._all is None:
            self._all = clusters(self._catalog)
        return self._all


def clusters(catalog: Catalog) -> dict[ArticleId, ArticleId]:
    """Article to canonical copy, for every member of a cluster of two or more."""
    rows = catalog.db.execute(
        """SELECT id, canonical FROM entry
           WHERE canonical IN (SELECT canonical FROM entry WHERE id != canonical)"""
    )
    return {ArticleId(article): ArticleId(canonical) for article, canonical in rows}


def copies(catalog: Catalog, canonical: ArticleId) -> list[ArticleId]:
    """All members of a cluster, ordered by id."""
    rows = catalog.db.execute("SELECT id FROM entry WHERE canonical = ? ORDER BY id", (canonical,))
    return [ArticleId(row[0]) for row in rows]


def files_of_cluster(catalog: Catalog, canonical: ArticleId) -> int:
    """Count the raw files that hold an article of a cluster, those of the same bytes included."""
    (number,) = catalog.db.execute(
        """SELECT count(DISTINCT file.id) FROM entry JOIN article USING (id)
           JOIN file ON file.version = article.version WHERE entry.canonical = ?""",
        (canonical,),
    ).fetchone()
    return int(number)


def duplicate_files(catalog: Catalog) -> dict[str, int]:
    """Count the files that are duplicates: of the same bytes, of the same text, near-duplicates."""
    rows = catalog.db.execute(
        """SELECT reason, count(*) FROM file WHERE state = 'duplicate'
           GROUP BY reason ORDER BY reason != 'same bytes', reason != 'same text', reason"""
    )
    return {str(row[0]): int(row[1]) for row in rows}
