"""How the steps of a run are run, and who sees it go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Final, Protocol, TypeVar

from tasks.batch import BatchResult, FileJob

T = TypeVar("T")
READ: Final = "read"
COUNTED: Final = "counted"
"""What becomes of the files in the two halves of a run."""

BatchRunner = Callable[[tuple[FileJob, ...]], BatchResult]


class Steps(Protocol):
    """How the steps of a run are run."""

    mode: str
    workers: int

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Run one step and return what it returns."""

    def batches(self, run: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        """Run batches in parallel; yield their results as they come."""


class Progress(Protocol):
    """Whoever wants to see a run go on."""

    def total(self, files: int, verb: str = READ) -> None:
        """So many files will be `verb` (a participle) from now on."""

    def advance(self, files: int) -> None:
        """So many more were."""

    def say(self, message: str) -> None:
        """Something a person wants to know."""


class Direct:
    """Run the steps in this process, batches in its worker processes."""

    mode = "direct"

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1

    def step(self, name: str, work: Callable[[], T]) -> T:  # noqa: ARG002 - the name is for others
        """Call it."""
        return work()

    def batches(self, run: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        """Run each batch in a thread, which waits for a worker."""
        executor = ThreadPoolExecutor(self.workers)
        try:
            for future in as_completed([executor.submit(run, batch) for batch in batches]):
                yield future.result()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
