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

from index.hashes import HASH_MASK
from index.sorted_run import distinct
from tasks.normalise import decoded, encoded, is_unspaced, prose, word_lines

SKETCH_WIDTH: Final = 4
SCALE: Final = 20
"""One shingle in so many is kept: F1 .9938 with 16, .9935 with 20, .9931 with 24 (`python -m evals.dedupe`),
while an article of 500 words takes 594, 475, 396 bytes. But …"""
FLOOR: Final = 20
"""… never fewer than these (short texts) …"""
CEILING: Final = 1024
"""… nor more than these: the smallest hashes, so that the choice depends on the text alone."""

_LONG_WORD: Final = 64
_NEWLINE: Final = 10
_THREE_BYTES: Final = 0xE0
"""First byte, in UTF-8, of characters as high as those of unspaced scripts."""
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
    """Return the sketch of a text's prose; see `sketch_of`."""
    return sketch_of(
        distinct(shingles(joined(map(line_hashes, word_lines(prose(text)))), SKETCH_WIDTH).values)
    )


def sketch_of(values: Hashes) -> tuple[int, ...]:
    """Sketch a text by its distinct 4-grams (sorted): `FLOOR` to `CEILING` of the smallest, if it has them.

    Returns of each the bits that `index.hashes` keeps, sorted.
    """
    count = int(np.searchsorted(values, _LIMIT))
    chosen = values[: min(max(count, FLOOR), CEILING)] & np.uint64(HASH_MASK)
    return tuple(distinct(chosen).tolist())


def joined(parts: Iterable[Hashes]) -> Hashes:
    """Return the hashes of a text's parts as one array."""
    held = list(parts)
    return held[0] if len(held) == 1 else np.concatenate([np.zeros(0, np.uint64), *held])


def token_hashes(words: Iterable[str]) -> Hashes:
    """Hash every token; the lowest bit tells a character of an unspaced script."""
    return line_hashes(encoded("".join(f"{word}\n" for word in words)))


def line_hashes(lines: bytes) -> Hashes:
    """Hash every token of `tasks.normalise.word_lines`, as `token_hashes` does.

    A polynomial of the bytes modulo 2^64, of all tokens at once, mixed; of a long one, a digest.
    """
    starts, ends = line_ends(lines)
    if not len(starts):
        return np.zeros(0, np.uint64)
    powers, inverses = _powers(1 << (len(lines) - 1).bit_length())
    terms = _BYTES.take(np.frombuffer(lines, np.uint8)) * powers[: len(lines)]
    values = _mixed(np.add.reduceat(terms, starts) * inverses.take(starts)) & ~np.uint64(1)
    for place in (ends - starts > _LONG_WORD).nonzero()[0].tolist():
        values[place] = _digest(lines[starts[place] : ends[place]]) & ~1
    if not lines.isascii():
        words = decoded(lines)
        high = np.frombuffer(lines, np.uint8)[starts] >= _THREE_BYTES
        for place in (high & (ends - starts <= 4)).nonzero()[0].tolist():
            values[place] |= np.uint64(is_unspaced(words[place]))
    return values


def line_ends(lines: bytes) -> tuple[Positions, Positions]:
    """Return where each line begins, and where its newline stands."""
    ends = (np.frombuffer(lines, np.uint8) == _NEWLINE).nonzero()[0]
    starts = np.zeros_like(ends)
    starts[1:] = ends[:-1] + 1
    return starts, ends


@lru_cache(maxsize=24)
def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the first powers of the polynomial's base, and of its inverse modulo 2^64."""
    base, inverse = (np.full(count, one, np.uint64) for one in (_BASE, pow(_BASE, -1, 1 << 64)))
    base[0] = inverse[0] = 1
    return np.cumprod(base), np.cumprod(inverse)


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


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


_BASE: Final = _digest(b"base") | 1
_BYTES: Final = np.array([_digest(b"byte %d" % byte) for byte in range(256)], np.uint64)
_BYTES[_NEWLINE] = 0  # it ends a token, and is none of it
