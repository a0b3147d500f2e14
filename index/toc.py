"""Reads Whoosh's table of contents without Whoosh: which segments a commit has.

A TOC of Whoosh 2.7.4 is numbers that tell version and machine, the pickled schema, the generation, and the
pickled records of the segments. The schema is our own and skipped. The records are unpickled into plain
objects: no class of Whoosh is imported, and no other name in the pickle is looked up.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from index.unpickling import Plain, StrangePickleError, unpickled

_HEAD: Final = struct.pack("!BBBiiBBB", 4, 8, 4, -12345, -111, 2, 7, 4)
"""Sizes of this machine's numbers, their order, the format, and the Whoosh that wrote it."""
_INT: Final = struct.Struct("!i")


class SegmentRecord(NamedTuple):
    """A segment of a commit: its name, how many documents it has, and which of them are deleted."""

    name: str
    size: int
    deleted: frozenset[int]


def read_toc(data: bytes, index: str) -> list[SegmentRecord] | None:
    """Return the segments of a commit of the index of that name, in order.

    None where another Whoosh wrote it, or in another form than one file a segment. Damaged bytes raise
    anything.
    """
    if not data.startswith(_HEAD):
        return None
    length, at = _varint(data, len(_HEAD))
    at += length + 2 * _INT.size  # the schema, the generation, a number without use
    try:
        records = unpickled(data[at:])
    except StrangePickleError:
        return None
    if not all(isinstance(record, Plain) and record.__dict__.get("compound") for record in records):
        return None
    return [
        SegmentRecord(f"{index}_{record.segid}", record._doccount, frozenset(record._deleted or ()))
        for record in records
    ]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number that is written seven bits a byte, the lowest first, and where it ends."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at
