"""One contender as a process: ``python -m bench.contender NAME RAW HOME [--workers N]``.

Prints one JSON object: what became of the files, and the peaks of memory (Linux). Whoever starts it takes its
time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

from bench import recoll
from bench.processes import Memory
from flows.environment import prepare
from index.cli.progress import TerminalProgress
from index.settings import Home, load_settings
from tasks.ingest import ingest
from tasks.run_report import Options, RunReport
from tasks.steps import Direct

T = TypeVar("T")


class Watched(Direct):
    """Direct steps that note how long each commit took."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.commits: list[float] = []

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Take the time of commits."""
        begun = time.monotonic()
        try:
            return work()
        finally:
            if name.startswith("commit"):
                self.commits.append(time.monotonic() - begun)


def newsfold(raw: Path, home: Home, workers: int) -> dict[str, Any]:
    """The whole pipeline without Prefect."""
    steps = Watched(workers)
    with TerminalProgress(quiet=True) as progress:
        report = ingest(home, load_settings(home, raw=str(raw)), steps, progress, Options())
    return _told(report) | {"commit_s": steps.commits}


def flow(raw: Path, home: Home, _: int) -> dict[str, Any]:
    """The same pages through the flow, against the server that PREFECT_API_URL names."""
    run = importlib.import_module("flows.run_flow").run
    return _told(run(home, load_settings(home, raw=str(raw)), str(raw), {}, quiet=True))


def task_per_file(raw: Path, home: Home, _: int) -> dict[str, Any]:
    """The same steps in a flow that has a task for each file, against the same server."""
    prepare(home, quiet=True)
    return _told(importlib.import_module("bench.file_flow").run(raw, home))


def plain(raw: Path, home: Home, workers: int) -> dict[str, Any]:
    """The baseline."""
    run = importlib.import_module("bench.plain").run
    counts = asdict(run(raw, home.path / "index", workers))
    return {"read": sum(counts.values()), "states": counts}


def recoll_index(raw: Path, home: Home, _: int) -> dict[str, Any]:
    """Recoll's indexer; it has threads of its own."""
    files = recoll.run(raw, home.path / "recoll")
    return {"read": files, "states": {"indexed": files}}


def _told(report: RunReport) -> dict[str, Any]:
    return {"read": report.read, "states": report.new}


CONTENDERS: Final = {
    "newsfold": newsfold,
    "flow": flow,
    "task-per-file": task_per_file,
    "plain": plain,
    "recoll": recoll_index,
}


LOOKS: Final = 2.0
"""Seconds between two looks at the memory: twice a second made newsfold, which has the most processes, a
tenth dearer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one contender; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.contender")
    parser.add_argument("name", choices=sorted(CONTENDERS))
    parser.add_argument("raw", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    with Memory(os.getpid(), every=LOOKS) as memory:
        told = CONTENDERS[options.name](options.raw, Home(options.home), options.workers)
    print(json.dumps(told | memory.peaks()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
