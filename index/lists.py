"""Inverted lists as Whoosh's codec W3 has them on disk, many terms at once.

A *list* has, for one term, the documents that hold it, ascending, with a weight each and, where the field has
positions, a value each. Whoosh writes posting by posting; here all lists of a field are laid out as arrays,
and what Python does once a posting is only to cut its value out. The bytes are read by Whoosh 2.7.4 as it is:

- a list of at most `INLINE` postings lies in the term's info (W3 reads that; a slip in 2.7.4 keeps it from
  writing it so);
- other lists are blocks of at most `BLOCK` postings: pickles of (steps between documents, weights, values),
  compressed where this pays. Weights that differ are bytes: Whoosh only takes the i-th of them, and that is a
  number too.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import pickles
from index.whooshed import POSTINGS_MAGIC, load, loads

BLOCK: Final = 128
"""Postings of a block; what Whoosh itself takes."""

INLINE: Final = 8
"""Postings of a list that is kept in the term's info."""

COMPRESS: Final = 200
"""Bytes of a block from which on it is compressed."""

LEVEL: Final = 1
"""Level of zlib; 3, which Whoosh takes, saves half a percent more."""

_INFO: Final = np.dtype(
    [
        ("inlined", "u1"),
        ("weight", ">f4"),
        ("size", ">u4"),
        ("shortest", "u1"),
        ("longest", "u1"),
        ("heaviest", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
    ]
)
"""What Whoosh keeps of a term (`W3TermInfo`); the place of its list, or the list itself, comes after."""

_SIZE: Final = slice(5, 9)
_SIZE_ONE: Final = struct.pack("!I", 1)
_DOCUMENTS: Final = 15
_RANGE: Final = struct.Struct("!II")
_PLACE: Final = struct.Struct("!qi")
_LENGTH: Final = struct.Struct("!i")


_NO_VALUES: Final = [b"", *(pickles.joined([pickles.NONE] * size) for size in range(1, INLINE + 1))]
"""What stands for no values, by size: without a tuple, 2.7.4 would give text instead of nothing."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Inverted lists of consecutive terms of one field.

    `terms` are UTF-8, ascending; `sizes` says how many postings each one has. The postings of all, one after
    the other: `documents`, `weights` and `values` (parallel; values are pickled by `index.pickles.octets`,
    None where the field has no positions).
    """

    terms: Sequence[bytes]
    sizes: NDArray[np.int64]
    documents: NDArray[np.int64]
    weights: NDArray[np.int64]
    values: Sequence[bytes] | None


def encode(lists: Lists, lengths: NDArray[np.uint8] | None, offset: int) -> tuple[list[bytes], bytes]:
    """Encode lists: the info of each term, and the bytes for the file of postings, which begin at `offset`.

    `lengths` are the documents' field lengths as Whoosh's byte, None where the field is not ranked.
    """
    ends = np.cumsum(lists.sizes)
    starts = ends - lists.sizes
    infos = _infos(lists, lengths, starts, ends).tobytes()
    size = _INFO.itemsize
    heads = [infos[at : at + size] for at in range(0, len(infos), size)]
    blocks = _blocks(lists, lengths, starts)
    inlined = _inlined(lists, starts)
    out = bytearray()
    for number, count in enumerate(lists.sizes.tolist()):
        if count <= INLINE:
            heads[number] += next(inlined)
            continue
        at = len(out)
        out += POSTINGS_MAGIC
        for left in range(count, 0, -BLOCK):
            info, data = next(blocks)
            length = len(info) + len(data)
            out += _LENGTH.pack(-length if left <= BLOCK else length)
            out += info
            out += data
        heads[number] += _PLACE.pack(offset + at, len(out) - at)
    return heads, bytes(out)


def _infos(
    lists: Lists, lengths: NDArray[np.uint8] | None, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[Any]:
    infos = np.zeros(len(starts), _INFO)
    infos["inlined"] = lists.sizes <= INLINE
    infos["weight"] = np.add.reduceat(lists.weights, starts)
    infos["size"] = lists.sizes
    if lengths is not None:
        of_postings = lengths[lists.documents]
        infos["shortest"] = np.minimum.reduceat(of_postings, starts)
        infos["longest"] = np.maximum.reduceat(of_postings, starts)
    infos["heaviest"] = np.maximum.reduceat(lists.weights, starts)
    infos["first"] = lists.documents[starts]
    infos["last"] = lists.documents[ends - 1]
    return infos


def _inlined(lists: Lists, starts: NDArray[np.int64]) -> Iterator[bytes]:
    """Yield the lists of few postings each: pickles of (documents, weights, values)."""
    chosen = lists.sizes <= INLINE
    documents, weights, values = lists.documents.tolist(), lists.weights.tolist(), lists.values
    for begin, size in zip(starts[chosen].tolist(), lists.sizes[chosen].tolist(), strict=True):
        if size == 1:
            value = pickles.NONE if values is None else values[begin]
            yield pickles.single(documents[begin], weights[begin], value)
            continue
        end = begin + size
        weighed = weights[begin:end]
        yield pickles.triple(
            (
                pickles.numbers(documents[begin:end]),
                pickles.NONE if max(weighed) == 1 else pickles.numbers(weighed),
                _NO_VALUES[size] if values is None else pickles.joined(values[begin:end]),
            )
        )


def _blocks(
    lists: Lists, lengths: NDArray[np.uint8] | None, starts: NDArray[np.int64]
) -> Iterator[tuple[bytes, bytes]]:
    """Yield (info, data) of every block of the lists that have more than one posting."""
    counts = -(-lists.sizes // BLOCK)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    begins = np.repeat(starts, counts) + within * BLOCK
    ends = np.append(begins[1:], len(lists.documents))
    steps = np.diff(lists.documents, prepend=0)
    steps[begins] = lists.documents[begins]
    shortest = longest = np.zeros(len(begins), np.uint8)
    if lengths is not None:
        of_postings = lengths[lists.documents]
        shortest = np.minimum.reduceat(of_postings, begins)
        longest = np.maximum.reduceat(of_postings, begins)
    least = np.minimum.reduceat(lists.weights, begins)
    most = np.maximum.reduceat(lists.weights, begins)
    chosen = np.repeat(lists.sizes > INLINE, counts)
    columns = (begins, ends, lists.documents[ends - 1], least, most, shortest, longest)
    small = np.minimum(lists.weights, 255).astype(np.uint8).tobytes()
    numbers, step_list, values = lists.weights.tolist(), steps.tolist(), lists.values
    for begin, end, last, low, high, short, long in zip(*(c[chosen].tolist() for c in columns), strict=True):
        weights = pickles.octets(small[begin:end]) if high < 256 else pickles.numbers(numbers[begin:end])
        if low == high:
            weights = pickles.NONE if high == 1 else pickles.real(high)
        data = pickles.triple(
            (
                pickles.numbers(step_list[begin:end]),
                weights,
                pickles.NONE if values is None else pickles.joined(values[begin:end]),
            )
        )
        level = LEVEL if len(data) >= COMPRESS else 0
        if level:
            data = zlib.compress(data, level)
        yield pickles.numbers((end - begin, last, high, level, short, long)) + pickles.STOP, data


def moved(info: bytes, base: int) -> bytes | None:
    """Add `base` to the document of a list of one posting, without reading it; None for any other list."""
    if not info[0] or info[_SIZE] != _SIZE_ONE:
        return None
    document, pickled = pickles.moved_single(info, _INFO.itemsize, base)
    return info[:_DOCUMENTS] + _RANGE.pack(document, document) + pickled


def decode(info: bytes, postings: memoryview) -> tuple[list[int], list[int], Sequence[bytes | None]]:
    """Read the list of a term, whoever wrote it: documents, weights and values (None where there are none).

    `info` is what the term dictionary has, `postings` the whole file of postings.
    """
    if info[0]:
        documents, weights, values = loads(info[_INFO.itemsize :])
        count = len(documents)
        return list(documents), list(map(int, weights or (1,) * count)), values or (None,) * count
    at, length = _PLACE.unpack_from(info, _INFO.itemsize)
    end = at + length
    at += len(POSTINGS_MAGIC)
    documents, weights, values = [], [], []
    while at < end:
        (length,) = _LENGTH.unpack_from(postings, at)
        at += _LENGTH.size
        block = BytesIO(postings[at : at + abs(length)])
        at += abs(length)
        count, _, _, level, _, _ = load(block)
        data = block.read()
        steps, block_weights, block_values = loads(zlib.decompress(data) if level else data)
        documents += accumulate(steps)
        if block_weights is None or isinstance(block_weights, float):
            weights += [int(block_weights or 1)] * count
        else:
            weights += map(int, block_weights)
        values += block_values or (None,) * count
    return documents, weights, values
