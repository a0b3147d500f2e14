from __future__ import annotations

import hashlib
import random
import sqlite3
import time
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import hash_runs, sorted_run
from index.article import ArticleId
from index.catalog import Catalog
from index.hash_runs import HASH_MASK, HashRuns, pack


def id_of(name: object) -> ArticleId:
    return ArticleId(hashlib.sha256(str(name).encode()).hexdigest()[:40])


class Archive:
    """Runs in a real catalog, with a table of the articles that are in them."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.row_factory = sqlite3.Row
        Catalog(self.db, None)._migrate()
        self.db.execute("CREATE TABLE holder (id TEXT PRIMARY KEY, hashes BLOB NOT NULL) WITHOUT ROWID")
        self.runs = HashRuns(self.db, "test", "holder")
        self.held: dict[ArticleId, list[int]] = {}

    def add(self, rows: dict[ArticleId, list[int]]) -> None:
        self.db.executemany(
            "INSERT INTO holder VALUES (?, ?)", ((id_, pack(hashes)) for id_, hashes in rows.items())
        )
        self.runs.add(rows.items())
        self.held |= rows

    def remove(self, ids: list[ArticleId]) -> None:
        self.runs.remove([(id_, self.held.pop(id_)) for id_ in ids])
        self.db.executemany("DELETE FROM holder WHERE id = ?", ((id_,) for id_ in ids))

    def wanted(self) -> dict[int, list[ArticleId]]:
        found = defaultdict(list)
        for id_ in sorted(self.held):
            for hash_ in {hash_ & HASH_MASK for hash_ in self.held[id_]}:
                found[hash_].append(id_)
        return found

    def chunks(self) -> int:
        return self.db.execute("SELECT count(*) FROM hash_chunk").fetchone()[0]


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(sorted_run, "CHUNK", 3)
    monkeypatch.setattr(sorted_run, "AT_ONCE", 2)
    monkeypatch.setattr(hash_runs, "FANOUT", 2)


# Ids of which many agree in the 52 bits that a posting keeps, or in the 20 of its key.
IDS = st.builds(
    lambda high, low, rest: ArticleId(f"{high:05x}{low:08x}{rest:027x}"),
    st.integers(0, 2),
    st.integers(0, 2),
    st.integers(0, 2),
)
HASHES = st.lists(
    st.one_of(st.integers(0, 6), st.sampled_from([HASH_MASK, -1, 1 << HASH_MASK.bit_length(), -(2**63)])),
    max_size=8,
)
STEPS = st.lists(st.one_of(st.dictionaries(IDS, HASHES, max_size=6), st.lists(IDS, max_size=5)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(
    steps=STEPS,
    chunk=st.integers(1, 5),
    at_once=st.integers(1, 3),
    fanout=st.integers(2, 4),
    limit=st.one_of(st.none(), st.integers(1, 4)),
    least=st.integers(0, 3),
)
def test_any_history_answers_as_a_dictionary_would(steps, chunk, at_once, fanout, limit, least):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sorted_run, "CHUNK", chunk)
        patch.setattr(sorted_run, "AT_ONCE", at_once)
        patch.setattr(hash_runs, "FANOUT", fanout)
        archive = Archive()
        for step in steps:
            if isinstance(step, dict):
                archive.add({id_: hashes for id_, hashes in step.items() if id_ not in archive.held})
            else:
                archive.remove([id_ for id_ in dict.fromkeys(step) if id_ in archive.held])
            wanted = archive.wanted()
            asked = [*range(-2, 8), HASH_MASK, HASH_MASK + 1, -(2**63)]
            named = archive.runs.holders(asked, limit, least=least)
            held = {hash_: wanted.get(hash_ & HASH_MASK, []) for hash_ in asked}
            assert named == {hash_: ids[:limit] for hash_, ids in held.items() if len(ids) >= max(1, least)}
            assert archive.runs.counts(asked) == {hash_: len(ids) for hash_, ids in held.items()}
        archive.remove(list(archive.held))
        assert archive.chunks() == 0, "what is removed leaves nothing behind"


@pytest.mark.usefixtures("tiny")
def test_few_runs_stand_after_many_additions():
    archive = Archive()
    for number in range(60):
        archive.add({id_of(number): [number, 7, 10**12 + number]})
    runs = archive.db.execute("SELECT count(*), count(DISTINCT level) FROM hash_run").fetchone()
    assert runs[0] <= runs[1] < 8
    assert archive.runs.holders([7])[7] == sorted(archive.held)
    assert archive.runs.counts([7, 8, 10**15]) == {7: 60, 8: 1, 10**15: 0}


@pytest.mark.usefixtures("tiny")
def test_families_do_not_mix():
    archive = Archive()
    other = HashRuns(archive.db, "other", "holder")
    archive.add({id_of("a"): [1, 2]})
    other.add([(id_of("a"), [2, 3])])
    assert archive.runs.holders([1, 2, 3]) == {1: [id_of("a")], 2: [id_of("a")]}
    assert other.holders([1, 2, 3]) == {2: [id_of("a")], 3: [id_of("a")]}


def test_articles_that_agree_in_52_bits_are_told_apart():
    archive = Archive()
    one, two, three = (ArticleId("0123456789abc" + digit * 27) for digit in "de0")
    archive.add({one: [5, 6], two: [5], three: [9]})
    assert archive.runs.holders([5, 6, 9]) == {5: [one, two], 6: [one], 9: [three]}
    archive.remove([one])
    assert archive.runs.holders([5, 6]) == {5: [two]}


def test_a_rolled_back_transaction_leaves_no_postings():
    archive = Archive()
    archive.db.execute("BEGIN")
    archive.add({id_of("a"): [1]})
    archive.db.execute("ROLLBACK")
    assert archive.runs.holders([1]) == {}


def test_a_crowded_hash_is_read_no_further_than_asked():
    archive = Archive()
    archive.add({id_of(number): [3, number + 10] for number in range(30_000)})
    read: list[str] = []
    archive.db.set_trace_callback(read.append)
    assert archive.runs.holders([3], 64)[3] == sorted(archive.held)[:64]
    assert archive.runs.counts([3]) == {3: 30_000}
    chunks = sum(
        statement.count("?") or statement.count(",") + 1 for statement in read if "hash_chunk" in statement
    )
    assert chunks < 20 < archive.chunks()


def test_a_removal_of_what_was_never_there_is_passed_over():
    archive = Archive()
    archive.runs.remove([(id_of("a"), [1, 2])])
    archive.add({id_of("a"): [1]})
    archive.runs.remove([(id_of("b"), [1]), (id_of("a"), [2])])
    assert archive.runs.counts([1, 2]) == {1: 1, 2: 0}


def test_a_thousand_articles_are_added_in_a_moment():
    chance = random.Random(1)
    archive = Archive()
    rows = [
        {id_of(chance.random()): [chance.randrange(2**60) for _ in range(30)] for _ in range(1_000)}
        for _ in range(9)
    ]
    started = time.process_time()
    for some in rows:
        archive.add(some)
        archive.runs.holders([hash_ for hashes in some.values() for hash_ in hashes], 64, least=2)
    assert time.process_time() - started < 5
