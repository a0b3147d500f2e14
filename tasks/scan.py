"""The scan of all raw folders: discovery, written into the catalog, and the second look at what is new."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
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
from tasks.looks import Looks, renamed, taken

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
    """A root after a look that was taken between two moments."""

    root: bytes
    id: RootId
    diff: Diff
    began: float
    ended: float


def scan(
    catalog: Catalog,
    home: Home,
    settings: Settings,
    *,
    accept_missing: bool,
    expect: Callable[[int], object] = lambda _: None,
) -> Scan:
    """Look at every root twice, write what was seen into the catalog and return the stable files to read.

    `expect` is told how many there will be, if none of them changes before the second look.

    A root that cannot be read, is unexpectedly empty or half gone changes nothing in the catalog and is
    named in `lost_roots`; `accept_missing` believes it. Raises UsageError where no root was ever there.

    Where a watcher took the first looks (`tasks.looks.first_looks`), a file that was seen the same a second
    ago is stable at once, and the others are deferred without waiting for them.
    """
    looks = taken()
    began = time.monotonic()
    result = Scan()
    looked = [
        found
        for root in settings.roots
        if (found := _first_look(catalog, home, settings, root, result, accept_missing=accept_missing))
    ]
    if expected := sum(len(one.diff.candidates) for one in looked):
        expect(expected)
    waiting: set[bytes] = set()
    for one in looked:
        if looks is None:
            stable = _settled(one)
        else:
            stable = _seen_before(one, looks)
            waiting.update(os.path.join(one.root, path) for path in one.diff.candidates if path not in stable)
        result.jobs.extend(_jobs(catalog, one, stable, result))
    if looks is not None:
        looks.scanned(began, waiting, {job.path: job.stat for job in result.jobs})
    return result


def _first_look(
    catalog: Catalog, home: Home, settings: Settings, root: Path, result: Scan, *, accept_missing: bool
) -> _Looked | None:
    path = os.fsencode(root)
    with catalog.transaction():
        number = files.root_id(catalog, path)
    known = files.files_of(catalog, number)
    began = time.monotonic()
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
    ended = time.monotonic()
    diff = compare(found, known)
    if not accept_missing and (why := lost(diff, known)):
        result.lost_roots.append((str(root), why))
        return None
    with catalog.transaction():
        files.put_seen(catalog, number, diff.seen, walked=diff.walked)
        files.set_state(catalog, _newly_gone(diff), State.MISSING)
    result.walked += diff.walked
    result.gone += len(_newly_gone(diff))
    return _Looked(path, number, diff, began, ended)


def _newly_gone(diff: Diff) -> list[files.FileId]:
    return [row.id for row in diff.gone if row.state is not State.MISSING]


def _settled(looked: _Looked) -> Mapping[bytes, Stat]:
    """The candidates that are still the same a while after the first look."""
    candidates = looked.diff.candidates
    if candidates:
        time.sleep(max(0.0, looked.ended + SETTLE_SECONDS - time.monotonic()))
    return {path: stat for path, stat in candidates.items() if still_same(looked.root, path, stat)}


def _seen_before(looked: _Looked, looks: Looks) -> Mapping[bytes, Stat]:
    """The candidates that were the same a while before this look.

    A file that has a new name is waited for: the run that takes out the old name must have the new one, or
    its article would leave the search for some seconds.
    """
    candidates = looked.diff.candidates
    stable = {
        path: stat
        for path, stat in candidates.items()
        if looks.settled(os.path.join(looked.root, path), stat, looked.began)
    }
    held = [
        row.stat for row in looked.diff.gone if row.version is not None and row.state is not State.MISSING
    ]
    moved = renamed(candidates, held) - stable.keys()
    if not moved:
        return stable
    since = max(looks.since(os.path.join(looked.root, path), looked.ended) for path in moved)
    time.sleep(max(0.0, since + SETTLE_SECONDS - time.monotonic()))
    return stable | {
        path: candidates[path] for path in moved if still_same(looked.root, path, candidates[path])
    }


def _jobs(catalog: Catalog, looked: _Looked, stable: Mapping[bytes, Stat], result: Scan) -> Iterator[FileJob]:
    """Yield the files to read, in the order of their names; defer the candidates that are being written."""
    candidates = looked.diff.candidates
    if not candidates:
        return
    rows = files.files_of(catalog, looked.id)
    for path, stat in sorted(stable.items()):
        yield _job(looked.root, rows[path], stat)
    moving = [rows[path].id for path in candidates if path not in stable]
    with catalog.transaction():
        files.set_state(catalog, moving, State.DEFERRED, "still being written")
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
