"""Term dictionaries and small pickles, read by Whoosh's own reader and by pickle."""

from __future__ import annotations

import pickle
from importlib import import_module
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import pickles
from index.termfile import FIELD, TermFile, records
from index.whooshed import FAST_POSSIBLE

pytestmark = pytest.mark.skipif(not FAST_POSSIBLE, reason="needs the internals of Whoosh 2.7.4")


class Kept(BytesIO):
    """A file whose bytes outlive its closing."""

    def close(self):
        self.kept = self.getvalue()
        super().close()


def written(fields):
    terms = TermFile()
    for name, entries in sorted(fields.items()):
        terms.add(name, *map(list, zip(*sorted(entries.items()), strict=True)))
    file = Kept()
    terms.save(file)
    return file.kept


def opened(data):
    file = import_module("whoosh.filedb.structfile").BufferFile(memoryview(data))
    return import_module("whoosh.filedb.filetables").OrderedHashReader(file, len(data))


ENTRIES = st.dictionaries(st.binary(min_size=1, max_size=6), st.binary(max_size=9), min_size=1, max_size=80)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["body", "headline", "stem_en"]), ENTRIES, min_size=1),
    st.binary(max_size=4),
)
def test_whoosh_finds_every_term_and_no_other(fields, absent):
    data = written(fields)
    reader = opened(data)
    numbers = reader.extras["fieldmap"]
    assert list(numbers) == sorted(fields)
    everything = {
        FIELD.pack(numbers[name]) + term: value for name in fields for term, value in fields[name].items()
    }
    assert {key: reader[key] for key in everything} == everything
    assert list(reader.items()) == sorted(everything.items())
    key = FIELD.pack(0) + absent
    assert (key in reader) == (key in everything)
    assert reader.closest_key(key) == min((other for other in everything if other >= key), default=None)
    read = list(records(memoryview(data), reader.startofdata, reader.endofdata))
    assert [(key, value) for key, value, _ in read] == sorted(everything.items())
    assert list(records(memoryview(data), read[0][2], reader.endofdata)) == read[1:]


def test_full_tables_go_on_at_their_beginning():
    data = written({"body": {b"%05d" % number: b"" for number in range(20_000)}})
    reader = opened(data)
    assert all(FIELD.pack(0) + b"%05d" % number in reader for number in range(20_000))
    assert FIELD.pack(0) + b"20000" not in reader


NUMBERS = st.integers(0, 2**31 - 1)


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.lists(st.binary(max_size=400), min_size=1, max_size=5))
def test_pickle_reads_what_is_written_piece_by_piece(numbers, values):
    joined = pickles.joined([pickles.octets(value) for value in values])
    written = pickles.triple((pickles.numbers(numbers), pickles.real(2.5), joined))
    assert pickle.loads(written) == (tuple(numbers), 2.5, tuple(values))  # noqa: S301 - our own
    assert pickle.loads(pickles.number(numbers[0]) + pickles.STOP) == numbers[0]  # noqa: S301


@given(NUMBERS, st.integers(1, 100_000), st.binary(max_size=300), st.integers(0, 2**20))
def test_the_document_of_a_single_posting_can_be_moved(document, weight, value, base):
    document //= 2
    written = pickles.single(document, weight, pickles.octets(value))
    assert pickle.loads(written) == ((document,), None if weight == 1 else (weight,), (value,))  # noqa: S301
    moved, pickled = pickles.moved_single(b"info" + written, 4, base)
    assert moved == document + base
    assert pickle.loads(pickled) == ((moved,), None if weight == 1 else (weight,), (value,))  # noqa: S301
