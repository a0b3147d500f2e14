"""Reads one segment of the index: its terms, inverted lists, columns and lengths.

`Leaf` does so in Whoosh's public way, which serves for every fork of Whoosh. `PackedLeaf` reads the files of
Whoosh 2.7.4's codec in bulk, in about a tenth of the time: Whoosh steps from posting to posting, and from
term to term, through several Python calls each.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from index import whooshed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NO_LENGTH: Final = 0
"""The byte of a field that a document does not have."""


class Block(NamedTuple):
    """Postings of a term: documents (numbers within the whole index, ascending) and what belongs to each.

    `weights` is None where all are 1; `values` are encoded positions, None where the field has none.
    """

    documents: Sequence[int]
    weights: Sequence[float] | None
    values: Sequence[bytes] | None


class Leaf:
    """A segment whose documents have the numbers from `base` on, in the whole index."""

    def __init__(self, reader: Any, base: int) -> None:
        self.reader = reader
        self.base = base
        self.size: int = reader.doc_count_all()
        self.deleted: frozenset[int] = (
            frozenset(base + doc for doc in range(self.size) if reader.is_deleted(doc))
            if reader.has_deletions()
            else frozenset()
        )
        """Numbers of the deleted documents, within the whole index."""

    def find(self, field: str, term: bytes) -> Any:
        """Look a term up; returns what `size_of` and `blocks` take, None where nothing holds it."""
        return (field, term) if (field, term) in self.reader else None

    def size_of(self, found: Any) -> int:
        """Return how many documents hold a term that was found, deleted ones too."""
        return int(self.reader.doc_frequency(*found))

    def blocks(self, found: Any) -> Iterator[Block]:
        """Yield the postings of a term that was found, those of deleted documents too."""
        matcher = self.reader.postings(*found)
        matcher = getattr(matcher, "child", matcher) if self.deleted else matcher
        documents: list[int] = []
        weights: list[float] = []
        values: list[bytes] = []
        while matcher.is_active():
            documents.append(self.base + matcher.id())
            weights.append(matcher.weight())
            values.append(matcher.value())
            matcher.next()
        yield Block(documents, weights, values)

    def terms(self, field: str, start: bytes) -> Iterator[bytes]:
        """Yield the field's terms that begin with `start`, in ascending order."""
        for name, term in self.reader.terms_from(field, start):
            if name != field or not term.startswith(start):
                return
            yield term

    def column(self, field: str) -> list[str]:
        """Return the column's value of every document, empty where it has none."""
        values = self.reader.column_reader(field)
        return [values[number] for number in range(self.size)]

    def lengths(self, field: str) -> bytes:
        """Return the number of terms in the field, as Whoosh's byte, of every document."""
        length = self.reader.doc_field_length
        return bytes(
            whooshed.length_to_byte(length(number, field, 0) or 0)
            if self.base + number not in self.deleted
            else NO_LENGTH
            for number in range(self.size)
        )


# The term's info (`W3TermInfo`): whether the postings follow; total weight; documents; and more.
_INFO: Final = struct.Struct("!BfIBBfII")
_SIZE: Final = struct.Struct("!I")
_SIZE_AT: Final = 5
_PLACE: Final = struct.Struct("!qi")
_LENGTH: Final = struct.Struct("!i")
_MAGIC: Final = 4
_PAIR: Final = struct.Struct("!ii")
_SLOT: Final = struct.Struct("!Iq")
_FIELD: Final = struct.Struct("!H")


