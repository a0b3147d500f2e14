"""A long life in short: random changes, kills and queries, and a model that says what must be found.

``python -m bench.soak [--minutes 60] [--files 300] [--seed N] [--keep DIR]``

Each round changes some files at random (added, edited, renamed, deleted, copied, spoilt), runs
``newsfold ingest --direct``, in two of three rounds kills it with all its workers at a random moment and runs
it again, and meanwhile searches for stories that nobody touched: they must be found at any instant. Then the
files' states, searches for words that are there and words that are gone, and the export must be what
`bench.soak_model` says; every tenth round ``newsfold check``, too. The folder keeps its size, so memory and
disk must be flat: the last quarter of the rounds is compared with the second.

Prints each difference, a table, and one JSON object last. Exit 1 where anything differed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import mean
from typing import Any, Final

from bench.processes import ROOT
from bench.soak_model import Folder

FLAT: Final = 1.25
"""Growth from the second quarter to the last that passes for flat: segments and rows come and go."""
CHANGES_A_ROUND: Final = 12
ASKED_A_ROUND: Final = 6
CHECK_EVERY: Final = 10
RUN_SECONDS: Final = 300.0
COMMAND: Final = (sys.executable, "-m", "index.cli.main")


class Soak:
    """One archive, the folder under it, and what was found wrong."""

    def __init__(self, folder: Path, *, files: int, seed: int) -> None:
        self.raw = Folder(folder / "raw", size=files, seed=seed)
        self.home = folder / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        self.counts: Counter[str] = Counter()
        self.differences: list[str] = []
        self.disk: list[int] = []
        self.memory: list[float] = []
        self._usual = 5.0

    def begin(self) -> None:
        """Fill the folder, and ingest it."""
        self.raw.fill()
        self._ingest(kill=False)
        self._compare(self.raw.model.words(), check=True)

    def round(self, number: int) -> None:
        """Change, ingest with or without a kill, compare."""
        before = set(self.raw.model.words())
        self.counts += self.raw.change(CHANGES_A_ROUND)
        untouched = before & self.raw.model.words()
        reader = _Reader(self, self.raw.sample(untouched, ASKED_A_ROUND))
        with reader:
            if number % 3:
                self._ingest(kill=True)
            self._ingest(kill=False)
        self._compare(self.raw.model.words(), check=number % CHECK_EVERY == 0)
        self.counts["rounds"] += 1
        self.disk.append(sum(path.stat().st_size for path in self.home.rglob("*") if path.is_file()))

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of newsfold over the archive."""
        command = [*COMMAND, *arguments, "--home", str(self.home)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=ROOT, timeout=RUN_SECONDS, check=False
        )

    def wrong(self, what: str) -> None:
        """Note a difference."""
        self.differences.append(f"round {self.counts['rounds']}: {what}")
        print(self.differences[-1], flush=True)

    def _ingest(self, *, kill: bool) -> None:
        raw = str(self.raw.path)
        command = [*COMMAND, "ingest", "--direct", "--quiet", "--raw", raw, "--home", str(self.home)]
        begun = time.monotonic()
        process = subprocess.Popen(
            command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
        )
        if kill:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=self.raw.seconds(1.1 * self._usual))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            died = process.returncode == -signal.SIGKILL
            self.counts["killed" if died else "ended before the kill"] += 1
            return
        _, told = process.communicate(timeout=RUN_SECONDS)
        self._usual = time.monotonic() - begun
        self.memory.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
        if process.returncode:
            self.wrong(f"ingest ended with {process.returncode}: {told.decode(errors='replace')[-500:]}")

    def _compare(self, words: set[str], *, check: bool) -> None:
        rows = [json.loads(line) for line in self.ask("files", "--json").stdout.splitlines()]
        told = {row["path"]: row["state"] for row in rows if row["state"] != "missing"}
        for difference in self.raw.model.differences(told):
            self.wrong(difference)
        exported = self.ask("export", "--json").stdout.splitlines()
        if len(exported) != len(words):
            self.wrong(f"{len(exported)} articles exported, {len(words)} are there")
        for word in self.raw.sample(words, ASKED_A_ROUND):
            self.find(word, there=True)
        for word in self.raw.sample(self.raw.model.gone, ASKED_A_ROUND):
            self.find(word, there=False)
        if check and (found := self.ask("check")).returncode:
            self.wrong(f"check: {found.stdout[-1000:]}{found.stderr[-500:]}")

    def find(self, word: str, *, there: bool) -> None:
        """Search for a word, which must be found or not."""
        found = self.ask("search", "--json", "--all", word)
        self.counts["searches"] += 1
        hits = len(found.stdout.splitlines())
        if (found.returncode, bool(hits)) != ((0, True) if there else (1, False)):
            where = "there" if there else "gone"
            self.wrong(f"{word} is {where}: exit {found.returncode}, {hits} hits {found.stderr[-300:]}")


class _Reader:
    """Searches for words that must be found all the while, in a thread."""

    def __init__(self, soak: Soak, words: Sequence[str]) -> None:
        self._soak = soak
        self._words = words
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while self._words and not self._end.is_set():
            for word in self._words:
                self._soak.find(word, there=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


def growth(values: Sequence[float]) -> float:
    """Return the mean of the last quarter over that of the second; 1 where there are too few to say."""
    quarter = len(values) // 4
    if not quarter:
        return 1.0
    return mean(values[-quarter:]) / mean(values[quarter : 2 * quarter])


def report(soak: Soak, seconds: float) -> dict[str, Any]:
    """Everything, for JSON."""
    flat = {"disk": growth(soak.disk), "memory": growth(soak.memory)}
    for name, ratio in flat.items():
        if ratio > FLAT:
            soak.wrong(f"{name} grew to {ratio:.2f} x between the second and the last quarter")
    return {
        "minutes": round(seconds / 60, 1),
        "done": dict(soak.counts),
        "differences": len(soak.differences),
        "growth": {name: round(ratio, 3) for name, ratio in flat.items()},
        "disk_mb": round(soak.disk[-1] / 1e6, 1) if soak.disk else None,
        "peak_mb": round(max(soak.memory), 1),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the soak; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--minutes", type=float, default=60.0, metavar="N", help="default: %(default)s")
    parser.add_argument("--files", type=int, default=300, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: %(default)s")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work here, and leave everything")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="newsfold-soak-") as scratch:
        soak = Soak(options.keep or Path(scratch), files=options.files, seed=options.seed)
        begun = time.monotonic()
        soak.begin()
        number = 0
        while time.monotonic() - begun < 60 * options.minutes:
            number += 1
            soak.round(number)
        told = report(soak, time.monotonic() - begun)
    for name, value in told.items():
        print(f"{name:14}{value}")
    print(json.dumps(told))
    return 1 if soak.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
