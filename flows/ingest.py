"""The flow that Prefect runs: one ingestion run over the raw folders."""

from __future__ import annotations

import os
from typing import Annotated

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from index.article import State as FileState
from index.catalog import Catalog
from index.errors import LockedError
from index.files import reports
from index.safe import safe_line
from index.settings import Home, find_home, load_settings
from tasks.ingest import Options, RunReport
from tasks.ingest import ingest as run_steps
from tasks.prefect_steps import PrefectProgress, PrefectSteps

WORKERS = os.cpu_count() or 1
REJECTS_SHOWN = 200


def _run_name() -> str:
    return f"ingest {runtime.flow_run.scheduled_start_time:%Y-%m-%d %H:%M:%S}"


@flow(
    name="ingest",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=WORKERS),  # type: ignore[arg-type]
    persist_result=False,
)
def ingest(
    home: Annotated[
        str | None, Field(description="Folder with newsfold.toml; empty: the nearest one upwards")
    ] = None,
    raw: Annotated[
        str | None, Field(description="Scan this folder in place of those that newsfold.toml names")
    ] = None,
    accept_missing: Annotated[
        bool, Field(description="Believe a raw folder that is empty or has lost many files")
    ] = False,
    max_rejects: Annotated[
        int | None, Field(ge=0, description="Fail the run if more files than this are rejected")
    ] = None,
    retry: Annotated[bool, Field(description="Read the rejected files again")] = False,
    rebuild: Annotated[
        bool, Field(description="Make articles of older pipelines again, and the whole index")
    ] = False,
) -> State[RunReport | LockedError]:
    """Bring the archive in line with its raw folders.

    Reads what is new or changed, takes out what is gone, leaves the rest alone. Where another run is at
    work, this one completes at once and says so.
    """
    log = get_run_logger()
    place = find_home(home)
    settings = load_settings(place, raw=raw)
    options = Options(accept_missing, max_rejects, retry, rebuild)
    try:
        report = run_steps(place, settings, PrefectSteps(WORKERS), PrefectProgress(log), options)
    except LockedError as error:
        log.info("skipped: %s", error.message)
        return Completed(message=f"skipped: {error.message}", data=error)
    log.info("%s; %s", report.summary, report.equation)
    _artifacts(place, report)
    return Completed(message=report.summary, data=report)


def _artifacts(home: Home, report: RunReport) -> None:
    """Leave what a person wants to see of a run: its counts, and the rejects with their reasons."""
    rows = "\n".join(f"| {state} | {count:,} |" for state, count in report.new.items())
    create_markdown_artifact(
        key="ingest-summary",
        description=report.summary,
        markdown=f"""# Run {report.run}
| files of this run | |
|---|---:|
| walked | {report.walked:,} |
{rows}
| missing since the last run | {report.gone:,} |

The archive adds up: {report.equation}

{report.seconds:.1f} s, {report.worker_cpu_seconds:.1f} s of CPU in the workers.
""",
    )
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return
    with catalog:
        rejects = [
            {"file": safe_line(os.fsdecode(row.path)), "reason": safe_line(row.reason)}
            for row, _ in zip(reports(catalog, FileState.REJECTED), range(REJECTS_SHOWN), strict=False)
        ]
    if rejects:
        create_table_artifact(
            key="ingest-rejects", description="Files that could not be ingested", table=rejects
        )


if __name__ == "__main__":
    ingest()
