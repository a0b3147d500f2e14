"""A Prefect server, a worker and newsfold's deployment, each of which can be killed. Linux only."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from bench.processes import ROOT, tree
from flows.environment import ALWAYS

T = TypeVar("T")

START_SECONDS: Final = 240.0
LOOK_SECONDS: Final = 0.25
PREFECT: Final = (sys.executable, "-m", "prefect", "--no-prompt")
ENDED: Final = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


class TooLateError(Exception):
    """Something did not happen in time."""


class Desk:
    """Server and worker in `folder` for the archive at `home`; a `newsfold up` that mends nothing."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home
        self.database = folder / "prefect" / "prefect.db"
        with closing(socket.socket()) as listener:
            listener.bind(("127.0.0.1", 0))
            self._port = int(listener.getsockname()[1])
        self._url = f"http://127.0.0.1:{self._port}/api"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        self.environ: Mapping[str, str] = kept | {
            **ALWAYS,
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self._url,
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "NEWSFOLD_HOME": str(home),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        """Start the server, deploy, make the automations."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self.start_server()
            self._call(*PREFECT, "work-pool", "create", "newsfold", "--type", "process")
            self._call(*PREFECT, "deploy", "--name", "scheduled")
            self._call(sys.executable, "-m", "flows.automations")
            self.deployment = self.ask("deployments/name/ingest/scheduled")["id"]
            self.ask(
                f"deployments/{self.deployment}/pause_deployment", {}
            )  # runs come when they are asked for
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("worker", "server"):
            self.kill(name)

    def start_server(self) -> None:
        """Start the server and wait until it answers."""
        where = ("--host", "127.0.0.1", "--port", str(self._port))
        self._start("server", "flows.desk_server", "server", "start", *where)
        self.until(lambda: self._answers() or None, START_SECONDS, "the server does not answer")

    def start_worker(self) -> None:
        """Start a worker."""
        self._start("worker", "prefect", "--no-prompt", "worker", "start", "--pool", "newsfold")

    def kill(self, name: str) -> None:
        """End a process by SIGKILL, and all that it started, flows too."""
        process = self._processes.pop(name, None)
        if process is None:
            return
        for one in tree(process.pid):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        process.wait()

    def flows(self) -> list[int]:
        """The processes below the worker."""
        worker = self._processes.get("worker")
        return tree(worker.pid)[1:] if worker else []

    def begin(self) -> str:
        """Ask for a run; return its id."""
        path = f"deployments/{self.deployment}/create_flow_run"
        ask = partial(self.ask, path, {"state": {"type": "SCHEDULED"}})
        # a server whose database is locked says 503, and its clients ask again
        return str(self.until(ask, START_SECONDS, "no run can be asked for")["id"])

    def run(self, run: str) -> dict[str, Any]:
        """A flow run, as the server tells it."""
        found: dict[str, Any] = self.ask(f"flow_runs/{run}")
        return found

    def ended(self, run: str, seconds: float) -> dict[str, Any]:
        """Wait for a run's final state; return it. Raises TooLateError."""

        def state() -> dict[str, Any] | None:
            now: dict[str, Any] = self.run(run)["state"]
            return now if now["type"] in ENDED else None

        return self.until(state, seconds, f"run {run} has no final state")

    def at_task(self, run: str, name: str, seconds: float = START_SECONDS) -> None:
        """Wait until a run has begun a task of that name."""
        query = {"flow_runs": {"id": {"any_": [run]}}, "limit": 200, "sort": "EXPECTED_START_TIME_DESC"}

        def begun() -> bool | None:
            tasks = self.ask("task_runs/filter", query)
            return any(task["name"].startswith(name) for task in tasks) or None

        self.until(begun, seconds, f"run {run} has not come to {name!r}")

    def ask(self, path: str, body: Any = None) -> Any:
        """One question to the server's API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self._url}/{path}", data, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            told = answer.read()
        return json.loads(told) if told else None

    def newsfold(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a newsfold command on the archive."""
        command = [sys.executable, "-m", "index.cli.main", "--home", str(self.home), *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False
        )

    def until(self, found: Callable[[], T | None], seconds: float, otherwise: str) -> T:
        """Wait until `found` finds something. Raises TooLateError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                if (value := found()) is not None:
                    return value
            time.sleep(LOOK_SECONDS)
        raise TooLateError(f"{otherwise} after {seconds:.0f} s; see the logs in {self.folder}")

    def _answers(self) -> bool:
        return bool(self.ask("health"))

    def _start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _call(self, *command: str) -> None:
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True)
