"""prefect.yaml: as Prefect reads it, as `newsfold up` reads it, and on a server of the user's own."""

import inspect
import os
import re
import subprocess
import sys
import time
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import deployments
from flows.checkout import enter
from flows.deployments import Place, definitions, own_name, timezone
from index.article import State
from index.catalog import Catalog
from index.files import state_counts
from tests.prefect_server import ROOT, RUN_SECONDS, home_with_pages, running, until

PREFECT = [sys.executable, "-m", "prefect", "--no-prompt"]
PLACE = Place("/archive", "/wires", 60, "Europe/Berlin")


@pytest.fixture(scope="module")
def made():
    """The deployments of prefect.yaml for `PLACE`, by name."""
    return {deployment.name: deployment for deployment in deployments.deployments(definitions(), PLACE)}


def test_there_is_a_scan_and_a_nightly_maintenance(made):
    assert {f"{one.flow_name}/{name}" for name, one in made.items()} == {
        "ingest/scheduled",
        "maintain/nightly",
    }
    for one in made.values():
        assert "newsfold" in one.tags
        assert one.work_pool_name == "newsfold"
        assert one.concurrency_limit == 1
        assert one.concurrency_options.collision_strategy.value == "CANCEL_NEW"
        assert one.job_variables["env"]["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"


def test_the_scan_comes_as_often_as_the_home_says(made):
    (schedule,) = made["scheduled"].schedules
    assert schedule.schedule.interval.total_seconds() == 60
    assert made["scheduled"].parameters == {"home": "/archive", "raw": "/wires"}


def test_the_maintenance_comes_at_night_by_the_clock_of_the_machine(made):
    (schedule,) = made["nightly"].schedules
    assert (schedule.schedule.cron, schedule.schedule.timezone) == ("30 2 * * *", "Europe/Berlin")


def test_the_first_home_of_a_server_has_the_plain_names_and_keeps_them():
    assert own_name("scheduled", "/a", {}) == "scheduled"
    assert own_name("scheduled", "/a", {"scheduled": None}) == "scheduled"  # of 'prefect deploy --all'
    assert own_name("scheduled", "/a", {"scheduled": "/a", "scheduled-b-1": "/b"}) == "scheduled"


def test_another_home_takes_no_schedule_away_and_keeps_its_name():
    there = {"scheduled": "/a", "nightly": "/a"}
    name = own_name("scheduled", "/srv/press archive", there)
    assert name.startswith("scheduled-press-archive-")
    assert name != own_name("scheduled", "/mnt/press archive", there)
    assert own_name("scheduled", "/srv/press archive", there | {name: "/srv/press archive"}) == name
    assert own_name("scheduled", "/srv/press archive", {name: "/srv/press archive"}) == name  # /a is gone


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(max_size=5))
def test_a_name_for_any_folder_is_one_that_prefect_takes(folder, other):
    home = f"/{folder}"
    assert re.fullmatch("scheduled(-[A-Za-z0-9-]+)?", own_name("scheduled", home, {"scheduled": other}))


@pytest.mark.parametrize("name", ["nightly", "scheduled"])
def test_a_run_form_explains_every_parameter(made, name):
    """By the docstring: Prefect drops what Annotated[..., Field(description=...)] says."""
    for parameter, shown in made[name]._parameter_openapi_schema.properties.items():
        assert len(shown.get("description", "")) > 15, parameter


def test_descriptions_are_the_docstrings(made):
    for one in made.values():
        flow = getattr(__import__(f"flows.{one.flow_name}", fromlist=["x"]), one.flow_name)
        assert one.description == inspect.getdoc(flow.fn)


def test_the_entrypoints_load_without_a_placeholder():
    code = (
        "import sys; from prefect.flows import load_flow_from_entrypoint as load;"
        "print(*[load(name, use_placeholder_flow=False).name for name in sys.argv[1:]])"
    )
    names = [row["entrypoint"] for row in definitions()["deployments"]]
    done = subprocess.run(
        [sys.executable, "-c", code, *names],
        cwd="/",
        env=environ_of_the_checkout(),
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["ingest", "maintain"], done.stderr


def environ_of_the_checkout() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def test_the_wheel_brings_the_definitions_along():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    brought = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert brought["prefect.yaml"] == f"flows/{deployments.FILE_NAME}"


def test_the_pull_step_enters_the_checkout(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert enter() == {"directory": str(ROOT)}
    assert os.path.samefile(os.getcwd(), ROOT)


def test_the_time_zone_is_that_of_the_machine(tmp_path):
    link = tmp_path / "localtime"
    link.symlink_to("/usr/share/zoneinfo/America/Lima")
    assert timezone({}, link) == "America/Lima"
    assert timezone({"TZ": ":Asia/Tokyo"}, link) == "Asia/Tokyo"
    assert timezone({"TZ": "EST5EDT,M3.2.0,M11.1.0"}, link) == "UTC"
    assert timezone({"TZ": "../../etc/passwd"}, link) == "UTC"
    assert timezone({}, tmp_path / "nothing") == "UTC"


@pytest.mark.server
def test_the_four_plain_commands_make_scheduled_runs_that_complete(desk_server, tmp_path):
    """On a clean install: prefect.yaml as it is, but every ten seconds."""
    home = home_with_pages(tmp_path / "home", 3)
    environ = desk_server.environ | {"NEWSFOLD_HOME": str(home.path)}
    quick = tmp_path / "prefect.yaml"
    quick.write_text(
        (ROOT / "prefect.yaml").read_text(encoding="utf-8").replace("interval: 300", "interval: 10"),
        encoding="utf-8",
    )
    assert "interval: 10 " in quick.read_text()
    for words in (
        ["work-pool", "create", "newsfold", "--type", "process", "--overwrite"],  # other tests made it
        ["deploy", "--all", "--prefect-file", str(quick)],
    ):
        done = subprocess.run(
            [*PREFECT, *words], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=RUN_SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr
    listed = desk_server.ask("deployments/filter", {})
    ids = {one["name"]: one["id"] for one in listed if one["name"] in ("scheduled", "nightly")}
    desk_server.ask(f"deployments/{ids['nightly']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    log = tmp_path / "worker.log"
    try:
        with running([*PREFECT, "worker", "start", "--pool", "newsfold"], environ, log):
            (scan,) = until(RUN_SECONDS, lambda: completed(desk_server, ids["scheduled"]), log)
            (upkeep,) = until(RUN_SECONDS, lambda: completed(desk_server, ids["nightly"]), log)
    finally:
        for deployment in ids.values():
            desk_server.delete(f"deployments/{deployment}")
    assert scan["auto_scheduled"]
    assert upkeep["state"]["message"].startswith(("retry: ", "skipped: "))
    with Catalog.open(home.catalog) as catalog:
        assert state_counts(catalog)[State.INDEXED] == 4


def completed(server, deployment):
    """The first completed run of a deployment, in a list; None while there is none."""
    return (
        server.runs(
            flow_runs={
                "deployment_id": {"any_": [deployment]},
                "state": {"type": {"any_": ["COMPLETED"]}},
                "expected_start_time": {
                    "before_": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
                },
            },
            limit=1,
        )
        or None
    )
