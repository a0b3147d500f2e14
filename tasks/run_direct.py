"""`newsfold ingest --direct`: a run in this process and its workers, without Prefect."""

from __future__ import annotations

from typing import Any

from index.cli.progress import TerminalProgress
from index.settings import Home, Settings
from tasks.ingest import ingest
from tasks.run_report import Options, RunReport
from tasks.steps import Direct


def run(
    home: Home,
    settings: Settings,
    raw: str | None,  # noqa: ARG001 - in the settings already; the flow needs its name
    options: dict[str, Any],
    *,
    quiet: bool,
) -> RunReport:
    """Run once. Raises NewsfoldError."""
    with TerminalProgress(quiet=quiet) as progress:
        return ingest(home, settings, Direct(), progress, Options(**options))
