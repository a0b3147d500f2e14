"""The scan of all raw folders: discovery, written into the catalog, and the second look at what is new.

What a first look found can be read before the second one: its bytes are read again for its articles, and must
be the same.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from index import files
from index.article import State, VersionId
from index.catalog import Catalog
from index.collector import without_collector
from index.errors import UsageError
from index.files import FileId, RootId, Stat
from index.settings import Home, Settings
from tasks.batch import FileJob
from tasks.discover import Diff, Names, compare, lost, still_same, walk
from tasks.looks import Looks, renamed, taken

SETTLE_SECONDS: Final = 1.0
"""Between the two looks at a new file, by a monotonic clock; what changed meanwhile is being written."""


@dataclass(slots=True)
class Scan:
    """What a scan of all roots found: files to read, and roots that are not believed (path and why).

    `again_at` is when the second look at the files to read is due, by a monotonic clock; None where it was
    taken. Those of them that it finds changed are `moving`, and are to be read no more.
    """

    jobs: list[FileJob] = field(default_factory=list)
    walked: int = 0
    gone: int = 0
    deferred: int = 0
    lost_roots: list[tuple[str, str]] = field(default_factory=list)
    again_at: float | None = None
    moving: frozenset[FileId] = frozenset()


@dataclass(frozen=True, slots=True)
class _Looked:
    """A root after a look that was taken between two moments."""

    root: bytes
    id: RootId
    diff: Diff
    began: float
    ended: float


@without_collector()
def scan(catalog: Catalog, home: Home, settings: Settings, *, accept_missing: bool) -> Scan:
    """Look at every root, write what was seen into the catalog and return the files to read.

    `look_again` has to follow, before anything is written of what was read.

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
    if looks is None:
        result.jobs = [job for one in looked for job in _jobs(catalog, one, one.diff.candidates)]
        result.again_at = max((one.ended for one in looked), default=began) + SETTLE_SECONDS
        return result
    waiting: set[bytes] = set()
    for one in looked:
        stable = _seen_before(one, looks)
        moving = [path for path in one.diff.candidates if path not in stable]
        waiting.update(os.path.join(one.root, path) for path in moving)
        _defer(catalog, files.ids_of(catalog, one.id, moving), result)
        result.jobs.extend(_jobs(catalog, one, stable))
    looks.scanned(began, waiting, {job.path: job.stat for job in result.jobs})
    return result


def look_again(catalog: Catalog, found: Scan) -> None:
    """Take the second look at the files to read, when it is due, and defer those that changed; only once."""
    if found.again_at is None:
        return
    if found.jobs:
        time.sleep(max(0.0, found.again_at - time.monotonic()))
    found.again_at = None
    found.moving = frozenset(job.file for job in found.jobs if not still_same(job.path, job.stat))
    found.jobs = [job for job in found.jobs if job.file not in found.moving]
    _defer(catalog, found.moving, found)


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
        path: candidates[path]
        for path in moved
        if still_same(os.path.join(looked.root, path), candidates[path])
    }


def _jobs(catalog: Catalog, looked: _Looked, stable: Mapping[bytes, Stat]) -> Iterator[FileJob]:
    """Yield the files to read, in the order of their names."""
    paths = sorted(stable)
    for path, file in zip(paths, files.ids_of(catalog, looked.id, paths), strict=True):
        yield FileJob(file, os.path.join(looked.root, path), stable[path])


def _defer(catalog: Catalog, moving: Collection[FileId], result: Scan) -> None:
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
