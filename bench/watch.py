"""How long a file waits for a watcher: from its last write until it can be found.

``python -m bench.watch [--rates 1,5,20] [--seconds 60] [--burst N] [--data DIR|none] [--prefect]``

For each rate (files a second) a watcher of its own gets whole pages, one at a time; then, with ``--burst``,
so many at once. A file can be found when the catalog calls it indexed or a duplicate: no file gets there
before an index commit is on the disk. `share_of_contract` is the lag's 95th percentile over the five seconds
that the contract allows, `cores` the CPU seconds of the watcher and its workers a second, `cpu_ms` those a
file, until no old page waits to be segmented again (`tasks.old_pages`). A burst is compared with one
`newsfold ingest --direct` over the same files. ``--prefect``: runs go to a server that is started for it (its
CPU is not counted). Linux only.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

from bench import pages, sites
from bench.pipeline import DEFAULT_DATA
from bench.processes import ROOT, cpu_of_tree, run_python
from bench.server import NoServerError, server
from index.settings import Home

CONTRACT_SECONDS: Final = 5.0
START_CONTRACT_SECONDS: Final = 3.0
LOOK_SECONDS: Final = 0.05
PATIENCE_SECONDS: Final = 900.0


class TooSlowError(Exception):
    """The watcher did not get there."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.watch", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--rates", type=_rates, default=(1.0, 5.0, 20.0), metavar="N,N", help="files a second"
    )
    parser.add_argument("--seconds", type=float, default=60.0, metavar="S", help="of each rate")
    parser.add_argument("--burst", type=int, default=0, metavar="N", help="then so many files at once")
    parser.add_argument(
        "--data", metavar="DIR", help="folder with the evaluation data; none: generated pages"
    )
    parser.add_argument("--prefect", action="store_true", help="runs go to a Prefect server")
    options = parser.parse_args(arguments)
    most = max([options.burst, *(int(rate * options.seconds) + 1 for rate in options.rates)])
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsfold-watch-")))
        try:
            environ: Mapping[str, str] = os.environ
            if options.prefect:
                environ = stack.enter_context(server(folder / "prefect")).environ
            report = measure(_texts(options.data, most), folder, options, environ)
        except (NoServerError, TooSlowError) as error:
            parser.exit(3, f"{parser.prog}: {error}\n")
    print("\n".join(table(report)))
    print(json.dumps(report))
    return 0


def _rates(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)


def _texts(data: str | None, count: int) -> list[str]:
    if data == "none" or (data is None and not (DEFAULT_DATA / pages.SEGMENTATION).is_file()):
        return pages.generated(count)
    return list(islice(sites.composed(Path(data or DEFAULT_DATA)), count))


def measure(
    texts: Sequence[str], folder: Path, options: argparse.Namespace, environ: Mapping[str, str]
) -> dict[str, Any]:
    """Measure every rate, then the burst."""
    report: dict[str, Any] = {"prefect": options.prefect, "seconds": options.seconds, "rates": {}}
    for rate in options.rates:
        some = texts[: max(1, int(rate * options.seconds))]
        report["rates"][f"{rate:g}"] = _steady(some, rate, folder / f"rate-{rate:g}", environ)
    if options.burst:
        report["burst"] = _burst(texts[: options.burst], folder / "burst", environ)
    return report


def _steady(texts: Sequence[str], rate: float, folder: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    with _Watched(folder, environ) as watched:
        watched.settle()
        cpu, begun, runs = watched.cpu(), time.monotonic(), len(watched.runs)
        written: dict[bytes, float] = {}
        for number, text in enumerate(texts):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            path = watched.raw / f"{number:06d}.txt"
            path.write_text(text, encoding="utf-8", errors="replace")
            written[os.fsencode(path.name)] = time.monotonic()
        watched.wait(len(texts))
        spent, took = watched.cpu() - cpu, time.monotonic() - begun
        lags = [watched.found[name] - at for name, at in written.items()]
        watched.rest()
        cpu_ms = 1000 * (watched.cpu() - cpu) / len(texts)
        starts = [watched.started_before(watched.found[name]) - at for name, at in written.items()]
        return {
            "files": len(texts),
            "lag_p50": _percentile(lags, 50),
            "lag_p95": _percentile(lags, 95),
            "lag_max": round(max(lags), 2),
            "share_of_contract": round(_percentile(lags, 95) / CONTRACT_SECONDS, 2),
            "start_p95": _percentile(starts, 95),
            "start_share_of_contract": round(_percentile(starts, 95) / START_CONTRACT_SECONDS, 2),
            "runs": len(watched.runs) - runs,
            "cores": round(spent / took, 2),
            "cpu_ms": round(cpu_ms, 1),
        }


def _burst(texts: Sequence[str], folder: Path, environ: Mapping[str, str]) -> dict[str, Any]:
    with _Watched(folder / "watched", environ) as watched:
        watched.settle()
        cpu, runs = watched.cpu(), len(watched.runs)
        begun = time.monotonic()
        pages.write(texts, watched.raw)
        wrote = time.monotonic() - begun
        watched.wait(len(texts))
        took, spent = time.monotonic() - begun, watched.cpu() - cpu
        runs = len(watched.runs) - runs
    home = folder / "direct"
    alone = run_python(
        [
            "-m",
            "index.cli.main",
            "ingest",
            "--direct",
            "--quiet",
            "--home",
            str(home),
            "--raw",
            str(watched.raw),
        ]
    )
    return {
        "files": len(texts),
        "written_in": round(wrote, 2),
        "runs": runs,
        "files_per_second": round(len(texts) / took, 1),
        "files_per_cpu_second": round(len(texts) / spent, 1),
        "ingest_files_per_second": round(len(texts) / alone.wall, 1),
        "wall_over_ingest": round(took / alone.wall, 2),
        "cpu_over_ingest": round(spent / alone.cpu, 2),
    }


def _percentile(values: Sequence[float], percent: int) -> float:
    if len(values) < 2:
        return round(values[0], 2)
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2)


