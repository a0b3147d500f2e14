"""Deaths of a run at any of the points where it touches catalog, index or spool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from index.links import LinkStore
from tasks import commit, ingest, scan

POINTS = (
    (commit.writer, "apply"),
    (commit.articles, "mark_indexed"),
    (commit.files, "settle"),
    (commit.articles, "put_version"),
    (commit.files, "hold"),
    (commit, "link"),
    (commit.LineCounter, "count"),
    (commit.line_counts, "served"),
    (ingest, "store"),
    (ingest, "count_no_more"),
    (ingest, "release"),
    (scan.files, "put_seen"),
)
LINKING = tuple(
    (LinkStore, name)
    for name in ("drop", "put_entries", "drop_edges", "put_edges", "mark_digests", "put_canonicals")
)


class FaultError(Exception):
    """Stands for a death at this very point."""


class Faults:
    """Dies at the n-th of the points, each counted before and after; never where `at` is 0."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, at: int, points: tuple[tuple[Any, str], ...] = POINTS
    ) -> None:
        self.left = at
        for owner, name in points:
            monkeypatch.setattr(owner, name, self._deadly(getattr(owner, name)))

    def _deadly(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def before_and_after(*args: Any, **options: Any) -> Any:
            self._strike()
            result = function(*args, **options)
            self._strike()
            return result

        return before_and_after

    def _strike(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise FaultError
