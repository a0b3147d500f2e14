"""Finding and ending processes by a mark in their environment, which everything they start inherits.

A process group does not do: Prefect's worker starts each flow run in a session of its own, and a run whose
worker was killed has no parent to find it by.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Final

MARK: Final = "NEWSFOLD_DESK"
"""Environment variable of everything that `newsfold up` starts: ``<mark>/<role>``."""

PROC: Final = "/proc"
STEP: Final = 0.05
KILLS: Final = 40
"""How often what is left is killed; a process in an uninterruptible wait of the kernel must not hold us."""


def marked(mark: str) -> list[int]:
    """Process ids of this user whose environment has ``MARK=<mark>...``, but not this one's. Never raises."""
    wanted = f"{MARK}={mark}".encode()
    found = _by_proc(wanted) if sys.platform == "linux" else _by_ps(wanted)
    return sorted(set(found) - {os.getpid()})


def _by_proc(wanted: bytes) -> list[int]:
    found = []
    for name in os.listdir(PROC):
        if not name.isdecimal():
            continue
        try:
            with open(f"{PROC}/{name}/environ", "rb") as file:
                variables = file.read().split(b"\0")
        except OSError:  # gone meanwhile, or somebody else's
            continue
        if any(variable.startswith(wanted) for variable in variables):
            found.append(int(name))
    return found


def _by_ps(wanted: bytes) -> list[int]:
    """Elsewhere (macOS, the BSDs): ``ps`` shows the environment of one's own processes behind the command."""
    listed = subprocess.run(["ps", "-axwwE", "-o", "pid=,command="], capture_output=True, check=False).stdout
    return [int(line.split(None, 1)[0]) for line in listed.splitlines() if b" " + wanted in line]


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each process that is still there."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def wait_until(gone: Callable[[], bool], seconds: float) -> bool:
    """Wait until `gone` says so, at most so long; return what it said last."""
    deadline = time.monotonic() + seconds
    while not (ended := gone()) and time.monotonic() < deadline:
        time.sleep(STEP)
    return ended


def end_marked(mark: str, *, seconds: float) -> None:
    """End every process with this mark: SIGTERM, and after `seconds` SIGKILL."""
    send(marked(mark), signal.SIGTERM)
    if not wait_until(lambda: not marked(mark), seconds):
        kill_marked(mark)


def kill_marked(mark: str) -> None:
    """Kill every process with this mark; again, while they start others."""
    for _ in range(KILLS):
        if not (left := marked(mark)):
            return
        send(left, signal.SIGKILL)
        time.sleep(STEP)
