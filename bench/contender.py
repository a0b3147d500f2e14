"""One contender as a process: ``python -m bench.contender NAME RAW HOME [--workers N]``.

Prints one JSON object: what became of the files, and the peaks of memory. Whoever starts it takes its time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.processes import peak_mb, tree
from flows.environment import prepare
from index.cli.progress import TerminalProgress
from index.settings import Home, load_settings
from tasks.batch import BatchResult, FileJob
from tasks.ingest import BatchRunner, Direct, Options, RunReport, ingest


class Watched(Direct):
    """Direct steps that note the most memory that a worker held."""

    worker_mb = 0.0

    def batches(self, run: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        """Look at the workers after each batch: they live until the last is read."""
        for result in super().batches(run, batches):
            workers = tree(os.getpid())[1:]
            self.worker_mb = max(self.worker_mb, *map(peak_mb, workers), 0.0)
            yield result


def newsfold(raw: Path, home: Home, workers: int) -> dict[str, Any]:
    """The whole pipeline without Prefect."""
    steps = Watched(workers)
    with TerminalProgress(quiet=True) as progress:
        report = ingest(home, load_settings(home, raw=str(raw)), steps, progress, Options())
    return _told(report) | {"worker_mb": steps.worker_mb}


def flow(raw: Path, home: Home, _: int) -> dict[str, Any]:
    """The same pages through the flow, against the server that PREFECT_API_URL names."""
    run = importlib.import_module("flows.run_flow").run
    return _told(run(home, load_settings(home, raw=str(raw)), str(raw), {}, quiet=True))


def task_per_file(raw: Path, home: Home, _: int) -> dict[str, Any]:
    """The same steps in a flow that has a task for each file, against the same server."""
    prepare(home, quiet=True)
    return _told(importlib.import_module("bench.file_flow").run(raw, home))


def plain(raw: Path, home: Home, _: int) -> dict[str, Any]:
    """The baseline."""
    run = importlib.import_module("bench.plain").run
    counts = asdict(run(raw, home.path / "index"))
    return {"read": sum(counts.values()), "states": counts}


def _told(report: RunReport) -> dict[str, Any]:
    return {"read": report.read, "states": report.new}


CONTENDERS = {"newsfold": newsfold, "flow": flow, "task-per-file": task_per_file, "plain": plain}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one contender; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.contender")
    parser.add_argument("name", choices=sorted(CONTENDERS))
    parser.add_argument("raw", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    told = CONTENDERS[options.name](options.raw, Home(options.home), options.workers)
    print(json.dumps(told | {"peak_mb": peak_mb(os.getpid())}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
