"""The term dictionary of a segment, in the format of Whoosh's `OrderedHashWriter`, written in one go.

::

    "HSH3", hash type, two unused numbers
    records: length of key, length of value, key, value; in ascending order of keys
    256 hash tables of (hash, place of a record); a key's lowest byte says which, the rest where in it
    directory of the tables
    extras, a pickle; the places of all records in order, for binary search; the length of both

A key is the number of a field (two bytes) and a term. Keys are hashed by CRC-32, which the format allows and
is five times as fast as the MD5 that Whoosh chooses.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final
from zlib import crc32

import numpy as np

from index.whooshed import dumps

_HEADER: Final = b"HSH3" + struct.pack("!Bii", 1, 0, 0)  # 1: CRC-32
_LENGTHS: Final = struct.Struct("!ii")
_SLOT: Final = np.dtype([("hash", ">u4"), ("place", ">i8")])
_TABLE: Final = np.dtype([("place", ">i8"), ("slots", ">i4")])
_TABLES: Final = 256
FIELD: Final = struct.Struct("!H")


class TermFile:
    """Takes the terms of one field after the other, and makes the file."""

    def __init__(self) -> None:
        self._keys: list[bytes] = []
        self._values: list[bytes] = []
        self._fields: dict[str, int] = {}

    def add(self, field: str, terms: Sequence[bytes], infos: Sequence[bytes]) -> None:
        """Add terms of a field with what is known of each; fields and terms must come in ascending order."""
        number = self._fields.setdefault(field, len(self._fields))
        prefix = FIELD.pack(number)
        self._keys += [prefix + term for term in terms]
        self._values += infos

    def save(self, file: Any) -> None:
        """Write the file and close it."""
        keys, values = self._keys, self._values
        lengths = np.empty((len(keys), 2), ">i4")
        lengths[:, 0] = list(map(len, keys))
        lengths[:, 1] = list(map(len, values))
        sizes = lengths.sum(axis=1, dtype=np.int64) + _LENGTHS.size
        places = np.cumsum(sizes) - sizes + len(_HEADER)
        heads, size = lengths.tobytes(), _LENGTHS.size
        file.write(_HEADER)
        file.write(
            b"".join(
                part
                for at, key, value in zip(range(0, len(heads), size), keys, values, strict=True)
                for part in (heads[at : at + size], key, value)
            )
        )
        end = len(_HEADER) + int(sizes.sum())
        tables, directory = _hash_tables(keys, places, end)
        file.write(tables)
        file.write(directory)
        kind = ">i4" if end < 1 << 31 else ">i8"
        extras = {"fieldmap": self._fields, "indextype": "i" if kind == ">i4" else "q", "indexlen": len(keys)}
        tail = dumps(extras, 2) + places.astype(kind).tobytes()
        file.write(tail + struct.pack("!i", len(tail)))
        file.close()


def _hash_tables(keys: Sequence[bytes], places: np.ndarray[Any, Any], end: int) -> tuple[bytes, bytes]:
    """Make the tables, which begin at `end`, and their directory.

    A key stands in its own slot or, where that is taken, in the next free one. Sorted by their own slots, all
    keys find their place in one pass: the slot after the one before, or the own one if that comes later.
    """
    hashes = np.fromiter(map(crc32, keys), np.int64, len(keys))
    table = hashes & (_TABLES - 1)
    counts = np.bincount(table, minlength=_TABLES)
    slots = (3 * counts + 1) // 2
    own = (hashes >> 8) % slots[table]
    order = np.lexsort((own, table))
    # Each table is given room for all its keys beyond its end, so that none is pushed into the next table.
    room = np.cumsum(3 * counts) - 3 * counts
    wanted = (room[table] + own)[order] - np.arange(len(keys))
    found = np.maximum.accumulate(wanted) + np.arange(len(keys)) - room[table[order]]
    begin = np.cumsum(slots) - slots
    filled = np.zeros(int(slots.sum()), _SLOT)
    fits = found < slots[table[order]]
    chosen = order[fits]
    target = begin[table[chosen]] + found[fits]
    filled["hash"][target] = hashes[chosen]
    filled["place"][target] = places[chosen]
    for key in order[~fits].tolist():  # from the end of a table one goes on at its beginning
        at = int(begin[table[key]])
        while filled["place"][at]:
            at += 1
        filled[at] = (hashes[key], places[key])
    directory = np.empty(_TABLES, _TABLE)
    directory["place"] = end + begin * _SLOT.itemsize
    directory["slots"] = slots
    return filled.tobytes(), directory.tobytes()


def records(data: memoryview, begin: int, end: int) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield (key, value, where the next record is) between two places of a file, whoever wrote it."""
    unpack, size = _LENGTHS.unpack_from, _LENGTHS.size
    at = begin
    while at < end:
        of_key, of_value = unpack(data, at)
        key = at + size
        value = key + of_key
        at = value + of_value
        yield bytes(data[key:value]), bytes(data[value:at]), at
