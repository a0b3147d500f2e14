"""Running something as a process of its own, and what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parent.parent
PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended well: stdout, wall and CPU seconds; its own children's CPU is in it."""

    stdout: str
    wall: float
    cpu: float


def run_python(arguments: Sequence[str], *, environ: Mapping[str, str] | None = None) -> Finished:
    """Run this interpreter from the repository's root. Raises CalledProcessError where it fails."""
    command = [sys.executable, *arguments]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environ)
    with process:
        stdout = process.stdout.read() if process.stdout is not None else ""
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stdout)
    return Finished(stdout, wall, used.ru_utime + used.ru_stime)


def tree(process: int) -> list[int]:
    """Return a living process and its descendants; without /proc only itself."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in PROC.glob("[0-9]*"):
        if fields := _stat(int(entry.name)):
            children[int(fields[1])].append(int(entry.name))
    found = [process]
    for parent in found:
        found.extend(children[parent])
    return found


def cpu_of_tree(process: int) -> float:
    """CPU seconds that a process and its descendants, the dead ones that were waited for too, have used.

    Linux only: raises OSError where there is no /proc.
    """
    if not _stat(process):
        raise ProcessLookupError(f"no process {process} in {PROC}")
    ticks = sum(sum(map(int, fields[11:15])) for one in tree(process) if (fields := _stat(one)))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the third on; none where the process is gone."""
    with suppress(OSError):
        return (PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    return []


def peak_mb(process: int) -> float:
    """Return the most memory that a process ever held, in MB; 0 where that cannot be read.

    Not ru_maxrss: a process that was just started inherits its parent's.
    """
    with suppress(OSError):
        for line in (PROC / str(process) / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


class Memory:
    """Looks at a process and its descendants while it is entered, and remembers the most they held at once.

    A page that processes share counts for each by its part (PSS). Looking costs CPU: it is done seldom.
    """

    def __init__(self, process: int, *, every: float = 0.5) -> None:
        self._process = process
        self._every = every
        self._most = 0.0
        self._own = 0.0
        self._largest = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def peaks(self) -> dict[str, float]:
        """MB: of the process itself, of its largest child, and of all at one time."""
        own = max(self._own, peak_mb(self._process))
        return {"peak_mb": own, "worker_mb": self._largest, "all_mb": self._most}

    def _watch(self) -> None:
        while not self._end.wait(self._every):
            self._look()

    def _look(self) -> None:
        processes = tree(self._process)
        self._most = max(self._most, sum(map(_pss_mb, processes)))
        self._own = max(self._own, peak_mb(self._process))
        self._largest = max(self._largest, *map(peak_mb, processes[1:]), 0.0)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        self._look()


def _pss_mb(process: int) -> float:
    with suppress(OSError):
        for line in (PROC / str(process) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
