"""The steps of a run as Prefect tasks: one task a batch, callables in, small reports out.

The one module of tasks/ that imports prefect. Work happens in the pool's processes; a task only waits for
one, so the threads of the flow's task runner are enough.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed

from tasks.batch import BatchResult, FileJob
from tasks.ingest import BatchRunner, Progress

T = TypeVar("T")

PROGRESS_KEY = "ingest-progress"


_watcher: ContextVar[Progress | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(progress: Progress) -> Iterator[None]:
    """Let `progress` see the runs of this context too: the terminal that started the flow."""
    token = _watcher.set(progress)
    try:
        yield
    finally:
        _watcher.reset(token)


@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _step(name: str, work: Callable[[], Any]) -> Any:  # noqa: ARG001 - the name is shown by Prefect
    return work()


@task(
    name="batch",
    task_run_name="{what} {number}: {files} files",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def _batch(what: str, number: int, files: int, work: Callable[[], BatchResult]) -> BatchResult:  # noqa: ARG001
    return work()


class PrefectSteps:
    """Runs steps as tasks of the present flow run; see `tasks.ingest.Steps`."""

    mode = "prefect"

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Run a step as a task, here and now."""
        return cast("T", _step(name, work))

    def batches(self, run: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        """Submit every batch to the flow's task runner; yield results as they come."""
        # a partial hides the files from Prefect, which would look into each for futures
        futures = [
            _batch.submit(_what(batch), number, len(batch), partial(run, batch))
            for number, batch in enumerate(batches, 1)
        ]
        for future in as_completed(futures):
            yield future.result()


def _what(batch: tuple[FileJob, ...]) -> str:
    """Name the work on a batch as Prefect shall show it."""
    return "batch" if batch[0].counted else "lines of batch"


class PrefectProgress:
    """Shows a run's progress as an artifact in the UI, and its messages in the run's log."""

    def __init__(self, log: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        self._log = log
        self._artifact: UUID | None = None
        self._total = 0
        self._done = 0
        self._watcher = _watcher.get()

    def total(self, files: int) -> None:
        """Begin the artifact, if there is anything to do."""
        self._total = files
        self._log.info("%d files to read", files)
        if self._watcher is not None:
            self._watcher.total(files)
        if files:
            created = create_progress_artifact(0.0, key=PROGRESS_KEY, description=f"{files:,} files to read")
            self._artifact = created if isinstance(created, UUID) else None

    def advance(self, files: int) -> None:
        """Move the artifact on."""
        self._done += files
        if self._watcher is not None:
            self._watcher.advance(files)
        if self._artifact is not None:
            update_progress_artifact(self._artifact, round(100 * self._done / self._total, 1))

    def say(self, message: str) -> None:
        """Log it."""
        self._log.info("%s", message)
        if self._watcher is not None:
            self._watcher.say(message)
