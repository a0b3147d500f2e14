"""The flow that newsfold is not: the very same steps, with a Prefect task for each file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from prefect import flow, get_run_logger
from prefect.task_runners import ThreadPoolTaskRunner

from index.settings import Home, load_settings
from tasks.batch import BatchResult, FileJob
from tasks.ingest import ingest
from tasks.prefect_steps import PrefectProgress, PrefectSteps, quiet_tasks
from tasks.run_report import Options, RunReport
from tasks.steps import BatchRunner


class FileByFile(PrefectSteps):
    """Batches of one file."""

    def batches(self, run: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        """Submit every file as a task of its own."""
        return super().batches(run, [(job,) for batch in batches for job in batch])


@flow(name="task-per-file", task_runner=ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1))  # type: ignore[arg-type]
def task_per_file(raw: str, home: str) -> Any:
    """Ingest the pages below `raw`, with two tasks a file: one counts its lines, one reads it."""
    place = Home(Path(home))
    steps, progress = FileByFile(os.cpu_count() or 1), PrefectProgress(get_run_logger())
    with quiet_tasks():
        return ingest(place, load_settings(place, raw=raw), steps, progress, Options())


def run(raw: Path, home: Home) -> RunReport:
    """Run it once, against the server that PREFECT_API_URL names."""
    report: Any = task_per_file(str(raw), str(home.path))
    return cast("RunReport", report)
