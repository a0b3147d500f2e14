"""The flow that Prefect runs: one ingestion run over the raw folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.alerts import TAG, Share, end_name, look_at_rejects, send_event, too_many
from flows.artifacts import failure, last_word, run_name, summary
from flows.cancelled import cancel_told
from flows.figures import Before, figures_after, look_before
from flows.showing import followed
from index.article import State as FileState
from index.errors import LockedError, NewsfoldError
from index.safe import safe_line
from index.settings import Home, Settings, find_home, load_settings
from tasks.aside import Aside, RunLogger
from tasks.ingest import ingest as run_steps
from tasks.prefect_steps import SMALL_RUN, PrefectProgress, PrefectSteps, quiet_tasks
from tasks.run_report import Options, RunReport

WORKERS = os.cpu_count() or 1
SUMMARY_KEY = "ingest-summary"


def _run_name() -> str:
    given = runtime.flow_run.parameters
    what = "rebuild" if given.get("rebuild") else "retry" if given.get("retry") else "ingest"
    try:
        roots = load_settings(find_home(given.get("home")), raw=given.get("raw")).roots
    except NewsfoldError:
        roots = ()  # the run itself says what is wrong with them
    return run_name(what, roots, runtime.flow_run.scheduled_start_time)


@flow(
    name="ingest",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=WORKERS),  # type: ignore[arg-type]
    persist_result=False,
)
def ingest(
    home: str | None = None,
    raw: str | None = None,
    accept_missing: bool = False,
    max_rejects: Annotated[int | None, Field(ge=0)] = None,
    alert_percent: Share = 5.0,
    retry: bool = False,
    rebuild: bool = False,
) -> State[Any]:
    """Bring the archive in line with its raw folders.

    Reads what is new or changed, takes out what is gone, leaves the rest alone. Where another run is at
    work, this one completes at once and says so.

    Args:
        home: Folder with newsfold.toml; empty: NEWSFOLD_HOME, or the nearest one upwards.
        raw: Scan this folder in place of those that newsfold.toml names.
        accept_missing: Believe a raw folder that is empty or has lost many files.
        max_rejects: Fail the run if more files than this are rejected.
        alert_percent: Warn, and send the event newsfold.rejects, if more of the files are rejected.
        retry: Read the rejected files again.
        rebuild: Make articles of older pipelines again, and the whole index.
    """
    log = get_run_logger()
    options = Options(accept_missing, max_rejects, retry, rebuild)
    ongoing = followed()
    try:
        place = find_home(home)
        settings = load_settings(place, raw=raw)
        before = ongoing.before if ongoing else look_before(place)
    except NewsfoldError as error:
        return _failed(error, log)
    try:
        shown = PrefectProgress(log, more_than=SMALL_RUN if ongoing else 0)
        with cancel_told(log), quiet_tasks(), shown as progress:
            if ongoing:
                report = ongoing.follow(progress)
            else:
                report = run_steps(place, settings, PrefectSteps(WORKERS), progress, options)
    except LockedError as error:
        log.info("skipped: %s", safe_line(error.message))
        _inform(log, partial(end_name, "skipped"))
        return Completed(message=f"skipped: {safe_line(error.message)}", data=error)
    except NewsfoldError as error:
        _show(log, "failed", failure(error, figures_after(place, settings, before), place.path))
        return _failed(error, log)
    return _completed(place, settings, before, report, alert_percent, log)


def _completed(
    home: Home, settings: Settings, before: Before, report: RunReport, alert_percent: float, log: RunLogger
) -> State[Any]:
    figures = figures_after(home, settings, before)
    told = last_word(report)
    log.info("%s; %s", told, report.equation)
    _show(log, told, summary(report, figures, home.path))
    alert = too_many(report, alert_percent)
    if alert:
        rejected = report.new[FileState.REJECTED]
        log.warning("%d of %d files rejected; see '%s'", rejected, report.read, look_at_rejects(home))
        send_event(report, figures.rejects, home)
    _inform(log, partial(end_name, told, TAG if alert else ""))
    return Completed(message=told, data=report)


def _failed(error: NewsfoldError, log: RunLogger) -> State[Any]:
    """A failure that newsfold can name needs no traceback."""
    log.error("%s", safe_line(error.message))
    if error.hint:
        log.error("next: %s", safe_line(error.hint))
    return Failed(message=safe_line(error.message), data=error)


def _show(log: RunLogger, description: str, markdown: str) -> None:
    artifact = partial(create_markdown_artifact, key=SUMMARY_KEY, description=description, markdown=markdown)
    _inform(log, artifact)


def _inform(log: RunLogger, call: Callable[[], object]) -> None:
    """Tell the server something that nobody needs; no longer than it takes a server at work."""
    aside = Aside("not all is shown of this run", log)
    aside.tell(call)
    aside.finish()


if __name__ == "__main__":
    ingest()
