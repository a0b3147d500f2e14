"""Documents to inverted lists, in memory: one segment's worth.

Each occurrence of a word is a number of 64 bits: rank of the term, document, position. Sorting these numbers
inverts a field; the rest is counting where one of the three changes. Documents come as raw tokens, whose
analysis `index.vocabulary` remembers.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.analysis import stem_language, tokens
from index.lists import Lists
from index.pickles import octets
from index.positions import CompactPositions
from index.schema import (
    RANKED_FIELDS,
    STEM_FIELD,
    TERM_CAP,
    TEXT_FIELDS,
    VOCABULARY_CAP,
    IndexDocument,
    keys_of,
    texts_of,
    validate,
)
from index.vocabulary import Entries, Terms, Vocabulary

MAX_OCCURRENCES: Final = 2_000_000
"""Words that are held before a segment is written: about 100 MB while it is inverted."""

MAX_VOCABULARY: Final = 600_000
"""Tokens and terms that are held before a segment is written: about 100 MB."""

CHUNK: Final = 200_000
"""Postings that are encoded at once."""

_DOCUMENT_BITS: Final = 20
_POSITION_BITS: Final = 17
_MAX_DOCUMENTS: Final = 1 << _DOCUMENT_BITS

assert TERM_CAP <= 1 << _POSITION_BITS  # noqa: S101 - positions of two of our own constants


_STEMMED: Final = {name: language for language, name in STEM_FIELD.items()}


@dataclass(slots=True)
class _Fed:
    """What one field got through one table of entries."""

    table: Entries | Terms
    documents: array[int] = field(default_factory=lambda: array("i"))
    counts: array[int] = field(default_factory=lambda: array("i"))
    entries: array[int] = field(default_factory=lambda: array("i"))

    def add(self, document: int, items: Iterable[str]) -> int:
        before = len(self.entries)
        self.entries.extend(map(self.table.__getitem__, items))
        count = len(self.entries) - before
        if count:
            self.documents.append(document)
            self.counts.append(count)
        return count

    def occurrences(self, *, stems: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return number of the term, or of the stem, and document of every word, in reading order."""
        entries = np.frombuffer(self.entries, np.int32)
        starts = np.frombuffer(self.table.starts, np.int32)
        numbers = np.frombuffer(self.table.stems if stems else self.table.neutral, np.int32)
        counts = np.frombuffer(self.counts, np.int32)
        documents = np.repeat(np.frombuffer(self.documents, np.int32), counts)
        first = starts[entries]
        sizes = starts[entries + 1] - first
        if (sizes == 1).all():
            places: NDArray[Any] = first
        else:
            total = np.cumsum(sizes)
            places = np.repeat(first - (total - sizes), sizes) + np.arange(int(total[-1]))
            documents = np.repeat(documents, sizes)
        return numbers[places].astype(np.int64), documents.astype(np.int64)


