"""Looks terms up in the dictionary of a segment; the format is described in `index.termfile`."""

from __future__ import annotations

import struct
from hashlib import md5
from typing import TYPE_CHECKING, Final
from zlib import crc32

from index.unpickling import unpickled

if TYPE_CHECKING:
    from collections.abc import Callable

_MAGIC: Final = b"HSH3"
_KIND_AT: Final = len(_MAGIC)
_INT: Final = struct.Struct("!i")
_PAIR: Final = struct.Struct("!ii")
_SLOT: Final = struct.Struct("!Iq")
_TABLE: Final = struct.Struct("!qi")
_FIELD: Final = struct.Struct("!H")
_TABLES: Final = 256


def _md5(key: bytes) -> int:
    return int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:], "big")


_HASHES: Final[tuple[Callable[[bytes], int], ...]] = (_md5, crc32)
"""By the number in the file: what Whoosh takes, what the fast writer takes."""


class Dictionary:
    """The term dictionary of a segment. Raises anything where the bytes are damaged."""

    def __init__(self, data: memoryview) -> None:
        if bytes(data[: len(_MAGIC)]) != _MAGIC:
            raise ValueError("not a term dictionary")
        self._data = data
        self._hash = _HASHES[data[_KIND_AT]]
        extras = len(data) - _INT.size - _INT.unpack_from(data, len(data) - _INT.size)[0]
        self._tables = extras - _TABLES * _TABLE.size
        told = unpickled(data[extras:])
        self._fields = {name: _FIELD.pack(number) for name, number in told["fieldmap"].items()}
        self._count: int = told["indexlen"]
        self._place = struct.Struct("!" + told["indextype"])
        self._places = len(data) - _INT.size - self._count * self._place.size

    def find(self, field: str, term: bytes) -> bytes | None:
        """Return what is known of a term: looked up in the slot that its hash names, or the next ones."""
        if field not in self._fields:
            return None
        key = self._fields[field] + term
        data = self._data
        hashed = self._hash(key)
        begin, slots = _TABLE.unpack_from(data, self._tables + (hashed & 255) * _TABLE.size)
        for number in range(slots):
            slot = (hashed >> 8) + number
            at_hash, at = _SLOT.unpack_from(data, begin + slot % slots * _SLOT.size)
            if not at:
                return None
            if at_hash == hashed:
                of_key, of_value = _PAIR.unpack_from(data, at)
                at += _PAIR.size
                if of_key == len(key) and data[at : at + of_key] == key:
                    return bytes(data[at + of_key : at + of_key + of_value])
        return None

    def terms(self, field: str, start: bytes) -> list[bytes]:
        """Return the field's terms that begin with `start`, in ascending order."""
        if field not in self._fields:
            return []
        head = self._fields[field] + start
        first, last = self._first(head), self._first(_successor(head))
        if first == last:
            return []
        width = self._place.size
        some = self._data[self._places + first * width : self._places + last * width]
        places = [place for (place,) in self._place.iter_unpack(some)]
        begin = places[0]
        end = places[-1] + _PAIR.size + _PAIR.unpack_from(self._data, places[-1])[0]
        data = bytes(self._data[begin:end])
        # A record begins with the length of its key, of which only the last two bytes are ever used.
        at = _PAIR.size - begin
        skipped = at + _FIELD.size
        return [
            data[place + skipped : place + at + (data[place - begin + 2] << 8 | data[place - begin + 3])]
            for place in places
        ]

    def _first(self, key: bytes) -> int:
        """Return the number of the first term that is not before `key`."""
        data, place, pair = self._data, self._place, _PAIR.size
        low, high = 0, self._count
        while low < high:
            middle = (low + high) // 2
            at = place.unpack_from(data, self._places + middle * place.size)[0]
            of_key = _INT.unpack_from(data, at)[0]
            if bytes(data[at + pair : at + pair + of_key]) < key:
                low = middle + 1
            else:
                high = middle
        return low


def _successor(head: bytes) -> bytes:
    """Return the first key after all those that begin with `head`, which has a byte that is not 255."""
    kept = head.rstrip(b"\xff")
    return kept[:-1] + bytes((kept[-1] + 1,))
