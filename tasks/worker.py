"""A worker process: ``python -m tasks.worker CATALOG`` reads jobs from stdin, one JSON line a batch.

It says `READY` once, then answers each with one JSON line on stdout: a `BatchResult`, or what failed where
the disk or the catalog did, which is no file's fault. It ends when stdin closes, even in the middle of a
batch: a worker never outlives the run that started it. It imports no Prefect, and is started plainly, not
forked, so that it holds nothing of its parent: no lock, no database handle.

A page may take `MEMORY_ROOM` and `FILE_CPU_SECONDS` and no more; beyond them the worker dies, not the run.
"""

from __future__ import annotations

import errno
import gc
import io
import json
import os
import queue
import resource
import signal
import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO

from index.article import PIPELINE, Page, Reject, RejectReason, VersionId
from index.articles import known_version
from index.catalog import Catalog
from index.files import FileId, Stat
from index.line_counts import lines_counted, repeated_lines
from index.safe import safe
from tasks.batch import CATALOG_FAILED, READY, SPOOL_FAILED, BatchResult, FileJob, Outcome, finish
from tasks.engines import named
from tasks.page_lines import page_lines
from tasks.page_work import count, process

FILE_CPU_SECONDS: Final = 30.0
"""CPU time that one reading of a file may take; then the kernel ends the worker. The dearest of hostile pages
takes a fifth of that on a slow machine (`bench.hostile`)."""

COLLECTED_AFTER: Final = 100_000
"""New objects after which cycles are looked for, some 10 MB."""

IDLE_SECONDS: Final = 0.05
"""After counting, a worker that waits so long for more reads the model that names languages."""

MEMORY_ROOM: Final = 1 << 30
"""Bytes of address space that a worker may take beyond what it starts with. The largest page that is read
(8 MiB, every fourth character of it wide) needs less than a third (`bench.hostile`)."""


def run_batch(request: dict[str, Any], catalog: Catalog | None) -> BatchResult:
    """Count the lines of one request's files, or make their articles; spool the outcomes.

    Raises MemoryError, sqlite3.Error and OSError, none of which is a page's fault, or not surely.
    """
    outcomes, seconds = _outcomes(request, catalog)
    return finish(Path(request["spool"]), outcomes, cpu_seconds=seconds)


def _outcomes(request: dict[str, Any], catalog: Catalog | None) -> tuple[list[Outcome], float]:
    """What became of the files, and the CPU seconds that it took."""

    def known(sha256: VersionId) -> bool:
        return catalog is not None and known_version(catalog, sha256, PIPELINE)

    start = time.process_time()
    outcomes: list[Outcome] = []
    try:
        for file, path, counted, engine, *stat in request["jobs"]:
            job = FileJob(FileId(file), bytes.fromhex(path), Stat(*stat), counted, engine)
            signal.setitimer(signal.ITIMER_PROF, FILE_CPU_SECONDS)  # begins anew with each file
            try:
                outcomes.append(
                    count(job) if counted is None else process(job, known, partial(_repeated, catalog, file))
                )
            except (MemoryError, OSError, sqlite3.Error):
                raise
            except Exception as error:  # noqa: BLE001 - a page that breaks a library must not stop the others
                traceback.print_exc()
                outcomes.append(Outcome(job.file, unread=Reject(RejectReason.POISON, repr(error)[:200])))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return outcomes, time.process_time() - start


def _repeated(catalog: Catalog | None, file: FileId, page: Page) -> Collection[int]:
    """Which lines of a file's page stand on many pages; those that were counted of it need no second look."""
    if catalog is None:
        return ()
    try:
        lines = lines_counted(catalog, file) or page_lines(page)
    except ValueError:  # damaged: 'newsfold check' tells it, and the page is here
        lines = page_lines(page)
    return repeated_lines(catalog, lines.keys)


def answer(request: dict[str, Any], catalog: Catalog | None) -> dict[str, Any]:
    """Return what to answer to a request.

    Raises MemoryError, and OSError where it was not the spool: the worker dies of them, and its files are
    read again one by one.
    """
    try:
        outcomes, seconds = _outcomes(request, catalog)
    except sqlite3.Error as error:
        return {CATALOG_FAILED: str(error)}
    spool = request["spool"]
    try:
        return asdict(finish(Path(spool), outcomes, cpu_seconds=seconds))
    except OSError as error:
        return {SPOOL_FAILED: [error.errno or errno.EIO, error.strerror or str(error), spool]}


def confine() -> None:
    """Bound this process's memory, and offer it first where the kernel must end a process for want of it."""
    with suppress(OSError, ValueError):  # macOS knows neither; a lower limit that is set already holds
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        limit = used + MEMORY_ROOM
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")


def collect_less() -> None:
    """Let the collector of cycles leave alone what lives as long as the process, and look less often.

    A page makes thousands of small objects and no cycle: the looks took a twentieth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


class _Log(io.TextIOBase):
    """What the worker and its libraries say, fit to be read on a terminal.

    Line ends within a piece are indented, so that nothing that a page says passes for a line of ours.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a piece."""
        piece = safe(text)
        ended = piece.endswith("\n")
        self._stream.write(piece.removesuffix("\n").replace("\n", "\n    ") + "\n" * ended)
        self._stream.flush()
        return len(text)


def _listen(requests: queue.SimpleQueue[str]) -> None:
    """Hand on every line of stdin; at its end, end the process at once."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def _engine(request: dict[str, Any]) -> str:
    """Name what shall name the languages of a request's files; empty where it has none."""
    return next((engine for _, _, _, engine, *_ in request["jobs"]), "")


def _next(requests: queue.SimpleQueue[str], engine: str) -> dict[str, Any]:
    """Wait for the next request; if it does not come at once, make ready for the files that were counted."""
    try:
        line = requests.get(timeout=IDLE_SECONDS if engine else None)
    except queue.Empty:
        named(engine).load()
        line = requests.get()
    request: dict[str, Any] = json.loads(line)
    return request


def main() -> None:
    """Serve batches until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    sys.stdout = sys.stderr = _Log(sys.stderr)
    catalog = Catalog.read(Path(sys.argv[1]))
    collect_less()
    confine()
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    line, engine = READY, ""
    while True:
        answers.write(line + "\n")
        answers.flush()
        request = _next(requests, engine)
        line = json.dumps(answer(request, catalog))
        engine = _engine(request)


if __name__ == "__main__":
    main()
