"""Opens one segment of the index: a file of parts, mapped into memory."""

from __future__ import annotations

import mmap
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final

from index.unpickling import unpickled

_PLACE: Final = struct.Struct("!qi")


class SegmentFile:
    """The parts of a segment, each a view of the mapped file: nothing is read before it is looked at.

    Raises OSError, and anything where the file is damaged.
    """

    def __init__(self, directory: Path, name: str) -> None:
        self._name = name
        with (directory / f"{name}.seg").open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._data = memoryview(self._map)
        self._parts: dict[str, memoryview] = {}
        at, _ = _PLACE.unpack_from(self._data)
        self._places: dict[str, dict[str, int]] = unpickled(self._data[at:])

    def part(self, ending: str) -> memoryview | None:
        """Return the part whose name ends so (``trm``, ``body.col``); None where the segment has none."""
        if ending not in self._parts:
            place = self._places.get(f"{self._name}.{ending}")
            if place is None:
                return None
            at, length = place["offset"], place["length"]
            self._parts[ending] = self._data[at : at + length]
        return self._parts[ending]

    def close(self) -> None:
        """Let go of the file; its parts cannot be read any more."""
        for part in self._parts.values():
            part.release()
        self._data.release()
        with suppress(BufferError):  # somebody keeps a piece of a part: the memory is freed with it
            self._map.close()
