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


LEAVES: Final = 16
"""Leaves of a tree at most: as many bits tell which of them can still be reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The ascending thresholds of one feature, and which leaves a value among them leaves in reach.

    `reached` has a row for each number of thresholds below the value, a column for each tree, and in it a bit
    for each leaf, the leftmost lowest.
    """

    thresholds: Column
    reached: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Trees as arrays, shape (trees, nodes); a leaf's children are itself. Node 0 of each is its root.

    `splits` and `leaves` say the same for scoring, see `log_odds`.
    """

    names: tuple[str, ...]
    base: float
    feature: NDArray[np.intp]
    threshold: Column
    value: Column
    child: NDArray[np.intp]
    depth: int
    splits: tuple[Split, ...]
    leaves: Column

    def log_odds(self, columns: Mapping[str, Column]) -> Column:
        """Return the log-odds of each line; `columns` holds every feature of `names`.

        No tree is walked (QuickScorer, Lucchese et al. 2015): where a value stands among the thresholds of
        its feature says which leaves of all trees are out of reach; the first leaf that is left is reached.
        """
        count = len(next(iter(columns.values())))
        parts = [self._scored(columns, slice(start, start + ROWS)) for start in range(0, count, ROWS)]
        return np.concatenate([np.empty(0), *parts], dtype=np.float64)

    def _scored(self, columns: Mapping[str, Column], lines: slice) -> Column:
        count, trees = len(next(iter(columns.values()))[lines]), len(self.leaves)
        reached = np.full((count, trees), (1 << LEAVES) - 1, dtype=np.uint16)
        left = np.empty_like(reached)
        for name, split in zip(self.names, self.splits, strict=True):
            place = split.thresholds.searchsorted(columns[name][lines])
            # none is beyond the last, so nothing is clipped: numpy fills `out` directly only if told to clip
            reached &= split.reached.take(place, axis=0, out=left, mode="clip")
        first = _lowest_bits().take(reached) + np.arange(trees) * LEAVES
        told = self.leaves.take(first.T)
        told[0] += self.base
        return np.asarray(np.add.accumulate(told)[-1])  # one by one, as scikit-learn adds them up

    def shares(self, columns: Mapping[str, Column]) -> Column:
        """Return what each feature adds to each line's log-odds, shape (lines, features).

        On the way down a tree the mean of the leaves changes with every split; the change counts for the
        feature that was asked (Saabas 2014). They sum up to the log-odds less a constant.
        """
        parts = []
        for part in self._parts(columns):
            shares = np.zeros((len(part), len(self.names)))
            self._share_out(part, shares)
            parts.append(shares)
        return np.concatenate(parts) if parts else np.zeros((0, len(self.names)))

    def _parts(self, columns: Mapping[str, Column]) -> list[Column]:
        lines = np.empty((len(next(iter(columns.values()))), len(self.names)))
        for place, name in enumerate(self.names):
            lines[:, place] = columns[name]
        return [lines[start : start + ROWS] for start in range(0, len(lines), ROWS)]

    def _share_out(self, lines: Column, shares: Column) -> None:
        """Walk all trees with all lines, level by level; add what each split tells to `shares`."""
        trees, nodes = self.feature.shape
        roots = np.arange(trees) * nodes
        at = np.broadcast_to(roots, (len(lines), trees))
        first = (np.arange(len(lines)) * len(self.names))[:, None]
        feature, child = self.feature.reshape(-1), self.child.reshape(-1)
        threshold, value = self.threshold.reshape(-1), self.value.reshape(-1)
        for _ in range(self.depth):
            asked = first + feature.take(at)
            higher = lines.reshape(-1).take(asked) > threshold.take(at)
            down = child.take(2 * at + higher) + roots
            told = value.take(down) - value.take(at)
            np.add.at(shares.reshape(-1), asked.reshape(-1), told.reshape(-1))
            at = down


@cache
def _lowest_bits() -> NDArray[np.uint8]:
    """Return the place of the lowest bit of every number of `LEAVES` bits."""
    lowest = np.zeros(1 << LEAVES, dtype=np.uint8)
    for place in reversed(range(LEAVES)):
        lowest[1 << place :: 2 << place] = place
    return lowest


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
    splits, leaves = _reach(nested, names)
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
        depth=max(depth for _, depth in flat), splits=splits, leaves=leaves,
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


def _reach(nested: Sequence[Any], names: Sequence[str]) -> tuple[tuple[Split, ...], Column]:
    """Return the splits of each feature, and the values of the leaves, shape (trees, `LEAVES`).

    Raises ValueError where a tree has more leaves.
    """
    leaves = np.zeros((len(nested), LEAVES))
    asked: dict[str, list[tuple[float, int, int]]] = {name: [] for name in names}

    def add(node: Any, tree: int, first: int) -> int:
        """Number the leaves of a node from `first` on; return the number behind the last."""
        if not isinstance(node, list):
            if first >= LEAVES:
                raise ValueError(f"tree {tree} has more than {LEAVES} leaves")
            leaves[tree, first] = float(node)
            return first + 1
        name, threshold, _, low, high = node
        middle = add(low, tree, first)
        asked[name].append((threshold, tree, (1 << middle) - (1 << first)))
        return add(high, tree, middle)

    for tree, node in enumerate(nested):
        add(node, tree, 0)
    return tuple(_split(asked[name], len(nested)) for name in names), leaves


def _split(asked: Sequence[tuple[float, int, int]], trees: int) -> Split:
    """Lay out the splits of one feature: threshold, tree, and the leaves that no higher value reaches."""
    thresholds = np.array(sorted({threshold for threshold, _, _ in asked}), dtype=np.float64)
    reached = np.full((len(thresholds) + 1, trees), (1 << LEAVES) - 1, dtype=np.uint16)
    for threshold, tree, low in asked:
        reached[thresholds.searchsorted(threshold) + 1 :, tree] &= np.uint16(((1 << LEAVES) - 1) ^ low)
    return Split(thresholds, reached)