class PackedLeaf(Leaf):
    """A segment in the format of Whoosh 2.7.4 (see `index.termfile` and `index.lists`)."""

    def __init__(self, reader: Any, base: int) -> None:
        super().__init__(reader, base)
        self._dictionary = reader._terms._tindex
        self._fields = {name: _FIELD.pack(number) for name, number in reader._terms._fieldmap.items()}
        self._terms = self._dictionary.dbfile._buf
        self._postings = reader._terms._postfile._buf

    def find(self, field: str, term: bytes) -> bytes | None:
        """Look a term up: the slot that its hash names, or one of the next until one is empty."""
        if field not in self._fields:
            return None
        key = self._fields[field] + term
        data = self._terms
        hashed = self._dictionary.hashfn(key)
        begin, slots = self._dictionary.tables[hashed & 255]
        for number in range(slots):
            slot = (hashed >> 8) + number
            at_hash, at = _SLOT.unpack_from(data, begin + slot % slots * _SLOT.size)
            if not at:
                return None
            if at_hash == hashed:
                of_key, of_value = _PAIR.unpack_from(data, at)
                at += _PAIR.size
                if of_key == len(key) and data[at : at + of_key] == key:
                    return bytes(data[at + of_key : at + of_key + of_value])
        return None

    def size_of(self, found: bytes) -> int:
        """Return how many documents hold a term that was found, deleted ones too."""
        size: int = _SIZE.unpack_from(found, _SIZE_AT)[0]
        return size

    def blocks(self, found: bytes) -> Iterator[Block]:
        """Yield the postings of a term that was found."""
        if found[0]:
            documents, weights, values = whooshed.loads(found[_INFO.size :])
            yield Block([self.base + one for one in documents], weights, values)
            return
        data = self._postings
        at, length = _PLACE.unpack_from(found, _INFO.size)
        end = at + length
        at += _MAGIC
        while at < end:
            length = abs(_LENGTH.unpack_from(data, at)[0])
            at += _LENGTH.size
            file = BytesIO(data[at : at + length])
            at += length
            count, _, _, compressed, _, _ = whooshed.load(file)
            packed = file.read()
            steps, weights, values = whooshed.loads(zlib.decompress(packed) if compressed else packed)
            if isinstance(weights, float):
                weights = (weights,) * count
            documents = list(accumulate(steps, initial=self.base))
            del documents[0]
            yield Block(documents, weights, values)

    def terms(self, field: str, start: bytes) -> Iterator[bytes]:
        """Yield the field's terms that begin with `start`, in ascending order."""
        if field not in self._fields:
            return
        prefix = self._fields[field] + start
        data, pair, size = self._terms, _PAIR.unpack_from, _PAIR.size
        at = self._dictionary.closest_key_pos(prefix)
        end, skipped, width = self._dictionary.endofdata, _FIELD.size, len(prefix)
        while at is not None and at < end:
            of_key, of_value = pair(data, at)
            key = bytes(data[at + size : at + size + of_key])
            if key[:width] != prefix:
                return
            yield key[skipped:]
            at += size + of_key + of_value

    def column(self, field: str) -> list[str]:
        """Return the column's value of every document, empty where it has none."""
        documents = self.reader._perdoc
        if not documents.has_column(field):
            return [""] * self.size
        file, begin, length = documents._get_column_file(field)
        # Values, their lengths as an array, perhaps an array of places; then the types of the arrays.
        last = begin + length - 1
        code = chr(file.get_byte(last))
        if code == "X":
            code, places = chr(file.get_byte(last - 2)), chr(file.get_byte(last - 1))
            last -= 2 + struct.calcsize(places) * self.size
        of_values = file.get_array(last - struct.calcsize(code) * self.size, code, self.size)
        ends = list(accumulate(of_values, initial=0))
        values = file.get(begin, ends[-1])
        if values.isascii():
            text = values.decode()
            return [text[a:b] for a, b in zip(ends, islice(ends, 1, None), strict=False)]
        return [values[a:b].decode() for a, b in zip(ends, islice(ends, 1, None), strict=False)]

    def lengths(self, field: str) -> bytes:
        """Return the number of terms in the field, as Whoosh's byte, of every document."""
        column = self.reader._perdoc._cached_reader(f"_{field}_len", whooshed.LENGTHS_COLUMN)
        packed = b"" if column is None else bytes(column._dbfile.get(column._basepos, column._count))
        return packed.ljust(self.size, b"\0")


def leaf(reader: Any, base: int) -> Leaf:
    """Return what reads a segment fastest."""
    packed = (
        whooshed.FAST_POSSIBLE
        and hasattr(getattr(reader, "_terms", None), "_tindex")
        and hasattr(reader._terms._tindex.dbfile, "_buf")
        and hasattr(reader._terms._postfile, "_buf")
    )
    return PackedLeaf(reader, base) if packed else Leaf(reader, base)
