"""Which articles hold a hash: postings in sorted runs, a small log-structured merge tree inside the catalog.

A B-tree row a posting would dirty a page a posting. Here every call of `HashRuns.add` writes one sorted run;
when `FANOUT` runs of about one size stand, they become one. A run is cut into chunks, so that a lookup reads
only those it needs. Source: O'Neil et al. 1996, "The log-structured merge-tree".

A posting takes 12 bytes: 43 bits of the hash, then the first 52 of the article's id. It is ordered by both,
so the holders of smallest id are read first, whatever the order in which they came. Two articles may agree
in those 52 bits by malice: then the holders' table says who is meant.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.article import ArticleId
from index.hashes import HASH_MASK, pack, unpack
from index.sorted_run import (
    KEY_ID_BITS,
    LOW,
    Keys,
    Lows,
    Places,
    SortedRun,
    distinct,
    in_order,
    merged,
    read_runs,
    spread,
    write_run,
)

__all__ = ["HASH_MASK", "HashRuns", "pack", "unpack"]

FANOUT: Final = 8
"""So many runs of one level become one, so that a posting is written about once a level."""

_AT_ONCE: Final = 500
"""Ids of one query: SQLite takes up to 32,766 variables, older builds 999."""
_LOW_BITS: Final = 32
_PREFIX_DIGITS: Final = (KEY_ID_BITS + _LOW_BITS) // 4

Row = tuple[ArticleId, Sequence[int]]
"""An article with the hashes that it holds; those that agree in `HASH_MASK` are one."""
_Span = tuple[SortedRun, Places, Places]


class HashRuns:
    """The postings of one family of hashes; the caller holds the transaction.

    `holders_table` has the columns ``id`` (40 hex digits, the primary key) and ``hashes`` (packed as in
    `index.hashes`), with a row for every article that was added and not removed.
    """

    def __init__(self, db: sqlite3.Connection, family: str, holders_table: str) -> None:
        self._db = db
        self._family = family
        self._table = holders_table

    def add(self, rows: Iterable[Row]) -> None:
        """Add the postings of articles that have none."""
        keys, lows = postings_of(rows)
        if len(keys):
            write_run(self._db, self._family, [(keys, lows)])
            self._merge()

    def remove(self, rows: Iterable[Row]) -> None:
        """Remove postings, given as they were added; what is not there is passed over."""
        keys, lows = postings_of(rows)
        for run in self._runs():
            if len(keys):
                left = run.remove(keys, lows)
                keys, lows = keys[left], lows[left]

    def holders(
        self, hashes: Iterable[int], limit: int | None = None, *, least: int = 1
    ) -> dict[int, list[ArticleId]]:
        """Name for each hash its holders of smallest id, ascending, at most `limit`; None means all.

        Hashes with fewer than `least` holders are left out.
        """
        asked = list(hashes)
        keys = _keys(asked)
        wanted, spans = self._spans(keys)
        many = _total(spans, len(wanted)) >= max(1, least)
        which, prefixes = _gather(spans, many, limit)
        named = _Names(self._db, self._table)
        named.read(distinct(prefixes).tolist())
        found: dict[int, list[ArticleId]] = {}
        for place, some in _grouped(which, prefixes, limit):
            key = int(wanted[place])
            found[key] = named.holders(some, key)[:limit]
        held = many[wanted.searchsorted(keys)].tolist()  # few are, so that the others are passed over at once
        answered = ((hash_, hash_ & HASH_MASK) for hash_ in compress(asked, held))
        return {hash_: found[key] for hash_, key in answered if key in found}

    def counts(self, hashes: Iterable[int]) -> dict[int, int]:
        """Count the holders of each hash; reads two chunks a run at most, however many they are."""
        asked = list(hashes)
        wanted, spans = self._spans(_keys(asked))
        count = dict(zip(wanted.tolist(), _total(spans, len(wanted)).tolist(), strict=True))
        return {hash_: count[hash_ & HASH_MASK] for hash_ in asked}

    def _spans(self, keys: Keys) -> tuple[Keys, list[_Span]]:
        """Return the distinct keys, ascending, and where in each run their postings begin and end."""
        wanted = distinct(keys)
        return wanted, [(run, *run.span(wanted)) for run in self._runs()]

    def _runs(self) -> list[SortedRun]:
        return read_runs(self._db, self._family)

    def _merge(self) -> None:
        """Make one run of those of a level, as long as a level has `FANOUT` of them."""
        while crowded := _crowded(self._runs()):
            write_run(self._db, self._family, merged(crowded))
            for run in crowded:
                run.delete()


class _Names:
    """The articles whose ids begin with 52 given bits."""

    def __init__(self, db: sqlite3.Connection, table: str) -> None:
        self._db = db
        self._table = table
        self._single: dict[int, ArticleId] = {}
        self._twins: dict[int, list[ArticleId]] = {}

    def read(self, prefixes: Iterable[int]) -> None:
        """Read which articles have these prefixes."""
        asked = [f"{prefix:0{_PREFIX_DIGITS}x}" for prefix in prefixes]
        found: dict[str, list[ArticleId]] = {low: [] for low in asked}
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            wanted = ", ".join(["(?)"] * len(some))
            query = f"""WITH wanted (low) AS (VALUES {wanted})
                SELECT id FROM wanted CROSS JOIN {self._table}
                WHERE id >= low AND id < low || 'g' ORDER BY id"""
            for (id_,) in self._db.execute(query, some):
                found[id_[:_PREFIX_DIGITS]].append(ArticleId(id_))
        for low, ids in found.items():
            if len(ids) == 1:
                self._single[int(low, 16)] = ids[0]
            else:
                self._twins[int(low, 16)] = ids

    def holders(self, prefixes: Sequence[int], key: int) -> list[ArticleId]:
        """Return the articles with these prefixes (ascending, read before) that hold a hash, ascending."""
        if self._twins.keys().isdisjoint(prefixes):
            return list(map(self._single.__getitem__, prefixes))
        found: list[ArticleId] = []
        for prefix in dict.fromkeys(prefixes):
            if prefix in self._single:
                found.append(self._single[prefix])
            else:
                found += [id_ for id_ in self._twins[prefix] if self._holds(id_, key)]
        return found

    def _holds(self, id_: ArticleId, key: int) -> bool:
        row = self._db.execute(f"SELECT hashes FROM {self._table} WHERE id = ?", (id_,)).fetchone()
        return row[0] is not None and key in unpack(row[0])


def postings_of(rows: Iterable[Row]) -> tuple[Keys, Lows]:
    """Return the postings of articles, sorted."""
    hashes: list[int] = []
    prefixes: list[int] = []
    for id_, mine in rows:
        distinct = {hash_ & HASH_MASK for hash_ in mine}
        hashes.extend(distinct)
        prefixes.extend([int(id_[:_PREFIX_DIGITS], 16)] * len(distinct))
    prefix = np.array(prefixes, np.uint64)
    keys = np.array(hashes, np.uint64) << np.uint64(KEY_ID_BITS) | prefix >> np.uint64(_LOW_BITS)
    return in_order(keys, (prefix & np.uint64((1 << _LOW_BITS) - 1)).astype(LOW))


def _keys(hashes: Sequence[int]) -> Keys:
    """Return of each hash the bits that count."""
    return np.array([hash_ & HASH_MASK for hash_ in hashes], np.uint64)


def _total(spans: Iterable[_Span], count: int) -> Places:
    total = np.zeros(count, np.int64)
    for _, first, last in spans:
        total += last - first
    return total


def _gather(spans: Iterable[_Span], many: NDArray[np.bool_], limit: int | None) -> tuple[Places, Keys]:
    """Return (place of the hash, 52 bits of the id) of the first postings of each run, where `many`."""
    which, prefixes = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for run, first, last in spans:
        sizes = np.where(many, last - first, 0)
        if limit is not None:
            sizes = np.minimum(sizes, limit)
        if sizes.any():
            keys, lows = run.take(spread(first, sizes))
            high = keys & np.uint64((1 << KEY_ID_BITS) - 1)
            which.append(np.repeat(np.arange(len(sizes)), sizes))
            prefixes.append(high << np.uint64(_LOW_BITS) | lows)
    return np.concatenate(which), np.concatenate(prefixes)


def _grouped(which: Places, prefixes: Keys, limit: int | None) -> Iterator[tuple[int, list[int]]]:
    """Yield each place with its prefixes, ascending, at most `limit`."""
    order = np.lexsort((prefixes, which))
    which, ascending = which[order], prefixes[order].tolist()
    starts = np.flatnonzero(np.diff(which, prepend=-1)).tolist()
    for start, end in pairwise([*starts, len(which)]):
        last = end if limit is None else min(end, start + limit)
        yield int(which[start]), ascending[start:last]


def _crowded(runs: Sequence[SortedRun]) -> list[SortedRun]:
    """Return the runs of the lowest level that has enough of them for a merge."""
    for level in sorted({run.level for run in runs}):
        same = [run for run in runs if run.level == level]
        if len(same) >= FANOUT:
            return same
    return []
