"""Who is a copy of whom, and over whom: read from ledgers that are written here by hand."""

import tempfile
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from index.article import ArticleId
from index.catalog import Catalog
from index.copies import WALKED, clustered, copies, copies_of, why_canonical
from index.duplicates import Edge, Entry, Match
from index.links import LinkStore


def named(number: int) -> ArticleId:
    return ArticleId(f"{number:040x}")


A, B, C, D, E = map(named, range(1, 6))


def entry(id_: ArticleId, text: str = "", words: int = 100) -> Entry:
    return Entry(id_, text or f"text of {id_}", words, None, correction=False, littered=False, hashes=())


def match(similarity: float = 0.8, kind: str = "near-duplicate") -> Match:
    return Match(kind, similarity, 0.9, 0.9, 60, "3/3", "4/4")


def edge(a: ArticleId, b: ArticleId, found: Match | None = None) -> Edge:
    return Edge(min(a, b), max(a, b), found or match())


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite") as opened:
        yield opened


def write(
    catalog: Catalog,
    entries: Iterable[Entry],
    edges: Iterable[Edge],
    canonical: Mapping[ArticleId, ArticleId],
    digests: Iterable[ArticleId] = (),
) -> None:
    """Write a ledger: `canonical` of those that are not their own."""
    entries = list(entries)
    store = LinkStore(catalog)
    with catalog.transaction():
        store.put_entries(entries)
        store.put_edges(edges)
        store.put_canonicals({one.id: canonical.get(one.id, one.id) for one in entries})
        store.mark_digests(dict.fromkeys(digests, True))


def told(catalog: Catalog, id_: ArticleId, most: int | None = None) -> list[tuple]:
    return [(one.id, one.kind, one.similarity, one.via) for one in copies_of(catalog, id_, most)]


def test_an_article_that_stands_alone_has_none(catalog):
    write(catalog, [entry(A), entry(B)], [], {})
    assert copies_of(catalog, A) == []
    assert clustered(catalog, [A, B]) == set()


def test_an_article_that_the_ledger_does_not_know(catalog):
    with pytest.raises(KeyError):
        copies_of(catalog, A)


def test_a_copy_comes_with_the_evidence(catalog):
    found = match(0.83)
    write(catalog, [entry(A), entry(B)], [edge(A, B, found)], {A: B})
    (copy,) = copies_of(catalog, A)
    assert (copy.id, copy.kind, copy.similarity, copy.match, copy.via) == (
        B,
        "near-duplicate",
        0.83,
        found,
        (),
    )
    assert copy.merged


def test_a_cut_version_is_told_from_the_whole_one(catalog):
    write(
        catalog,
        [entry(A, words=100), entry(B, words=60)],
        [edge(A, B, match(0.6, "contained"))],
        {B: A},
    )
    assert told(catalog, A) == [(B, "contained", 0.6, ())]
    assert told(catalog, B) == [(A, "contains", 0.6, ())]


def test_equal_texts_need_no_comparison(catalog):
    write(catalog, [entry(A, "one"), entry(B, "one")], [], {B: A})
    assert told(catalog, B) == [(A, "same text", 1.0, ())]
    assert clustered(catalog, [A, B]) == {A, B}


def test_a_copy_that_was_not_compared_is_reached_over_another(catalog):
    write(catalog, map(entry, (A, B, C)), [edge(A, B, match(0.7)), edge(B, C)], {B: A, C: A})
    assert told(catalog, A) == [(B, "near-duplicate", 0.7, ()), (C, "near-duplicate", None, (B,))]


def test_of_several_ways_the_shortest_is_told_and_of_equal_ones_the_first(catalog):
    edges = [edge(A, B), edge(A, C), edge(B, D), edge(C, D), edge(D, E), edge(B, E)]
    write(catalog, map(entry, (A, B, C, D, E)), edges, dict.fromkeys((B, C, D, E), A))
    ways = {id_: via for id_, _, _, via in told(catalog, A)}
    assert ways == {B: (), C: (), D: (B,), E: (B,)}


def test_the_evidence_of_an_equal_text_is_evidence(catalog):
    entries = [entry(A, "one"), entry(B, "one"), entry(C, "other", 50), entry(D, "other", 50)]
    write(catalog, entries, [edge(B, C, match(0.5, "contained"))], dict.fromkeys((B, C, D), A))
    assert told(catalog, A) == [
        (B, "same text", 1.0, ()),
        (C, "contained", 0.5, (B,)),
        (D, "contained", 0.5, (B, C)),
    ]


