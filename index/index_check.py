"""Whether the index is as it was written, and holds what the catalog says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from sqlite3 import Row
from typing import Final

from index import articles, writer
from index.article import ArticleId
from index.catalog import Catalog
from index.errors import NewsfoldError
from index.findings import Finding, Kind
from index.reading import guarded, open_searcher
from index.settings import Home

BUILDING: Final = "building"
"""The catalog's setting that names the generation being built (`tasks.generations`)."""

COLUMNS: Final = ("lang", "date")
"""What of an article stands in the index as it is; the rest are terms, whose bytes have checksums."""


def find_in_index(catalog: Catalog, home: Home) -> Iterator[Finding]:
    """Compare every byte of the index with its checksums, and what it holds with the catalog.

    The two agree where no run is at work.
    """
    for what in _findings(catalog, home):
        yield Finding(Kind.INDEX, f"index: {what}")


def _findings(catalog: Catalog, home: Home) -> Iterator[str]:
    folder = home.generation(catalog.generation)
    rows = catalog.db.execute("SELECT id, lang, date, indexed FROM article").fetchall()
    stored = {ArticleId(row["id"]): row for row in rows}
    building = catalog.setting(BUILDING)
    pending = {article for article, _ in articles.queued(catalog, 1 << 40)}
    goal = int(building) if building else catalog.generation
    for id_, row in sorted(stored.items()):
        if row["indexed"] != goal and id_ not in pending:
            yield f"article {id_[:16]} waits for the index, and is not on its list"
    wanted = {id_: row for id_, row in stored.items() if row["indexed"] == catalog.generation}
    if not folder.is_dir():
        if wanted:
            yield f"{folder} is gone"
        return
    try:
        damage = writer.verify_files(folder)
        yield from (f"{finding} ({folder}); 'newsfold repair' builds it anew" for finding in damage)
        if not damage:
            # what is in the generation being built already still stands in the old one
            yield from _differences(folder, wanted, pending | (stored.keys() if building else set()))
    except NewsfoldError as error:
        yield f"{error.message} {error.hint}".rstrip()


def _differences(
    folder: Path, wanted: Mapping[ArticleId, Row], spared: AbstractSet[ArticleId]
) -> Iterator[str]:
    """Compare the articles of an index with what should be there; `spared` may, or may not."""
    found, twice = _columns(folder)
    for article in twice:
        yield f"article {article[:16]} is there more than once"
    for article in sorted(wanted.keys() - found.keys() - spared):
        yield f"article {article[:16]} is missing"
    for article in sorted(found.keys() - wanted.keys() - spared):
        yield f"article {article[:16]} is there, and not in the catalog"
    for article in sorted(found.keys() & wanted.keys() - spared):
        if found[article] != [wanted[article][name] or "" for name in COLUMNS]:
            yield f"article {article[:16]} stands there with another language or date"


def _columns(folder: Path) -> tuple[dict[ArticleId, list[str]], list[ArticleId]]:
    """Read the columns of all articles that a search can find, and name those that stand there twice."""
    found: dict[ArticleId, list[str]] = {}
    twice: list[ArticleId] = []
    with open_searcher(folder) as searcher, guarded(folder):
        for reader, _ in searcher.reader().leaf_readers():
            if not reader.doc_count():
                continue
            ids, *columns = (reader.column_reader(name) for name in ("id", *COLUMNS))
            for number in reader.all_doc_ids():
                article = ArticleId(ids[number])
                if article in found:
                    twice.append(article)
                found[article] = [column[number] for column in columns]
    return found, twice
