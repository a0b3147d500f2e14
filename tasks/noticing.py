"""Noticing that something waits to be ingested: events, walks, and when each change is stable.

An event is a wake-up only, and a walk once a minute finds what no event told of: a watcher that hears
nothing costs latency, never a file.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from index.errors import NewsfoldError
from index.files import Stat
from index.settings import Home, Settings
from tasks import scan
from tasks.discover import Folder, Names, folders_of, passing, walk
from tasks.file_events import FileEvents, remote
from tasks.looks import Looks, Ripe
from tasks.pace import both
from tasks.peek import Peek, peek

PEEK_SECONDS: Final = 60.0
"""The folders are walked so often, or at the interval of newsfold.toml where that is shorter."""
POLL_SECONDS: Final = 1.0
"""The same, where the file system tells nothing."""
PEEK_REST: Final = 10.0
"""After a walk, so many times its duration go by until the next: a large archive is walked less often."""

Say = Callable[[str], None]


class Noticer:
    """Knows which changes wait; `wake` is set when that may have changed."""

    def __init__(self, home: Home, settings: Settings, say: Say) -> None:
        self._home = home
        self._settings = settings
        self._say = say
        self._names = Names(settings.include, settings.exclude)
        self._roots = [os.fsencode(root) for root in settings.roots]
        self._state = os.fsencode(home.state)
        self._often = min(PEEK_SECONDS, float(settings.interval))
        self.looks = Looks(scan.SETTLE_SECONDS)
        self.wake = threading.Event()
        self._events: FileEvents | None = None
        self._listened: tuple[float, tuple[object, ...]] = (0.0, ())
        self._polling = False
        self._work: Ripe | None = None
        self._lost: tuple[Path, ...] = ()
        self._walked: float | None = None
        self._next_walk = 0.0
        self._next_note = 0.0
        self._asked = False
        self._explained = True
        self._looking = False

    def start(self) -> None:
        """Listen first, then look at what is there: nothing lands in between unseen."""
        self._listen()
        self._next_note = time.monotonic() + PEEK_SECONDS

    def close(self) -> None:
        """Stop listening."""
        if self._events is not None:
            self._events.close()

    # what the file system tells, in the thread of its events

    def heard(self, paths: Mapping[bytes, bool]) -> None:
        """Take the first look at what changed, and at what came with a folder that came."""
        walked: set[bytes] = set()
        for path in sorted(paths):  # a folder before what lies in it
            if walked.isdisjoint(folders_of(path)) and self._look(path, came=paths[path]):
                walked.add(path)
        self.wake.set()

    def _look(self, path: bytes, *, came: bool) -> bool:
        """Look at what an event told of; return whether that was a folder with all that lies in it."""
        if path == self._state or path.startswith(self._state + b"/"):
            return False
        root = next((root for root in self._roots if path.startswith(root + b"/")), None)
        name = "" if root is None else os.fsdecode(path[len(root) + 1 :])
        verdict = self._names.verdict(name) if root else ""
        if passing(verdict):
            return False
        try:
            found = os.lstat(path)
        except OSError:  # gone, or a name that the event could not spell
            self._ask()
            return False
        folder = stat.S_ISDIR(found.st_mode)
        if root is None or (folder and not came):
            self._ask()
        elif folder:
            self._look_below(root, (name, (found.st_dev, found.st_ino)))
            return True
        elif stat.S_ISREG(found.st_mode) and not verdict:
            self.looks.look(path, Stat.of(found))
        return False

    def _look_below(self, root: bytes, folder: Folder) -> None:
        """Look at what came with a folder, of which nothing is told; to walk all folders takes longer."""
        self._explained = self._looking = True
        try:
            for entry in walk(root, self._names, skip=self._state, folder=folder).entries:
                if not entry.ignored:
                    self.looks.look(os.path.join(root, entry.path), entry.stat)
        finally:
            self._looking = False

    def _ask(self) -> None:
        self._asked = self._explained = True

    # walking

    def next_walk(self) -> float:
        """When the folders are walked next: at the interval, or soon where an event asks for it."""
        if self._asked and self._walked is not None:
            return min(self._next_walk, self._walked + POLL_SECONDS)
        return self._next_walk

    def walk(self) -> None:
        """Walk the folders, and find what no event told of."""
        self._listen_again()
        heeded = self._asked or self._walked is None
        self._asked = False
        self._explained = heeded or self._polling or self._looking
        cost = 0.0
        try:
            found = peek(self._home, self._settings, self.looks)
        except (OSError, sqlite3.Error, NewsfoldError) as error:
            self._say(f"the folders could not be compared with the catalog: {error}")
        else:
            cost = found.seconds
            self._consider(found)
        self._walked = time.monotonic() + cost * PEEK_REST
        self._next_walk = self._walked + (POLL_SECONDS if self._polling else self._often)

    def _consider(self, found: Peek) -> None:
        now = time.monotonic()
        if found.noted and now >= self._next_note:  # names that are only written down do not hurry
            self._next_note = now + PEEK_SECONDS
            self.due()
        if found.gone or found.unfinished or found.lost != self._lost:
            self.due()
        self._lost = found.lost

    # listening

    def _listen_again(self) -> None:
        """Listen anew where other folders stand under the names of the roots: a mount, a new folder."""
        since, watched = self._listened
        broken = self._events is None or self._events.trouble
        if self._identities() != watched or (broken and time.monotonic() - since >= PEEK_SECONDS):
            self._listen()

    def _listen(self) -> None:
        self.close()
        self._listened = (time.monotonic(), self._identities())
        here = [root for root in self._settings.roots if root.is_dir()]
        self._events = FileEvents(here, self.heard) if here else None
        self._ask()
        if self._events is not None:
            self._events.start()
            if self._events.trouble:
                self._poll(self._events.trouble)
        for root in here:
            if kind := remote(root):
                self._poll(f"{root} lies on {kind}")

    def _identities(self) -> tuple[object, ...]:
        found: list[object] = []
        for root in self._settings.roots:
            try:
                result = os.stat(root)
            except OSError:
                found.append(None)
            else:
                found.append((result.st_dev, result.st_ino))
        return tuple(found)

    def _poll(self, why: str) -> None:
        """Walk often from now on."""
        if not self._polling:
            self._polling = True
            self._say(f"the file system tells nothing of changes; looking every second: {why}")

    # what waits

    def due(self) -> None:
        """Ask for a run that is not about new files, as soon as new files of this moment are stable."""
        at = time.monotonic() + scan.SETTLE_SECONDS
        self._work = both(self._work, Ripe(at, at))

    def ripe(self) -> Ripe | None:
        """When the first and the last change that waits can be worked on; None where none waits."""
        return both(self.looks.ripe(), self._work)

    def certain(self) -> bool:
        """Look again at what waits: whether a run now would find anything to do."""
        stable = self.looks.look_again()
        if not self._explained and self.looks.untold():
            self._poll("files came without a word")
        return stable > 0 or (self._work is not None and self._work.first <= time.monotonic())

    def served(self) -> None:
        """A run begins that deals with all that waits; what comes from now on waits for the next."""
        self._work = None
