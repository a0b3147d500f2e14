"""What an operator is told of a run where runs are listed: its name at the end, and what is to be looked at.

Many rejects are a warning in the log, a tag on the run, and the event `newsfold.rejects`, which carries
numbers only. `flows.automations` makes an alert of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, Final

from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from pydantic import Field

from flows.artifacts import command, last_word
from index.article import State
from index.run_figures import RejectGroup
from index.safe import safe_line
from index.settings import Home
from tasks.run_report import RunReport

EVENT: Final = "newsfold.rejects"
TAG: Final = "rejects"
FEW: Final = 10
"""So many rejects of one run alert nobody, whatever their share: an empty file among three is no news."""

Share = Annotated[float, Field(ge=0, le=100)]


def too_many(report: RunReport, alert_percent: float) -> bool:
    """Whether a run rejected more than `FEW` files, and more than `alert_percent` of those that it read."""
    rejected = report.new[State.REJECTED]
    return rejected > FEW and 100 * rejected > alert_percent * report.read


def end_name(told: str, tag: str = "") -> None:
    """Add to the name of this flow run what became of it, for the list of runs; and a tag to its tags.

    Raises httpx.HTTPError where the server does not answer.
    """
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(runtime.flow_run.id)
        tags = sorted({*run.tags, tag}) if tag else None
        client.update_flow_run(run.id, name=f"{run.name}: {told}", tags=tags)


def send_event(report: RunReport, groups: Sequence[RejectGroup], home: Home) -> None:
    """Tell Prefect that a run rejected many files."""
    flow_run = {
        "prefect.resource.id": f"prefect.flow-run.{runtime.flow_run.id}",
        "prefect.resource.role": "flow-run",
    }
    emit_event(
        event=EVENT,
        resource={
            "prefect.resource.id": resource_of(home),
            "prefect.resource.name": safe_line(str(home.path)),
        },
        related=[flow_run],
        payload={
            "rejected": report.new[State.REJECTED],
            "read": report.read,
            "message": last_word(report),
            "reasons": {group.reason: group.files for group in groups},
            "look": look_at_rejects(home),
        },
    )


def look_at_rejects(home: Home) -> str:
    """The command that lists the rejects."""
    return command(home.path, "files", "--state", "rejected")


def resource_of(home: Home) -> str:
    """The archive at `home` as a resource of Prefect's events."""
    name = str(home.path).encode("utf-8", "surrogateescape")
    return f"newsfold.archive.{hashlib.sha256(name).hexdigest()[:16]}"
