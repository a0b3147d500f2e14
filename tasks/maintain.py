"""What the nightly maintenance does, step by step. The caller holds the lock (`index.runs.only_run`).

Rejects are tried again by an ordinary ingestion (`tasks.run_report.Options.retry`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from index import files, reading, writer
from index.catalog import Catalog, is_damage
from index.errors import CatalogDamagedError
from index.findings import Finding, Kind
from index.integrity import GARBLED, find_damage, garbled
from index.page_sums import is_changing, seal_of
from index.rot import find_rot
from index.settings import Home, Settings
from index.space import mebibytes
from tasks.discover import doubt
from tasks.ledger_check import find_in_ledgers
from tasks.salvage import finish_swap

MERGES: Final = 20
"""Commits that one maintenance merges with, at most: each takes up to `index.merging.CEILING` articles."""

LOOKS: Final = 3
"""Looks at catalog and index until no run is at work at one."""

FREE_SHARE: Final = 0.1
"""Share of unused pages from which on the catalog is written anew: below, that costs more than it gives."""

SPACE: Final = 2.5
"""Times the size of the catalog that must be free on its disk: SQLite writes a copy, then the log."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Segments of the index before and after."""

    before: int
    after: int

    def __str__(self) -> str:
        return f"{self.before:,} → {self.after:,} index segments"


@dataclass(frozen=True, slots=True)
class Vacuumed:
    """Size of the catalog in bytes, before and after; `note` says why it was not written anew."""

    before: int
    after: int
    note: str = ""

    def __str__(self) -> str:
        sizes = f"catalog {mebibytes(self.before)}"
        return f"{sizes} ({self.note})" if self.note else f"{sizes} → {mebibytes(self.after)}"


def check(home: Home, *, read_raw: bool) -> tuple[str, ...]:
    """Compare catalog, index and, with `read_raw`, the raw files; one line a disagreement."""
    return tuple(str(finding) for finding in find(home, read_raw=read_raw))


def find(home: Home, *, read_raw: bool, deep: bool = False) -> list[Finding]:
    """Find every disagreement of catalog, index and, with `read_raw`, the raw files. Changes nothing.

    Bytes first, as no connection may be open for that; where those of the catalog changed, only that is told:
    what SQLite reads of them says nothing. `deep` as in `tasks.ledger_check`. While runs go on, catalog and
    index need not agree: then nothing is said of the index, after `LOOKS` looks.
    """
    for _ in range(LOOKS):
        before = seal_of(home.catalog)
        found = _find(home, read_raw=read_raw, deep=deep)
        still = seal_of(home.catalog) == before and not is_changing(home.catalog)
        if still or all(finding.kind is not Kind.INDEX for finding in found):
            return found
    return [finding for finding in found if finding.kind is not Kind.INDEX]


def _find(home: Home, *, read_raw: bool, deep: bool) -> list[Finding]:
    found = find_rot(home.catalog)
    if any(finding.kind in {Kind.PAGES, Kind.LOG} for finding in found):
        return found
    try:
        catalog = Catalog.read(home.catalog)
    except (CatalogDamagedError, sqlite3.DatabaseError) as error:
        if not is_damage(error):
            raise
        return [*found, Finding(Kind.PAGES, f"catalog: {getattr(error, 'message', error)}")]
    if catalog is None:
        return found
    with catalog:
        catalog.db.execute("BEGIN")  # one moment for all rows
        found += find_damage(catalog, home, read_raw=read_raw, not_believed=partial(_not_believed, home=home))
        if all(finding.kind not in {Kind.PAGES, Kind.ARTICLES} for finding in found):
            found += _ledgers(catalog, deep=deep)
    return found


def _not_believed(catalog: Catalog, *, home: Home) -> Mapping[bytes, str]:
    """Raw folders of which an ingestion would believe nothing now, and why."""
    skip = os.fsencode(home.state)
    return {
        path: why
        for number, path in catalog.db.execute("SELECT id, path FROM root").fetchall()
        if (why := doubt(path, files.files_of(catalog, number), skip=skip))
    }


def _ledgers(catalog: Catalog, *, deep: bool) -> list[Finding]:
    try:
        return list(find_in_ledgers(catalog, deep=deep))
    except GARBLED as error:
        return [garbled(error)]
    except CatalogDamagedError as error:
        return [Finding(Kind.ARTICLES, f"catalog: {error.message}")]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return [Finding(Kind.PAGES, f"catalog: {error}")]


def merge(home: Home, settings: Settings) -> Merged:
    """Merge what is due in the index, in as many commits as it takes. Raises what `index.writer.tidy` raises.

    To be called on an index that was checked: merging gives damaged postings a new checksum.
    """
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return Merged(0, 0)
    with catalog:
        folder = home.generation(catalog.generation)
    before = after = _segments(home)
    for _ in range(MERGES):
        writer.tidy(folder, kind=settings.index_writer)
        now = _segments(home)
        if now >= after:
            break
        after = now
    return Merged(before, after)


def _segments(home: Home) -> int:
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return 0
    with catalog:
        folder = home.generation(catalog.generation)
    return len(reading.segments(folder)) if folder.is_dir() else 0


def vacuum(home: Home) -> Vacuumed:
    """Write the catalog anew where much of it is unused, refresh its statistics, empty its log.

    Raises sqlite3.Error where the disk cannot hold the copy after all.
    """
    if not home.catalog.is_file():
        return Vacuumed(0, 0, "none yet")
    finish_swap(home)
    with Catalog.open(home.catalog) as catalog:
        pages, free, size = (
            int(catalog.db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        note = ""
        if free < FREE_SHARE * pages:
            note = f"{free / max(pages, 1):.0%} unused"
        elif shutil.disk_usage(home.state).free < SPACE * pages * size:
            note = "too little space on the disk to write it anew"
        else:
            catalog.db.execute("VACUUM")
        catalog.db.execute("PRAGMA optimize")
        catalog.absorb(at_least=0)
        catalog.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        after = int(catalog.db.execute("PRAGMA page_count").fetchone()[0])
    return Vacuumed(pages * size, after * size, note)