class Inversion:
    """Takes documents, numbered from 0 as they come; gives lengths and inverted lists of their fields."""

    def __init__(self) -> None:
        self.keys: list[dict[str, Any]] = []
        self._vocabulary = Vocabulary()
        self._fed: dict[str, dict[int, _Fed]] = {}
        self._occurrences = 0
        self._ranks: NDArray[np.int64] | None = None
        self._terms: list[str] = []

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.keys)

    @property
    def full(self) -> bool:
        """Whether a segment should be written before more is added: memory is bounded, whatever comes."""
        return (
            self._occurrences >= MAX_OCCURRENCES
            or len(self._vocabulary) >= MAX_VOCABULARY
            or len(self.keys) >= _MAX_DOCUMENTS
        )

    def add(self, document: IndexDocument) -> None:
        """Add a document. Raises ValueError for one that the index could not find again."""
        validate(document)
        number = len(self.keys)
        keys = keys_of(document)
        ready = self._vocabulary.ready
        for name, value in keys.items():
            if not name.startswith("_"):
                self._feed(name, ready, number, [value] if isinstance(value, str) else value)
        found = {name: tokens(getattr(document, name)) for name in TEXT_FIELDS}
        if _short(found):
            language = stem_language(document.lang)
            table = self._vocabulary.entries(language)
            other = self._vocabulary.entries(None)
            for name, items in found.items():
                self._feed(name, table if name in RANKED_FIELDS else other, number, items)
        else:
            for name, items in texts_of(document).items():
                self._feed(name, ready, number, items)
        self.keys.append(keys)

    def _feed(self, name: str, table: Entries | Terms, document: int, items: Iterable[str]) -> None:
        of_field = self._fed.setdefault(name, {})
        fed = of_field.get(id(table))
        if fed is None:
            fed = of_field[id(table)] = _Fed(table)
        self._occurrences += fed.add(document, items)

    def fields(self) -> list[str]:
        """Return the names of the fields that hold anything, sorted."""
        stems = {name for name, language in _STEMMED.items() if self._stemmed(language)}
        return sorted({name for name, fed in self._fed.items() if any(map(_holds, fed.values()))} | stems)

    def lists(self, name: str, *, positions: bool) -> tuple[NDArray[np.int64], Iterator[Lists]]:
        """Return the length of the field in each document, and its inverted lists in portions."""
        found = self._of(name)
        numbers = np.concatenate([numbers for numbers, _ in found])
        documents = np.concatenate([documents for _, documents in found])
        lengths = np.bincount(documents, minlength=len(self))
        codes = self._ranked()[numbers] << _DOCUMENT_BITS | documents
        if positions:
            codes = codes << _POSITION_BITS | _positions(found, len(self))
        codes.sort()
        return lengths, self._portions(codes, positions=positions)

    def _of(self, name: str) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return what a field holds: what it was fed, and the stems of what other fields were fed."""
        fed = [(one, False) for one in self._fed.get(name, {}).values()]
        fed += [(one, True) for one in self._stemmed(_STEMMED.get(name))]
        return [one.occurrences(stems=stems) for one, stems in fed if _holds(one)]

    def _stemmed(self, language: str | None) -> list[_Fed]:
        """Return what fields whose words are stemmed were fed in a language, where it is any word."""
        if language is None:
            return []
        table = id(self._vocabulary.entries(language))
        fed = [self._fed.get(name, {}).get(table) for name in RANKED_FIELDS]
        return [one for one in fed if one is not None and _holds(one)]

    def _ranked(self) -> NDArray[np.int64]:
        if self._ranks is None:
            self._terms, order = self._vocabulary.in_order()
            self._ranks = np.empty(len(order), np.int64)
            self._ranks[order] = np.arange(len(order))
        return self._ranks

    def _portions(self, codes: NDArray[np.int64], *, positions: bool) -> Iterator[Lists]:
        pairs = codes >> _POSITION_BITS if positions else codes
        begins = np.flatnonzero(np.diff(pairs, prepend=-1))
        weights = np.diff(begins, append=len(pairs))
        pairs = pairs[begins]
        ranks = pairs >> _DOCUMENT_BITS
        documents = pairs & (_MAX_DOCUMENTS - 1)
        of_term = np.flatnonzero(np.diff(ranks, prepend=-1))
        bounds = np.append(of_term, len(ranks))
        at = 0
        while at < len(of_term):
            end = max(at + 1, int(np.searchsorted(bounds, bounds[at] + CHUNK, "right")) - 1)
            first, last = int(bounds[at]), int(bounds[end])
            values = None
            if positions:
                stop = int(begins[last]) if last < len(begins) else len(codes)
                places = codes[begins[first] : stop] & ((1 << _POSITION_BITS) - 1)
                values = _values(places, begins[first:last] - begins[first])
            yield Lists(
                terms=[self._terms[rank].encode() for rank in ranks[of_term[at:end]].tolist()],
                sizes=np.diff(bounds[at : end + 1]),
                documents=documents[first:last],
                weights=weights[first:last],
                values=values,
            )
            at = end


def _holds(fed: _Fed) -> bool:
    """Tell whether any word came through: some tokens stand for none."""
    starts = fed.table.starts
    return any(starts[entry] < starts[entry + 1] for entry in fed.entries)


def _short(found: dict[str, list[str]]) -> bool:
    """Tell whether no cap of `index.schema` can be reached: a word has a character of its token, or more."""
    return sum(len("".join(items)) for items in found.values()) <= min(TERM_CAP, VOCABULARY_CAP)


def _positions(
    occurrences: list[tuple[NDArray[np.int64], NDArray[np.int64]]], count: int
) -> NDArray[np.int64]:
    """Number the words of each document from 0; all of its words came through one table."""
    positions = []
    for _, documents in occurrences:
        lengths = np.bincount(documents, minlength=count)
        starts = np.cumsum(lengths) - lengths
        positions.append(np.arange(len(documents)) - starts[documents])
    return np.concatenate(positions)


def _values(places: NDArray[np.int64], begins: NDArray[np.int64]) -> list[bytes]:
    """Encode the positions of each posting as `CompactPositions` does, and pickle them."""
    steps = np.diff(places, prepend=0)
    steps[begins] = places[begins]
    packed = (steps & 0xFFFF).astype(np.uint16).tobytes()
    bounds = [*(2 * begins).tolist(), len(packed)]
    values = [octets(packed[at:end]) for at, end in pairwise(bounds)]
    if steps.max(initial=0) > 0xFFFF:
        encode = CompactPositions().encode
        ends = np.append(begins[1:], len(places))
        for number in np.flatnonzero(np.maximum.reduceat(steps, begins) > 0xFFFF).tolist():
            values[number] = octets(encode(places[begins[number] : ends[number]].tolist()))
    return values
