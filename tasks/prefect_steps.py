"""The steps of a run as Prefect tasks: one task a batch, callables in, small reports out.

The one module of tasks/ that imports prefect. Work happens in the pool's processes; a task only waits for
one, so the threads of the flow's task runner are enough.

A run of a watcher has no tasks, Prefect only shows it (`flows.showing`): there may be thirty of them a
minute, and each task takes 20 KB of Prefect's database and 50 ms of its server's CPU.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed

from index.counted import counted
from index.safe import safe
from tasks.aside import Aside, RunLogger
from tasks.batch import BatchResult, FileJob
from tasks.steps import READ, BatchRunner, Progress

T = TypeVar("T")

PROGRESS_KEY: Final = "ingest-progress"
PROGRESS_SECONDS: Final = 2.0
"""How often the artifact moves: each time costs the server 20 to 40 ms of CPU, as much as two pages."""

SMALL_RUN: Final = 200
"""Files up to which a run of a watcher shows no progress: those of one batch, which take a second or two."""

_watcher: ContextVar[Progress | None] = ContextVar("watcher", default=None)


@contextmanager
def watched_by(progress: Progress) -> Iterator[None]:
    """Let `progress` see the runs of this context too: the terminal that started the flow."""
    token = _watcher.set(progress)
    try:
        yield
    finally:
        _watcher.reset(token)


@contextmanager
def quiet_tasks() -> Iterator[None]:
    """Keep the line that Prefect logs for every task that ended well out of the run's log."""
    log = logging.getLogger("prefect.task_runs")
    before = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(before)


@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def _step(name: str, work: Callable[[], Any]) -> Any:  # noqa: ARG001 - the name is shown by Prefect
    return work()


@task(
    name="batch",
    task_run_name="{what} {number} of {batches}: {files} files",
    cache_policy=NO_CACHE,
    persist_result=False,
)
def _batch(what: str, number: int, batches: int, files: int, work: Callable[[], BatchResult]) -> BatchResult:  # noqa: ARG001
    return work()


class PrefectSteps:
    """Runs steps as tasks of the present flow run. See `tasks.steps.Steps`."""

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
            _batch.submit(_what(batch), number, len(batches), len(batch), partial(run, batch))
            for number, batch in enumerate(batches, 1)
        ]
        for future in as_completed(futures):
            yield future.result()


def _what(batch: tuple[FileJob, ...]) -> str:
    """Name the work on a batch as Prefect shall show it."""
    return "read" if batch[0].counted else "count lines"


class PrefectProgress:
    """Shows a run's progress as an artifact in the UI, and its messages in the run's log.

    A run of `more_than` so many files has the artifact, which moves beside the work; a run that ended well
    waits for it `GIVE_UP_SECONDS` at most. `clock` gives seconds that never go back.
    """

    def __init__(
        self, log: RunLogger, *, more_than: int = 0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._more_than = more_than
        self._clock = clock
        self._aside = Aside("the progress is not shown", log)
        self._artifact: UUID | None = None
        self._total = 0
        self._done = 0
        self._verb = READ
        self._begun = self._told = clock()
        self._watcher = _watcher.get()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._aside.finish()

    def total(self, files: int, verb: str = READ) -> None:
        """Begin the artifact, if there is enough to do, or begin it anew."""
        self._total, self._done, self._verb = files, 0, verb
        self._begun = self._told = self._clock()
        told = f"{counted(files, 'file')} to be {verb}"
        self._log.info("%s", told)
        if self._watcher is not None:
            self._watcher.total(files, verb)
        if files > self._more_than:
            self._aside.tell(partial(self._show, 0.0, told))

    def advance(self, files: int) -> None:
        """Move the artifact on, now and then and at the end."""
        self._done += files
        if self._watcher is not None:
            self._watcher.advance(files)
        now = self._clock()
        due = self._done >= self._total or now - self._told >= PROGRESS_SECONDS
        if self._total > self._more_than and due:
            self._told = now
            percent = round(100 * self._done / self._total, 1)
            told = progress_text(self._done, self._total, now - self._begun, self._verb)
            self._aside.tell(partial(self._show, percent, told))

    def say(self, message: str) -> None:
        """Log it."""
        self._log.info("%s", safe(message))
        if self._watcher is not None:
            self._watcher.say(message)

    def _show(self, percent: float, told: str) -> None:
        """Make the artifact, or move it; in the thread beside."""
        if self._artifact is None:
            created = create_progress_artifact(percent, key=PROGRESS_KEY, description=told)
            self._artifact = created if isinstance(created, UUID) else None
        else:
            update_progress_artifact(self._artifact, percent, told)


def progress_text(done: int, total: int, seconds: float, verb: str = READ) -> str:
    """How far a run is, in words: ``1,200 of 10,000 files read, 80 a second, about 2 min to go``."""
    told = f"{done:,} of {counted(total, 'file')} {verb}"
    if seconds < 1 or not done:
        return told
    rate = done / seconds
    left = (total - done) / rate
    if not left:
        return f"{told} in {seconds:.0f} s"
    return (
        f"{told}, {rate:,.0f} a second, about "
        + (f"{left / 60:.0f} min" if left > 90 else f"{left:.0f} s")
        + " to go"
    )
