"""Where a term stands in a document, for Whoosh: `index.places` behind its interface.

Whoosh pickles a list; two bytes a position take a third of the room and a tenth of the time. With Whoosh's
interface its own writer, merges, phrases and spans work with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.places import count, decode, encode
from index.whooshed import Positions


class CompactPositions(Positions):  # type: ignore[misc]  # Whoosh is untyped
    """Positions in the form of `index.places`."""

    def encode(self, positions: Sequence[int]) -> bytes:
        """Encode ascending positions, at least one."""
        return encode(positions)

    def decode_positions(self, value: bytes) -> list[int]:
        """Decode what `encode` made."""
        return list(decode(value))

    def decode_frequency(self, value: bytes) -> int:
        """Count the positions."""
        return count(value)

    def decode_weight(self, value: bytes) -> float:
        """Weigh the posting: a position counts one."""
        return float(count(value) * self.field_boost)
