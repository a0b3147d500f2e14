"""What the archive holds, in numbers: articles per language, source, month and agency."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from index.articles import text_of
from index.catalog import Catalog
from index.settings import source_of
from index.tally import tally

NO_DATE: Final = "no date"


def holdings(catalog: Catalog, sources: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Count articles by language, source, month and agency, the most frequent first (months in order).

    An article and its copies are one, and count once for each value that one of them has: as they do in the
    facets of a search for everything. What names no agency is not counted there.
    """
    languages: list[tuple[Hashable, str]] = []
    months: list[tuple[Hashable, str]] = []
    agencies: list[tuple[Hashable, str]] = []
    rows = catalog.db.execute(
        "SELECT canonical, lang, article.date, agency FROM article JOIN entry USING (id)"
    )
    for canonical, lang, date, agency in rows:
        languages.append((canonical, lang))
        months.append((canonical, date[:7] if date else NO_DATE))
        if agency:
            agencies.append((canonical, agency))
    return {
        "language": dict(tally(languages)),
        "source": dict(tally(_sources(catalog, sources))),
        "month": dict(sorted(tally(months))),
        "agency": dict(tally(agencies)),
    }


def _sources(catalog: Catalog, sources: Mapping[str, str]) -> Iterator[tuple[Hashable, str]]:
    """Yield each cluster with the sources of the files that hold it; a folder of files has one."""

    @cache
    def of_folder(folder: bytes, publisher: str) -> str:
        return source_of(Path(text_of(folder), "x"), publisher, sources)

    rows = catalog.db.execute(
        """SELECT canonical, publisher, file.path FROM article JOIN entry USING (id)
           LEFT JOIN file ON file.version = article.version"""
    )
    for canonical, publisher, path in rows:
        yield canonical, of_folder((path or b"").rpartition(b"/")[0], publisher)
