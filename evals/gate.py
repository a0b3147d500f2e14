"""The gate: quality may not fall below the floors of ``floors.toml``. ``python -m evals.gate [--data DIR]``.

Runs with the tests. The sets of pages written for the project are always measured; the development data
where they are (`--data`, ``NEWSFOLD_SHARED``/eval or ``../shared/eval``). A set whose bytes are not those
that its floors were measured on is no measure: its digest is compared first. After trafilatura's own
evaluation, which guards its figures so.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from evals import records
from evals.gate_figures import FIGURES

ROOT: Final = Path(__file__).resolve().parents[1]
FLOORS: Final = Path(__file__).with_name("floors.toml")


@dataclass(frozen=True, slots=True)
class Guarded:
    """One set of data with its floors; `floors` lists each floor's values, the newest last."""

    name: str
    what: str
    kind: str
    path: Path
    sha256: str
    every: int
    floors: Mapping[str, Sequence[float]]
    why: Mapping[str, Sequence[str]]

    @property
    def present(self) -> bool:
        """Whether the data are on this machine."""
        return self.path.is_file()

    def fallen(self) -> list[str]:
        """Names of the floors that were lowered more often than there are words on why."""
        return [
            name
            for name, values in self.floors.items()
            if sum(old > new for old, new in pairwise(values)) > sum(map(bool, self.why.get(name, ())))
        ]

    def digest(self) -> str:
        """SHA-256 of the data's bytes."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def guarded(data: Path, floors: Path = FLOORS) -> list[Guarded]:
    """Read the floors; `data` is the folder of the evaluation data, which need not be there."""
    listed = tomllib.loads(floors.read_text(encoding="utf-8"))
    return [
        Guarded(
            name=name,
            what=entry["what"],
            kind=entry["kind"],
            path=ROOT / entry["file"] if "file" in entry else data / entry["shared"],
            sha256=entry["sha256"],
            every=entry.get("every", 1),
            floors=entry["floors"],
            why=entry.get("why", {}),
        )
        for name, entry in listed.items()
    ]


def measure(data: Guarded) -> dict[str, float]:
    """Return the figures of a set, by the names that its floors use."""
    gold = [one for number, one in enumerate(records.read(data.path)) if number % data.every == 0]
    return FIGURES[data.kind](gold)


def shortfalls(data: Guarded) -> list[str]:
    """Say what is wrong: a figure below its floor, or other data; empty where all is well."""
    return foreign(data) or below(data, measure(data))


def foreign(data: Guarded) -> list[str]:
    """Say whether the data are others than those that the floors were measured on."""
    if data.digest() == data.sha256:
        return []
    return [f"{data.path.name} is not the data that the floors of [{data.name}] were measured on"]


def below(data: Guarded, found: Mapping[str, float]) -> list[str]:
    """Say which figures are below their floors."""
    return [
        f"{data.what}: {name} is {found[name]:.4f}, below its floor {values[-1]}"
        for name, values in data.floors.items()
        if found[name] < values[-1]
    ]


def data_folder() -> Path:
    """The folder of the evaluation data: ``NEWSFOLD_SHARED``/eval, else ``../shared/eval``."""
    return Path(os.environ.get("NEWSFOLD_SHARED", ROOT.parent / "shared")) / "eval"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every set that is here; returns the exit code, 1 where a floor was missed."""
    parser = argparse.ArgumentParser(prog="python -m evals.gate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--data", type=Path, default=data_folder(), metavar="DIR", help="evaluation data")
    missed = 0
    for data in guarded(parser.parse_args(arguments).data):
        if not data.present:
            print(f"{data.name}: not on this machine")
            continue
        found = measure(data)
        told = [*foreign(data), *below(data, found)]
        missed += len(told)
        print(f"{data.name}: {'; '.join(told) or 'as good as its floors'}")
        print("   " + ", ".join(f"{name} {value:.4f}" for name, value in found.items()))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
