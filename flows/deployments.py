"""The deployments of prefect.yaml, for one home: ``python -m flows.deployments``.

`newsfold up` runs it as a process of its own, so that the process which keeps the desk up stays small. The
definitions are those that ``prefect deploy --all`` reads; home, raw folder, interval and time zone are added.

Several homes may share a server. The first has the names of prefect.yaml, and keeps them; what the others
have is named after their folder too, or each would take the schedule away from the one before.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from ruamel.yaml import YAML

from flows.automations import ensure
from flows.desk_children import NOTE

FILE_NAME: Final = "prefect.yaml"
MOST: Final = 200
"""Deployments of a flow that are looked at: the most that Prefect's server tells at once."""
FOLDER_WIDTH: Final = 30
LOCALTIME: Final = Path("/etc/localtime")
ZONES: Final = "zoneinfo/"


@dataclass(frozen=True, slots=True)
class Place:
    """What `newsfold up` adds to the definitions: for which home, how often, in which time zone."""

    home: str
    raw: str | None
    interval: int
    timezone: str

    @property
    def parameters(self) -> dict[str, str]:
        """Parameters of every flow run."""
        return {"home": self.home} | ({"raw": self.raw} if self.raw else {})


def definitions() -> dict[str, Any]:
    """Read prefect.yaml: of the checkout, or the copy that is installed beside the flows."""
    here = Path(__file__).resolve().parent
    path = next(file for file in (here / FILE_NAME, here.parent / FILE_NAME) if file.is_file())
    table: dict[str, Any] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return table


def deployments(table: Mapping[str, Any], place: Place) -> Iterator[RunnerDeployment]:
    """Make the deployments that `table` (prefect.yaml) defines, for one place.

    A flow gets only those parameters that it has.
    """
    for row in table["deployments"]:
        deployment = RunnerDeployment.from_entrypoint(
            entrypoint=row["entrypoint"],
            name=row["name"],
            tags=row["tags"],
            work_pool_name=row["work_pool"]["name"],
            job_variables=row["work_pool"]["job_variables"],
            concurrency_limit=ConcurrencyLimitConfig(**row["concurrency_limit"]),
        )
        known = deployment._parameter_openapi_schema.properties
        own = {name: value for name, value in place.parameters.items() if name in known}
        deployment.parameters = own | row["parameters"]
        deployment.schedules = [_schedule(schedule, place) for schedule in row["schedules"]]
        yield deployment


def own_name(name: str, home: str, taken: Mapping[str, str | None]) -> str:
    """Choose the name of the deployment `name` for `home`: its own of before, else `name` if no other has it.

    `taken` has the homes of the flow's deployments by name, None where one names none: that is nobody's.
    """
    folder = re.sub(r"[^A-Za-z0-9]+", "-", Path(home).name[:FOLDER_WIDTH]).strip("-")
    digest = hashlib.blake2b(os.fsencode(home), digest_size=3).hexdigest()
    longer = "-".join(part for part in (name, folder, digest) if part)
    if home not in {taken.get(name), taken.get(longer)} and taken.get(name) is None:
        return name
    return name if taken.get(name) == home else longer


def _homes(client: SyncPrefectClient, flow: str) -> dict[str, str | None]:
    """The homes of a flow's deployments, by name."""
    of_flow = FlowFilter(name=FlowFilterName(any_=[flow]))
    return {
        found.name: found.parameters.get("home")
        for found in client.read_deployments(flow_filter=of_flow, limit=MOST)
    }


def _schedule(row: Mapping[str, Any], place: Place) -> DeploymentScheduleCreate:
    if "interval" in row:
        schedule: dict[str, Any] = {"interval": place.interval}
    else:
        schedule = {"cron": row["cron"], "timezone": row.get("timezone", place.timezone)}
    return DeploymentScheduleCreate(schedule=schedule, slug=row["slug"], active=row["active"])  # type: ignore[arg-type]


def timezone(environ: Mapping[str, str], localtime: Path = LOCALTIME) -> str:
    """Name of the machine's time zone, as ``TZ`` or the link ``/etc/localtime`` say; else UTC."""
    named = environ.get("TZ", "").removeprefix(":")
    if not named and localtime.is_symlink():
        target = os.readlink(localtime)
        named = target.split(ZONES, 1)[1] if ZONES in target else ""
    try:
        return ZoneInfo(named).key if named else "UTC"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def make_pool(client: SyncPrefectClient, name: str) -> None:
    """Make a work pool of processes, unless there is one of that name."""
    try:
        client.create_work_pool(WorkPoolCreate(name=name, type="process"))
    except ObjectAlreadyExists:
        return


def main(arguments: list[str]) -> None:
    """Bring work pool, deployments and automations to the server that PREFECT_API_URL names."""
    parser = argparse.ArgumentParser(prog="python -m flows.deployments")
    parser.add_argument("--home", required=True)
    parser.add_argument("--interval", type=int, required=True)
    parser.add_argument("--raw")
    called = parser.parse_args(arguments)
    place = Place(called.home, called.raw, called.interval, timezone(os.environ))
    table = definitions()
    with get_client(sync_client=True) as client:
        for name in {row["work_pool"]["name"] for row in table["deployments"]}:
            make_pool(client, name)
        for deployment in deployments(table, place):
            before, homes = deployment.name, _homes(client, str(deployment.flow_name))
            deployment.name = own_name(before, place.home, homes)
            deployment.apply()
            told = f"{deployment.flow_name}/{deployment.name}"
            if deployment.name != before:
                told = f"{NOTE}{before} of this server belongs to {homes.get(before)}; ours is {told}"
            print(told)  # noqa: T201 - into the log of `newsfold up`
        ensure(client)


if __name__ == "__main__":
    main(sys.argv[1:])
