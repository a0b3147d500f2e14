"""Whether the bytes of the catalog's files are those that were written, and the byte that changed.

To be asked where no connection of this process is open (see `index.page_sums`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from index import wal
from index.findings import Finding, Kind
from index.page_sums import (
    DIGEST,
    DamagedSumsError,
    PageSums,
    changed_pages,
    digest_of,
    is_changing,
    read_sums,
    seal_of,
    sums_path,
)

MENDED: Final = 8
"""Pages that `mend_pages` tries: with more, more than single bytes changed."""
SHOWN: Final = 20
"""Pages that are named one by one."""


def find_rot(catalog: Path) -> list[Finding]:
    """Name the pages that changed by themselves, and a damaged log; nothing while a run is at work.

    After a run that died there are no checksums to compare with until the next run ends; only the log, which
    has its own, is looked at. Of a catalog that is gone with its checksums, the generations of the index
    beside it still tell.
    """
    if is_changing(catalog):
        return []
    if not catalog.is_file():
        # A run that died before its first commit left only a seal.
        known = sums_path(catalog).exists() or _has_generation(catalog.with_name("index"))
        return [Finding(Kind.PAGES, f"catalog: {catalog} is gone")] if known else []
    while True:
        before = seal_of(catalog)
        found = list(_rot(catalog))
        if not found or seal_of(catalog) == before:
            return found  # else a run began below our feet: look again
        if is_changing(catalog):
            return []


def _has_generation(index: Path) -> bool:
    return index.is_dir() and any(path.name.isdecimal() and path.is_dir() for path in index.iterdir())


def _rot(catalog: Path) -> Iterator[Finding]:
    log = wal.committed(catalog)[2]
    if log:
        yield Finding(Kind.LOG, f"catalog: the log of its last changes: {log}")
    try:
        sums = read_sums(catalog)
    except DamagedSumsError:
        yield Finding(Kind.SUMS, f"catalog: the checksums of its pages ({sums_path(catalog)}) were changed")
        return
    if sums is None:
        return
    wrong = changed_pages(catalog, sums)
    for page in wrong[:SHOWN]:
        yield Finding(Kind.PAGES, f"catalog: page {page:,} of {len(sums):,} is not as it was written")
    if len(wrong) > SHOWN:
        yield Finding(Kind.PAGES, f"catalog: {len(wrong) - SHOWN:,} more pages are not as they were written")


def mend_pages(catalog: Path, sums: PageSums) -> bool:
    """Put right the pages of the database file in which one byte changed; return whether that were all.

    Nothing is written where that does not make the file whole, or where the log holds pages. A checksum of 64
    bits is met by none of the million other single changes but by a chance of 1 in 10^13.
    """
    wrong = changed_pages(catalog, sums)
    if len(wrong) > MENDED or wal.committed(catalog)[0]:
        return False
    with catalog.open("r+b") as file:
        mended: dict[int, bytes] = {}
        for page in wrong:
            file.seek((page - 1) * sums.page_size)
            whole = mended_page(file.read(sums.page_size), sums.get(page))
            if whole is None:
                return False
            mended[page] = whole
        for page, whole in mended.items():
            file.seek((page - 1) * sums.page_size)
            file.write(whole)
        file.flush()
        os.fsync(file.fileno())
    return True


def mended_page(data: bytes, digest: bytes) -> bytes | None:
    """Find the single byte whose change gives a page its checksum again: flipped bits first.

    About six seconds of trying for 4,096 bytes.
    """
    for values in ([1 << bit for bit in range(8)], [value for value in range(1, 256) if value & (value - 1)]):
        for at, byte in enumerate(data):
            begun = hashlib.blake2b(data[:at], digest_size=DIGEST)
            rest = data[at + 1 :]
            for value in values:
                tried = begun.copy()
                tried.update(bytes((byte ^ value,)) + rest)
                if tried.digest() == digest:
                    mended = data[:at] + bytes((byte ^ value,)) + rest
                    return mended if digest_of(mended) == digest else None
    return None
