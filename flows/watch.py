"""`newsfold watch`: runs in this very process, as flow runs where a Prefect server is there for them.

An event trigger would start a run 16 to 28 s after a file landed; a flow called here starts within a second.
A watcher never starts Prefect's temporary server: it costs 10 s, and shows its runs to nobody.
"""

from __future__ import annotations

import os
import signal
from datetime import datetime
from types import FrameType
from typing import Final

import click

from flows import run_flow
from index.desk import running_api_url, trouble
from index.errors import LockedError
from index.processes import MARK
from index.safe import safe_line
from index.settings import Home, Settings
from tasks import watching
from tasks.ingest import Direct, Options, RunReport, ingest

URL: Final = "PREFECT_API_URL"


def watch(home: Home, settings: Settings, raw: str | None, *, quiet: bool) -> None:
    """Watch until a signal raises. Raises UsageError where the first run finds the call wrong."""
    if MARK in os.environ:
        signal.signal(signal.SIGTERM, _close)
    say = _Say(quiet=quiet)
    folders = ", ".join(map(str, settings.roots))
    say(f"watching {folders}")
    watching.watch(home, settings, _Runs(home, settings, raw, say), say)


class DeskClosedError(SystemExit):
    """The desk that started this watcher is closed, and has said so."""


def _close(number: int, _: FrameType | None) -> None:
    raise DeskClosedError(128 + number)


class _Runs:
    """Runs through the server that the user named, else the desk's; without Prefect where none answers."""

    def __init__(self, home: Home, settings: Settings, raw: str | None, say: _Say) -> None:
        self._home = home
        self._settings = settings
        self._raw = raw
        self._say = say
        self._named = os.environ.get(URL)
        self._way = ""

    def __call__(self) -> RunReport:
        url = self._server()
        if url is None:
            return ingest(self._home, self._settings, Direct(), self._say, Options())
        os.environ[URL] = url
        report = run_flow.run(self._home, self._settings, self._raw, {}, quiet=True)
        if isinstance(report, LockedError):
            raise report
        return report

    def _server(self) -> str | None:
        """The server to use now; told when it changes."""
        url = self._named or running_api_url(self._home)
        why = trouble(url) if url else "no Prefect server is running"
        way = f"runs are seen at {url}" if url and not why else f"runs go without Prefect: {why}"
        if way != self._way:
            self._way = way
            self._say(way)
        return None if why else url


class _Say:
    """One line on stderr for each thing worth it; see also `tasks.ingest.Progress`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, message: str) -> None:
        if not self._quiet:
            click.echo(f"{datetime.now().astimezone():%H:%M:%S} {safe_line(message)}", err=True)

    def total(self, files: int) -> None:
        """Files to read: the line of the run says how many there were."""

    def advance(self, files: int) -> None:
        """Files read."""

    def say(self, message: str) -> None:
        """Say what a run finds worth it."""
        self(message)
