"""Running a contender over no pages and over all: what it costs to start, and what a page costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bench.processes import run_python


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a process took, in seconds; CPU with its workers, `server_cpu` beside it."""

    wall: float
    cpu: float
    server_cpu: float = 0.0

    @property
    def all_cpu(self) -> float:
        """CPU of everybody."""
        return self.cpu + self.server_cpu


Run: TypeAlias = Callable[[Path, Path], tuple[Cost, dict[str, Any]]]
"""Takes a folder of pages and a new home; returns what it took and what the contender told."""


@dataclass(frozen=True, slots=True)
class Contest:
    """A contender's two runs: over an empty folder and over the pages, and what it told of the latter.

    `spread_percent` is by how much the worst round's CPU over the pages exceeded the best's; None for one.
    """

    empty: Cost
    full: Cost
    told: Mapping[str, Any]
    spread_percent: float | None = None

    @property
    def marginal(self) -> float:
        """CPU seconds for the pages alone, without what the start takes."""
        return self.full.all_cpu - self.empty.all_cpu

    @property
    def marginal_wall(self) -> float:
        """Wall seconds for the pages alone."""
        return self.full.wall - self.empty.wall

    def figures(self) -> dict[str, Any]:
        """Everything, for JSON."""
        pages = self.told["read"]
        return {
            **self.told,
            "spread_percent": self.spread_percent,
            "wall_s": self.full.wall,
            "cpu_s": self.full.cpu,
            "server_cpu_s": self.full.server_cpu,
            "start_wall_s": self.empty.wall,
            "start_cpu_s": self.empty.all_cpu,
            "pages_per_wall_s": pages / self.full.wall,
            "pages_per_cpu_s": pages / self.full.all_cpu,
            "cpu_ms_per_page": 1000 * self.full.all_cpu / pages,
            "marginal_cpu_ms_per_page": 1000 * self.marginal / pages,
        }


def contest(raw: Path, folder: Path, runs: Mapping[str, Run], *, rounds: int) -> dict[str, Contest]:
    """Let everybody run over an empty folder and over `raw`, in turn, `rounds` times, in homes in `folder`.

    What others do on the machine only ever adds CPU (caches, clock rate): the least of the rounds counts.
    """
    nothing = folder / "no-pages"
    nothing.mkdir(parents=True)
    tried: dict[str, list[Contest]] = {name: [] for name in runs}
    for number in range(rounds):
        for name, run in runs.items():
            empty, _ = run(nothing, folder / f"{name}-{number}-empty")
            full, told = run(raw, folder / f"{name}-{number}")
            tried[name].append(Contest(empty, full, told))
    return {name: least(several) for name, several in tried.items()}


def least(several: Sequence[Contest]) -> Contest:
    """Put together the cheapest start and the cheapest full run, by CPU, and how far the others were off."""
    full = min(several, key=lambda one: one.full.all_cpu)
    empty = min((one.empty for one in several), key=lambda cost: cost.all_cpu)
    most = max(one.full.all_cpu for one in several)
    spread = 100 * (most / full.full.all_cpu - 1) if len(several) > 1 else None
    return Contest(empty, full.full, full.told, spread)


def contender(name: str, *, workers: int, environ: Mapping[str, str] | None = None) -> Run:
    """Return what runs a contender of `bench.contender` in a process of its own."""

    def run(raw: Path, home: Path) -> tuple[Cost, dict[str, Any]]:
        arguments = ["-m", "bench.contender", name, str(raw), str(home), "--workers", str(workers)]
        done = run_python(arguments, environ=environ)
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return Cost(done.wall, done.cpu), told

    return run
