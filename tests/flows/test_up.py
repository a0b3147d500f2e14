"""`newsfold up`: the desk comes up, is found by other commands, and leaves nothing behind however it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flows.desk_children import LONGEST_PAUSE, STEADY_SECONDS, Child, Program, launch, pause, tail
from flows.environment import ALWAYS, prepare
from index.desk import Desk, ask, only_desk, read_desk, running_api_url, write_desk
from index.errors import LockedError
from index.processes import MARK, end_marked, marked
from index.settings import Home
from tests.prefect_server import ROOT, RUN_SECONDS, environment, free_port, home_with_pages, newsfold, until

QUICKLY = 10.0
"""Seconds within which a desk must be gone."""
GONE_SECONDS = 20.0


def desk_of(home: Home, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "index.cli.main", "--home", str(home.path), "up", *arguments]


@contextlib.contextmanager
def a_desk(home: Home, environ: dict[str, str], *arguments: str):
    """A `newsfold up` that runs, the file that it writes to, and the mark of what it started."""
    log = home.path / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            desk_of(home, *arguments), cwd=ROOT, env=environ, stdout=out, stderr=out, start_new_session=True
        )
    try:
        until(RUN_SECONDS, lambda: up_or_ended(process, log), log)
        yield process, log, read_desk(home).mark
    finally:
        process.kill()
        process.wait()


def up_or_ended(process, log) -> bool | None:
    assert process.poll() is None, log.read_text()
    return "the desk is up" in log.read_text() or None


def gone(mark: str) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while marked(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not marked(mark)


def listening_at(port: int) -> set[str]:
    """The addresses that listen at a TCP port, of this machine's IPv4 and IPv6 tables; "other" for IPv6."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            address, number = line.split()[1].split(":")
            if line.split()[3] == "0A" and int(number, 16) == port:
                known = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if len(address) == 8 else "other"
                found.add(known)
    return found


@pytest.mark.server
def test_one_command_brings_up_the_desk_and_ctrl_c_closes_it(tmp_path):
    home = home_with_pages(tmp_path / "home", 3)
    with home.settings_file.open("a") as settings:
        settings.write("\n[schedule]\ninterval = 10\n")
    environ = environment(tmp_path)
    del environ["PREFECT_HOME"]
    port = free_port()
    with a_desk(home, environ, "--port", str(port), "--no-watch") as (process, log, mark):
        assert f"Prefect UI: http://127.0.0.1:{port}\n" in log.read_text()
        url = running_api_url(home)
        assert url == f"http://127.0.0.1:{port}/api"
        assert home.prefect.is_dir()
        if sys.platform == "linux":
            assert listening_at(port) == {"127.0.0.1"}, "nobody but this machine reaches the desk"

        again = newsfold("--home", str(home.path), "up", environ=environ)
        assert again.returncode == 75
        assert f"(process {process.pid}, http://127.0.0.1:{port})" in again.stderr
        other = newsfold("--home", str(tmp_path / "other"), "up", "--port", str(port), environ=environ)
        assert other.returncode == 3
        assert f"port {port} of 127.0.0.1 is taken by a Prefect server" in other.stderr
        assert f"PREFECT_API_URL={url} newsfold up" in other.stderr

        by_hand = newsfold("--home", str(home.path), "ingest", environ=environ)
        assert by_hand.returncode in (0, 75), by_hand.stderr
        assert f"Prefect server: {url}" in by_hand.stderr, "a run by hand is seen in the desk's UI"
        until(RUN_SECONDS, lambda: scheduled(url), log)

        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        assert process.wait(GONE_SECONDS) == 130
        assert time.monotonic() - sent < QUICKLY
        assert not marked(mark), "no process is left behind"
        assert read_desk(home) is None
        assert running_api_url(home) is None


def scheduled(url: str):
    """The scheduled runs that completed; None while there is none."""
    body = {
        "flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
        "deployments": {"name": {"any_": ["scheduled"]}},
    }
    return [run for run in ask(f"{url}/flow_runs/filter", body, seconds=20) if run["auto_scheduled"]] or None


@pytest.mark.server
def test_a_desk_that_is_killed_takes_its_children_with_it(desk_server, tmp_path):
    """With the server of somebody else, which stays."""
    home = home_with_pages(tmp_path / "home", 1)
    with a_desk(home, desk_server.environ, "--no-watch") as (process, _, mark):
        assert len(marked(f"{mark}/client")) >= 1
        assert not marked(f"{mark}/server"), "no server beside that of the user"
        process.kill()
        process.wait()
        assert gone(mark)
    assert read_desk(home) is not None
    assert running_api_url(home) is None, "a desk that was killed is not taken for one that lives"
    desk_server.ask("health")
    for one in desk_server.ask("deployments/filter", {}):
        desk_server.delete(f"deployments/{one['id']}")


def test_a_server_that_does_not_answer_is_told_at_once(tmp_path):
    home = home_with_pages(tmp_path / "home", 0)
    environ = environment(tmp_path, PREFECT_API_URL="http://127.0.0.1:9/api")
    done = newsfold("--home", str(home.path), "up", environ=environ)
    assert (done.returncode, done.stdout) == (3, "")
    assert "http://127.0.0.1:9/api (PREFECT_API_URL) does not answer" in done.stderr


