"""What becomes of a run when something dies: ``python -m bench.failures [SCENARIO ...] [--files N]``.

A real server, a real worker and the deployment of prefect.yaml, in a temporary folder. In the middle of a run
each SCENARIO does its harm, and then asks the same of what is left: the run has its final state in time, the
next run begins (the slot is free) and completes, and the archive is that of an undisturbed run.

- ``kill``: kill -9 of the worker and of the flow, at three moments; Crashed within 120 s
- ``cancel``: what the UI's "Cancel" does; no process is left and the state is Cancelled after 10 s
- ``restart``: kill -9 of the server, which comes back 15 s later; the run completes
- ``locked``: somebody holds the lock of the server's database for 20 s; the run completes

Linux. Prints a line a scenario, and one JSON object last; exit code 1 where something is not as it must be.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from bench import pages
from bench.failing import Desk, TooLateError

FILES: Final = 1_200
CRASHED_SECONDS: Final = 120.0
STOPPED_SECONDS: Final = 10.0
FINALIZED_SECONDS: Final = 120.0
"""So long is waited for the state, which must be there after `STOPPED_SECONDS` too (`flows.cancelled`)."""

PATIENCE_SECONDS: Final = 900.0
DOWN_SECONDS: Final = 15.0
LOCKED_SECONDS: Final = 20.0
MOMENTS: Final = ("scan", "count lines", "read")
"""Names of tasks: a run is killed when it has begun one."""


def kill(desk: Desk, moment: str) -> dict[str, Any]:
    """Kill the worker and the flow when a task named `moment` has begun."""
    desk.start_worker()
    run = desk.begin()
    desk.at_task(run, moment)
    desk.kill("worker")
    killed = time.monotonic()
    state = desk.ended(run, 2 * CRASHED_SECONDS)
    seconds = time.monotonic() - killed
    desk.start_worker()
    return {
        "state": state["name"],
        "seconds": seconds,
        "ok": state["name"] == "Crashed" and seconds <= CRASHED_SECONDS,
    }


def cancel(desk: Desk) -> dict[str, Any]:
    """Ask the server to cancel the run, as the UI does."""
    desk.start_worker()
    run = desk.begin()
    desk.at_task(run, "read")
    desk.ask(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    asked = time.monotonic()
    desk.until(lambda: not desk.flows() or None, 10 * STOPPED_SECONDS, "the flow's processes are still there")
    stopped = time.monotonic() - asked
    state = desk.ended(run, FINALIZED_SECONDS)
    seconds = time.monotonic() - asked
    return {
        "state": state["name"],
        "stopped_seconds": stopped,
        "seconds": seconds,
        "ok": state["name"] == "Cancelled" and seconds <= STOPPED_SECONDS,
    }


def restart(desk: Desk) -> dict[str, Any]:
    """Kill the server, and start it again later."""
    desk.start_worker()
    run = desk.begin()
    desk.at_task(run, "read")
    desk.kill("server")
    time.sleep(DOWN_SECONDS)
    desk.start_server()
    state = desk.ended(run, PATIENCE_SECONDS)
    return {"state": state["name"], "message": state["message"], "ok": state["name"] == "Completed"}


def locked(desk: Desk) -> dict[str, Any]:
    """Hold the write lock of the server's database for a while."""
    desk.start_worker()
    run = desk.begin()
    desk.at_task(run, "read")
    with closing(sqlite3.connect(desk.database, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED_SECONDS)
        other.execute("ROLLBACK")
    state = desk.ended(run, PATIENCE_SECONDS)
    return {"state": state["name"], "message": state["message"], "ok": state["name"] == "Completed"}


SCENARIOS: Final[dict[str, Callable[[Desk], dict[str, Any]]]] = {
    **{f"kill at {moment}": lambda desk, at=moment: kill(desk, at) for moment in MOMENTS},  # type: ignore[misc]
    "cancel": cancel,
    "restart": restart,
    "locked": locked,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the scenarios; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.failures", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="kill, cancel, restart, locked; all")
    parser.add_argument("--files", type=int, default=FILES, metavar="N", help="default: %(default)s")
    options = parser.parse_args(arguments)
    chosen = [
        name for name in SCENARIOS if not options.scenarios or name.partition(" ")[0] in options.scenarios
    ]
    with tempfile.TemporaryDirectory(prefix="newsfold-failures-") as folder:
        report = measure(Path(folder), options.files, chosen)
    print(json.dumps(report))
    return 0 if all(told["ok"] for told in report.values()) else 1


def measure(folder: Path, files: int, chosen: Sequence[str]) -> dict[str, Any]:
    """Run scenarios over so many generated pages; what became of each."""
    raw = folder / "raw"
    pages.write(pages.generated(files), raw)
    clean = _outcome(folder / "clean", raw)
    report = {}
    for number, name in enumerate(chosen):
        home = folder / f"home{number}"
        home.mkdir()
        (home / "newsfold.toml").write_text(f"raw = [{json.dumps(str(raw))}]\n", encoding="utf-8")
        report[name] = _scenario(SCENARIOS[name], Desk(folder / f"desk{number}", home), clean)
        print(f"{name:20} {json.dumps(report[name])}", flush=True)
    return report


def _scenario(harm: Callable[[Desk], dict[str, Any]], desk: Desk, clean: list[Any]) -> dict[str, Any]:
    """Do harm, let the next run mend it, compare."""
    try:
        with desk:
            told = harm(desk)
            after = desk.ended(desk.begin(), PATIENCE_SECONDS)
            same = _outcome(desk.home) == clean
            checked = desk.newsfold("check").returncode
            again = desk.newsfold("ingest", "--direct").stdout.splitlines()[:1]
    except TooLateError as error:
        return {"ok": False, "error": str(error)}
    good = told["ok"] and after["name"] == "Completed" and same and checked == 0
    return told | {
        "next": f"{after['name']}: {after['message']}",
        "same_archive": same,
        "check": checked,
        "then": again,
        "ok": good and bool(again) and again[0].startswith("nothing new"),
    }


def _outcome(home: Path, raw: Path | None = None) -> list[Any]:
    """Every file and every article of an archive; ingest `raw` first, where it is given."""
    newsfold = [sys.executable, "-m", "index.cli.main", "--home", str(home)]
    if raw is not None:
        subprocess.run([*newsfold, "--raw", str(raw), "ingest", "--direct"], check=True, capture_output=True)
    told = []
    for kind, kept in (
        ("files", ("path", "state", "reason", "articles")),
        ("export", ("id", "hash", "canonical")),
    ):
        done = subprocess.run([*newsfold, kind, "--json"], check=True, capture_output=True, text=True)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        told.append(sorted(([row[key] for key in kept] for row in rows), key=json.dumps))
    return told


if __name__ == "__main__":
    raise SystemExit(main())
