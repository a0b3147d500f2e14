"""`newsfold watch`: runs in this very process, shown as flow runs where a Prefect server is there for them.

An event trigger would start a run 16 to 28 s after a file landed. A run of a watcher does not even wait until
Prefect has noted that it begins (0.1 to 1 s, and a minute while the server's database is locked): a thread
beside it tells Prefect of it (`flows.showing`). A watcher never starts Prefect's temporary server: it costs
10 s, and shows its runs to nobody.
"""

from __future__ import annotations

import os
import signal
import threading
from datetime import datetime
from types import FrameType
from typing import Final

import click

from flows import run_flow
from flows.figures import look_before
from flows.showing import Ongoing, Showing, following
from index.desk import running_api_url, trouble
from index.processes import MARK
from index.safe import safe_line
from index.settings import Home, Settings
from tasks import watching
from tasks.ingest import ingest
from tasks.run_report import Options, RunReport
from tasks.steps import Direct

URL: Final = "PREFECT_API_URL"
LAST_WORDS_SECONDS: Final = 2.0
"""How long Prefect may take at the end to tell its server of the last runs: a desk that closes kills what
takes longer than three."""
END_SECONDS: Final = 4.0
"""Then the process ends, whatever Prefect waits for: it would go on asking a dead server for minutes."""


def watch(home: Home, settings: Settings, raw: str | None, *, quiet: bool) -> None:
    """Watch until a signal raises. Raises UsageError where the first run finds the call wrong."""
    if MARK in os.environ:
        signal.signal(signal.SIGTERM, _close)
    say = _Say(quiet=quiet)
    folders = ", ".join(map(str, settings.roots))
    say(f"watching {folders}")
    showing = Showing(_Desk(home, settings, raw, say).show, say)

    def run() -> RunReport:
        with showing.run(look_before(home)) as ongoing:
            report = ingest(home, settings, Direct(), ongoing, Options())
            ongoing.ended(report)
        return report

    try:
        watching.watch(home, settings, run, say)
    except BaseException as error:
        if not isinstance(error, Exception):
            _end_soon(error)
        raise
    finally:
        showing.close(LAST_WORDS_SECONDS)


def _end_soon(signalled: BaseException) -> None:
    """A signal has been heard: let nothing that Prefect does at the end of a process hold this one."""
    code = 130 if isinstance(signalled, KeyboardInterrupt) else getattr(signalled, "code", 143)
    last = threading.Timer(END_SECONDS, os._exit, (code,))
    last.daemon = True
    last.start()


class DeskClosedError(SystemExit):
    """The desk that started this watcher is closed, and has said so."""


def _close(number: int, _: FrameType | None) -> None:
    raise DeskClosedError(128 + number)


class _Desk:
    """Shows runs by the server that the user named, else by the desk's; not at all where none answers."""

    def __init__(self, home: Home, settings: Settings, raw: str | None, say: _Say) -> None:
        self._home = home
        self._settings = settings
        self._raw = raw
        self._say = say
        self._named = os.environ.get(URL)
        self._way = ""

    def show(self, ongoing: Ongoing) -> None:
        """Follow a run as a flow run. Raises what the run died of, NewsfoldError where Prefect fails."""
        url = self._server()
        if url is None:
            return
        os.environ[URL] = url
        with following(ongoing):
            run_flow.run(self._home, self._settings, self._raw, {}, quiet=True)

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
    """One line on stderr for each thing worth it."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def __call__(self, message: str) -> None:
        if not self._quiet:
            click.echo(f"{datetime.now().astimezone():%H:%M:%S} {safe_line(message)}", err=True)
