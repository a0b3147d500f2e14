"""What is left of a run that was stopped: automations on a real server, and a run that is cancelled."""

import datetime as dt
import json
import subprocess
import sys
import urllib.request

import pytest

from flows.automations import BLOCK, SILENCE, START, automations
from flows.cancelled import MESSAGE
from index.catalog import Catalog
from index.runs import last_runs
from tests.archive import page
from tests.prefect_server import ROOT, RUN_SECONDS, home_with_pages, newsfold, running, until

HEARTBEAT = dt.timedelta(seconds=30)
"""The shortest time between two heartbeats that Prefect allows."""


PAGES = 100
DEPLOYMENT = """\
name: newsfold
deployments:
  - name: to-be-cancelled
    entrypoint: flows.ingest.ingest
    work_pool: {name: cancelling}
    pull: [{flows.checkout.enter: {}}]
"""


def send(server, method, path, body):
    request = urllib.request.Request(
        f"{server.url}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}, method=method
    )
    urllib.request.urlopen(request, timeout=20).close()


def at_work(home):
    """True when a run has begun; it waits a second for files to settle, and reads them then."""
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return None
    with catalog:
        return any(run.state == "running" for run in last_runs(catalog, 1)) or None


def ensure(server):
    done = subprocess.run(
        [sys.executable, "-m", "flows.automations"],
        cwd=ROOT,
        env=server.environ,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    found = server.ask("automations/filter", {})
    return {one["name"]: one for one in found if one["name"].startswith("newsfold: ")}


def test_a_dead_run_is_crashed_in_time_and_a_live_one_is_not():
    dead = next(automations(None))
    assert 2 * HEARTBEAT < SILENCE, "one lost heartbeat kills nobody"
    assert max(SILENCE, START) < dt.timedelta(seconds=115), "and 5 s until the server looks"
    assert dead.trigger.after <= dead.trigger.expect | {"prefect.flow-run.Running"}
    assert dead.trigger.for_each == {"prefect.resource.id"}, "each run for itself"


@pytest.mark.server
def test_automations_are_made_once_renewed_and_stay_paused(desk_server):
    first = ensure(desk_server)
    assert len(first) == 4
    assert ensure(desk_server) == first, "doing it again changes nothing"
    paused = first["newsfold: many rejects"]
    path = f"automations/{paused['id']}"
    send(desk_server, "PATCH", path, {"enabled": False})
    wrong = {key: paused[key] for key in ("name", "trigger", "actions")} | {
        "description": "old",
        "enabled": False,
    }
    send(desk_server, "PUT", path, wrong)
    renewed = ensure(desk_server)["newsfold: many rejects"]
    assert renewed["description"] == paused["description"]
    assert renewed["enabled"] is False
    assert renewed["id"] == paused["id"]


@pytest.mark.server
def test_alerts_go_to_the_block_of_that_name(desk_server):
    code = f"from prefect.blocks.notifications import SlackWebhook as S; S(url='http://127.0.0.1:9/x').save('{BLOCK}')"
    subprocess.run([sys.executable, "-c", code], env=desk_server.environ, check=True, timeout=RUN_SECONDS)
    actions = {name: one["actions"][0]["type"] for name, one in ensure(desk_server).items()}
    assert actions == {
        "newsfold: dead runs become Crashed": "change-flow-run-state",
        "newsfold: runs that never began become Crashed": "change-flow-run-state",
        "newsfold: many rejects": "send-notification",
        "newsfold: runs that failed": "send-notification",
    }


@pytest.mark.server
def test_a_cancelled_run_ends_and_the_next_one_does_its_work(desk_server, tmp_path):
    home = home_with_pages(tmp_path / "home", 0)
    for number in range(PAGES):
        (home.path / "raw" / f"{number}.txt").write_text(page(number), encoding="utf-8")
    (tmp_path / "prefect.yaml").write_text(DEPLOYMENT, encoding="utf-8")
    environ = desk_server.environ | {"NEWSFOLD_HOME": str(home.path), "PREFECT_WORKER_QUERY_SECONDS": "1"}
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for command in (
        ["work-pool", "create", "cancelling", "--type", "process"],
        ["deploy", "--all", "--prefect-file", str(tmp_path / "prefect.yaml")],
    ):
        done = subprocess.run(
            [*prefect, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    deployment = desk_server.ask("deployments/name/ingest/to-be-cancelled")["id"]
    log = tmp_path / "worker.log"
    with running([*prefect, "worker", "start", "--pool", "cancelling"], environ, log):
        run = desk_server.ask(f"deployments/{deployment}/create_flow_run", {})["id"]

        until(RUN_SECONDS, lambda: at_work(home), log)
        desk_server.ask(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})

        def cancelled():
            state = desk_server.ask(f"flow_runs/{run}")["state"]
            return None if state["type"] in {"RUNNING", "CANCELLING"} else state

        state = until(RUN_SECONDS, cancelled, log)
        told = (state["name"], state["message"])
        assert told == ("Cancelled", MESSAGE), f"the run itself says it, at once:\n{log.read_text()[-3000:]}"
    desk_server.delete(f"deployments/{deployment}")
    done = newsfold("--home", str(home.path), "ingest", "--direct", environ=desk_server.environ)
    assert f" = {PAGES} indexed + 1 duplicate + 1 rejected" in done.stdout
    with Catalog.open(home.catalog) as catalog:
        last, before = last_runs(catalog, 2)
    assert (last.state, before.state) == ("completed", "interrupted")
