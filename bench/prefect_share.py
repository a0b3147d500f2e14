"""What Prefect costs: the flow against the same steps without it, CPU of client and server.

``python -m bench.prefect_share [--pages N] [--rounds N] [--per-file N]``

The server runs already, and its CPU counts. Starts are told apart from what the pages cost: the flow's start,
in seconds, and Prefect's share of the CPU of the pages, in percent. ``--per-file`` lets the first N pages go
through a flow with a task for each file too, which is what a Prefect project often begins with.

Linux. Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench import pages
from bench.contest import Contest, Cost, Run, contender, contest
from bench.server import NoServerError, Server, server

PAGES: Final = 10_000
PER_FILE_PAGES: Final = 300

AFTERWORK_SECONDS: Final = 6.0
"""The server writes its events in bundles, some seconds after a run ended; that work belongs to the run."""

WORKERS: Final = os.cpu_count() or 1
"""As many as the flow takes."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark over generated pages; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.prefect_share", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--pages", type=int, default=PAGES, metavar="N", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="so often, the best counts; 1")
    parser.add_argument(
        "--per-file", type=int, default=PER_FILE_PAGES, metavar="N", help="default: %(default)s"
    )
    options = parser.parse_args(arguments)
    texts = pages.generated(options.pages)
    try:
        with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as folder:
            report = {"pages": options.pages} | compare(texts, options.per_file, Path(folder), options.rounds)
    except NoServerError as error:
        parser.exit(3, f"{parser.prog}: {error}\n")
    print("\n".join(table(report)))
    print(json.dumps(report))
    return 0


def compare(texts: Sequence[str], per_file: int, folder: Path, rounds: int) -> dict[str, Any]:
    """Measure the flow over all texts, and a task a file over the first of them. Raises NoServerError."""
    pages.write(texts, folder / "raw")
    report = measure(folder / "raw", folder / "batches", rounds=rounds)
    if per_file:
        pages.write(texts[:per_file], folder / "some")
        report["task_per_file"] = measure(
            folder / "some", folder / "per-file", rounds=rounds, flow="task-per-file"
        ) | {"pages": min(per_file, len(texts))}
    return report


def measure(raw: Path, folder: Path, *, rounds: int, flow: str = "flow") -> dict[str, Any]:
    """Run the pages below `raw` through a flow and without it; return figures and the shares.

    Raises NoServerError where no server can be started.
    """
    with server(folder / "prefect") as running:
        idle = _idle(running)
        (folder / "before").mkdir()
        first, _ = _flow(running, flow)(folder / "before", folder / "first")  # makes what a server makes once
        runs = {"flow": _flow(running, flow), "direct": contender("newsfold", workers=WORKERS)}
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


ROWS: Final = (
    ("start: wall s over an empty folder", "start_wall_s"),
    ("start: CPU s, the server's included", "start_cpu_s"),
    ("whole: CPU s", "cpu_s"),
    ("whole: CPU s of the server", "server_cpu_s"),
    ("CPU ms per page, starts left out", "marginal_cpu_ms_per_page"),
)


def table(report: dict[str, Any]) -> Iterator[str]:
    """Yield the report's lines for a person."""
    told = [(f"{report['pages']:,} pages, a task a batch", report)]
    if "task_per_file" in report:
        told.append((f"{report['task_per_file']['pages']:,} pages, a task a file", report["task_per_file"]))
    for title, figures in told:
        yield f"{title:40}{'flow':>12}{'direct':>12}"
        for what, name in ROWS:
            yield f"  {what:38}{figures['flow'][name]:12.2f}{figures['direct'][name]:12.2f}"
        yield f"  {'Prefect on top, % of the CPU of the pages':50}{figures['marginal_percent']:14.1f}"


def _flow(running: Server, name: str) -> Run:
    """Return what runs a flow against a server, whose CPU is then in the cost."""
    client = contender(name, workers=WORKERS, environ=running.environ)

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


if __name__ == "__main__":
    raise SystemExit(main())
