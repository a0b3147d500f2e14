"""Numbers as people would rather see them: aligned rows with bars, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from index.cli.call import DIM, Call, emit, emit_styled
from index.cli.layout import cells, cut, pad
from index.cli.terminal import takes_blocks
from index.counted import counted
from index.safe import safe_line

WIDEST_LABEL: Final = 30
WIDEST_BAR: Final = 50
"""Columns of the longest bar: more would only be farther from its number."""
RECENT_MONTHS: Final = 24
"""Months drawn one by one; what is older is drawn by year."""
LONGEST_GAP: Final = 12
"""Months without an article that are drawn, empty; a longer gap parts what belongs to different times."""

_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_FULL: Final = "█"
INDENT: Final = 2
BAR_STYLE: Final = "36"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was counted. `in_scale` is off for a sum of others, which would dwarf the bars.

    `style` is the bar's, an SGR code.
    """

    label: str
    count: int
    in_scale: bool = True
    style: str = BAR_STYLE


def bar(count: int, most: int, width: int, *, blocks: bool = True) -> str:
    """Return a bar of `width` columns for `most`, its share of them for `count`; never empty for more than 0.

    Block characters are exact to an eighth of a column; without `blocks` a hash stands for a column.
    """
    if count <= 0 or most <= 0 or width <= 0:
        return ""
    eighths = max(1, round(8 * width * min(count, most) / most))
    if not blocks:
        return "#" * max(1, eighths // 8)
    full, rest = divmod(eighths, 8)
    return _FULL * full + _EIGHTHS[rest].strip()


def draw(call: Call, title: str, rows: Iterable[Row], width: int) -> None:
    """Print a title and a row of label, number and bar for each that was counted, at most `width` columns."""
    emit_styled(call.bold(title))
    draw_rows(call, rows, width)
    emit()


def draw_rows(call: Call, rows: Iterable[Row], width: int, *, indent: int = INDENT) -> None:
    """Print a row of label, number and bar for each that was counted, at most `width` columns."""
    shown = [replace(row, label=safe_line(row.label[:200])) for row in rows]
    label = min(WIDEST_LABEL, width // 3, max((cells(row.label) for row in shown), default=0))
    number = max((len(f"{row.count:,}") for row in shown), default=0)
    most = max((row.count for row in shown if row.in_scale), default=0)
    room = min(WIDEST_BAR, width - indent - label - number - 4)
    for row in shown:
        drawn = bar(row.count, most, room, blocks=takes_blocks()) if row.in_scale else ""
        name = pad(cut(row.label, label), label)
        if not row.in_scale:
            name = call.paint(name, DIM)
        line = f"{'':{indent}}{name}  {row.count:>{number},}  {call.paint(drawn, row.style)}"
        emit_styled(line.rstrip())


def most_frequent(counts: Sequence[tuple[str, int]], most: int) -> Iterator[Row]:
    """Yield the `most` first of what was counted, and one row for all others."""
    shown = counts if len(counts) <= most + 1 else counts[:most]
    for value, count in shown:
        yield Row(value or "none", count)
    if rest := counts[len(shown) :]:
        yield Row(counted(len(rest), "other"), sum(count for _, count in rest), in_scale=False)


def by_time(counts: Mapping[str, int]) -> Iterator[Row]:
    """Yield months (``YYYY-MM``) in order: old ones summed by year, new ones, then what has no date."""
    months = sorted(month for month in counts if month[:4].isdigit())
    recent = _without_gaps(months)[-RECENT_MONTHS:]
    years: dict[str, int] = {}
    for month in (month for month in months if month < recent[0]):
        years[month[:4]] = years.get(month[:4], 0) + counts[month]
    first = recent[0][:4] if recent else ""
    for year, count in years.items():
        yield Row(f"earlier in {year}" if year == first else year, count, in_scale=False)
    for month in recent:
        yield Row(month, counts.get(month, 0))
    for name in counts.keys() - set(months):
        yield Row(name or "no date", counts[name], in_scale=False)


def _without_gaps(months: Sequence[str]) -> list[str]:
    """Put the months between into a list of ascending months, where these are few."""
    numbers = [12 * int(month[:4]) + int(month[5:7]) - 1 for month in months]
    filled = numbers[:1]
    for before, number in pairwise(numbers):
        filled += range(before + 1, number) if number - before <= LONGEST_GAP else ()
        filled.append(number)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in filled]
