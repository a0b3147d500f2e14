"""`newsfold ingest`: one run of the flow in this process, against a server or Prefect's temporary one."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import threading
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from flows.environment import prepare
from index.cli.progress import TerminalProgress
from index.errors import LockedError, NewsfoldError
from index.settings import Home, Settings
from tasks.run_report import RunReport

SERVER_SECONDS: Final = 10.0
LAST_WORDS_SECONDS: Final = 5.0
"""After an interrupt, how long Prefect may take to tell its server. Ctrl-C ends a temporary server too, and
Prefect would go on asking it for minutes."""


def run(
    home: Home,
    settings: Settings,  # noqa: ARG001 - read again by the flow, as in every scheduled run
    raw: str | None,
    options: dict[str, Any],
    *,
    quiet: bool,
) -> RunReport | LockedError:
    """Run the flow once; a LockedError as value where another run is at work. Raises NewsfoldError."""
    prepare(home, quiet=True)
    with TerminalProgress(quiet=quiet) as progress, _ending_soon():
        progress.say(_server())
        flow = importlib.import_module("flows.ingest").ingest
        with importlib.import_module("tasks.prefect_steps").watched_by(progress):
            state = _state_of(lambda: flow(home=str(home.path), raw=raw, **options, return_state=True))
        outcome = state.result(raise_on_failure=True)
    if isinstance(outcome, RunReport | LockedError):
        return outcome
    raise NewsfoldError(f"the flow ended as {state.name}: {state.message}")


@contextmanager
def _ending_soon() -> Iterator[None]:
    """Let SIGINT and SIGTERM end the process within LAST_WORDS_SECONDS, whatever Prefect does meanwhile.

    What was committed stays, and workers end with their parent, so that nothing is lost by it. A wake-up
    descriptor hears of a signal also while Prefect has a handler of its own for it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard, written = socket.socketpair()
    written.setblocking(False)
    ended = threading.Event()
    threading.Thread(target=_listen, args=(heard, ended), daemon=True).start()
    before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        ended.set()
        written.close()


def _listen(heard: socket.socket, ended: threading.Event) -> None:
    with heard:
        while number := heard.recv(1):
            if number[0] in (signal.SIGINT, signal.SIGTERM):
                if not ended.wait(LAST_WORDS_SECONDS):
                    _leave(128 + number[0])
                return


def _leave(code: int) -> None:
    click.echo("newsfold: interrupted\n  what was committed stays; the next run goes on from there", err=True)
    os._exit(code)


def _state_of(call: Callable[[], Any]) -> Any:
    """Run the flow; tell what Prefect itself could not do (the run's own failures are in the state)."""
    try:
        return call()
    except Exception as error:
        ours = type(error).__module__.split(".")[0] in {"index", "tasks", "flows"}
        if ours or not any("prefect" in line.filename for line in traceback.extract_tb(error.__traceback__)):
            raise
        raise NewsfoldError(
            f"Prefect could not run the flow: {type(error).__name__}: {error}",
            hint="'newsfold doctor' looks at the server; 'newsfold ingest --direct' needs none",
        ) from error


def _server() -> str:
    """Say which server is used; fail at once where it does not answer."""
    url = os.environ.get("PREFECT_API_URL")
    if not url:
        return "starting Prefect's temporary server (10 to 25 s; none is needed with --direct)"
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=SERVER_SECONDS):  # noqa: S310
            return f"Prefect server: {url}"
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise NewsfoldError(
            f"the Prefect server at {url} (PREFECT_API_URL) does not answer: {error}",
            hint="start it with 'prefect server start', unset PREFECT_API_URL, or run with --direct",
        ) from error
