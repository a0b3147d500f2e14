"""The programs of a desk, each started anew when it ends, with longer and longer pauses."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.processes import MARK

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
STEADY_SECONDS: Final = 60.0
"""A program that lived so long has not failed to start."""
NOTE: Final = "note: "
"""Lines that begin so are shown by `newsfold up`."""
TAIL_LINES: Final = 6
TAIL_BYTES: Final = 8_000


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: its name for people, command, environment, the mark it carries, and its log.

    Without a log it speaks on our stderr. After one of the exit codes `final` it is not started again.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    mark: str
    folder: Path
    log: Path | None = None
    final: Collection[int] = ()


def launch(program: Program) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own: Ctrl-C in the terminal is ours alone to hand on."""
    environ = {**program.environ, MARK: program.mark}
    if program.log is None:
        return _popen(program, environ, None)
    with program.log.open("ab") as log:
        return _popen(program, environ, log.fileno())


def _popen(program: Program, environ: Mapping[str, str], out: int | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        program.command,
        cwd=program.folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        start_new_session=True,
    )


def pause(failures: int) -> float:
    """Seconds to wait before a program is started again that failed so many times in a row."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 16))


class Child:
    """A program that is kept running. `tend` it a few times a second."""

    def __init__(self, program: Program, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.program = program
        self._clock = clock
        self._failures = 0
        self._due: float | None = None
        self._started = clock()
        self.process: subprocess.Popen[bytes] | None = launch(program)

    def tend(self) -> str:
        """Start the program again where it ended and its pause is over; say what happened, if anything."""
        if self.process is None:
            if self._due is not None and self._clock() >= self._due:
                self._due = None
                self._started = self._clock()
                self.process = launch(self.program)
            return ""
        code = self.process.poll()
        if code is None:
            return ""
        self.process = None
        if code in self.program.final:
            return f"the {self.program.name} ended with exit code {code}, and is not started again"
        lived = self._clock() - self._started
        self._failures = 1 if lived >= STEADY_SECONDS else self._failures + 1
        wait = pause(self._failures)
        self._due = self._clock() + wait
        return f"the {self.program.name} ended with exit code {code}; it is started again in {wait:.0f} s"

    def reap(self) -> None:
        """Take note that the process was ended."""
        if self.process is not None:
            self.process.wait()
            self.process = None


def tail(log: Path) -> str:
    """The last lines of a log."""
    with log.open("rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return "\n".join([line.rstrip() for line in lines if line.strip()][-TAIL_LINES:])
