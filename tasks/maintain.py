"""What the nightly maintenance does, step by step. The caller holds the lock (`index.runs.only_run`).

Rejects are tried again by an ordinary ingestion (`tasks.ingest.Options.retry`).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Final

from index import reading, writer
from index.catalog import Catalog
from index.integrity import find_damage
from index.settings import Home, Settings

MERGES: Final = 20
"""Commits that one maintenance merges with, at most: each takes up to `index.merging.CEILING` articles."""

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
        sizes = f"catalog {_mebibytes(self.before)}"
        return f"{sizes} ({self.note})" if self.note else f"{sizes} → {_mebibytes(self.after)}"


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):,.1f} MiB"


def check(home: Home, *, read_raw: bool) -> tuple[str, ...]:
    """Compare catalog, index and, with `read_raw`, the raw files; one line a disagreement."""
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return ()
    with catalog:
        return tuple(find_damage(catalog, home, read_raw=read_raw))


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
        catalog.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        after = int(catalog.db.execute("PRAGMA page_count").fetchone()[0])
    return Vacuumed(pages * size, after * size, note)
