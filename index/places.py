"""Where a term stands in a document, as the bytes of a posting: steps from one place to the next.

The first step is counted from 0; each is an unsigned 16-bit number. Where a step is larger, all are 32-bit
numbers and one byte stands before them: so the length tells the two forms apart. Bytes are in the machine's
order; Whoosh refuses an index of another machine by its table of contents.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, pairwise


def encode(places: Sequence[int]) -> bytes:
    """Encode ascending places, at least one."""
    steps = [places[0], *(b - a for a, b in pairwise(places))]
    try:
        return array("H", steps).tobytes()
    except OverflowError:
        return b"\0" + array("I", steps).tobytes()


def decode(value: bytes, shift: int = 0) -> Iterator[int]:
    """Yield what `encode` took, each less `shift`."""
    steps = array("I", value[1:]) if len(value) % 2 else array("H", value)
    return islice(accumulate(steps, initial=-shift), 1, None)


def count(value: bytes) -> int:
    """Count the places."""
    return len(value) // 4 if len(value) % 2 else len(value) // 2
