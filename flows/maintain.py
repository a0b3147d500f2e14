"""The flow that looks after the archive once a night: retry rejects, check, merge segments, vacuum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from prefect import flow, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.cancelled import cancel_told
from flows.ingest import ingest
from index.counted import counted
from index.errors import LockedError
from index.runs import only_run
from index.safe import safe_line
from index.settings import Home, Settings, find_home, load_settings
from tasks import maintain as steps
from tasks.maintain import Merged, Vacuumed
from tasks.prefect_steps import PrefectSteps

FINDINGS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which steps are done."""

    check: bool
    read_raw: bool
    merge: bool
    vacuum: bool


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What maintenance did; None for a step that was not done."""

    findings: tuple[str, ...] | None = None
    merged: Merged | None = None
    vacuumed: Vacuumed | None = None


def _run_name() -> str:
    return f"maintain {runtime.flow_run.scheduled_start_time.astimezone():%Y-%m-%d %H:%M}"


@flow(name="maintain", flow_run_name=_run_name, persist_result=False)
def maintain(
    home: str | None = None,
    raw: str | None = None,
    retry: bool = True,
    check: bool = True,
    read_raw: bool = True,
    merge: bool = True,
    vacuum: bool = True,
) -> State[Any]:
    """Look after the archive: try rejects again, check it, merge index segments, vacuum the catalog.

    Where an ingestion is at work, it completes at once and says "skipped". It fails where the check finds
    damage: 'newsfold check' shows the findings too, and 'newsfold repair' mends them.

    Args:
        home: Folder with newsfold.toml; empty: NEWSFOLD_HOME, or the nearest one upwards.
        raw: Scan this folder in place of those that newsfold.toml names.
        retry: First read the rejected files again, and what is new.
        check: Compare catalog and index, byte for byte.
        read_raw: With check: also read every raw file, and compare its SHA-256.
        merge: Merge small and worn segments of the index; never where the check found damage.
        vacuum: Give unused space of the catalog back; never where the check found damage.
    """
    place = find_home(home)
    settings = load_settings(place, raw=raw)
    told: list[str] = []
    failed = False
    try:
        with cancel_told(get_run_logger()):
            if retry:
                state: State[Any] = ingest(home=str(place.path), raw=raw, retry=True, return_state=True)
                if isinstance(state.data, LockedError):
                    raise state.data
                failed = not state.is_completed()
                told.append(f"retry: {state.message}")
            with only_run(place):
                upkeep = _upkeep(place, settings, Chosen(check, read_raw, merge, vacuum))
    except LockedError as error:
        get_run_logger().info("skipped: %s", error.message)
        return Completed(message=f"skipped: {error.message}")
    told += _told(upkeep)
    _artifacts(told, upkeep)
    message = "; ".join(told) or "nothing was asked for"
    return Failed(message=message) if failed or upkeep.findings else Completed(message=message)


def _upkeep(home: Home, settings: Settings, chosen: Chosen) -> Upkeep:
    """Check first: what merges a damaged segment gives it a new checksum."""
    run = PrefectSteps(1)
    findings = (
        run.step("check", partial(steps.check, home, read_raw=chosen.read_raw)) if chosen.check else None
    )
    sound = not findings
    return Upkeep(
        findings,
        run.step("merge segments", partial(steps.merge, home, settings)) if chosen.merge and sound else None,
        run.step("vacuum", partial(steps.vacuum, home)) if chosen.vacuum and sound else None,
    )


def _told(upkeep: Upkeep) -> list[str]:
    told = []
    if upkeep.findings is not None:
        count = len(upkeep.findings)
        told.append(f"check: {counted(count, 'finding')}" if count else "check: all agree")
    told += [str(done) for done in (upkeep.merged, upkeep.vacuumed) if done is not None]
    return told


def _artifacts(told: list[str], upkeep: Upkeep) -> None:
    lines = "\n".join(f"- {safe_line(line)}" for line in told)
    create_markdown_artifact(
        key="maintain-summary",
        description="; ".join(told),
        markdown=f"# Maintenance\n{lines}\n\n`newsfold check` and `newsfold status` show more.\n",
    )
    if upkeep.findings:
        create_table_artifact(
            key="maintain-findings",
            description="What catalog, index and raw files disagree about",
            table=[{"finding": safe_line(finding)} for finding in upkeep.findings[:FINDINGS_SHOWN]],
        )


if __name__ == "__main__":
    maintain()
