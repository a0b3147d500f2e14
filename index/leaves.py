"""Reads one segment of the index in bulk: its terms, inverted lists, columns and lengths.

The format is that of Whoosh 2.7.4's codec (see `index.termfile` and `index.lists`), whichever writer made it.
Whoosh steps from posting to posting, and from term to term, through several Python calls each; and importing
it takes as long as a whole search.
"""

from __future__ import annotations

import re
import struct
import zlib
from array import array
from io import BytesIO
from itertools import accumulate, islice
from sys import byteorder
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol, TypeAlias

from index.dictionary import Dictionary
from index.unpickling import load, loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from index.segment_file import SegmentFile
    from index.toc import SegmentRecord

NO_LENGTH: Final = 0
"""The byte of a field that a document does not have."""

LENGTHS: Final = tuple(round((1.033**byte - 1) * 27) for byte in range(256))
"""The number of terms that Whoosh's byte of a length stands for, to its nearest step."""


class Block(NamedTuple):
    """Postings of a term: documents (numbers within the whole index, ascending) and what belongs to each.

    `weights` is None where all are 1; `values` are encoded positions, None where the field has none.
    """

    documents: Sequence[int]
    weights: Sequence[float] | None
    values: Sequence[bytes] | None


Run: TypeAlias = "tuple[Sequence[int], Sequence[float] | None]"
"""Documents, ascending, and how often each one holds a term; None where it is once in each."""


class Leaf(Protocol):
    """A segment whose documents have the numbers from `base` on, in the whole index.

    `deleted` are numbers within the whole index, too.
    """

    base: int
    size: int
    deleted: frozenset[int]

    def find(self, field: str, term: bytes) -> Any:
        """Look a term up; returns what `size_of` and `blocks` take, None where nothing holds it."""

    def size_of(self, found: Any) -> int:
        """Return how many documents hold a term that was found, deleted ones too."""

    def blocks(self, found: Any) -> Iterator[Block]:
        """Yield the postings of a term that was found, those of deleted documents too."""

    def runs(self, found: Any) -> Iterator[Run]:
        """Yield documents and weights of `blocks` alone."""

    def blocks_with(self, found: Any, wanted: AbstractSet[int]) -> Iterator[Block]:
        """Yield those of `blocks` that have any of the documents."""

    def terms(self, field: str, start: bytes) -> list[bytes]:
        """Return the field's terms that begin with `start`, in ascending order."""

    def column(self, field: str) -> list[str]:
        """Return the column's value of every document, empty where it has none."""

    def lengths(self, field: str) -> bytes:
        """Return the number of terms in the field, as Whoosh's byte, of every document."""

    def close(self) -> None:
        """Let go of the segment's files."""


# The term's info (`W3TermInfo`): whether the postings follow; total weight; documents; and more.
_INFO: Final = struct.Struct("!BfIBBfII")
_SIZE: Final = struct.Struct("!I")
_SIZE_AT: Final = 5
_PLACE: Final = struct.Struct("!qi")
_LENGTH: Final = struct.Struct("!i")
_MAGIC: Final = 4


# How `index.lists` writes a block: what is known of it, then, mostly compressed, steps, weights, positions.
_NUMBER: Final = rb"(?:K.|M..|J....)"
_HEAD: Final = re.compile(rb"\(%b{6}t\." % _NUMBER, re.DOTALL)
_BEFORE_VALUES: Final = re.compile(rb"\(%b*t(?:N|G.{8}|C(.)|\(%b*t)" % (_NUMBER, _NUMBER), re.DOTALL)
_NO_VALUES: Final = b"N\x87."
_COMPRESSED: Final = 0x78
"""First byte of what zlib made; a pickled block begins with another."""
_LONGEST: Final = 1_400
"""Bytes that steps and weights of a block take at most."""


def _block(block: bytes, base: int) -> Block:
    """Read a block, whoever wrote it."""
    file = BytesIO(block)
    _, _, _, compressed, _, _ = load(file)
    packed = file.read()
    packed = zlib.decompress(packed) if compressed else packed
    steps, weights, values = loads(packed)
    return Block(*_documents(steps, weights, base), values)


def _run(block: bytes, base: int) -> Run | None:
    """Read steps and weights, which stand before the positions: most of a block is not decompressed.

    None where Whoosh's own writer wrote the block, or a tuple is so short that it is written in another form.
    """
    told = _HEAD.match(block)
    if told is None:
        return None
    packed = block[told.end() :]
    begin = zlib.decompressobj().decompress(packed, _LONGEST) if packed[0] == _COMPRESSED else packed
    told = _BEFORE_VALUES.match(begin)
    if told is None:
        return None
    end = told.end() + (told[1][0] if told[1] else 0)
    steps, weights, _ = loads(begin[:end] + _NO_VALUES)
    return _documents(steps, weights, base)


