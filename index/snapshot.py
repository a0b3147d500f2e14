"""An open index: what the newest commit was when it was opened, for searches while other commits go on.

A commit in the format of Whoosh 2.7.4 is read without Whoosh, whose import alone takes as long as a search.
Any other is read through Whoosh, whichever stands in its place.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from index.commits import (
    REPAIR,
    checksum_of,
    guarded,
    latest_generation,
    read_checksums,
    secure,
    toc_name,
)
from index.errors import IndexDamagedError
from index.fields import INDEX_NAME
from index.leaves import LENGTHS, Leaf, PackedLeaf
from index.segment_file import SegmentFile
from index.toc import read_toc

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.budget import Budget
    from index.leaves import Run

_ATTEMPTS: Final = 5
_PAUSE: Final = 0.02
"""Seconds between two attempts to open an index that is being committed."""

DEFAULT_LENGTH: Final = 1
KEPT: Final = 500_000
"""Postings of lists that are kept in memory for the next query, about 40 bytes each."""
SHORT: Final = 500
"""Postings of a list that is read again as fast as it is kept; patterns stand for hundreds of them."""
REMEMBERED: Final = 300_000
"""Terms of the dictionary that are kept in memory for the next query."""


class Lists:
    """The inverted lists that were asked for last: frequent words are asked for often."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], list[Run]] = {}
        self._room = KEPT

    def get(self, key: tuple[str, str]) -> list[Run] | None:
        """Return the list of a term in a field, None where it is not kept."""
        found = self._lists.pop(key, None)
        if found is not None:
            self._lists[key] = found  # the last one is the latest
        return found

    def keep(self, key: tuple[str, str], runs: list[Run]) -> None:
        """Keep a list in the place of those that were asked for longest ago; not short or too long ones."""
        size = _postings(runs)
        if not SHORT < size <= KEPT:
            return
        while self._room < size:
            self._room += _postings(self._lists.pop(next(iter(self._lists))))
        self._lists[key] = runs
        self._room -= size


def _postings(runs: list[Run]) -> int:
    return 1 + sum(len(documents) for documents, _ in runs)


class Snapshot:
    """The segments of a commit, and what is read of them once and kept for the next query.

    A context manager: leaving it closes the files.
    """

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self.leaves = leaves
        self.size = sum(leaf.size for leaf in leaves)
        self.count = self.size - sum(len(leaf.deleted) for leaf in leaves)
        self.lists = Lists()
        self._columns: dict[str, list[str]] = {}
        self._lengths: dict[str, bytes] = {}
        self._means: dict[str, float] = {}
        self._words: dict[tuple[str, bytes], list[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        for leaf in self.leaves:
            leaf.close()

    def column(self, field: str) -> list[str]:
        """Return the column's value of every document, empty where it has none."""
        if field not in self._columns:
            parts = [leaf.column(field) for leaf in self.leaves]
            self._columns[field] = parts[0] if len(parts) == 1 else [one for part in parts for one in part]
        return self._columns[field]

    def lengths(self, field: str) -> bytes:
        """Return the number of terms in the field of every document, as `length_of` reads it."""
        if field not in self._lengths:
            self._lengths[field] = b"".join(leaf.lengths(field) for leaf in self.leaves)
        return self._lengths[field]

    def mean(self, field: str) -> float:
        """Return the mean number of terms in the field, over all documents that are not deleted."""
        if field not in self._means:
            counts = Counter(self.lengths(field))
            counts.subtract(self.lengths(field)[at] for leaf in self.leaves for at in leaf.deleted)
            total = sum(length_of(value) * count for value, count in counts.items())
            self._means[field] = max(1.0, total / max(1, self.count))
        return self._means[field]

    def words(self, field: str, start: bytes, budget: Budget) -> list[str]:
        """Return the field's terms whose UTF-8 begins with `start`, ascending by it, each once."""
        key = (field, start)
        if key not in self._words:
            found: set[bytes] = set()
            for leaf in self.leaves:
                found.update(leaf.terms(field, start))
                budget.check()
            if len(found) + sum(map(len, self._words.values())) > REMEMBERED:
                self._words.clear()
            self._words[key] = [term.decode() for term in sorted(found)]
        return self._words[key]


def length_of(value: int) -> int:
    """Return the number of terms that Whoosh's byte of a length stands for (to its nearest step)."""
    return LENGTHS[value] or DEFAULT_LENGTH


def open_snapshot(directory: Path) -> Snapshot:
    """Open the newest commit for searches, also while another is made; empty where there is no index.

    Creates nothing. The caller closes it. Raises UnsafeIndexError, IndexVersionError or IndexDamagedError.
    """
    secure(directory)
    for _ in range(_ATTEMPTS):
        generation = latest_generation(directory)
        if generation is None:
            return Snapshot([])
        # Between two looks at the directory a commit may have replaced the files that were seen first.
        with suppress(FileNotFoundError), guarded(directory):
            leaves = _leaves(directory, generation)
            if leaves is not None:
                return Snapshot(leaves)
            from index.reading import open_leaves  # noqa: PLC0415 - Whoosh, where nothing else will do

            return Snapshot(open_leaves(directory))
        time.sleep(_PAUSE)
    raise IndexDamagedError(f"Files of the index in {directory} are missing.", hint=REPAIR)


def _leaves(directory: Path, generation: int) -> list[PackedLeaf] | None:
    """Open the segments of a commit; None where their format is another.

    The checksum of the table of contents is looked at before anything is unpickled.
    """
    name = toc_name(generation)
    data = (directory / name).read_bytes()
    sums = read_checksums(directory, generation)
    if sums is not None and checksum_of(data) != sums.get(name):
        message = f"The table of contents of the index in {directory} was changed."
        raise IndexDamagedError(message, hint=REPAIR)
    records = read_toc(data, INDEX_NAME)
    if records is None:
        return None
    leaves: list[PackedLeaf] = []
    base = 0
    try:
        for record in records:
            if record.size:
                leaves.append(PackedLeaf(record, SegmentFile(directory, record.name), base))
            base += record.size
    except BaseException:
        for leaf in leaves:
            leaf.close()
        raise
    return leaves
