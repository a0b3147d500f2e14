"""A worker process: ``python -m tasks.worker CATALOG`` reads jobs from stdin, one JSON line a batch.

It answers each with one JSON line (`BatchResult`) on stdout. It ends when stdin closes, even in the middle
of a batch: a worker never outlives the run that started it. It imports no Prefect, and is started plainly,
not forked, so that it holds nothing of its parent: no lock, no database handle.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.article import PIPELINE, Page, Reject, RejectReason, VersionId
from index.articles import known_version
from index.catalog import Catalog
from index.files import FileId, Stat
from index.line_counts import repeated_lines
from tasks.batch import BatchResult, FileJob, Outcome, count, finish, process
from tasks.page_lines import page_lines


def encode_batch(batch: tuple[FileJob, ...], spool: Path) -> str:
    """Write a batch as the line a worker reads; its results shall go to `spool`."""
    jobs = [[job.file, job.path.hex(), job.counted, job.engine, *asdict(job.stat).values()] for job in batch]
    return json.dumps({"spool": str(spool), "jobs": jobs})


def decode_result(line: str) -> BatchResult:
    """Read a worker's answer."""
    return BatchResult(**json.loads(line))


def run_batch(request: dict[str, Any], catalog: Catalog | None) -> BatchResult:
    """Count the lines of one request's files, or make their articles; spool the outcomes."""

    def known(sha256: VersionId) -> bool:
        return catalog is not None and known_version(catalog, sha256, PIPELINE)

    def repeated(page: Page) -> Collection[int]:
        return () if catalog is None else repeated_lines(catalog, page_lines(page).keys)

    start = time.process_time()
    outcomes: list[Outcome] = []
    for file, path, counted, engine, *stat in request["jobs"]:
        job = FileJob(FileId(file), bytes.fromhex(path), Stat(*stat), counted, engine)
        try:
            outcomes.append(count(job) if counted is None else process(job, known, repeated))
        except Exception as error:  # noqa: BLE001 - a page that breaks a library must not stop the others
            traceback.print_exc()
            outcomes.append(Outcome(job.file, unread=Reject(RejectReason.POISON, repr(error)[:200])))
    return finish(Path(request["spool"]), outcomes, cpu_seconds=time.process_time() - start)


def _listen(requests: queue.SimpleQueue[str]) -> None:
    """Hand on every line of stdin; at its end, end the process at once."""
    for line in sys.stdin:
        requests.put(line)
    os._exit(0)


def main() -> None:
    """Serve batches until stdin closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    catalog = Catalog.read(Path(sys.argv[1]))
    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()

    while True:
        result = run_batch(json.loads(requests.get()), catalog)
        answers.write(json.dumps(asdict(result)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
