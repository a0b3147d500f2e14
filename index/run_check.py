"""Whether the sorted runs of postings hold what they should, in the order that lookups rely on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

import numpy as np

from index.hash_runs import Row, postings_of
from index.sorted_run import KEY, LOW, Keys, Lows

_MIX: Final = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SHIFT: Final = np.uint64(29)
_AT_ONCE: Final = 2_000
"""Articles whose postings are held in memory at a time."""

Fingerprint = tuple[int, int]
"""How many postings, and the sum of a hash of each modulo 2^64: equal for equal multisets."""


def fingerprint_of(rows: Iterable[Row]) -> Fingerprint:
    """Fingerprint the postings that articles should have."""
    count, total = 0, 0
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            count, total = _added((count, total), *postings_of(some))
            some.clear()
    return _added((count, total), *postings_of(some))


def fingerprint_in(db: sqlite3.Connection, family: str) -> Fingerprint | str:
    """Fingerprint the postings that the runs of a family hold; a sentence where a run is not in order."""
    count, total = 0, 0
    query = "SELECT id, start, firsts, sizes FROM hash_run WHERE family = ? ORDER BY id"
    for number, start, firsts, sizes in db.execute(query, (family,)).fetchall():
        if len(firsts) % KEY.itemsize or len(sizes) != len(firsts) // KEY.itemsize * LOW.itemsize:
            return f"run {number} is garbled"
        begins = np.frombuffer(firsts, KEY)
        lengths = np.frombuffer(sizes, LOW)
        last = 0
        for place, (first, size) in enumerate(zip(begins.tolist(), lengths.tolist(), strict=True)):
            row = db.execute("SELECT keys, lows FROM hash_chunk WHERE id = ?", (start + place,)).fetchone()
            if row is None or (len(row[0]), len(row[1])) != (size * KEY.itemsize, size * LOW.itemsize):
                return f"chunk {place} of run {number} is missing or garbled"
            keys, lows = np.frombuffer(row[0], KEY), np.frombuffer(row[1], LOW)
            if size and (first < last or int(keys[0]) < first or (keys[1:] < keys[:-1]).any()):
                return f"chunk {place} of run {number} is not in order"
            last = int(keys[-1]) if size else last
            count, total = _added((count, total), keys, lows)
    return count, total


def _added(to: Fingerprint, keys: Keys, lows: Lows) -> Fingerprint:
    mixed = (keys ^ (keys >> _SHIFT)) * _MIX[0] ^ (lows.astype(np.uint64) + _MIX[1]) * _MIX[1]
    mixed = (mixed ^ (mixed >> _SHIFT)) * _MIX[0]
    total = int(np.add.reduce(mixed ^ (mixed >> _SHIFT), dtype=np.uint64)) if len(mixed) else 0
    return to[0] + len(keys), (to[1] + total) & 0xFFFF_FFFF_FFFF_FFFF
