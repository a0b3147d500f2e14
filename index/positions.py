"""Where a term stands in a document, as the bytes of a posting.

Whoosh pickles a list; two bytes a position take a third of the room and a tenth of the time. The interface is
Whoosh's, so that its own writer, merges, phrases and spans work with it.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, pairwise

from index.whooshed import Positions


class CompactPositions(Positions):  # type: ignore[misc]  # Whoosh is untyped
    """Positions as steps from one to the next, the first from 0, each an unsigned 16-bit number.

    Where a step is larger, all are 32-bit numbers and one byte stands before them: so the length tells the
    two forms apart. Bytes are in the machine's order; Whoosh refuses an index of another machine by its TOC.
    """

    def encode(self, positions: Sequence[int]) -> bytes:
        """Encode ascending positions, at least one."""
        steps = [positions[0], *(b - a for a, b in pairwise(positions))]
        try:
            return array("H", steps).tobytes()
        except OverflowError:
            return b"\0" + array("I", steps).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        """Decode what `encode` made."""
        steps = array("I", value[1:]) if len(value) % 2 else array("H", value)
        return list(accumulate(steps))

    def decode_frequency(self, value: bytes) -> int:
        """Count the positions."""
        return len(value) // 4 if len(value) % 2 else len(value) // 2

    def decode_weight(self, value: bytes) -> float:
        """Weigh the posting: a position counts one."""
        return float(self.decode_frequency(value) * self.field_boost)