def test_one_desk_a_home(tmp_path):
    home = Home(tmp_path)
    with only_desk(home):
        write_desk(home, Desk("http://127.0.0.1:4200/api", 12, "m"))
        with (
            pytest.raises(LockedError, match=r"process 12, http://127\.0\.0\.1:4200") as caught,
            only_desk(home),
        ):
            pass
        assert caught.value.exit_code == 75
    with only_desk(home):
        pass


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"url": 3}', '{"url": "file:///etc/passwd", "pid": 1, "mark": "m"}',
     '{"url": "http://127.0.0.1:9/api", "pid": "x", "mark": "m"}', '{"url": "", "pid": 1, "mark": "m"}',
     '{"url": "http://127.0.0.1:9/api", "pid": 99999999999999999999999, "mark": "m"}', "\x00\ud800"],
)  # fmt: skip
def test_whatever_stands_in_the_file_no_desk_is_made_of_it(tmp_path, text):
    home = Home(tmp_path)
    home.make_state()
    home.desk.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert running_api_url(home) is None


def test_commands_use_the_desk_but_not_against_the_will_of_the_user(tmp_path, monkeypatch):
    home = Home(tmp_path)
    monkeypatch.setattr("flows.environment.running_api_url", lambda _: "http://127.0.0.1:4300/api")
    environ: dict[str, str] = {}
    prepare(home, quiet=True, environ=environ)
    assert environ["PREFECT_API_URL"] == "http://127.0.0.1:4300/api"
    assert environ["PREFECT_HOME"] == str(home.prefect)
    for name, value in ALWAYS.items():
        assert environ[name] == value
    own = {"PREFECT_API_URL": "https://prefect.example/api", "PREFECT_SERVER_DATABASE_TIMEOUT": "7"}
    prepare(home, quiet=True, environ=own)
    assert own["PREFECT_API_URL"] == "https://prefect.example/api"
    assert own["PREFECT_SERVER_DATABASE_TIMEOUT"] == "7"
    assert "PREFECT_HOME" not in own


def test_pauses_grow_up_to_a_minute():
    assert [pause(failures) for failures in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pause(10_000) == LONGEST_PAUSE


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def program(code: str, **more) -> Program:
    return Program("thing", (sys.executable, "-c", code), dict(os.environ), "testmark/client", ROOT, **more)


def ended(child: Child) -> str:
    child.process.wait()
    return child.tend()


def test_a_program_that_ends_is_started_again_after_longer_and_longer_pauses():
    clock = Clock()
    child = Child(program("raise SystemExit(7)"), clock=clock)
    assert ended(child) == "the thing ended with exit code 7; it is started again in 1 s"
    assert (child.tend(), child.process) == ("", None)
    clock.now += 1
    child.tend()
    assert ended(child).endswith("in 2 s")
    clock.now += 2
    child.tend()
    clock.now += STEADY_SECONDS
    assert ended(child).endswith("in 1 s"), "it lived long enough to be taken for well"


def test_a_program_that_cannot_be_called_is_not_called_again():
    clock = Clock()
    child = Child(program("raise SystemExit(2)", final=(2,)), clock=clock)
    assert "not started again" in ended(child)
    clock.now += 1000
    assert (child.tend(), child.process) == ("", None)


def test_marked_processes_are_found_and_ended_also_in_sessions_of_their_own(tmp_path):
    """A worker starts each flow run in a new session. Here it is deaf, and its parent dies first."""
    code = (
        "import subprocess, sys;"
        "code = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True);'"
        "+ ' time.sleep(99)';"
        "child = subprocess.Popen("
        "    [sys.executable, '-c', code], start_new_session=True, stdout=subprocess.PIPE);"
        "child.stdout.readline(); print('ready', flush=True)"
    )
    mark = f"test{os.getpid()}"
    log = tmp_path / "log"
    run = Program("thing", (sys.executable, "-c", code), dict(os.environ), f"{mark}/client/thing", ROOT, log)
    parent = launch(run)
    assert parent.wait(30) == 0, tail(log)
    (orphan,) = marked(mark)
    assert marked(f"{mark}/client") == [orphan]
    assert marked(f"{mark}/server") == []
    end_marked(mark, seconds=0.2)
    assert marked(mark) == []
    assert MARK not in os.environ


def test_the_guard_ends_what_is_left_when_its_pipe_closes(tmp_path):
    mark = f"guarded{os.getpid()}"
    code = "import time; time.sleep(99)"
    left = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {MARK: f"{mark}/client/x"})
    starter = (
        "import os, sys; sys.path.insert(0, sys.argv[2]);"
        "from flows import desk_guard; guard = desk_guard.start(sys.argv[1]);"
        "print(guard.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", starter, mark, str(ROOT)], capture_output=True, timeout=30)
    assert left.wait(GONE_SECONDS) == -signal.SIGTERM
    assert not marked(mark)


def test_a_log_is_quoted_by_its_last_lines(tmp_path):
    log = tmp_path / "log"
    log.write_bytes(b"x" * 100_000 + b"\n\n" + b"\n".join(b"line %d\xff" % n for n in range(20)) + b"\n\n")
    assert tail(log).splitlines() == [f"line {n}\ufffd" for n in range(14, 20)]
    log.write_bytes(b"")
    assert tail(log) == ""
