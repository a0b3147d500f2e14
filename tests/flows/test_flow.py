"""The flow on a real Prefect server: from the command line; what the server is told, and what it is not."""

import json
import re
import subprocess
import sys

import pytest

from index.runs import only_run
from tests.archive import page
from tests.prefect_server import ROOT, RUN_SECONDS, environment, home_with_pages, newsfold, until


def last_run(server):
    (run,) = server.ask("flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})
    return run


def told(server, kind, run):
    return server.ask(f"{kind}/filter", {kind: {"flow_run_id": {"any_": [run["id"]]}}})


def events(server, run):
    """The events newsfold.rejects of a run; None while there is none: they come some seconds later."""
    body = {
        "filter": {
            "event": {"name": ["newsfold.rejects"]},
            "related": {"id": [f"prefect.flow-run.{run['id']}"]},
        }
    }
    return server.ask("events/filter", body)["events"] or None


def test_the_entrypoint_loads_as_prefect_loads_it():
    code = (
        "from prefect.flows import load_flow_from_entrypoint as load;"
        "flow = load('flows/ingest.py:ingest', use_placeholder_flow=False);"
        "print(flow.name, sorted(flow.parameters.properties))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split("\n")[0] == (
        "ingest ['accept_missing', 'alert_percent', 'home', 'max_rejects', 'raw', 'rebuild', 'retry']"
    ), done.stderr


@pytest.mark.server
def test_a_run_from_the_command_line_is_seen_by_the_server(desk_server, tmp_path):
    home = home_with_pages(tmp_path / "home", 5)
    done = newsfold("--home", str(home.path), "ingest", environ=desk_server.environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("7 walked + 0 missing = 7 = 6 indexed + 1 rejected")
    assert "Traceback" not in done.stderr

    run = last_run(desk_server)
    assert run["state"]["type"] == "COMPLETED"
    assert run["state"]["name"] == "Completed", "a custom name would hide the run from the deployment's page"
    assert run["state"]["message"] == "6 new, 1 rejected"
    assert re.fullmatch(r"ingest raw \d{4}-\d\d-\d\d \d\d:\d\d: 6 new, 1 rejected", run["name"])
    assert run["tags"] == [], "one reject alerts nobody"
    tasks = desk_server.ask("task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    names = [task["name"] for task in tasks]
    for what in ("count lines 1 of ", "read 1 of "):
        assert sum(name.startswith(what) for name in names) == 1
    assert len(tasks) <= 12, "one task a batch, not one a file"

    artifacts = {artifact["key"]: artifact for artifact in told(desk_server, "artifacts", run)}
    assert artifacts.keys() == {"ingest-progress", "ingest-summary"}
    assert artifacts["ingest-progress"]["data"] == 100.0
    assert artifacts["ingest-progress"]["description"].startswith("7 of 7 files read")
    summary = artifacts["ingest-summary"]["data"]
    assert "7 walked + 0 missing = 7 = 6 indexed + 1 rejected" in summary
    assert "`\\x1b[31m<img src=x>.txt`" in summary
    logs = told(desk_server, "logs", run)
    assert 3 <= len(logs) <= 10, "a line a batch is noise"
    everything = json.dumps([run, tasks, artifacts, logs], ensure_ascii=False)
    assert "\\u001b" not in everything, "nothing raw reaches the UI"

    again = newsfold("--home", str(home.path), "ingest", environ=desk_server.environ)
    assert again.stdout.startswith("nothing new among 7 files")
    assert last_run(desk_server)["name"].endswith(": nothing new among 7 files")


@pytest.mark.server
def test_no_word_of_a_page_reaches_prefects_database(desk_server, tmp_path):
    home = home_with_pages(tmp_path / "home", 2)
    probes = ["qxprobe", "quvondra", "bexilome", "zorvatek"]
    text = page(3, edit="An arrow named bexilome was found by the lake.").replace("Ellery", "quvondra")
    (home.path / "raw" / "other.txt").write_text(
        text.replace("By Ada Brook", "By Zorvatek Brook"), encoding="utf-8"
    )
    done = newsfold("--home", str(home.path), "ingest", environ=desk_server.environ)
    assert done.returncode == 0, done.stderr
    found = newsfold("--home", str(home.path), "search", "bexilome", environ=desk_server.environ)
    assert found.returncode == 0, "the probe is in the archive"
    database = b"".join(path.read_bytes() for path in (desk_server.folder / "prefect").glob("prefect.db*"))
    assert last_run(desk_server)["id"].encode() in database, "the run is in this file"
    for probe in probes:
        assert not re.search(probe.encode(), database, re.IGNORECASE), probe


@pytest.mark.server
def test_a_run_beside_another_is_skipped(desk_server, tmp_path):
    home = home_with_pages(tmp_path / "home", 1)
    with only_run(home):
        done = newsfold("--home", str(home.path), "ingest", environ=desk_server.environ)
    assert done.returncode == 75
    assert "is at work" in done.stderr
    run = last_run(desk_server)
    assert run["state"]["type"] == "COMPLETED"
    assert run["state"]["message"].startswith("skipped: ")
    assert run["name"].endswith(": skipped")


@pytest.mark.server
def test_a_run_that_fails_is_failed_in_the_server_and_on_the_command_line(desk_server, tmp_path):
    home = home_with_pages(tmp_path / "home", 1)
    done = newsfold("--home", str(home.path), "ingest", "--max-rejects", "0", environ=desk_server.environ)
    assert done.returncode == 3
    assert "1 file of this run rejected" in done.stderr
    assert "Traceback" not in done.stderr
    run = last_run(desk_server)
    assert run["state"]["type"] == "FAILED"
    assert "rejected" in run["state"]["message"]
    logs = told(desk_server, "logs", run)
    assert not any("Traceback" in log["message"] for log in logs), "a failure that newsfold names needs none"
    assert any("newsfold files --state rejected" in log["message"] for log in logs), "what to do next"
    (summary,) = [one for one in told(desk_server, "artifacts", run) if one["key"] == "ingest-summary"]
    assert summary["data"].startswith("## Failed")


@pytest.mark.server
def test_many_rejects_are_a_warning_a_tag_and_an_event(desk_server, tmp_path):
    home = home_with_pages(tmp_path / "home", 1)
    for number in range(11):
        (home.path / "raw" / f"empty{number}.txt").write_text("", encoding="utf-8")
    done = newsfold("--home", str(home.path), "ingest", environ=desk_server.environ)
    assert done.returncode == 0, done.stderr
    run = last_run(desk_server)
    assert run["tags"] == ["rejects"]
    warnings = [log["message"] for log in told(desk_server, "logs", run) if log["level"] == 30]
    assert warnings == [f"12 of 14 files rejected; see 'newsfold --home {home.path} files --state rejected'"]
    (event,) = until(RUN_SECONDS, lambda: events(desk_server, run), desk_server.folder / "server.log")
    assert event["payload"]["rejected"] == 12
    assert event["payload"]["reasons"] == {"empty": 12}
    assert event["related"][0]["prefect.resource.id"] == f"prefect.flow-run.{run['id']}"


def test_a_server_that_does_not_answer_is_told(tmp_path):
    home = home_with_pages(tmp_path / "home", 1)
    environ = environment(tmp_path, PREFECT_API_URL="http://127.0.0.1:9/api")
    done = newsfold("--home", str(home.path), "ingest", environ=environ)
    assert done.returncode == 3
    assert done.stdout == ""
    first, second = done.stderr.strip().splitlines()
    assert first.startswith(
        "newsfold: the Prefect server at http://127.0.0.1:9/api (PREFECT_API_URL) does not answer"
    )
    assert "prefect server start" in second
    assert "--direct" in second
