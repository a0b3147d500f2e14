"""Whoosh's files made durable, verifiable and safe to open.

Whoosh writes segments, then renames a table of contents (TOC) into place: that rename *is* the commit. It
never calls fsync and keeps no checksums. `DurableStorage` adds both, around that one rename::

    segment files written ─ fsync each ─ checksums-G.json written, fsync ─ TOC fsync ─ directory fsync
        ─ rename TOC to generation G ─ directory fsync

A crash before the rename leaves generation G-1 with its own checksum file, which is deleted only after the
rename; checksums without a TOC are litter. So the pair (TOC, checksums) of the highest TOC is always whole.

Whoosh unpickles what it reads: a directory that somebody else can write to is never opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from index.errors import IndexDamagedError, IndexVersionError, UnsafeIndexError
from index.schema import SCHEMA_VERSION
from index.whooshed import FileStorage

INDEX_NAME: Final = f"articles{SCHEMA_VERSION}"
"""Whoosh's name for the index, a part of every file name; so an index of another schema is known unread."""

REBUILD: Final = "Run 'newsfold rebuild' to build the index anew from the raw files and the catalog."

_TOC: Final = re.compile(r"_articles([0-9]+)_([0-9]+)\.toc")
_SEGMENT: Final = re.compile(r"(articles[0-9]+_[0-9a-z]+)\..+")
_OURS: Final = re.compile(r"_?articles[0-9]+[_.].*|checksums-.*")
_CHUNK: Final = 1 << 20
_LOOKS: Final = 3
_PAUSE: Final = 0.02


class DurableStorage(FileStorage):  # type: ignore[misc]  # Whoosh is untyped
    """Whoosh's directory of files; a commit through it survives the loss of power, or never happened."""

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory))
        self._directory = directory
        self._fresh: set[str] = set()
        self._settled: dict[str, list[int | str]] = {}
        self._opened: list[Any] = []
        self._kept_segments: Collection[str] | None = None

    def keep_only(self, segments: Collection[str]) -> None:
        """Name the old segments that the next commit keeps; if not called, all checksums are carried on."""
        self._kept_segments = segments

    def settle(self) -> dict[str, list[int | str]]:
        """Make all new files durable now; returns their checksums, for the storage that will publish them."""
        sums: dict[str, list[int | str]] = {}
        for name in sorted(self._fresh):
            fsync_path(self._directory / name)
            sums[name] = checksum(self._directory / name)
        self._fresh.clear()
        return sums

    def adopt(self, sums: Mapping[str, list[int | str]]) -> None:
        """Take files that another storage settled into the next commit."""
        self._settled.update(sums)

    def create_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Create a file and remember that the next commit has to make it durable."""
        self._fresh.add(name)
        return super().create_file(name, *args, **options)

    def open_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Open a file for reading."""
        opened = super().open_file(name, *args, **options)
        self._opened = [other for other in self._opened if not other.is_closed]
        self._opened.append(opened)
        return opened

    def close_files(self) -> None:
        """Close what Whoosh left open when it failed to make sense of it."""
        for opened in self._opened:
            if not opened.is_closed:
                opened.close()

    def delete_file(self, name: str) -> None:
        """Delete a file."""
        super().delete_file(name)
        self._fresh.discard(name)
        self._settled.pop(name, None)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename a file; where it becomes a TOC, make everything durable that the TOC speaks of."""
        toc = _TOC.fullmatch(newname)
        if toc is None:
            super().rename_file(oldname, newname, safe=safe)
            return
        self._fresh.discard(oldname)
        self._make_durable(int(toc[2]), oldname, newname)
        super().rename_file(oldname, newname, safe=safe)
        fsync_path(self._directory)
        self._settled.clear()
        self._kept_segments = None

    def _make_durable(self, generation: int, temporary: str, toc: str) -> None:
        sums = {
            name: entry
            for name, entry in (read_checksums(self._directory, generation - 1) or {}).items()
            if self._is_kept(name)
        }
        sums |= self._settled | self.settle()
        fsync_path(self._directory / temporary)
        sums[toc] = checksum(self._directory / temporary)
        _write_checksums(self._directory, generation, sums)
        fsync_path(self._directory)

    def _is_kept(self, name: str) -> bool:
        segment = segment_of(name)
        return segment is not None and (self._kept_segments is None or segment in self._kept_segments)


def segment_of(name: str) -> str | None:
    """Name the segment that a file belongs to, None where it belongs to none."""
    found = _SEGMENT.fullmatch(name)
    return found[1] if found else None


def toc_name(generation: int) -> str:
    """File name of the TOC of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def latest_generation(directory: Path) -> int | None:
    """Highest committed generation, None where the directory has no index (or is not there).

    Raises IndexVersionError for an index of another schema, IndexDamagedError where segments have no TOC.
    """
    for _ in range(_LOOKS):
        try:
            names = os.listdir(directory)
        except FileNotFoundError:
            return None
        tocs = [(int(found[1]), int(found[2])) for name in names if (found := _TOC.fullmatch(name))]
        if tocs:
            version, generation = max(tocs, key=lambda toc: (toc[0] == SCHEMA_VERSION, *toc))
            if version == SCHEMA_VERSION:
                return generation
            message = (
                f"The index in {directory} has schema {version}; this newsfold needs schema {SCHEMA_VERSION}."
            )
            raise IndexVersionError(message, hint=REBUILD)
        if not any(name.endswith(".seg") for name in names if segment_of(name)):
            return None
        time.sleep(_PAUSE)  # a commit may have renamed one TOC and deleted the other while we listed
    raise IndexDamagedError(f"The index in {directory} has lost its table of contents.", hint=REBUILD)


