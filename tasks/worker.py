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
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.article import PIPELINE, Reject, RejectReason, VersionId
from index.articles import known_version
from index.catalog import Catalog
from index.files import FileId, Stat
from tasks.batch import BatchResult, FileJob, Outcome, finish, process


def encode_batch(batch: tuple[FileJob, ...], spool: Path) -> str:
    """Write a batch as the line a worker reads; its results shall go to `spool`."""
    jobs = [[job.file, job.path.hex(), *asdict(job.stat).values()] for job in batch]
    return json.dumps({"spool": str(spool), "jobs": jobs})


def decode_result(line: str) -> BatchResult:
    """Read a worker's answer."""
    return BatchResult(**json.loads(line))


def run_batch(request: dict[str, Any], known: Callable[[VersionId], bool]) -> BatchResult:
    """Process the files of one request and spool the outcomes."""
    start = time.process_time()
    outcomes: list[Outcome] = []
    for file, path, *stat in request["jobs"]:
        job = FileJob(FileId(file), bytes.fromhex(path), Stat(*stat))
        try:
            outcomes.append(process(job, known))
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

    def known(sha256: VersionId) -> bool:
        return catalog is not None and known_version(catalog, sha256, PIPELINE)

    while True:
        result = run_batch(json.loads(requests.get()), known)
        answers.write(json.dumps(asdict(result)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
