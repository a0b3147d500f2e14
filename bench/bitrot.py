"""Whether every changed byte is found, and mended: ``python -m bench.bitrot [--trials N] [--pages N]``.

An archive of the sample pages and generated ones is made once, and once more as a run leaves it that is
killed at its end, with SQLite's log. A trial copies it, changes one random byte of one random file (every
second time one bit of it), and asks: does the check find it? After the repair and the run that completes
it: does the check find nothing, and is the export what it was, byte for byte?

In the log, bytes of the last transaction cannot be told from a write that was interrupted; there it is
enough that the export is right after the repair. Prints a line a failure, and one JSON object last; exit
code 1 where anything failed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import pages
from index.cli.main import run
from index.settings import Home, load_settings
from index.wal import log_path
from tasks import maintain, repair, scan
from tasks.batch import BatchResult, FileJob
from tasks.ingest import ingest
from tasks.run_report import Options
from tasks.steps import BatchRunner, Direct

SAMPLES: Final = Path(__file__).resolve().parent.parent / "raw"


@dataclass(frozen=True, slots=True)
class Original:
    """An archive as it should be: its home, its raw pages, the hash of its export."""

    home: Path
    raw: Path
    export: str
    killed: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one changed byte."""

    file: str
    place: int
    found: bool
    mended: bool
    seconds: float

    def ok(self, *, killed: bool) -> bool:
        """Whether the byte was found and mended; see the module for a log's end."""
        return self.mended and (self.found or killed)


class _Silent:
    def total(self, files: int, verb: str = "read") -> None: ...

    def advance(self, files: int) -> None: ...

    def say(self, message: str) -> None: ...


class _Watched(Direct):
    """Steps that let somebody look before each of them."""

    def __init__(self, before: Callable[[str], None]) -> None:
        super().__init__(workers=1)
        self._before = before

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        self._before(name)
        return work()

    def batches(self, run: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        return map(run, batches)


def complete(home: Path, raw: Path, before: Callable[[str], None] = lambda _: None) -> None:
    """Run one ingestion."""
    place = Home(home)
    ingest(place, load_settings(place, raw=str(raw)), _Watched(before), _Silent(), Options())


def exported(home: Path) -> str:
    """Hash what ``newsfold export --json`` prints; empty where it fails."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run(["--home", str(home), "export", "--json"])
    out.flush()
    return "" if code else hashlib.sha256(out.buffer.getvalue()).hexdigest()


def originals(folder: Path, count: int) -> list[Original]:
    """Make the archive, at rest and as a killed run leaves it."""
    raw, home, killed = folder / "raw", folder / "home", folder / "killed"
    pages.write(pages.generated(count), raw)
    for path in SAMPLES.rglob("*.*"):
        shutil.copy(path, raw / path.name)
    scan.SETTLE_SECONDS = 0.0  # type: ignore[misc]

    def leave(step: str) -> None:
        if step == "release":
            shutil.copytree(home, killed)

    complete(home, raw, leave)
    clean = exported(home)
    copied = folder / "looked at"  # the last to close the catalog would empty the log
    shutil.copytree(killed, copied)
    for place in (home, copied):
        if (found := maintain.find(Home(place), read_raw=True, deep=True)) or not clean:
            raise SystemExit(f"an archive without damage is not clean: {found}")
    return [Original(home, raw, clean, killed=False), Original(killed, raw, clean, killed=True)]


def attempt(original: Original, folder: Path, chance: random.Random, number: int) -> Trial:
    """Copy an archive, change one byte, check, repair, check."""
    home = folder / "trial"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(original.home, home)
    begun = time.process_time()
    victim = _victim(Home(home), chance, killed=original.killed)
    data = bytearray(victim.read_bytes())
    place = chance.randrange(len(data))
    data[place] ^= 1 << chance.randrange(8) if number % 2 else chance.randrange(1, 256)
    victim.write_bytes(data)
    found = bool(maintain.find(Home(home), read_raw=False))
    repair.mend(Home(home))
    complete(home, original.raw)
    sound = not maintain.find(Home(home), read_raw=True)
    mended = sound and exported(home) == original.export
    return Trial(
        str(victim.relative_to(home)), place, found, mended=mended, seconds=time.process_time() - begun
    )


def _victim(home: Home, chance: random.Random, *, killed: bool) -> Path:
    """Choose a file that answers hang on; of a killed run, the log."""
    if killed:
        return log_path(home.catalog)
    index = home.generation(0).parent
    files = [path for path in home.state.glob("catalog.*") if not path.name.endswith(("-wal", "-shm"))]
    files += [path for path in index.rglob("*") if path.is_file()]
    return chance.choice(sorted(path for path in files if path.stat().st_size))


def main(arguments: list[str] | None = None) -> int:
    """Run the trials."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--killed", type=int, default=5, help="of so many trials one is of a killed run")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)  # noqa: S311 - must be repeatable, not secret
    counts: Counter[str] = Counter()
    seconds = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rest, killed = originals(folder, options.pages)
        for number in range(1, options.trials + 1):
            original = rest if number % options.killed else killed
            trial = attempt(original, folder, chance, number)
            seconds += trial.seconds
            kind = "log of a killed run" if original.killed else "at rest"
            counts[f"{kind}: trials"] += 1
            counts[f"{kind}: found"] += trial.found
            counts[f"{kind}: mended"] += trial.mended
            if not trial.ok(killed=original.killed):
                counts["failed"] += 1
                print(f"trial {number}: {trial}", flush=True)
    print(json.dumps({"trials": options.trials, **counts, "cpu_seconds_per_trial": seconds / options.trials}))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
