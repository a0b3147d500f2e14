"""The scan of all raw folders: discovery, written into the catalog, and the second look at what is new."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index import files
from index.article import State, VersionId
from index.catalog import Catalog
from index.errors import UsageError
from index.files import FileRow, RootId, Stat
from index.settings import Home, Settings
from tasks.batch import FileJob
from tasks.discover import Diff, Names, compare, lost, still_same, walk

SETTLE_SECONDS: Final = 1.0
"""Between the two looks at a new file, by a monotonic clock; what changed meanwhile is being written."""


@dataclass(slots=True)
class Scan:
    """What a scan of all roots found: files to read, and roots that are not believed (path and why)."""

    jobs: list[FileJob] = field(default_factory=list)
    walked: int = 0
    gone: int = 0
    deferred: int = 0
    lost_roots: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Looked:
    """A root after the first look."""

    root: bytes
    id: RootId
    diff: Diff
    at: float


def scan(catalog: Catalog, home: Home, settings: Settings, *, accept_missing: bool) -> Scan:
    """Look at every root twice, write what was seen into the catalog and return the stable files to read.

    A root that cannot be read, is unexpectedly empty or half gone changes nothing in the catalog and is
    named in `lost_roots`; `accept_missing` believes it. Raises UsageError where no root was ever there.
    """
    result = Scan()
    looked = [
        found
        for root in settings.roots
        if (found := _first_look(catalog, home, settings, root, result, accept_missing=accept_missing))
    ]
    for one in looked:
        result.jobs.extend(_second_look(catalog, one, result))
    return result


def _first_look(
    catalog: Catalog, home: Home, settings: Settings, root: Path, result: Scan, *, accept_missing: bool
) -> _Looked | None:
    path = os.fsencode(root)
    with catalog.transaction():
        number = files.root_id(catalog, path)
    known = files.files_of(catalog, number)
    at = time.monotonic()
    try:
        found = walk(path, Names(settings.include, settings.exclude), skip=os.fsencode(home.state))
    except OSError as error:
        if not known:
            raise UsageError(
                f"raw folder {root}: {error.strerror}",
                hint=f"make the folder, or name another in {home.settings_file} or with --raw DIR",
            ) from error
        result.lost_roots.append((str(root), f"it cannot be read: {error.strerror}"))
        return None
    diff = compare(found, known)
    if not accept_missing and (why := lost(diff, known)):
        result.lost_roots.append((str(root), why))
        return None
    with catalog.transaction():
        files.put_seen(catalog, number, diff.seen, walked=diff.walked)
        files.set_state(catalog, _newly_gone(diff), State.MISSING)
    result.walked += diff.walked
    result.gone += len(_newly_gone(diff))
    return _Looked(path, number, diff, at)


def _newly_gone(diff: Diff) -> list[files.FileId]:
    return [row.id for row in diff.gone if row.state is not State.MISSING]


def _second_look(catalog: Catalog, looked: _Looked, result: Scan) -> Iterator[FileJob]:
    candidates = looked.diff.candidates
    if not candidates:
        return
    time.sleep(max(0.0, looked.at + SETTLE_SECONDS - time.monotonic()))
    rows = files.files_of(catalog, looked.id)
    moving: list[FileRow] = []
    for path, stat in sorted(candidates.items()):
        if still_same(looked.root, path, stat):
            yield _job(looked.root, rows[path], stat)
        else:
            moving.append(rows[path])
    with catalog.transaction():
        files.set_state(catalog, (row.id for row in moving), State.DEFERRED, "still being written")
    result.deferred += len(moving)


def uncounted(catalog: Catalog) -> list[FileJob]:
    """Files whose lines an older newsfold did not count."""
    return [FileJob(file.id, file.path, file.stat) for file in files.uncounted(catalog)]


def to_segment_again(catalog: Catalog, covered: Collection[VersionId]) -> list[FileJob]:
    """Files whose lines are judged otherwise than when they were read, without those `covered` anyway."""
    return [
        FileJob(file.id, file.path, file.stat, counted=file.version)
        for file in files.to_segment_again(catalog)
        if file.version not in covered
    ]


def _job(root: bytes, row: FileRow, stat: Stat) -> FileJob:
    return FileJob(row.id, os.path.join(root, row.path), stat)
