"""`newsfold up`: server, deployments, worker and watcher, until Ctrl-C. Imports no prefect itself.

::

    newsfold up ─┬─ flows.desk_server         (prefect server start; none where PREFECT_API_URL names one)
                 ├─ flows.deployments          once: work pool, deployments, automations
                 ├─ prefect worker start      ─ a process a flow run
                 ├─ newsfold watch
                 └─ flows.desk_guard           ends all of them if this process is killed
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from flows import desk_guard
from flows.desk_children import NOTE, Child, Program, launch, tail
from flows.desk_guard import CLIENT, SERVER
from flows.environment import DESK, prepare
from flows.lost_runs import POOL, crash_begun
from index.desk import Desk, forget_desk, new_mark, only_desk, read_desk, trouble, write_desk
from index.errors import NewsfoldError
from index.processes import end_marked, kill_marked, marked
from index.safe import safe_line
from index.settings import Home, Settings

HOST: Final = "127.0.0.1"
TICK: Final = 0.1
START_SECONDS: Final = 600.0
WORD_SECONDS: Final = 20.0
"""A server that has never run makes its database first: 20 s on a quiet machine, minutes on a busy one."""
DEPLOY_ATTEMPTS: Final = 3
CLIENT_SECONDS: Final = 3.0
LAST_SECONDS: Final = 1.0
SERVER_SECONDS: Final = 2.0
"""How long what is ended may take before it is killed, and the server for its last answers; all together
stays below ten seconds also on a machine that hardly moves."""
GUARD_SECONDS: Final = 1.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Choices:
    """How the desk was called: raw folder in place of the configured ones, port, whether to watch."""

    raw: str | None
    port: int
    watch: bool


def run(home: Home, settings: Settings, choices: Choices, tell: Tell, show: Callable[[Desk], None]) -> int:
    """Keep the desk up until a signal; return 128 and its number.

    Raises LockedError where another desk is at work on `home`, NewsfoldError where one cannot be brought up.
    """
    with only_desk(home):
        _end_leftovers(home, tell)
        mark = new_mark()
        with _interrupts(mark) as interrupts:
            return _Desk(home, settings, choices, tell, mark, interrupts).run(show)


def _end_leftovers(home: Home, tell: Tell) -> None:
    """End what a desk left behind that was killed together with its guard."""
    before = read_desk(home)
    if before is not None and marked(before.mark):
        tell("ending what a killed 'newsfold up' left behind")
        desk_guard.end_desk(before.mark, seconds=CLIENT_SECONDS)


class _Interrupts:
    """The signal that asked us to end, 0 while none has."""

    def __init__(self, mark: str) -> None:
        self.number = 0
        self._mark = mark

    def hear(self, number: int, _: FrameType | None) -> None:
        if self.number:  # asked twice: at once
            kill_marked(self._mark)
            os._exit(128 + number)
        self.number = number


@contextmanager
def _interrupts(mark: str) -> Iterator[_Interrupts]:
    interrupts = _Interrupts(mark)
    heard = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupts.hear) for number in heard}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Desk:
    """One desk, from its start to its end."""

    def __init__(
        self, home: Home, settings: Settings, choices: Choices, tell: Tell, mark: str, interrupts: _Interrupts
    ) -> None:
        self._home = home
        self._settings = settings
        self._choices = choices
        self._tell = tell
        self._mark = mark
        self._interrupts = interrupts
        self._environ = dict(os.environ)
        self._own = not self._environ.get("PREFECT_API_URL")
        self._url = self._environ.get("PREFECT_API_URL") or f"http://{HOST}:{choices.port}/api"
        self._logs = home.state / "logs"
        self._server: Child | None = None
        self._children: list[Child] = []

    def run(self, show: Callable[[Desk], None]) -> int:
        self._prepare()
        guard = desk_guard.start(self._mark)
        write_desk(self._home, Desk("", os.getpid(), self._mark))
        try:
            if self._bring_up():
                desk = Desk(self._url, os.getpid(), self._mark)
                write_desk(self._home, desk)
                show(desk)
                self._tend()
        finally:
            self._close()
            forget_desk(self._home)
            _dismiss(guard)
        return 128 + self._interrupts.number

    def _prepare(self) -> None:
        """Check what would fail later with a worse message, and make the children's environment."""
        if self._own:
            _refuse_taken(self._choices.port)
            self._environ.pop("PREFECT_API_URL", None)
            self._environ.pop("PREFECT_PROFILE", None)  # it lies in a home that is not ours
        elif why := trouble(self._url):
            raise NewsfoldError(
                f"the Prefect server at {self._url} (PREFECT_API_URL) does not answer: {why}",
                hint="start it, or unset PREFECT_API_URL: 'newsfold up' then starts one",
            )
        prepare(self._home, quiet=False, environ=self._environ)
        self._environ["PREFECT_API_URL"] = self._url
        self._home.make_state()
        self._logs.mkdir(mode=0o700, exist_ok=True)

    def _bring_up(self) -> bool:
        """Start one after the other what needs the one before; False where we were interrupted."""
        if self._own:
            self._tell(f"starting the Prefect server on port {self._choices.port} (10 to 60 s)")
            self._server = Child(self._server_program())
            if not self._until_it_answers(self._server):
                return False
            crash_begun(self._url)  # of a desk that was killed
        if not self._deploy():
            return False
        self._children.append(Child(self._worker_program()))
        if self._choices.watch:
            self._children.append(Child(self._watcher_program()))
        return True

    def _until_it_answers(self, server: Child) -> bool:
        started = told = time.monotonic()
        while trouble(self._url):
            log = self._log(SERVER)
            if server.process is None or server.process.poll() is not None:
                raise NewsfoldError(
                    f"the Prefect server does not start:\n{tail(log)}", hint=f"its log is {log}"
                )
            if self._interrupts.number:
                return False
            now = time.monotonic()
            if now - started > START_SECONDS:
                raise NewsfoldError(
                    f"the Prefect server does not answer after {START_SECONDS:.0f} s",
                    hint=f"its log is {log}",
                )
            if now - told > WORD_SECONDS:
                told = now
                self._tell(f"the Prefect server is still starting ({now - started:.0f} s)")
            time.sleep(TICK)
        return not self._interrupts.number

    def _deploy(self) -> bool:
        """Bring pool, deployments and automations to the server; False where we were interrupted."""
        program = self._deploy_program()
        for attempt in range(1, DEPLOY_ATTEMPTS + 1):
            code = self._finished(launch(program))
            if self._interrupts.number:
                return False
            if code == 0:
                self._tell_notes()
                return True
            if attempt < DEPLOY_ATTEMPTS:
                self._tell("the server did not take the deployments; trying again")
        log = self._log("deploy")
        raise NewsfoldError(f"the deployments cannot be made:\n{tail(log)}", hint=f"the log is {log}")

    def _tell_notes(self) -> None:
        """Say what deploying found worth it: names that another home has on this server."""
        for line in tail(self._log("deploy")).splitlines():
            if line.startswith(NOTE):
                self._tell(safe_line(line.removeprefix(NOTE)))

    def _finished(self, process: subprocess.Popen[bytes]) -> int | None:
        while process.poll() is None and not self._interrupts.number:
            time.sleep(TICK)
        return process.returncode

    def _tend(self) -> None:
        """Keep everything running until a signal."""
        while not self._interrupts.number:
            for child in [self._server, *self._children]:
                if child is not None and (word := child.tend()):
                    log = child.program.log
                    self._tell(f"{word}\n  its log is {log}" if log else word)
            time.sleep(TICK)

    def _close(self) -> None:
        """End everything, the server last, so that runs can still be told as ended."""
        if self._interrupts.number:
            self._tell("closing the desk; Ctrl-C again ends it at once")
        end_marked(f"{self._mark}/{CLIENT}", seconds=CLIENT_SECONDS)
        if self._server is not None:
            self._crash_begun()
        end_marked(f"{self._mark}/{SERVER}", seconds=SERVER_SECONDS)
        for child in [self._server, *self._children]:
            if child is not None:
                child.reap()

    def _crash_begun(self) -> None:
        try:
            crash_begun(self._url, seconds=LAST_SECONDS)
        except (OSError, ValueError) as error:
            self._tell(f"the server does not answer any more, the next desk tells it what ended: {error}")

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _program(self, name: str, role: str, *arguments: str, **environ: str) -> Program:
        log = self._log(name)
        log.write_bytes(b"")
        command = (sys.executable, "-m", *arguments)
        mark = f"{self._mark}/{role}"
        return Program(name, command, self._environ | environ, mark, self._home.path, log)

    def _server_program(self) -> Program:
        # the UI asks port 4200 where it is not told
        environ = DESK | {"PREFECT_UI_API_URL": self._url}
        return self._program(
            SERVER,
            SERVER,
            "flows.desk_server",
            "server",
            "start",
            "--host",
            HOST,
            "--port",
            str(self._choices.port),
            **environ,
        )

    def _deploy_program(self) -> Program:
        raw = ("--raw", os.path.abspath(self._choices.raw)) if self._choices.raw else ()
        where = ("--home", str(self._home.path), "--interval", str(self._settings.interval))
        return self._program("deploy", f"{CLIENT}/deploy", "flows.deployments", *where, *raw, **DESK)

    def _worker_program(self) -> Program:
        words = (
            "prefect",
            "worker",
            "start",
            "--pool",
            POOL,
            "--type",
            "process",
            "--install-policy",
            "never",
        )
        return self._program("worker", f"{CLIENT}/worker", *words, **DESK)

    def _watcher_program(self) -> Program:
        raw = ("--raw", os.path.abspath(self._choices.raw)) if self._choices.raw else ()
        command = (sys.executable, "-m", "index.cli.main", "--home", str(self._home.path), *raw, "watch")
        return Program(
            "watcher", command, self._environ, f"{self._mark}/{CLIENT}/watcher", self._home.path, final=(2,)
        )


def _refuse_taken(port: int) -> None:
    """Say who has the port, before the server fails at it in a traceback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            url = f"http://{HOST}:{port}/api"
            whose = " by a Prefect server" if not trouble(url) else ""
            way = f"; or use that server: 'PREFECT_API_URL={url} newsfold up'" if whose else ""
            raise NewsfoldError(
                f"port {port} of {HOST} is taken{whose}: {error.strerror}",
                hint=f"take another: 'newsfold up --port {port + 1 if port < 65535 else 4200}'{way}",
            ) from error


def _dismiss(guard: subprocess.Popen[bytes]) -> None:
    """Let the guard go: nothing is left for it to end."""
    if guard.stdin is not None:
        guard.stdin.close()
    try:
        guard.wait(GUARD_SECONDS)
    except subprocess.TimeoutExpired:
        guard.kill()
        guard.wait()