def secure(directory: Path, *, create: bool = False) -> None:
    """Refuse a directory that is not ours alone to write; with `create`, make a missing one (mode 0700).

    Raises UnsafeIndexError; a missing directory is no error.
    """
    if create and not directory.exists():
        directory.parent.mkdir(parents=True, exist_ok=True)
        directory.mkdir(mode=0o700, exist_ok=True)
        fsync_path(directory.parent)
    try:
        status = directory.stat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise UnsafeIndexError(
            f"{directory} is not a directory.", hint="Move it away, then run 'newsfold rebuild'."
        )
    if status.st_uid != os.geteuid():
        message = f"The index directory {directory} belongs to another user (uid {status.st_uid})."
        raise UnsafeIndexError(
            message, hint="Use your own --home, or delete the index and rebuild it as this user."
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        message = f"Others may write to the index directory {directory} (mode {status.st_mode & 0o777:04o})."
        raise UnsafeIndexError(message, hint=f"If you trust what is in it: chmod 700 '{directory}'")


def clean_litter(directory: Path, live_segments: Collection[str], generation: int) -> list[str]:
    """Delete what dead commits left: every index file that `generation` does not speak of. Returns the names.

    The caller holds the write lock.
    """
    kept = {toc_name(generation), _checksums_name(generation), f"{INDEX_NAME}_WRITELOCK"}
    litter = [
        name
        for name in sorted(os.listdir(directory))
        if _OURS.fullmatch(name) and name not in kept and segment_of(name) not in live_segments
    ]
    for name in litter:
        path = directory / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return litter


# Checksums are [size, BLAKE2b-256] by file name. The first line of their file is the checksum of the rest.


def checksum(path: Path) -> list[int | str]:
    """Size and BLAKE2b-256 of a file."""
    digest = hashlib.blake2b(digest_size=32)
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return [size, digest.hexdigest()]


def read_checksums(directory: Path, generation: int) -> dict[str, list[int | str]] | None:
    """Read the checksums of a generation, None where they are missing or damaged."""
    try:
        head, _, rest = (directory / _checksums_name(generation)).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if head != _digest(rest):
        return None
    sums: dict[str, list[int | str]] = json.loads(rest)
    return sums


def _write_checksums(directory: Path, generation: int, sums: Mapping[str, list[int | str]]) -> None:
    rest = json.dumps(sums, indent=0, sort_keys=True).encode()
    path = directory / _checksums_name(generation)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(_digest(rest) + b"\n" + rest)
    fsync_path(temporary)
    temporary.replace(path)


def _checksums_name(generation: int) -> str:
    return f"checksums-{generation}.json"


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).hexdigest().encode()


def fsync_path(path: Path) -> None:
    """Force a file's bytes, or a directory's entries, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
