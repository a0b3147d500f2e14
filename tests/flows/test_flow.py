"""The flow on a real Prefect server: from the command line, from the schedule; what the server is told."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from index.article import State
from index.catalog import Catalog
from index.files import state_counts
from index.runs import only_run
from index.settings import Home
from tests.archive import page

ROOT = Path(__file__).resolve().parent.parent.parent
SERVER_SECONDS = 150
RUN_SECONDS = 150


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSFOLD_"))
    }
    return kept | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        **more,
    }


@contextlib.contextmanager
def running(command, environ, log: Path):
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        for deadly in (signal.SIGINT, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, deadly)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
                break


def ask(url: str, body: dict | None = None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def until(seconds: float, found, log: Path):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if (value := found()) is not None:
                return value
        time.sleep(0.5)
    pytest.fail(f"not within {seconds:.0f} s:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A real Prefect server on a free loopback port; its API address and environment."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environ = environment(folder)
    log = folder / "server.log"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(command, environ, log):
        until(SERVER_SECONDS, lambda: ask(f"{url}/health"), log)
        yield url, environ | {"PREFECT_API_URL": url}, folder


def home_with_pages(folder: Path, count: int) -> Home:
    raw = folder / "raw"
    raw.mkdir(parents=True)
    (folder / "newsfold.toml").write_text('raw = ["raw"]', encoding="utf-8")
    for number in range(count):
        (raw / f"{number}.txt").write_text(page(number), encoding="utf-8")
    (raw / "secret.txt").write_text(
        page(77, edit="The password is qxprobe, he said to nobody."), encoding="utf-8"
    )
    (raw / "\x1b[31m<img src=x>.txt").write_text("", encoding="utf-8")
    return Home(folder)


def newsfold(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "index.cli.main", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=RUN_SECONDS)


def test_the_entrypoint_loads_as_prefect_loads_it():
    code = (
        "from prefect.flows import load_flow_from_entrypoint as load;"
        "flow = load('flows/ingest.py:ingest', use_placeholder_flow=False);"
        "print(flow.name, sorted(flow.parameters.properties))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split("\n")[0] == (
        "ingest ['accept_missing', 'home', 'max_rejects', 'raw', 'rebuild', 'retry']"
    ), done.stderr


@pytest.mark.server
def test_a_run_from_the_command_line_is_seen_by_the_server(server, tmp_path):
    url, environ, _ = server
    home = home_with_pages(tmp_path / "home", 5)
    done = newsfold("--home", str(home.path), "ingest", environ=environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("7 walked + 0 missing = 7 = 6 indexed + 1 rejected")
    assert "Traceback" not in done.stderr

    (run,) = ask(
        f"{url}/flow_runs/filter",
        {"flows": {"name": {"any_": ["ingest"]}}, "sort": "START_TIME_DESC", "limit": 1},
    )
    assert run["state"]["type"] == "COMPLETED"
    assert run["state"]["name"] == "Completed", "a custom name would hide the run from the deployment's page"
    assert run["state"]["message"].startswith("6 indexed, 1 rejected")
    tasks = ask(f"{url}/task_runs/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
    names = [task["name"] for task in tasks]
    for what in ("lines of batch ", "batch "):
        assert 0 < sum(name.startswith(what) for name in names) <= 4, "one task a batch, not one a file"
    assert len(tasks) <= 12

    artifacts = ask(f"{url}/artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    assert {artifact["key"] for artifact in artifacts} == {
        "ingest-progress",
        "ingest-summary",
        "ingest-rejects",
    }
    logs = ask(f"{url}/logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
    told = json.dumps([run, tasks, artifacts, logs], ensure_ascii=False)
    assert "qxprobe" not in told, "no article text reaches the server"
    assert "\\u001b" not in told, "nothing raw reaches the UI"

    again = newsfold("--home", str(home.path), "ingest", environ=environ)
    assert again.stdout.startswith("nothing new among 7 files")


@pytest.mark.server
def test_a_run_beside_another_is_skipped(server, tmp_path):
    url, environ, _ = server
    home = home_with_pages(tmp_path / "home", 1)
    with only_run(home):
        done = newsfold("--home", str(home.path), "ingest", environ=environ)
    assert done.returncode == 75
    assert "is at work" in done.stderr
    (run,) = ask(f"{url}/flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})
    assert run["state"]["type"] == "COMPLETED"
    assert run["state"]["message"].startswith("skipped: ")


@pytest.mark.server
def test_a_run_that_fails_is_failed_in_the_server_and_on_the_command_line(server, tmp_path):
    url, environ, _ = server
    home = home_with_pages(tmp_path / "home", 1)
    done = newsfold("--home", str(home.path), "ingest", "--max-rejects", "0", environ=environ)
    assert done.returncode == 3
    assert "1 files of this run were rejected" in done.stderr
    assert "Traceback" not in done.stderr
    (run,) = ask(f"{url}/flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 1})
    assert run["state"]["type"] == "FAILED"
    assert "rejected" in run["state"]["message"]


@pytest.mark.server
def test_the_schedule_starts_a_run(server, tmp_path):
    """prefect.yaml as it is (but every five seconds), on a clean install: a scheduled run completes."""
    url, environ, folder = server
    home = home_with_pages(tmp_path / "home", 3)
    environ = environ | {"NEWSFOLD_HOME": str(home.path)}
    text = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
    quick = tmp_path / "prefect.yaml"
    quick.write_text(text.replace("interval: 300", "interval: 5"), encoding="utf-8")
    assert "interval: 5\n" in quick.read_text()
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for command in (
        ["work-pool", "create", "newsfold", "--type", "process"],
        ["deploy", "--all", "--prefect-file", str(quick)],
    ):
        done = subprocess.run(
            [*prefect, *command], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
    log = folder / "worker.log"
    with running([*prefect, "worker", "start", "--pool", "newsfold"], environ, log):

        def completed():
            query = {
                "flow_runs": {
                    "state": {"type": {"any_": ["COMPLETED"]}},
                    "deployment_id": {"is_null_": False},
                }
            }
            found = [
                run
                for run in ask(
                    f"{url}/flow_runs/filter", query | {"deployments": {"name": {"any_": ["scheduled"]}}}
                )
                if run["auto_scheduled"]
            ]
            return found or None

        until(RUN_SECONDS, completed, log)
    with Catalog.open(home.catalog) as catalog:
        assert state_counts(catalog)[State.INDEXED] == 4


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
