"""A Prefect server of the benchmark's own, on loopback, whose CPU can be read. Linux only."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.processes import PROC, cpu_of_tree
from flows.environment import ALWAYS

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 180.0
STOP_SECONDS: Final = 15.0


class NoServerError(Exception):
    """The server could not be started here."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its process, and the environment in which a client finds it."""

    process: int
    environ: Mapping[str, str]

    def cpu(self) -> float:
        """CPU seconds that its processes used so far."""
        return cpu_of_tree(self.process)


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Start a server that keeps its things in `folder`; end it afterwards. Raises NoServerError."""
    if not PROC.joinpath("self", "stat").exists():
        raise NoServerError("the server's CPU is read from /proc, which this system does not have")
    port = _free_port()
    folder.mkdir(parents=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environ |= ALWAYS | {"PREFECT_HOME": str(folder)}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environ,
            start_new_session=True,
        )
    try:
        _wait(process, port, folder / "server.log")
        # a proxy that the environment names is not for loopback
        client = {"PREFECT_API_URL": f"http://{HOST}:{port}/api", "NO_PROXY": HOST, "no_proxy": HOST}
        yield Server(process.pid, environ | client)
    finally:
        _stop(process)


def _free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            told = log.read_text(errors="replace")[-2000:]
            raise NoServerError(f"the Prefect server ended with {process.returncode}:\n{told}")
        if _healthy(port):
            return
        time.sleep(0.2)
    raise NoServerError(f"the Prefect server did not answer in {START_SECONDS:.0f} s")


def _healthy(port: int) -> bool:
    with closing(http.client.HTTPConnection(HOST, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/api/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and all that it started: the process group is its own."""
    for asked in (signal.SIGTERM, signal.SIGKILL):  # what outlives its leader goes too
        with suppress(ProcessLookupError):
            os.killpg(process.pid, asked)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
