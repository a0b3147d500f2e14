"""First looks at files that wait to be read: when each was first seen as it is now.

A file is stable when two looks a second apart find the same size, mtime, ctime and inode. `newsfold ingest`
takes both itself and waits in between. A watcher has taken the first when a run begins, so nothing waits:
what is stable is read, the rest is looked at again soon.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from index.files import Stat


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looked like: `since` and `last` are the first and newest look that found it so.

    `told`: the system told of it; else only listing its folder showed it.
    """

    stat: Stat
    since: float
    last: float
    told: bool


@dataclass(frozen=True, slots=True)
class Ripe:
    """When the first and the last of the changes that wait can be worked on, by a monotonic clock."""

    first: float
    last: float


class Looks:
    """The files that wait, by absolute path. All times are of one monotonic clock; threads may share it.

    A first look counts from after its stat, a second one from before it: `settle` seconds lie between them.
    """

    def __init__(self, settle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._settle = settle
        self._clock = clock
        self._looks: dict[bytes, Look] = {}
        self._lock = threading.Lock()

    def look(self, path: bytes, found: Stat, *, told: bool = True) -> None:
        """Note a look at a file that was taken just now."""
        now = self._clock()
        with self._lock:
            self._note(path, found, now, told=told)

    def _note(self, path: bytes, found: Stat, now: float, *, told: bool) -> None:
        before = self._looks.get(path)
        if before is None or before.stat != found:
            self._looks[path] = Look(found, now, now, told)
        else:
            self._looks[path] = Look(found, before.since, now, before.told or told)

    def settled(self, path: bytes, found: Stat, began: float) -> bool:
        """Note a look taken after `began`; whether an earlier one, long enough before, found the same."""
        self.look(path, found)
        with self._lock:
            return began - self._looks[path].since >= self._settle

    def since(self, path: bytes, at: float) -> float:
        """When the file was first seen as it is; `at` where it waits no more."""
        with self._lock:
            look = self._looks.get(path)
            return at if look is None else look.since

    def ripe(self) -> Ripe | None:
        """When the first and the last file that waits will be stable; None where none waits."""
        with self._lock:
            if not self._looks:
                return None
            times = [look.since for look in self._looks.values()]
        return Ripe(min(times) + self._settle, max(times) + self._settle)

    def look_again(self) -> int:
        """Look again at every file whose time has come; return how many of them are stable.

        One that changed, though nobody told, begins anew; one that is gone waits no more.
        """
        began = self._clock()
        with self._lock:
            due = {path: look for path, look in self._looks.items() if began - look.since >= self._settle}
        stable = 0
        for path, look in due.items():
            found = regular(path)
            with self._lock:
                if self._looks.get(path) is not look:  # told of meanwhile
                    continue
                if found is None:
                    del self._looks[path]
                else:
                    self._note(path, found, self._clock(), told=look.told)
            stable += found == look.stat
        return stable

    def waiting(self) -> int:
        """How many files wait."""
        with self._lock:
            return len(self._looks)

    def untold(self) -> int:
        """How many files wait that the system never told of."""
        with self._lock:
            return sum(not look.told for look in self._looks.values())

    def scanned(self, began: float, waiting: Collection[bytes], stable: Mapping[bytes, Stat]) -> None:
        """A scan is done: those `waiting` wait on, those `stable` will be read as they are.

        Nobody waits for the others that were seen before it `began`.
        """
        with self._lock:
            self._looks = {
                path: look
                for path, look in self._looks.items()
                if path in waiting or (look.last > began and stable.get(path) != look.stat)
            }


def regular(path: bytes) -> Stat | None:
    """The stat of a regular file, without following links; None where there is none."""
    try:
        result = os.lstat(path)
    except OSError:
        return None
    return Stat.of(result) if stat.S_ISREG(result.st_mode) else None


_looks: ContextVar[Looks | None] = ContextVar("looks", default=None)


@contextmanager
def first_looks(looks: Looks) -> Iterator[None]:
    """Let the scans of this context know of looks that were taken before."""
    token = _looks.set(looks)
    try:
        yield
    finally:
        _looks.reset(token)


def taken() -> Looks | None:
    """The looks that were taken before this run; None where it must take both itself."""
    return _looks.get()


def renamed(candidates: Mapping[bytes, Stat], gone: Collection[Stat]) -> frozenset[bytes]:
    """Those candidates that are a file which is gone from elsewhere: same inode, size and mtime."""
    left = {(one.inode, one.size, one.mtime_ns) for one in gone}
    return frozenset(path for path, one in candidates.items() if (one.inode, one.size, one.mtime_ns) in left)