def _documents(steps: Sequence[int], weights: Any, base: int) -> Run:
    documents = list(accumulate(steps, initial=base))
    del documents[0]
    return documents, (weights,) * len(steps) if isinstance(weights, float) else weights


class PackedLeaf:
    """A segment in the format of Whoosh 2.7.4; see `Leaf`. Damaged bytes raise anything."""

    def __init__(self, record: SegmentRecord, file: SegmentFile, base: int) -> None:
        self.base = base
        self.size = record.size
        self.deleted = frozenset(base + number for number in record.deleted)
        self._file = file
        self._dictionary = Dictionary(file.part("trm") or memoryview(b""))
        self._postings = file.part("pst") or memoryview(b"")

    def find(self, field: str, term: bytes) -> bytes | None:
        """Look a term up; returns what `size_of` and `blocks` take, None where nothing holds it."""
        return self._dictionary.find(field, term)

    def size_of(self, found: bytes) -> int:
        """Return how many documents hold a term that was found, deleted ones too."""
        size: int = _SIZE.unpack_from(found, _SIZE_AT)[0]
        return size

    def blocks(self, found: bytes) -> Iterator[Block]:
        """Yield the postings of a term that was found, those of deleted documents too."""
        if found[0]:
            documents, weights, values = loads(found[_INFO.size :])
            yield Block([self.base + one for one in documents], weights, values)
            return
        for block in self._packed(found):
            yield _block(block, self.base)

    def runs(self, found: bytes) -> Iterator[Run]:
        """Yield documents and weights of `blocks`, without the positions: in a quarter of the time."""
        if found[0]:
            yield from ((documents, weights) for documents, weights, _ in self.blocks(found))
            return
        for block in self._packed(found):
            yield _run(block, self.base) or _block(block, self.base)[:2]

    def blocks_with(self, found: bytes, wanted: AbstractSet[int]) -> Iterator[Block]:
        """Yield those of `blocks` that have any of the documents."""
        if found[0]:
            yield from (block for block in self.blocks(found) if not wanted.isdisjoint(block.documents))
            return
        for block in self._packed(found):
            run = _run(block, self.base)
            if run is not None and wanted.isdisjoint(run[0]):
                continue
            whole = _block(block, self.base)
            if run is not None or not wanted.isdisjoint(whole.documents):
                yield whole

    def _packed(self, found: bytes) -> Iterator[bytes]:
        """Yield the blocks of a list as they lie in the file."""
        data = self._postings
        at, length = _PLACE.unpack_from(found, _INFO.size)
        end = at + length
        at += _MAGIC
        while at < end:
            length = abs(_LENGTH.unpack_from(data, at)[0])
            at += _LENGTH.size
            yield bytes(data[at : at + length])
            at += length

    def terms(self, field: str, start: bytes) -> list[bytes]:
        """Return the field's terms that begin with `start`, in ascending order."""
        return self._dictionary.terms(field, start)

    def column(self, field: str) -> list[str]:
        """Return the column's value of every document, empty where it has none."""
        data = self._file.part(f"{field}.col")
        if data is None:
            return [""] * self.size
        # Values, their lengths as an array, perhaps an array of places; then the types of the arrays.
        last = len(data) - 1
        code = chr(data[last])
        if code == "X":
            code, places = chr(data[last - 2]), chr(data[last - 1])
            last -= 2 + array(places).itemsize * self.size
        of_values = array(code)
        of_values.frombytes(data[last - of_values.itemsize * self.size : last])
        if byteorder == "little":
            of_values.byteswap()
        ends = list(accumulate(of_values, initial=0))
        values = bytes(data[: ends[-1]])
        if values.isascii():
            text = values.decode()
            return [text[a:b] for a, b in zip(ends, islice(ends, 1, None), strict=False)]
        return [values[a:b].decode() for a, b in zip(ends, islice(ends, 1, None), strict=False)]

    def lengths(self, field: str) -> bytes:
        """Return the number of terms in the field, as Whoosh's byte, of every document."""
        return bytes(self._file.part(f"_{field}_len.col") or b"").ljust(self.size, b"\0")

    def close(self) -> None:
        """Let go of the segment's files."""
        self._postings.release()
        self._file.close()
