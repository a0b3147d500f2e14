"""What a search costs from a new process: CPU of `newsfold search` beside that of starting at all.

``python -m bench.startup HOME [--query QUERY] [--rounds N]``

HOME is an archive that was ingested, QUERY something that it answers. Beside the command run Python alone,
Python that only imports what a search with Whoosh as it is takes, and ``newsfold --version``. The median of
the rounds counts, as a ratio to Whoosh's imports; seconds alone say more about the machine.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from bench.processes import run_python

ROUNDS: Final = 10
BASELINE: Final = "Whoosh imported"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.startup", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("home", type=Path, metavar="HOME")
    parser.add_argument("--query", default="council", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="default: %(default)s")
    options = parser.parse_args(arguments)
    found = measure(commands(options.home, options.query), options.rounds)
    base = found[BASELINE]
    report = {name: {"cpu_ms": round(cpu, 1), "ratio": round(cpu / base, 2)} for name, cpu in found.items()}
    for name, figures in report.items():
        print(f"{name:20}{figures['cpu_ms']:9.1f} ms CPU{figures['ratio']:7.2f} x {BASELINE}")
    print(json.dumps(report))
    return 0


def commands(home: Path, query: str) -> dict[str, list[str]]:
    """Return what is run, as arguments of Python."""
    whoosh = "import whoosh.index, whoosh.qparser, whoosh.highlight, whoosh.codec.whoosh3"
    return {
        "Python alone": ["-c", "pass"],
        BASELINE: ["-W", "ignore", "-c", whoosh],
        "newsfold --version": ["-m", "index.cli.main", "--version"],
        "newsfold search": ["-m", "index.cli.main", "search", "--home", str(home), query],
    }


def measure(calls: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Run each call in turn, `rounds` times; returns the medians of CPU milliseconds."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, arguments in calls.items():
            took[name].append(1000 * run_python(arguments).cpu)
    return {name: median(several) for name, several in took.items()}


if __name__ == "__main__":
    raise SystemExit(main())
