"""Writes small pickles of numbers and bytes, piece by piece.

A posting list on disk is a pickle, and what Whoosh reads is any pickle that gives the three tuples. The
pieces below are those that `pickle.dumps` would write, without the marks by which it finds an object again:
none of these objects is shared, and the marks are a third of a short list's bytes and of the time.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from typing import Final

NONE: Final = b"N"
STOP: Final = b"."
_TRIPLE: Final = b"\x87"
_OPEN: Final = b"("
_CLOSE: Final = b"t"
_CLOSED: Final = {1: b"\x85", 2: b"\x86", 3: b"\x87"}  # of short tuples, which need no opening


class _Numbers(dict[int, bytes]):
    """Number below 2 ** 31 → its pickle; those below 2 ** 16 are remembered."""

    def __missing__(self, number: int) -> bytes:
        if number >= 1 << 16:
            return b"J" + struct.pack("<i", number)
        piece = b"M" + struct.pack("<H", number) if number >= 1 << 8 else b"K" + bytes((number,))
        self[number] = piece
        return piece


_NUMBERS: Final = _Numbers()
_HEADS: Final = [b"C" + bytes((size,)) for size in range(256)]


def number(value: int) -> bytes:
    """Pickle a number from 0 to 2 ** 31 - 1."""
    return _NUMBERS[value]


def real(value: float) -> bytes:
    """Pickle a float."""
    return b"G" + struct.pack(">d", value)


def octets(value: bytes) -> bytes:
    """Pickle bytes."""
    size = len(value)
    return (_HEADS[size] if size < len(_HEADS) else b"B" + struct.pack("<I", size)) + value


def numbers(values: Sequence[int]) -> bytes:
    """Pickle a tuple of numbers, at least one."""
    if len(values) <= len(_CLOSED):
        return b"".join(map(_NUMBERS.__getitem__, values)) + _CLOSED[len(values)]
    return _OPEN + b"".join(map(_NUMBERS.__getitem__, values)) + _CLOSE


def joined(pieces: Sequence[bytes]) -> bytes:
    """Pickle a tuple, at least one long, of what is pickled."""
    if len(pieces) <= len(_CLOSED):
        return b"".join(pieces) + _CLOSED[len(pieces)]
    return _OPEN + b"".join(pieces) + _CLOSE


def triple(pieces: Iterable[bytes]) -> bytes:
    """Finish the pickle of a tuple of three."""
    return b"".join(pieces) + _TRIPLE + STOP


# A list of one posting, ((document,), (weight,) or None, (value,)), is the commonest by far: the number of
# the document has a fixed place and width there, so that it can be changed.

_FIXED: Final = struct.Struct("<ci")
_ONE: Final = _CLOSED[1]
_END: Final = _ONE + _TRIPLE + STOP


def single(document: int, weight: int, value: bytes) -> bytes:
    """Pickle the list of one posting; `value` is pickled."""
    weighed = NONE if weight == 1 else _NUMBERS[weight] + _ONE
    return _FIXED.pack(b"J", document) + _ONE + weighed + value + _END


def moved_single(data: bytes, at: int, base: int) -> tuple[int, bytes]:
    """Add `base` to the document of what `single` made, which is all of `data` from `at` on."""
    document = _FIXED.unpack_from(data, at)[1] + base
    return document, _FIXED.pack(b"J", document) + data[at + _FIXED.size :]
