"""The few numbers of a text by which its copies are found: a FracMinHash of word 4-grams.

Source: Irber et al. 2022, "Lightweight compositional analysis of metagenomes with FracMinHash"; measured on
news by ``evals.dedupe``: two hashes in common find .996 of the pairs that belong together.
Every number is the same in every process, on every platform and Python version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.normalise import is_unspaced, prose, stream

SKETCH_WIDTH: Final = 4
SCALE: Final = 16
"""One shingle in so many is kept …"""
FLOOR: Final = 16
"""… but never fewer than these (short texts) …"""
CEILING: Final = 1024
"""… nor more than these: the smallest hashes, so that the choice depends on the text alone."""

_LIMIT: Final = np.uint64((1 << 64) // SCALE)
_MIX: Final = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_SHIFT: Final = np.uint64(33)

Hashes = NDArray[np.uint64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Shingles:
    """Hashes of a text's overlapping windows, in reading order; each covers the tokens start..end-1."""

    values: Hashes
    starts: Positions
    ends: Positions


def sketch(text: str) -> tuple[int, ...]:
    """Return 16 to 1,024 signed 64-bit numbers, sorted (fewer for a text of under 20 words)."""
    found = np.unique(shingles(token_hashes(stream(prose(text))), SKETCH_WIDTH).values)
    count = int(np.searchsorted(found, _LIMIT))
    chosen = found[: min(max(count, FLOOR), CEILING)]
    return tuple(np.sort(chosen.view(np.int64)).tolist())


def token_hashes(words: Iterable[str]) -> Hashes:
    """Hash every token; the lowest bit tells a character of an unspaced script."""
    return np.fromiter(map(_token_hash, words), dtype=np.uint64)


def shingles(words: Hashes, width: int) -> Shingles:
    """Hash every window of `width` words.

    A window that begins at a character of an unspaced script is twice as wide: a Chinese word is about two
    characters long. A text shorter than one window is one shingle.
    """
    count = len(words)
    if 0 < count < width:
        width = count
    values, starts = _windows(words, width), np.arange(max(0, count - width + 1))
    ends = starts + width
    wide = (words & np.uint64(1)).astype(bool)
    if not wide.any() or count < 2 * width:
        return Shingles(values, starts, ends)
    doubled = _windows(words, 2 * width)
    inside = wide[: len(doubled)]
    values[: len(doubled)][inside] = doubled[inside]
    ends[wide[: len(ends)]] += width
    whole = ends <= count
    return Shingles(values[whole], starts[whole], ends[whole])


def _windows(words: Hashes, width: int) -> Hashes:
    count = max(0, len(words) - width + 1)
    total = np.zeros(count, np.uint64)
    for offset in range(width):
        total += words[offset : offset + count] * _multiplier(offset)
    return _mixed(total)


def _mixed(values: Hashes) -> Hashes:
    """Finalise as MurmurHash3 does, so that every bit of the sum reaches every bit of the hash."""
    for factor in _MIX:
        values = (values ^ (values >> _SHIFT)) * factor
    return values ^ (values >> _SHIFT)


@lru_cache(maxsize=64)
def _multiplier(offset: int) -> np.uint64:
    return np.uint64(_digest(b"window %d" % offset) | 1)


@lru_cache(maxsize=1 << 17)
def _token_hash(token: str) -> int:
    return _digest(token.encode("utf-8", "surrogatepass")) & ~1 | is_unspaced(token)


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
