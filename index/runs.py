"""The catalog's rows of runs, and the lock that lets only one be at work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, NewType

from filelock import FileLock, Timeout

from index.catalog import Catalog, now
from index.errors import LockedError
from index.locks import is_locked
from index.settings import Home

RunId = NewType("RunId", int)

PATIENCE: Final = 0.25
"""Seconds that a run waits for the lock: `at_work` looks at it for an instant."""
RUNNING: Final = "running"
DIED: Final = "died"
"""A run that is noted as running while nobody holds the lock: its process was killed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of the ingest, times in UTC."""

    id: RunId
    started: str
    finished: str | None
    mode: str
    state: str
    pid: int
    message: str


@contextmanager
def only_run(home: Home) -> Iterator[None]:
    """Hold the lock of `home`. The kernel frees it when its holder dies. Raises LockedError."""
    home.make_state()
    lock = FileLock(home.lock, timeout=PATIENCE)
    try:
        lock.acquire(poll_interval=PATIENCE / 10)
    except Timeout:
        raise LockedError(
            f"{_who(home)} is at work on {home.path}",
            hint="wait for it to end; 'newsfold status' shows the last runs",
        ) from None
    try:
        yield
    finally:
        lock.release()


def at_work(home: Home) -> bool:
    """Whether somebody holds the lock of `home`; changes nothing. Raises OSError where it cannot be read."""
    return is_locked(home.lock)


def _who(home: Home) -> str:
    catalog = Catalog.read(home.catalog)
    if catalog is not None:
        with catalog:
            for run in last_runs(catalog, 1):
                if run.state == RUNNING:
                    return f"run {run.id} (process {run.pid}, since {run.started})"
    return "another run"


def start_run(catalog: Catalog, mode: str) -> RunId:
    """Begin a run; one that is still marked as running died with its process: the lock was free."""
    with catalog.transaction() as db:
        db.execute(
            "UPDATE run SET state = 'interrupted', finished = ? WHERE state = 'running'",
            (now(),),
        )
        cursor = db.execute(
            "INSERT INTO run (started, mode, state, pid) VALUES (?, ?, 'running', ?)",
            (now(), mode, os.getpid()),
        )
    return RunId(cursor.lastrowid or 0)


def finish_run(catalog: Catalog, run: RunId, state: str, message: str) -> None:
    """End a run: completed, failed or interrupted."""
    catalog.db.execute(
        "UPDATE run SET state = ?, message = ?, finished = ? WHERE id = ?", (state, message, now(), run)
    )


def last_runs(catalog: Catalog, limit: int) -> list[Run]:
    """The newest runs first."""
    rows = catalog.db.execute(
        "SELECT id, started, finished, mode, state, pid, message FROM run ORDER BY id DESC LIMIT ?", (limit,)
    )
    return [Run(RunId(row[0]), *row[1:]) for row in rows]


def runs_as_they_are(catalog: Catalog, home: Home, limit: int) -> list[Run]:
    """The newest runs first, as `last_runs`, but with the state `DIED` for one whose process was killed."""
    runs = last_runs(catalog, limit)
    noted = {run.id for run in runs if run.state == RUNNING}
    if not noted or at_work(home):
        return runs
    # Looked at again: a run writes how it ended before it lets go of the lock.
    return [
        replace(run, state=DIED) if run.id in noted and run.state == RUNNING else run
        for run in last_runs(catalog, limit)
    ]
