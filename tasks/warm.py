"""Worker processes that are kept from one run to the next.

A worker takes a second of CPU to start, most of it for imports: a watcher that runs every two seconds would
do little else. Nothing of a run is left in a worker: it answers one batch, then the next.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

IDLE_SECONDS: Final = 300.0
"""A worker that was not needed for so long ends: two of them hold some 300 MB."""


class Keepable(Protocol):
    """What is kept: a worker process (`tasks.pool.Worker`)."""

    def alive(self) -> bool:
        """Whether it can take a batch."""

    def close(self) -> None:
        """End it."""


Worker = TypeVar("Worker", bound=Keepable)


class Stable(Generic[Worker]):
    """Idle workers between runs, each with the catalog that it reads; threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: list[tuple[tuple[int, int], float, Worker]] = []
        self._lock = threading.Lock()

    def give(self, catalog: Path, workers: Iterable[Worker]) -> None:
        """Keep workers that have nothing to do, for a later run over the same catalog."""
        which = _identity(catalog)
        with self._lock:
            self._kept.extend((which, self._clock(), worker) for worker in workers)

    def take(self, catalog: Path) -> Worker | None:
        """Hand out a living worker of this catalog, the one used last; None where there is none."""
        which = _identity(catalog)
        while True:
            with self._lock:
                if not self._kept:
                    return None
                has, _, worker = self._kept.pop()
            if has == which and worker.alive():
                return worker
            worker.close()

    def __len__(self) -> int:
        with self._lock:
            return len(self._kept)

    def sweep(self) -> None:
        """End the workers that were not needed for long."""
        oldest = self._clock() - IDLE_SECONDS
        self._end(lambda since: since < oldest)

    def close(self) -> None:
        """End them all."""
        self._end(lambda _: True)

    def _end(self, these: Callable[[float], bool]) -> None:
        with self._lock:
            ended = [worker for _, since, worker in self._kept if these(since)]
            self._kept = [kept for kept in self._kept if not these(kept[1])]
        for worker in ended:
            worker.close()


def _identity(catalog: Path) -> tuple[int, int]:
    """The file that a worker has open; another may come under the same name (a restored backup)."""
    found = os.stat(catalog)
    return found.st_dev, found.st_ino


_stable: ContextVar[Stable[Any] | None] = ContextVar("stable", default=None)


@contextmanager
def kept_in(stable: Stable[Any]) -> Iterator[None]:
    """Let the runs of this context leave their workers in `stable`, and take them from there."""
    token = _stable.set(stable)
    try:
        yield
    finally:
        _stable.reset(token)


def present() -> Stable[Any] | None:
    """Where the workers of this run come from and go to; None where they end with it."""
    return _stable.get()
