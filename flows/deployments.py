"""The deployments of prefect.yaml, for one home: ``python -m flows.deployments``.

`newsfold up` runs it as a process of its own, so that the process which keeps the desk up stays small. The
definitions are those that ``prefect deploy --all`` reads; home, raw folder, interval and time zone are added.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from ruamel.yaml import YAML

from flows.automations import ensure

FILE_NAME: Final = "prefect.yaml"
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
            deployment.apply()
            print(f"{deployment.flow_name}/{deployment.name}")  # noqa: T201 - into the log of `newsfold up`
        ensure(client)


if __name__ == "__main__":
    main(sys.argv[1:])
