"""One sorted run of postings, cut into chunks: a row of ``hash_run``, and a row of ``hash_chunk`` a chunk.

A posting is a *key* of 63 bits (43 of a hash, then 20 of an article's id) and a *low* (32 more bits of the
id). Runs are ordered by both. The *rank* of a key is the number of smaller ones in its run.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Final

import numpy as np
from numpy.typing import NDArray

CHUNK: Final = 2_000
"""Postings of a chunk: 24 KB, six pages of the database."""
AT_ONCE: Final = 64
"""Chunks held in memory at a time."""
GROWTH: Final = 8
"""A run of the next level has so many times the postings."""

KEY: Final = np.dtype("<u8")
LOW: Final = np.dtype("<u4")
KEY_ID_BITS: Final = 20

Keys = NDArray[np.uint64]
Lows = NDArray[np.uint32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SortedRun:
    """A run in the catalog. Chunk i has keys from `firsts[i]` to at most `firsts[i+1]`.

    `before[i]` is the rank of the first key of chunk i; the last of it is the length of the run.
    """

    db: sqlite3.Connection
    id: int
    level: int
    start: int
    firsts: Keys
    before: Places

    @classmethod
    def of(cls, db: sqlite3.Connection, row: sqlite3.Row) -> SortedRun:
        """Make the run of a row of ``hash_run``."""
        sizes = np.frombuffer(row["sizes"], LOW)
        before = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
        return cls(db, row["id"], row["level"], row["start"], np.frombuffer(row["firsts"], KEY), before)

    def __len__(self) -> int:
        return int(self.before[-1])

    def span(self, hashes: Keys) -> tuple[Places, Places]:
        """Return the ranks at which the postings of each hash (ascending) begin and end."""
        shift = np.uint64(KEY_ID_BITS)
        bounds = np.stack((hashes << shift, (hashes + np.uint64(1)) << shift), axis=1).ravel()
        ranks = self.ranks(bounds).reshape(-1, 2)
        return ranks[:, 0], ranks[:, 1]

    def ranks(self, keys: Keys) -> Places:
        """Return the rank of each key; the keys ascend, and need not be in the run."""
        chunks = np.searchsorted(self.firsts, keys, "left") - 1
        found = np.zeros(len(keys), np.int64)
        for numbers, first, last in _slices(chunks):
            held, offsets = self._keys(numbers)
            mine = np.searchsorted(numbers, chunks[first:last])
            at = np.searchsorted(held, keys[first:last]) - offsets[mine]
            inside = np.clip(at, 0, np.diff(offsets)[mine])
            found[first:last] = self.before[chunks[first:last]] + inside
        return found

    def take(self, ranks: Places) -> tuple[Keys, Lows]:
        """Return the postings of these ranks; the ranks ascend."""
        chunks = np.searchsorted(self.before, ranks, "right") - 1
        keys, lows = np.empty(len(ranks), KEY), np.empty(len(ranks), LOW)
        for numbers, first, last in _slices(chunks):
            held, offsets = self._keys(numbers)
            mine = chunks[first:last]
            at = ranks[first:last] - self.before[mine] + offsets[np.searchsorted(numbers, mine)]
            keys[first:last] = held[at]
            lows[first:last] = np.frombuffer(b"".join(self._blobs("lows", numbers)), LOW)[at]
        return keys, lows

    def remove(self, keys: Keys, lows: Lows) -> NDArray[np.bool_]:
        """Remove postings (sorted), each once; tell which of them were not here."""
        first, last = self.ranks(keys), self.ranks(keys + np.uint64(1))
        ranks = np.unique(spread(first, last - first))
        held = dict(zip(ranks.tolist(), self.take(ranks)[1].tolist(), strict=True))
        left = np.ones(len(keys), bool)
        taken: set[int] = set()
        for place, (start, end) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
            same = (rank for rank in range(start, end) if held[rank] == lows[place] and rank not in taken)
            if (rank := next(same, None)) is not None:
                taken.add(rank)
                left[place] = False
        self._shrink(sorted(taken))
        return left

    def delete(self) -> None:
        """Remove the run with its chunks."""
        last = self.start + len(self.firsts) - 1
        self.db.execute("DELETE FROM hash_chunk WHERE id BETWEEN ? AND ?", (self.start, last))
        self.db.execute("DELETE FROM hash_run WHERE id = ?", (self.id,))

    def _shrink(self, ranks: Sequence[int]) -> None:
        gone: dict[int, list[int]] = {}
        for rank in ranks:
            chunk = int(np.searchsorted(self.before, rank, "right")) - 1
            gone.setdefault(chunk, []).append(rank - int(self.before[chunk]))
        sizes = np.diff(self.before).astype(LOW)
        for chunk, places in gone.items():
            self._rewrite(chunk, places)
            sizes[chunk] -= len(places)
        if not sizes.any():
            self.delete()
        elif gone:
            self.db.execute("UPDATE hash_run SET sizes = ? WHERE id = ?", (sizes.tobytes(), self.id))

    def _rewrite(self, chunk: int, without: Sequence[int]) -> None:
        number = np.array([chunk])
        kept = (
            np.delete(np.frombuffer(b"".join(self._blobs(column, number)), kind), without).tobytes()
            for column, kind in (("keys", KEY), ("lows", LOW))
        )
        self.db.execute("UPDATE hash_chunk SET keys = ?, lows = ? WHERE id = ?", (*kept, self.start + chunk))

    def _keys(self, numbers: Places) -> tuple[Keys, Places]:
        """Return the keys of chunks, and where each chunk begins among them, the end included."""
        blobs = self._blobs("keys", numbers)
        offsets = np.cumsum([0, *(len(blob) // KEY.itemsize for blob in blobs)], dtype=np.int64)
        return np.frombuffer(b"".join(blobs), KEY), offsets

    def _blobs(self, column: str, numbers: Places) -> list[bytes]:
        marks = ", ".join("?" * len(numbers))
        query = f"SELECT {column} FROM hash_chunk WHERE id IN ({marks}) ORDER BY id"
        return [row[0] for row in self.db.execute(query, (numbers + self.start).tolist())]


def write_run(db: sqlite3.Connection, family: str, pieces: Iterable[tuple[Keys, Lows]]) -> None:
    """Write a run; each piece is sorted, and so are the pieces."""
    start = db.execute("SELECT coalesce(max(id), 0) + 1 FROM hash_chunk").fetchone()[0]
    firsts: list[int] = []
    sizes: list[int] = []
    for keys, lows in pieces:
        for at in range(0, len(keys), CHUNK):
            some = slice(at, at + CHUNK)
            row = (start + len(firsts), keys[some].tobytes(), lows[some].tobytes())
            db.execute("INSERT INTO hash_chunk VALUES (?, ?, ?)", row)
            firsts.append(int(keys[at]))
            sizes.append(len(keys[some]))
    db.execute(
        "INSERT INTO hash_run (family, level, start, firsts, sizes) VALUES (?, ?, ?, ?, ?)",
        (family, _level(sum(sizes)), start, np.array(firsts, KEY).tobytes(), np.array(sizes, LOW).tobytes()),
    )


def read_runs(db: sqlite3.Connection, family: str) -> list[SortedRun]:
    """Read the runs of a family."""
    query = "SELECT id, level, start, firsts, sizes FROM hash_run WHERE family = ? ORDER BY id"
    return [SortedRun.of(db, row) for row in db.execute(query, (family,)).fetchall()]


def merged(runs: Sequence[SortedRun]) -> Iterator[tuple[Keys, Lows]]:
    """Yield the postings of runs in order, in pieces of about `AT_ONCE` chunks."""
    bounds = np.unique(np.concatenate([run.firsts for run in runs]))[AT_ONCE::AT_ONCE]
    cuts = [np.concatenate(([0], run.ranks(bounds), [len(run)])) for run in runs]
    for piece in range(len(bounds) + 1):
        taken = [
            run.take(np.arange(places[piece], places[piece + 1]))
            for run, places in zip(runs, cuts, strict=True)
        ]
        keys, lows = starmap(np.concatenate, ((part,) for part in zip(*taken, strict=True)))
        yield in_order(keys, lows)


def distinct(keys: Keys) -> Keys:
    """Sort and drop repetitions, as `numpy.unique` does in several times the time."""
    ordered = np.sort(keys)
    if len(ordered) < 2:
        return ordered
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def in_order(keys: Keys, lows: Lows) -> tuple[Keys, Lows]:
    """Sort postings."""
    order = np.lexsort((lows, keys))
    return keys[order], lows[order]


def spread(starts: Places, sizes: Places) -> Places:
    """Return the numbers of all ranges start..start+size-1, one range after the other."""
    ends = np.cumsum(sizes)
    return np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)


def _slices(chunks: Places) -> Iterator[tuple[Places, int, int]]:
    """Yield (numbers, first, last), few at a time: chunks[first:last] (ascending) are of these numbers."""
    numbers = np.unique(chunks[chunks >= 0])
    for at in range(0, len(numbers), AT_ONCE):
        some = numbers[at : at + AT_ONCE]
        yield some, int(np.searchsorted(chunks, some[0])), int(np.searchsorted(chunks, some[-1], "right"))


def _level(postings: int) -> int:
    level = 0
    while postings >= CHUNK:
        postings //= GROWTH
        level += 1
    return level
