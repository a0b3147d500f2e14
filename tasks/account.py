"""A file accounted for: what became of its page, and which bytes of the file each part of it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from index.article import Language, Story
from tasks.judged import Judged
from tasks.spans import ByteRange, Row

MARKUP: Final = "markup"
"""What the summary and --json call HTML source between the lines."""


@dataclass(frozen=True, slots=True)
class Account:
    """A file, what became of its page, and where in the file each part of it stands."""

    name: str
    size: int
    judged: Judged
    parts: Sequence[Row]
    languages: Sequence[Language]


def sizes_of(parts: Sequence[Row]) -> tuple[Counter[str], Counter[str]]:
    """Count lines and bytes by label, and of the markup; the bytes add up to the file's size."""
    lines: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for part in parts:
        name = part.line.label.value if part.line else MARKUP
        lines[name] += part.line is not None
        sizes[name] += part.place.end - part.place.start if part.place else 0
    return lines, sizes


def ranges_of(parts: Sequence[Row], stories: Sequence[Story]) -> list[ByteRange | None]:
    """Return the bytes from the first to the last placed line of each story; None where none is placed."""
    places = {part.number: part.place for part in parts if part.line and part.place}
    found: list[ByteRange | None] = []
    for story in stories:
        numbers = range(story.span[0] + 1, story.span[1] + 1)
        first = next((places[number] for number in numbers if number in places), None)
        last = next((places[number] for number in reversed(numbers) if number in places), None)
        found.append(ByteRange(first.start, last.end) if first and last else None)
    return found


def holders_of(stories: Sequence[Story]) -> dict[int, int]:
    """Return for each line number (from 1) within a story's span which story that is, from 0."""
    return {
        line: number
        for number, story in enumerate(stories)
        for line in range(story.span[0] + 1, story.span[1] + 1)
    }


def shares(sizes: Mapping[str, int]) -> dict[str, int]:
    """Return whole percentages that add up to 100 (largest remainders; Hamilton's method)."""
    total = sum(sizes.values())
    if not total:
        return dict.fromkeys(sizes, 0)
    whole = {name: 100 * size // total for name, size in sizes.items()}
    by_rest = sorted(sizes, key=lambda name: (-(100 * sizes[name] % total), name))
    for name in by_rest[: 100 - sum(whole.values())]:
        whole[name] += 1
    return whole
