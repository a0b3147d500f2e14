"""The catalog's rows of runs, and the lock that lets only one be at work."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NewType

from filelock import FileLock, Timeout

from index.catalog import Catalog, now
from index.errors import LockedError
from index.settings import Home

RunId = NewType("RunId", int)


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
    lock = FileLock(home.lock, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise LockedError(
            f"{_who(home)} is at work on {home.path}",
            hint="wait for it to end; 'newsfold status' shows the last runs",
        ) from None
    try:
        yield
    finally:
        lock.release()


def _who(home: Home) -> str:
    catalog = Catalog.read(home.catalog)
    if catalog is not None:
        with catalog:
            for run in last_runs(catalog, 1):
                if run.state == "running":
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