def test_a_digest_is_beside_the_cluster_not_in_it(catalog):
    edges = [edge(A, E, match(0.5)), edge(C, E, match(0.4)), edge(A, B)]
    write(catalog, map(entry, (A, B, C, E)), edges, {B: A}, digests=[E])
    assert told(catalog, A) == [(B, "near-duplicate", 0.8, ()), (E, "digest", 0.5, ())]
    assert told(catalog, B)[1:] == [(E, "digest", None, (A,))]
    assert told(catalog, E) == [(A, "in digest", 0.5, ()), (C, "in digest", 0.4, ())]
    assert not copies_of(catalog, E)[0].merged
    assert clustered(catalog, [A, B, C, D, E]) == {A, B, C, E}


def test_of_the_copies_of_an_article_in_a_digest_one_is_named(catalog):
    edges = [edge(A, E, match(0.6)), edge(B, E, match(0.5)), edge(A, B)]
    write(catalog, map(entry, (A, B, E)), edges, {A: B}, digests=[E])
    assert told(catalog, E) == [(B, "in digest", 0.5, ())]


def test_of_two_digests_that_share_something_the_longer_holds_the_other(catalog):
    write(catalog, [entry(D, words=500), entry(E, words=400)], [edge(D, E)], {}, digests=[D, E])
    assert [kind for _, kind, _, _ in told(catalog, D)] == ["in digest"]
    assert [kind for _, kind, _, _ in told(catalog, E)] == ["digest"]


def test_the_canonical_copy_comes_first_then_the_nearest(catalog):
    edges = [edge(A, B, match(0.9)), edge(A, C, match(0.6)), edge(A, D, match(0.7))]
    write(catalog, map(entry, (A, B, C, D)), edges, dict.fromkeys((A, B, D), C))
    assert [id_ for id_, *_ in told(catalog, A)] == [C, B, D]
    assert [id_ for id_, *_ in told(catalog, A, 2)] == [C, B]
    assert [id_ for id_, *_ in told(catalog, C)] == [A, B, D]


def test_a_large_cluster_is_not_walked_through(catalog, monkeypatch):
    many = [named(number) for number in range(10, 20 * WALKED)]
    edges = [edge(many[0], other) for other in many[1:]]
    write(catalog, map(entry, many), edges, dict.fromkeys(many, many[5]))
    read = []
    edges_of = LinkStore.edges
    monkeypatch.setattr(LinkStore, "edges", lambda self, ids: read.extend(ids) or edges_of(self, ids))
    first, second, *rest = told(catalog, many[9], 10)
    assert first == (many[5], "near-duplicate", None, ()), "the canonical, over others"
    assert second == (many[0], "near-duplicate", 0.8, ()), "the one it was compared with"
    assert len(rest) == 8
    assert read == [many[9]]
    assert len(copies(catalog, many[5])) == len(many)


PAIRS = st.sets(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]), max_size=14
)


@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS, texts=st.lists(st.integers(0, 7), min_size=10, max_size=10))
def test_every_copy_is_reached_by_steps_that_are_matches_or_equal_texts(pairs, texts):
    ids = [named(number) for number in range(10)]
    group = list(range(10))
    steps = pairs | {(a, b) for a in range(10) for b in range(a) if texts[a] == texts[b]}
    for _ in ids:
        for a, b in steps:
            group[a] = group[b] = min(group[a], group[b])
    entries = [entry(id_, f"text {text}") for id_, text in zip(ids, texts, strict=True)]
    canonical = {id_: ids[first] for id_, first in zip(ids, group, strict=True)}
    near = {frozenset((ids[a], ids[b])) for a, b in steps}
    with tempfile.TemporaryDirectory() as folder, Catalog.open(Path(folder) / "catalog.sqlite") as catalog:
        write(catalog, entries, [edge(ids[a], ids[b]) for a, b in pairs], canonical)
        for start in ids:
            found = copies_of(catalog, start)
            assert {one.id for one in found} == {id_ for id_ in ids if canonical[id_] == canonical[start]} - {
                start
            }
            assert (start in clustered(catalog, ids)) == bool(found)
            for one in found:
                event(f"over {len(one.via)}")
                way = [start, *one.via, one.id]
                assert all(frozenset(step) in near for step in pairwise(way))


def test_a_copy_that_waits_to_be_linked_again_may_name_one_that_is_no_canonical_copy_any_more(catalog):
    write(catalog, [entry(A), entry(B, words=120), entry(C)], [], {A: B, B: C})
    assert why_canonical(catalog, B) == "the longest, 120 words"
