"""Counts what things have in common: the numbers of facets and of `newsfold stats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from index.folding import fold


def tally(found: Iterable[tuple[Hashable, str]]) -> tuple[tuple[str, int], ...]:
    """Count different things by value, from pairs of both; the most frequent value first.

    A thing counts once for each value that it has. Values that differ by letter case or accents alone are one
    value, as most things spell it. The order of the pairs does not matter.
    """
    different = set(found)
    spelled = Counter(value for _, value in different)
    forms: dict[str, list[str]] = {}
    for value in spelled:
        forms.setdefault(fold(value) or value, []).append(value)
    counts: list[tuple[str, int]] = []
    for several in forms.values():
        shown = min(several, key=lambda value: (-spelled[value], value))
        number = spelled[shown]
        if len(several) > 1:
            alike = frozenset(several)
            number = len({thing for thing, value in different if value in alike})
        counts.append((shown, number))
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))
