"""The numbers by which `index.hash_runs` finds articles, as they are kept beside an article."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

HASH_BITS: Final = 43
"""The lowest so many bits of a hash count: of 2^43 / postings hashes looked up, one finds a false holder."""
HASH_MASK: Final = (1 << HASH_BITS) - 1
_PACKED: Final = 6


def pack(hashes: Iterable[int]) -> bytes:
    """Pack the `HASH_BITS` of each hash that count into 6 bytes, little-endian."""
    return b"".join([(hash_ & HASH_MASK).to_bytes(_PACKED, "little") for hash_ in hashes])


def unpack(packed: bytes) -> tuple[int, ...]:
    """Return the numbers that `pack` packed."""
    return tuple(
        [int.from_bytes(packed[at : at + _PACKED], "little") for at in range(0, len(packed), _PACKED)]
    )