class _Watched:
    """A watcher at work on a folder of its own, and when each file of it could be found."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.raw = folder / "raw"
        self.raw.mkdir(parents=True)
        self._home = Home(folder / "home")
        self._home.path.mkdir()
        self.found: dict[bytes, float] = {}
        self.runs: dict[int, float] = {}
        self._stop = threading.Event()
        self._log = (folder / "watch.log").open("w+b")
        command = ["-m", "index.cli.main", "watch", "--home", str(self._home.path), "--raw", str(self.raw)]
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stderr=self._log,
        )
        self._looker = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._looker.start()
        return self

    def settle(self) -> None:
        """Wait until the first run is over. Raises TooSlowError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._idle():
            self._alive(deadline)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._looker.join()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()
        self._log.close()

    def cpu(self) -> float:
        """CPU seconds of the watcher and its workers."""
        return cpu_of_tree(self._process.pid)

    def wait(self, files: int) -> None:
        """Wait until so many files can be found. Raises TooSlowError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.found) < files:
            self._alive(deadline)

    def rest(self) -> None:
        """Wait until no old page waits to be segmented again. Raises TooSlowError."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._says("SELECT 1 FROM resegment"):
            self._alive(deadline)

    def started_before(self, moment: float) -> float:
        """When the run began that was the last to begin before this moment."""
        return max(at for at in self.runs.values() if at <= moment)

    def _alive(self, deadline: float) -> None:
        time.sleep(LOOK_SECONDS)
        if self._process.poll() is not None or time.monotonic() > deadline:
            self._log.seek(0)
            raise TooSlowError(f"{len(self.found)} files found:\n{self._log.read().decode()[-2000:]}")

    def _idle(self) -> bool:
        """Whether the first run is over."""
        return self._says("SELECT 1 FROM run WHERE finished IS NOT NULL")

    def _says(self, query: str) -> bool:
        """Whether the catalog answers a query with any row."""
        with self._catalog() as db:
            return bool(db and db.execute(f"{query} LIMIT 1").fetchone())

    def _look(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            with self._catalog() as db:
                if db is None:
                    continue
                runs = [row[0] for row in db.execute("SELECT id FROM run")]
                done = db.execute("SELECT path FROM file WHERE state IN ('indexed', 'duplicate', 'rejected')")
                names = [row[0] for row in done]
            now = time.monotonic()
            for run in runs:
                self.runs.setdefault(run, now)
            for name in names:
                self.found.setdefault(name, now)

    @contextmanager
    def _catalog(self) -> Iterator[sqlite3.Connection | None]:
        """The catalog, read-only; None while there is none."""
        if not self._home.catalog.is_file():
            yield None
            return
        with closing(sqlite3.connect(f"{self._home.catalog.as_uri()}?mode=ro", uri=True, timeout=10)) as db:
            made = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone()
            yield db if made else None


def table(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the report's lines for a person."""
    yield "files/s  files  runs  lag p50   p95   max (s)  of 5 s  start p95 (s)  of 3 s  cores  CPU ms a file"
    for rate, row in report["rates"].items():
        yield (
            f"{rate:>7}  {row['files']:5}  {row['runs']:4}  {row['lag_p50']:7.2f} {row['lag_p95']:5.2f} "
            f"{row['lag_max']:5.2f}      {row['share_of_contract']:6.0%}  {row['start_p95']:13.2f}  "
            f"{row['start_share_of_contract']:6.0%}  {row['cores']:5.2f}  {row['cpu_ms']:13.1f}"
        )
    if burst := report.get("burst"):
        yield ", ".join(f"{name} {value}" for name, value in burst.items())


if __name__ == "__main__":
    sys.exit(main())
