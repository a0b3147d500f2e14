from __future__ import annotations

import sqlite3
import zlib

import pytest

from index.article import ArticleId
from index.catalog import MIGRATIONS, Catalog
from index.copies import clusters, copies
from index.duplicates import Edge, Entry, Match
from index.hashes import HASH_MASK, pack, unpack
from index.links import LinkStore, waiting

A, B, C = (ArticleId(digit * 40) for digit in "abc")
MATCH = Match("near-duplicate", 0.5, 0.75, 0.8, 40, "3/3", "2/2")


def entry(id_: ArticleId, *hashes: int, text_hash: str = "t") -> Entry:
    return Entry(id_, text_hash, 90, "2021-03-01", correction=False, littered=True, hashes=hashes)


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite3") as opened:
        yield opened


def test_what_is_put_is_read(catalog):
    store = LinkStore(catalog)
    held = {id_: entry(id_, *hashes) for id_, hashes in ((A, (1, HASH_MASK)), (B, (1, 2)), (C, ()))}
    store.put_entries(list(held.values()))
    store.put_edges([Edge(A, B, MATCH)])
    store.mark_digests({C: True})
    store.put_canonicals({A: B, B: B, C: C})
    assert store.entries([A, B, C, ArticleId("d" * 40)]) == held
    assert store.edges([A]) == store.edges([B, A, C]) == [Edge(A, B, MATCH)]
    assert store.holders([1, 2, 3], None) == {1: [A, B], 2: [B]}
    assert store.holders([1, 2, 3], 1, least=2) == {1: [A]}
    assert store.same_text(["t"]) == {"t": [A, B, C]}
    assert store.digests([A, C]) == {C}
    assert clusters(catalog) == {A: B, B: B}
    assert copies(catalog, B) == [A, B]


def test_what_is_dropped_leaves_nothing(catalog):
    store = LinkStore(catalog)
    store.put_entries([entry(A, 1, 2), entry(B, 2, 3)])
    store.put_edges([Edge(A, B, MATCH)])
    store.drop([A, C])
    assert store.entries([A, B]) == {B: entry(B, 2, 3)}
    assert store.edges([A, B]) == []
    assert store.holders([1, 2], None) == {2: [B]}
    store.drop([B])
    for table in ("entry", "edge", "hash_run", "hash_chunk"):
        assert catalog.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_many_ids_are_asked_for_at_once(catalog):
    store = LinkStore(catalog)
    ids = [ArticleId(f"{number:040x}") for number in range(700)]
    store.put_entries([entry(id_, number) for number, id_ in enumerate(ids)])
    assert list(store.entries(ids)) == ids


def test_packing_keeps_the_bits_that_count():
    assert unpack(pack([0, -1, HASH_MASK + 2])) == (0, HASH_MASK, 1)
    assert unpack(b"") == ()


def second_schema(path) -> None:
    """A catalog as the second schema left it, with two copies of one article."""
    db = sqlite3.connect(path)
    for script in MIGRATIONS[:2]:
        db.executescript(script)
    body = zlib.compress(b"Rain fell.")
    for id_ in (A, B):
        db.execute("INSERT INTO version VALUES (?, 5, 'utf-8', 0, 0, '', '', '2')", (id_,))
        db.execute(
            f"""INSERT INTO article VALUES (?1, ?1, 0, 'Rain', '', '', '', '', NULL, '', '', 0, 1, .5, 'en',
                1, 'langdetect', 1, NULL, 2, 'same', 'c', ?2, x'{"07" * 16}', '2', '2026-01-01', 1)""",
            (id_, body),
        )
        db.execute("INSERT INTO entry VALUES (?, 'same', 2, NULL, 0, 0, x'0708', ?)", (id_, B))
        db.execute("INSERT INTO posting VALUES (7, ?)", (bytes.fromhex(id_),))
    db.execute(
        "INSERT INTO edge VALUES (?, ?, 'near-duplicate', .9, '{\"kind\": \"near-duplicate\"}')", (A, B)
    )
    db.execute("PRAGMA user_version=2")
    db.commit()
    db.close()


@pytest.mark.parametrize("way", [Catalog.open, Catalog.read])
def test_a_ledger_of_the_second_schema_answers_and_waits_to_be_linked_again(tmp_path, way):
    path = tmp_path / "catalog.sqlite3"
    second_schema(path)
    with way(path) as catalog:
        assert clusters(catalog) == {A: B, B: B}
        assert LinkStore(catalog).edges([A, B]) == []
        assert waiting(catalog, 10) == [A, B]
        assert waiting(catalog, 1) == [A]
        assert {id_: held.hashes for id_, held in LinkStore(catalog).entries([A, B]).items()} == {
            A: (),
            B: (),
        }
        assert catalog.db.execute("SELECT sum(length(sketch)) FROM article").fetchone()[0] == 0
