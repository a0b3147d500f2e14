"""How much room the disk of the archive has, and how little is too little to begin a run."""

from __future__ import annotations

import shutil
from typing import Final

from index.errors import NewsfoldError
from index.settings import Home

FLOOR: Final = 64 << 20
"""Bytes below which no run begins: twice what a commit of 1,000 pages of 8 KB takes at its height (26 to 31
MiB: spools, SQLite's log, new segments beside the old). So a run that is let in most often ends one, and what
a full disk breaks off is survived all the same (docs/RELIABILITY.md)."""

LITTLE: Final = 1 << 30
"""Bytes below which `newsfold doctor` warns: a first run over a large folder may not fit."""


def free_bytes(home: Home) -> int:
    """Bytes that the file system of the state folder (or of where it will be) still takes. Raises OSError."""
    place = next(folder for folder in (home.state, home.path, *home.path.parents) if folder.exists())
    return shutil.disk_usage(place).free


def refuse_full(home: Home) -> None:
    """Raise NewsfoldError where less than `FLOOR` is free: a run would only end half way."""
    free = free_bytes(home)
    if free < FLOOR:
        raise NewsfoldError(
            f"only {mebibytes(free)} are free on the disk of {home.state}, and no run begins below "
            f"{mebibytes(FLOOR)}: nothing was read",
            hint="free some space and run 'newsfold ingest' again; searches go on meanwhile",
        )


def mebibytes(size: int) -> str:
    """A size for people."""
    return f"{size / (1 << 20):,.1f} MiB"
