"""Watching: one run after another, each when something waits for it. What a run is, is handed in."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from index.catalog import Catalog
from index.errors import LockedError, NewsfoldError, RootLostError, UsageError
from index.runs import only_run
from index.settings import Home, Settings
from tasks.looks import first_looks
from tasks.noticing import Noticer, Say
from tasks.old_pages import allowed, at_most
from tasks.pace import Past, start_at
from tasks.pool import Worker
from tasks.run_report import RunReport
from tasks.warm import Stable, kept_in

LOCKED_SECONDS: Final = 1.0
"""While another run is at work, it is asked so often whether it has ended."""
LONGEST_WAIT: Final = 60.0

Run = Callable[[], RunReport]
"""One run. Raises LockedError where another is at work, NewsfoldError where it fails."""


def watch(home: Home, settings: Settings, run: Run, say: Say) -> None:
    """Keep the archive in line with its raw folders until a signal raises in this thread.

    `say` gets one line a run. No failure of a run ends this, but a UsageError of the very first one.
    """
    _Watch(home, settings, run, say).forever()


class _Watch:
    """A watcher at work."""

    def __init__(self, home: Home, settings: Settings, run: Run, say: Say) -> None:
        self._home = home
        self._run = run
        self._say = say
        self._noticer = Noticer(home, settings, say)
        self._stable: Stable[Worker] = Stable()
        self._past: Past | None = None
        self._left_since: float | None = None
        self._not_before = 0.0

    def forever(self) -> None:
        try:
            self._noticer.start()
            self._noticer.due()  # the first run comes in any case: it finishes what a dead one left
            while True:
                self._step()
        finally:
            self._noticer.close()
            self._close_workers()

    def _step(self) -> None:
        self._noticer.wake.clear()
        if time.monotonic() >= self._noticer.next_walk():
            self._noticer.walk()
        ripe = self._noticer.ripe()
        wake_at = self._noticer.next_walk()
        if ripe is not None:
            start = max(start_at(ripe, self._past), self._not_before)
            if time.monotonic() >= start:
                self._perhaps()
                return
            self._warm_up()
            wake_at = min(wake_at, start)
        self._stable.sweep()
        self._noticer.wake.wait(min(max(0.0, wake_at - time.monotonic()), LONGEST_WAIT))

    def _warm_up(self) -> None:
        """Let workers start while the files that they will read settle.

        A worker opens the catalog as it starts, so the first run, which may make it, starts its own.
        """
        if self._past is None or not self._home.catalog.is_file():
            return
        wanted = min(os.cpu_count() or 1, self._noticer.looks.waiting()) - len(self._stable)
        if wanted > 0:
            workers = [Worker(self._home.catalog, self._home.worker_log) for _ in range(wanted)]
            self._stable.give(self._home.catalog, workers)

    def _perhaps(self) -> None:
        """Run, if there is anything to do and nobody else is at it."""
        if not self._noticer.certain():
            return
        try:
            with only_run(self._home):
                pass
        except LockedError:
            self._later()
        else:
            self._once()

    def _close_workers(self) -> None:
        """End the workers. They held the catalog open: who closes it last takes SQLite's log away."""
        if len(self._stable):
            self._stable.close()
            with suppress(NewsfoldError, sqlite3.Error):  # the next run says what is wrong with it
                if (catalog := Catalog.read(self._home.catalog)) is not None:
                    catalog.close()

    def _later(self) -> None:
        self._not_before = time.monotonic() + LOCKED_SECONDS

    def _once(self) -> None:
        first = self._past is None
        past = replace(self._past or Past(0.0, 0.0), started=time.monotonic())
        self._noticer.served()
        try:
            with first_looks(self._noticer.looks), kept_in(self._stable), at_most(self._old_pages()):
                report = self._run()
            self._leave(report.later)
            told, failures = report.summary, 0
        except LockedError:
            self._noticer.due()
            self._later()
            return
        except RootLostError as error:  # all else is ingested; the walks see when the folder is back
            told, failures = error.message, 0
        except UsageError as error:
            if first:
                raise
            told, failures = f"failed: {error.message}", past.failures + 1
        except NewsfoldError as error:
            told, failures = f"failed: {error.message}", past.failures + 1
        except Exception as error:  # noqa: BLE001 - whatever a run dies of, the next file must be seen
            told, failures = f"failed: {type(error).__name__}: {error}", past.failures + 1
        self._past = replace(past, ended=time.monotonic(), failures=failures)
        if failures:
            self._noticer.due()
        self._say(told)

    def _old_pages(self) -> int | None:
        """How many old pages the run that begins now may segment again."""
        now = time.monotonic()
        new = self._noticer.looks.ripe()
        return allowed(hurried=new is not None and new.first <= now, left_since=self._left_since, now=now)

    def _leave(self, old_pages: int) -> None:
        """Old pages are left to a later run, which comes soon where no file does."""
        if not old_pages:
            self._left_since = None
            return
        self._noticer.due()
        if self._left_since is None:
            self._left_since = time.monotonic()
