"""Worker processes, and what happens when one dies.

The files of a batch whose worker died are read again one by one; only a file whose own worker dies `ATTEMPTS`
times, each time after it said that it was ready, is set aside as poison. Workers that cannot even start fail
the run, and so do a full disk and a broken catalog; a batch that dies with the run itself blames nobody.
"""

from __future__ import annotations

import itertools
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from index.article import Reject, RejectReason
from index.errors import NewsfoldError
from index.settings import Home
from tasks.batch import READY, BatchResult, FileJob, Outcome, decode_result, encode_batch, finish, read_spool
from tasks.warm import present

ATTEMPTS: Final = 3
BATCH_SECONDS: Final = 900.0
FILE_SECONDS: Final = 120.0
"""A worker that takes longer than this for a batch, or for one file, is taken for dead and ended."""


class WorkerDiedError(Exception):
    """A worker ended without an answer."""


class WorkerStartError(WorkerDiedError):
    """A worker ended before it was ready to take a batch: no file can have done that."""


class Worker:
    """One worker process; `ask` is called by one thread at a time."""

    def __init__(self, catalog: Path, log: Path) -> None:
        root = Path(__file__).resolve().parent.parent
        self._ready = False
        with log.open("ab") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tasks.worker", str(catalog)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                encoding="utf-8",
                cwd=root,
            )

    def ask(self, request: str, *, seconds: float) -> BatchResult:
        """Send a batch and wait for the answer.

        Raises WorkerDiedError (WorkerStartError before it was ready); OSError and sqlite3.Error where the
        worker's spool or the catalog failed.
        """
        timer = threading.Timer(seconds, self._process.kill)
        timer.daemon = True
        timer.start()
        try:
            if not self._ready and self._told() != f"{READY}\n":
                raise WorkerStartError
            self._ready = True
            answer = self._told(request)
        finally:
            timer.cancel()
        if not answer.endswith("\n"):
            raise WorkerDiedError
        return decode_result(answer)

    def _told(self, request: str = "") -> str:
        """Send a line, if there is one, and read the next; raises WorkerDiedError."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise WorkerDiedError
        try:
            if request:
                process.stdin.write(request + "\n")
                process.stdin.flush()
            return process.stdout.readline()
        except (OSError, ValueError) as error:  # ValueError: `close` took the pipes away meanwhile
            raise WorkerDiedError from error

    def alive(self) -> bool:
        """Whether it can take a batch."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # a request that it never took
                    pipe.close()


class WorkerPool:
    """At most `size` workers, started when first needed; `run` may be called by many threads.

    Where workers are kept between runs (`tasks.warm`), they come from there, and the idle ones go back.
    """

    def __init__(self, home: Home, spool: Path, size: int) -> None:
        self._catalog = home.catalog
        self._log = home.worker_log
        self._spool = spool
        self._number = itertools.count()
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(None)
        self._workers: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._stable = present()

    def run(self, batch: tuple[FileJob, ...]) -> BatchResult:
        """Read the files of a batch in a worker; return where their outcomes are spooled.

        Raises NewsfoldError where no worker can start, OSError and sqlite3.Error where disk or catalog fail.
        """
        with self._slot() as slot:
            try:
                return slot.ask(encode_batch(batch, self._next_spool()), seconds=BATCH_SECONDS)
            except WorkerDiedError:
                self._unless_closed()
                slot.renew()
            return self._one_by_one(slot, batch)

    def _one_by_one(self, slot: _Slot, batch: tuple[FileJob, ...]) -> BatchResult:
        outcomes: list[Outcome] = []
        cpu = 0.0
        for job in batch:
            result = self._alone(slot, job)
            if result is None:
                reject = Reject(RejectReason.POISON, f"{ATTEMPTS} workers died on it")
                outcomes.append(Outcome(job.file, unread=reject))
            else:
                cpu += result.cpu_seconds
                spool = Path(result.spool)
                outcomes.extend(read_spool(spool, result.sha256))
                spool.unlink()
        return finish(self._next_spool(), outcomes, cpu_seconds=cpu)

    def _alone(self, slot: _Slot, job: FileJob) -> BatchResult | None:
        """Read one file; None where it killed `ATTEMPTS` workers that were ready for it."""
        started = 0
        for _ in range(2 * ATTEMPTS):
            try:
                return slot.ask(encode_batch((job,), self._next_spool()), seconds=FILE_SECONDS)
            except WorkerDiedError as error:
                self._unless_closed()
                slot.renew()
                started += not isinstance(error, WorkerStartError)
                if started == ATTEMPTS:
                    return None
        raise NewsfoldError(
            "worker processes end before they can begin",
            hint=f"the end of {self._log} says why; 'newsfold ingest' goes on where this run stopped",
        )

    def _unless_closed(self) -> None:
        """A worker that died because the run ends blames no file, and gets no successor."""
        if self._closed:
            raise WorkerDiedError("the run is ending")

    def _next_spool(self) -> Path:
        return self._spool / f"{next(self._number):06d}.jsonl"

    @contextmanager
    def _slot(self) -> Iterator[_Slot]:
        slot = _Slot(self, self._idle.get())
        try:
            yield slot
        finally:
            self._idle.put(slot.worker)

    def start(self) -> Worker:
        """Start a worker that `close` will end."""
        with self._lock:
            self._unless_closed()
            worker = self._stable.take(self._catalog) if self._stable is not None else None
            worker = worker or Worker(self._catalog, self._log)
            self._workers.add(worker)
        return worker

    def end(self, worker: Worker) -> None:
        """End one worker."""
        with self._lock:
            self._workers.discard(worker)
        worker.close()

    def close(self) -> None:
        """End all workers; a thread that waits for one gets WorkerDiedError."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, set()
        if self._stable is not None:
            idle = self._idle_workers()
            self._stable.give(self._catalog, idle)
            workers -= idle
        for worker in workers:
            worker.close()

    def _idle_workers(self) -> set[Worker]:
        """Take the workers that wait for a batch out of their places: no thread can have one any more."""
        places: list[Worker | None] = []
        with suppress(queue.Empty):
            while True:
                places.append(self._idle.get_nowait())
        for _ in places:
            self._idle.put(None)
        return {worker for worker in places if worker is not None}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Slot:
    """A place in the pool: holds a worker, or none until one is needed."""

    def __init__(self, pool: WorkerPool, worker: Worker | None) -> None:
        self._pool = pool
        self.worker = worker

    def ask(self, request: str, *, seconds: float) -> BatchResult:
        if self.worker is None:
            self.worker = self._pool.start()
        return self.worker.ask(request, seconds=seconds)

    def renew(self) -> None:
        if self.worker is not None:
            self._pool.end(self.worker)
            self.worker = None
