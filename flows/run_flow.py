"""`newsfold ingest`: one run of the flow in this process, against a server or Prefect's temporary one."""

from __future__ import annotations

import importlib
import os
import urllib.error
import urllib.request
from typing import Any, Final

from flows.environment import prepare
from index.cli.progress import TerminalProgress
from index.errors import LockedError, NewsfoldError
from index.settings import Home, Settings
from tasks.ingest import RunReport

SERVER_SECONDS: Final = 10.0


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
    with TerminalProgress(quiet=quiet) as progress:
        progress.say(_server())
        flow = importlib.import_module("flows.ingest").ingest
        with importlib.import_module("tasks.prefect_steps").watched_by(progress):
            state = flow(home=str(home.path), raw=raw, **options, return_state=True)
        outcome = state.result(raise_on_failure=True)
    if isinstance(outcome, RunReport | LockedError):
        return outcome
    raise NewsfoldError(f"the flow ended as {state.name}: {state.message}")


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
