"""The line model at run time: gradient-boosted trees that give each line its log-odds of being body.

`python -m evals.line_model` fits them (scikit-learn, for developers only) and writes ``line_model.json``: one
tree a line, ``[feature, threshold, mean, low, high]`` a split (low where the value is at most the threshold,
`mean` the mean of the leaves below it), a number a leaf. tests/evals/test_line_model.py proves that these
trees score exactly as those they were made of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tasks.context import Column

SHIPPED: Final = Path(__file__).with_name("line_model.json")

ROWS: Final = 2_000
"""Lines scored at once: bounds the memory on a page of 200,000 lines."""


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Trees as arrays, shape (trees, nodes); a leaf's children are itself. Node 0 of each is its root."""

    names: tuple[str, ...]
    base: float
    feature: NDArray[np.intp]
    threshold: Column
    value: Column
    child: NDArray[np.intp]
    depth: int

    def log_odds(self, columns: Mapping[str, Column]) -> Column:
        """Return the log-odds of each line; `columns` holds every feature of `names`."""
        return np.concatenate(
            [np.empty(0), *(self._score(part, None) for part in self._parts(columns))], dtype=np.float64
        )

    def shares(self, columns: Mapping[str, Column]) -> Column:
        """Return what each feature adds to each line's log-odds, shape (lines, features).

        On the way down a tree the mean of the leaves changes with every split; the change counts for the
        feature that was asked (Saabas 2014). They sum up to the log-odds less a constant.
        """
        parts = []
        for part in self._parts(columns):
            shares = np.zeros((len(part), len(self.names)))
            self._score(part, shares)
            parts.append(shares)
        return np.concatenate(parts) if parts else np.zeros((0, len(self.names)))

    def _parts(self, columns: Mapping[str, Column]) -> list[Column]:
        lines = np.empty((len(next(iter(columns.values()))), len(self.names)))
        for place, name in enumerate(self.names):
            lines[:, place] = columns[name]
        return [lines[start : start + ROWS] for start in range(0, len(lines), ROWS)]

    def _score(self, lines: Column, shares: Column | None) -> Column:
        """Walk all trees with all lines, level by level; add what each split tells to `shares`."""
        trees, nodes = self.feature.shape
        roots = np.arange(trees) * nodes
        at = np.broadcast_to(roots, (len(lines), trees))
        first = (np.arange(len(lines)) * len(self.names))[:, None]
        feature, child = self.feature.reshape(-1), self.child.reshape(-1)
        threshold, value = self.threshold.reshape(-1), self.value.reshape(-1)
        values = lines.reshape(-1)
        for _ in range(self.depth):
            asked = first + feature.take(at)
            higher = values.take(asked) > threshold.take(at)
            down = child.take(2 * at + higher) + roots
            if shares is not None:
                told = value.take(down) - value.take(at)
                np.add.at(shares.reshape(-1), asked.reshape(-1), told.reshape(-1))
            at = down
        total = np.full(len(lines), self.base)
        for leaves in value.take(at).T:  # one after the other, as scikit-learn adds them up
            total += leaves
        return total


@cache
def shipped() -> Trees:
    """Return the trees that come with newsfold."""
    return load(SHIPPED)


def load(path: Path) -> Trees:
    """Read trees from a file that `evals.line_model` wrote."""
    return from_rows(json.loads(path.read_text(encoding="utf-8")))


def from_rows(model: Mapping[str, Any]) -> Trees:
    """Lay out ``{"base": number, "trees": [nested lists]}`` as arrays."""
    nested: Sequence[Any] = model["trees"]
    names = tuple(sorted({name for tree in nested for name in _names(tree)}))
    order = {name: place for place, name in enumerate(names)}
    flat = [_flatten(tree, order) for tree in nested]
    size = max(len(rows) for rows, _ in flat)
    feature, threshold, value = (np.zeros((len(flat), size)) for _ in range(3))
    child = np.zeros((len(flat), size, 2), dtype=np.intp)
    for number, (rows, _) in enumerate(flat):
        for place, row in enumerate(rows):
            feature[number, place], threshold[number, place], value[number, place] = row[:3]
            child[number, place] = row[3:]
    return Trees(
        names, float(model["base"]), feature.astype(np.intp), threshold, value, child,
        depth=max(depth for _, depth in flat),
    )  # fmt: skip


def _names(tree: Any) -> list[str]:
    if not isinstance(tree, list):
        return []
    name, _, _, low, high = tree
    return [name, *_names(low), *_names(high)]


def _flatten(tree: Any, order: Mapping[str, int]) -> tuple[list[list[float]], int]:
    """Return a tree's nodes as (feature, threshold, value, low child, high child), and its depth."""
    rows: list[list[float]] = []

    def add(node: Any) -> tuple[int, int]:
        place = len(rows)
        if not isinstance(node, list):
            rows.append([0, np.inf, float(node), place, place])
            return place, 0
        name, threshold, mean, low, high = node
        rows.append([order[name], threshold, mean, 0, 0])
        below = [add(low), add(high)]
        rows[place][3:] = [below[0][0], below[1][0]]
        return place, 1 + max(below[0][1], below[1][1])

    return rows, add(tree)[1]
