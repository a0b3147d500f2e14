"""Real Prefect processes for the tests of tests/flows: a server, commands beside it, and what it was told."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from index.settings import Home
from tests.archive import page

ROOT = Path(__file__).resolve().parent.parent
SERVER_SECONDS = 300
RUN_SECONDS = 300
BUSY = 503

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Server:
    """A Prefect server that is up: its API's address, the environment that reaches it, its folder."""

    url: str
    environ: dict[str, str]
    folder: Path

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask until there is an answer: a busy server says 503, and Prefect's clients ask again, too."""
        return self._at_last(lambda: ask(f"{self.url}/{path}", body))

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        """Flow runs, the last one first."""
        return self.ask("flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", **filters})

    def delete(self, path: str) -> None:
        request = urllib.request.Request(f"{self.url}/{path}", method="DELETE")
        self._at_last(lambda: urllib.request.urlopen(request, timeout=20).close())

    def _at_last(self, call: Callable[[], T]) -> T:
        deadline = time.monotonic() + RUN_SECONDS
        while True:
            try:
                return call()
            except urllib.error.HTTPError as error:
                if error.code != BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a user who has set nothing, with a Prefect home in `folder`."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSFOLD_"))
    }
    return kept | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        **more,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(
    command: list[str], environ: dict[str, str], log: Path, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in a session of its own, its output in `log`; end it and its group at the end."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
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


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def until(seconds: float, found: Callable[[], T | None], log: Path) -> T:
    """Wait until `found` finds something; fail with the end of the log."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if (value := found()) is not None:
                return value
        time.sleep(0.2)
    pytest.fail(f"not within {seconds:.0f} s:\n{log.read_text()[-3000:]}")


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A Prefect server as the desk runs it (`flows.desk_server`), on a free port of loopback."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    environ = environment(folder)
    log = folder / "server.log"
    python = [sys.executable, "-m", "flows.desk_server"]
    command = [*python, "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(command, environ, log):
        until(SERVER_SECONDS, lambda: ask(f"{url}/health"), log)
        yield Server(url, environ | {"PREFECT_API_URL": url}, folder)


def home_with_pages(folder: Path, count: int) -> Home:
    """A home with `count` pages, one with a secret in it, and an empty one with a hostile name."""
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


def newsfold(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "index.cli.main", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=RUN_SECONDS)
