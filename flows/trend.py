"""The last runs as one small picture: SVG in a data URI, which both of Prefect's UIs show in an artifact.

Nothing in it comes from outside but numbers and times, so there is nothing to escape.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from index.counted import counted
from index.run_figures import PastRun

RUNS: Final = 20
"""Bars of a picture: more are too thin to read at the width of an artifact's page."""

WIDTH: Final = 620
HEIGHT: Final = 150
TOP: Final = 24
FLOOR: Final = 130
SLOT: Final = WIDTH / RUNS

COLOURS: Final = (
    ("indexed", "new", "#2fa86a"),
    ("duplicate", "duplicates", "#6f8fc4"),
    ("rejected", "rejected", "#e5484d"),
)
"""State, what it is called, colour: each is told from the others, and from its ground, by light and dark."""

INK: Final = "#8b8b94"


def picture(runs: Sequence[PastRun]) -> str:
    """Return the SVG of stacked bars, one a run (the last `RUNS`), the oldest on the left."""
    shown = runs[-RUNS:]
    most = max((_height(run) for run in shown), default=0)
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
        *_legend(),
        _words(WIDTH, 14, f"highest: {counted(most, 'file')}", anchor="end"),
        *(part for place, run in enumerate(shown) for part in _bar(run, place, most)),
        f'<path d="M0 {FLOOR}H{WIDTH}" stroke="{INK}"/>',
        *_times(shown),
        "</svg>",
    ]
    return "".join(parts)


def data_uri(svg: str) -> str:
    """An SVG as something that an image in markdown can point to."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


def started(run: PastRun) -> datetime:
    """When a run started, in the local time of this machine."""
    return datetime.fromisoformat(run.run.started).astimezone()


def _height(run: PastRun) -> int:
    return sum(run.count(state) for state, _, _ in COLOURS)


def _legend() -> Iterator[str]:
    for place, (_, name, colour) in enumerate(COLOURS):
        yield _box(90 * place, 5, 10, 10, colour)
        yield _words(90 * place + 15, 14, name)


def _bar(run: PastRun, place: int, most: int) -> Iterator[str]:
    """The states of one run on top of each other; a cross where it did not complete."""
    x, top = (place + 0.15) * SLOT, float(FLOOR)
    for state, _, colour in COLOURS:
        if count := run.count(state):
            tall = max(1.0, (FLOOR - TOP) * count / most)
            top -= tall
            yield _box(x, top, 0.7 * SLOT, tall, colour)
    if run.run.state != "completed":
        yield _words(x + 0.35 * SLOT, top - 3, "✕", anchor="middle", colour=COLOURS[-1][2])


def _times(shown: Sequence[PastRun]) -> Iterator[str]:
    """When the first and the last run of the picture started."""
    if shown:
        told = " to ".join(f"{started(run):%Y-%m-%d %H:%M}" for run in [*shown[:1], *shown[1:][-1:]])
        yield _words(0, HEIGHT - 5, told)


def _box(x: float, y: float, wide: float, tall: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{colour}"/>'


def _words(x: float, y: float, words: str, *, anchor: str = "start", colour: str = INK) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
