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

import json
import os
import re
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from index.commits import (
    REPAIR,
    checksum,
    checksums_name,
    digest,
    latest_generation,
    read_checksums,
    secure,
    segment_of,
    toc_name,
)
from index.durable import fsync_path
from index.fields import INDEX_NAME
from index.whooshed import FileStorage

__all__ = [
    "INDEX_NAME",
    "REPAIR",
    "DurableStorage",
    "checksum",
    "clean_litter",
    "latest_generation",
    "read_checksums",
    "secure",
    "segment_of",
    "toc_name",
]

_TOC: Final = re.compile(r"_articles([0-9]+)_([0-9]+)\.toc")
_OURS: Final = re.compile(r"_?articles[0-9]+[_.].*|checksums-.*")


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


def clean_litter(directory: Path, live_segments: Collection[str], generation: int) -> list[str]:
    """Delete what dead commits left: every index file that `generation` does not speak of. Returns the names.

    The caller holds the write lock.
    """
    kept = {toc_name(generation), checksums_name(generation), f"{INDEX_NAME}_WRITELOCK"}
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


def _write_checksums(directory: Path, generation: int, sums: Mapping[str, list[int | str]]) -> None:
    rest = json.dumps(sums, indent=0, sort_keys=True).encode()
    path = directory / checksums_name(generation)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(digest(rest) + b"\n" + rest)
    fsync_path(temporary)
    temporary.replace(path)
