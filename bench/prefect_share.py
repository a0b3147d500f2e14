"""What Prefect costs: the flow against the same steps without it, CPU of client and server."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.contest import Contest, Cost, Run, contender, contest
from bench.server import Server, server

AFTERWORK_SECONDS: Final = 6.0
"""The server writes its events in bundles, some seconds after a run ended; that work belongs to the run."""

WORKERS: Final = os.cpu_count() or 1
"""As many as the flow takes."""


def measure(raw: Path, folder: Path, *, rounds: int) -> dict[str, Any]:
    """Run the pages below `raw` through the flow and without it; return figures and the shares.

    Raises NoServerError where no server can be started.
    """
    with server(folder / "prefect") as running:
        idle = _idle(running)
        (folder / "before").mkdir()
        first, _ = _flow(running)(folder / "before", folder / "first")  # makes what a server makes once
        runs = {"flow": _flow(running), "direct": contender("newsfold", workers=WORKERS)}
        done = contest(raw, folder, runs, rounds=rounds)
    return shares(done["flow"], done["direct"]) | {
        "first_start_s": first.wall,
        "server_idle_cpu_percent": 100 * idle,
        "flow": done["flow"].figures(),
        "direct": done["direct"].figures(),
    }


def shares(flow: Contest, direct: Contest) -> dict[str, float]:
    """Return the flow's start in seconds, and what Prefect adds to the CPU of the pages, in percent of it.

    The starts, the flow's and that of the steps alone, are taken off first.
    """
    return {
        "start_s": flow.empty.wall,
        "start_over_direct_s": flow.empty.wall - direct.empty.wall,
        "marginal_percent": 100 * (flow.marginal - direct.marginal) / direct.marginal,
    }


def _flow(running: Server) -> Run:
    """Return what runs the flow against a server, whose CPU is then in the cost."""
    client = contender("flow", workers=WORKERS, environ=running.environ)

    def run(raw: Path, home: Path) -> tuple[Cost, dict[str, Any]]:
        before = running.cpu()
        cost, told = client(raw, home)
        time.sleep(AFTERWORK_SECONDS)
        return replace(cost, server_cpu=running.cpu() - before), told

    return run


def _idle(running: Server) -> float:
    """Return the share of a core that the server takes while nobody asks it anything."""
    before, begun = running.cpu(), time.monotonic()
    time.sleep(AFTERWORK_SECONDS)
    return (running.cpu() - before) / (time.monotonic() - begun)
