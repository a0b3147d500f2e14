"""What a document costs as the archive grows, and how soon a large one has taken in new files.

``python -m bench.growth [--sizes 1000,10000,…] [--new 20,200,2000] [--data DIR|none] [--keep DIR]``

One archive grows from size to size (`bench.sites`), each step being a run of its own without Prefect. At
each size a run finds nothing new (what scanning costs), then runs bring so many new files each. CPU of a
document is compared with that at the first size: `growth` is the ratio. Memory is that of all processes at
one time.

Linux. Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench import pages, sites
from bench.contest import contender
from bench.pipeline import DEFAULT_DATA, WORKERS

SIZES: Final = (1_000, 10_000, 50_000, 100_000)
NEW: Final = (20, 200, 2_000)


@dataclass(frozen=True, slots=True)
class Step:
    """One run: how many files were there before it, and how many new ones it read."""

    before: int
    new: int
    wall_s: float
    cpu_s: float
    all_mb: float

    @property
    def cpu_ms(self) -> float:
        """CPU of a new document, the start included; of the run where there is none."""
        return 1000 * self.cpu_s / max(1, self.new)


class Growing:
    """An archive that gets more files, and its runs."""

    def __init__(self, folder: Path, texts: Iterator[str]) -> None:
        self._raw = folder / "raw"
        self._raw.mkdir(parents=True, exist_ok=True)
        self._home = folder / "home"
        self._texts = texts
        self._run = contender("newsfold", workers=WORKERS)
        self.files = 0

    def add(self, count: int) -> Step:
        """Write so many new files, and run once."""
        pages.write(islice(self._texts, count), self._raw, start=self.files)
        cost, told = self._run(self._raw, self._home)
        if told["read"] != count:
            raise RuntimeError(f"{told['read']} files read, {count} are new")
        step = Step(self.files, count, cost.wall, cost.cpu, told["all_mb"])
        self.files += count
        return step


def measure(folder: Path, texts: Iterator[str], sizes: Sequence[int], new: Sequence[int]) -> dict[str, Any]:
    """Grow to each of `sizes`, and there scan and add `new` files, as often as that has numbers."""
    growing = Growing(folder, texts)
    grown: list[Step] = []
    small: list[Step] = []
    for size in sizes:
        if size > growing.files:
            grown.append(growing.add(size - growing.files))
        small += [growing.add(count) for count in (0, *new)]
    first = grown[0].cpu_ms
    return {
        "grown": [asdict(step) | {"cpu_ms": step.cpu_ms, "growth": step.cpu_ms / first} for step in grown],
        "small": [asdict(step) | {"cpu_ms": step.cpu_ms} for step in small],
    }


def table(report: dict[str, Any]) -> Iterator[str]:
    """Yield the report's lines for a person."""
    yield f"{'files before':>12}{'new':>9}{'wall s':>9}{'CPU s':>9}{'CPU ms each':>13}{'growth':>9}{'MB':>8}"
    for step in (*report["grown"], *report["small"]):
        grew = f"{step['growth']:.2f} x" if "growth" in step else ""
        yield (
            f"{step['before']:12,}{step['new']:9,}{step['wall_s']:9.2f}{step['cpu_s']:9.2f}"
            f"{step['cpu_ms']:13.2f}{grew:>9}{step['all_mb']:8.0f}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--sizes", type=_numbers, default=SIZES, metavar="N,…", help="files; ascending")
    parser.add_argument("--new", type=_numbers, default=NEW, metavar="N,…", help="new files at each size")
    parser.add_argument("--data", metavar="DIR", help="folder with the evaluation data; none: invented pages")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work here, and leave everything")
    options = parser.parse_args(arguments)
    absent = options.data is None and not (DEFAULT_DATA / pages.SEGMENTATION).is_file()
    data = None if options.data == "none" or absent else Path(options.data or DEFAULT_DATA)
    try:
        texts = sites.composed(data)
    except OSError as error:
        parser.error(f"--data: {error}")
    with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as scratch:
        report = measure(options.keep or Path(scratch), texts, options.sizes, options.new)
    print("\n".join(table(report)))
    print(json.dumps(report))
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    raise SystemExit(main())
