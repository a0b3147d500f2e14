"""Checksums of the catalog's pages: SQLite keeps none, and a flipped byte may read like any other value.

`catalog.sums` has 8 bytes of BLAKE2b a page, as the last commit left the pages. A run that closes the
catalog brings them up to date from the write-ahead log, which holds exactly the pages that it wrote: bytes
that changed by themselves never get a new checksum. `catalog.seal` has the checksum of that file, or says
that the catalog is being changed. A run that dies leaves it so, and the next one makes all the checksums
anew.

The database file is read only where no connection of this process is open: closing any descriptor of it would
drop SQLite's locks.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from index import wal
from index.durable import fsync_path, write_durably
from index.locks import is_locked

DIGEST: Final = 8
_UNKNOWN: Final = bytes(DIGEST)
_CHANGING: Final = b"changing".ljust(64)
_PAGE_SIZE_BYTES: Final = 4
_ATTEMPTS: Final = 20
_PAUSE: Final = 0.05


class DamagedSumsError(Exception):
    """The checksums themselves were changed."""


@dataclass(slots=True)
class PageSums:
    """Checksums by page, the first page first, `DIGEST` bytes each."""

    page_size: int
    digests: bytearray

    def __len__(self) -> int:
        return len(self.digests) // DIGEST

    def get(self, page: int) -> bytes:
        """Return the checksum of a page, counted from 1."""
        return bytes(self.digests[(page - 1) * DIGEST : page * DIGEST])

    def put(self, page: int, digest: bytes) -> None:
        """Set the checksum of a page; those between the last one and it are unknown."""
        self.resize(max(len(self), page))
        self.digests[(page - 1) * DIGEST : page * DIGEST] = digest

    def resize(self, pages: int) -> None:
        """Drop the checksums beyond so many pages, or add unknown ones."""
        del self.digests[pages * DIGEST :]
        self.digests.extend(_UNKNOWN * (pages - len(self)))

    @property
    def complete(self) -> bool:
        """Whether every checksum is known; pages that were never written have none."""
        if _UNKNOWN not in self.digests:  # at any place: most often none has so many zeros
            return True
        return all(self.get(page) != _UNKNOWN for page in range(1, len(self) + 1))


def digest_of(page: bytes) -> bytes:
    """Checksum of one page."""
    return hashlib.blake2b(page, digest_size=DIGEST).digest()


def sums_path(catalog: Path) -> Path:
    """Where the checksums of a catalog lie."""
    return catalog.with_name("catalog.sums")


def seal_path(catalog: Path) -> Path:
    """Where it stands whether they hold."""
    return catalog.with_name("catalog.seal")


def read_sums(catalog: Path) -> PageSums | None:
    """Read the checksums; None where they do not hold: never made, or the catalog is being changed.

    Raises DamagedSumsError.
    """
    seal = seal_of(catalog)
    if seal == _CHANGING:
        return None
    try:
        data = sums_path(catalog).read_bytes()
    except FileNotFoundError:
        data = b""
    if not seal and not data:
        return None
    if _digest_of_all(data) != seal:
        raise DamagedSumsError
    return PageSums(int.from_bytes(data[:_PAGE_SIZE_BYTES], "big"), bytearray(data[_PAGE_SIZE_BYTES:]))


def distrust(catalog: Path) -> None:
    """Say that the checksums hold no more; the next run makes them anew."""
    path = seal_path(catalog)
    fresh = not path.exists()
    with path.open("r+b" if not fresh else "wb") as file:
        file.write(_CHANGING)
        file.truncate()
        os.fsync(file.fileno())
    if fresh:
        fsync_path(path.parent)


def seal_of(catalog: Path) -> bytes:
    """Return what stands for the state of the catalog: another after each run; empty where there is none."""
    try:
        return seal_path(catalog).read_bytes()
    except FileNotFoundError:
        return b""


def is_changing(catalog: Path) -> bool:
    """Whether a living process is at work on the catalog."""
    return is_locked(seal_path(catalog))


_held: Final[set[Path]] = set()
"""Seals that this process holds."""


def _locked(descriptor: int) -> bool:
    """Lock a seal; who only looks whether it is held (`is_changing`) is waited for."""
    for _ in range(_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        else:
            return True
    return False


class Seal:
    """Held by the one connection that keeps the checksums while the catalog is changed."""

    def __init__(self, catalog: Path, descriptor: int, sums: PageSums | None) -> None:
        self._catalog = catalog
        self._descriptor = descriptor
        self._sums = sums
        self._before = b"" if sums is None else bytes(sums.digests)
        self._salts = b""
        self._seen = 0

    @classmethod
    def take(cls, catalog: Path) -> Self | None:
        """Break the seal before anything is written; None where another connection holds it already."""
        path = seal_path(catalog)
        fresh = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if path in _held or not _locked(descriptor):
            os.close(descriptor)
            return None
        try:
            try:
                sums = read_sums(catalog)
            except DamagedSumsError:
                sums = None
            os.pwrite(descriptor, _CHANGING, 0)
            os.ftruncate(descriptor, len(_CHANGING))
            os.fsync(descriptor)
            if fresh:
                fsync_path(path.parent)
        except BaseException:
            os.close(descriptor)
            raise
        _held.add(path)
        return cls(catalog, descriptor, sums)

    def log_bytes(self) -> int:
        """Size of the log, what was absorbed included."""
        try:
            return wal.log_path(self._catalog).stat().st_size
        except FileNotFoundError:
            return 0

    def absorb(self, db: sqlite3.Connection) -> None:
        """Take the checksums of the pages that were committed since; move them from the log to the file.

        To be called outside a transaction, and before anybody else empties the log.
        """
        _, last, _ = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if last <= 0 or self._sums is None:
            return
        with wal.log_path(self._catalog).open("rb") as file:
            log = wal.open_log(file)
            if log is None:
                self._sums = None
                return
            if log.salts != self._salts:
                self._salts, self._seen = log.salts, 0
            for frame in wal.frames(file, log, self._seen, last):
                self._sums.put(frame.page, digest_of(frame.data))
                if frame.size:
                    self._sums.resize(frame.size)
        self._seen = last

    def close(self) -> None:
        """Seal the catalog again, after its connection was closed."""
        try:
            if self._sums is None or not self._sums.complete:
                self._sums = sums_of(self._catalog)
            data = self._sums.page_size.to_bytes(_PAGE_SIZE_BYTES, "big") + self._sums.digests
            if self._sums.digests != self._before:
                write_durably(sums_path(self._catalog), data)
            os.pwrite(self._descriptor, _digest_of_all(data), 0)
            os.fsync(self._descriptor)
        finally:
            self.release()

    def release(self) -> None:
        """Leave the seal broken, or as it is."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            _held.discard(seal_path(self._catalog))


def pages_of(catalog: Path, page_size: int) -> Iterator[bytes]:
    """Yield the pages as the last commit left them, from file and log."""
    logged, total, _ = wal.committed(catalog)
    number = 0
    with catalog.open("rb") as file:
        while (page := file.read(page_size)) or number < total:
            number += 1
            if total and number > total:
                return
            yield logged.get(number, page)


def sums_of(catalog: Path) -> PageSums:
    """Make the checksums of all pages anew."""
    with catalog.open("rb") as file:
        page_size = int.from_bytes(file.read(18)[16:], "big")
    sums = PageSums(65_536 if page_size == 1 else page_size, bytearray())
    for page in pages_of(catalog, sums.page_size):
        sums.digests += digest_of(page)
    return sums


def changed_pages(catalog: Path, sums: PageSums) -> list[int]:
    """Return the numbers of the pages that are not as they were written, ascending; missing ones too."""
    wrong: list[int] = []
    number = 0
    for page in pages_of(catalog, sums.page_size):
        number += 1
        if digest_of(page) != sums.get(number):
            wrong.append(number)
    return wrong + list(range(number + 1, len(sums) + 1))


def _digest_of_all(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).hexdigest().encode()
