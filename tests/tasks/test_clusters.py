from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleId
from index.duplicates import Edge, Match
from tasks.clusters import Member, binds, canonical, components, cut_members, is_correction, is_digest
from tasks.neardup import prepare

DATA = Path(__file__).parents[1] / "data" / "dedupe.jsonl"
TEXTS = {record["id"]: record["text"] for record in map(json.loads, DATA.read_text("utf-8").splitlines())}
A, B, C = ArticleId("a"), ArticleId("b"), ArticleId("c")


def edge(similarity: float = 0.5, containment: float = 0.5) -> Edge:
    return Edge(A, B, Match("near-duplicate", similarity, containment, 1.0, 100, "0/0", "0/0"))


def test_a_summary_of_two_articles_is_a_digest():
    sources = [prepare(TEXTS["a0"], None), prepare(TEXTS["b0"], None)]
    assert is_digest(prepare(TEXTS["d0"], None), sources)


def test_an_article_with_cut_copies_is_none():
    whole = prepare(TEXTS["a0"], None)
    assert not is_digest(whole, [prepare(TEXTS["a2"], None), prepare(TEXTS["a3"], None)])
    assert not is_digest(whole, [prepare(TEXTS["d0"], None), prepare(TEXTS["b0"], None)])
    assert not is_digest(whole, [])


def test_a_digest_binds_only_its_own_copies():
    assert binds(edge(), frozenset())
    assert not binds(edge(0.9), frozenset({A}))
    assert not binds(edge(0.5), frozenset({A, B}))
    assert binds(edge(0.9), frozenset({A, B}))


def test_components_are_sorted_and_complete():
    assert components([C, A, B], [(C, A)]) == [(A, C), (B,)]
    assert components([], []) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15), st.randoms())
def test_components_do_not_depend_on_order(pairs, chance):
    nodes = [ArticleId(str(number)) for number in range(10)]
    ends = [(ArticleId(str(a)), ArticleId(str(b))) for a, b in pairs]
    before = components(nodes, ends)
    chance.shuffle(ends)
    chance.shuffle(nodes)
    assert components(nodes, ends) == before
    place = {node: group for group in before for node in group}
    assert all(place[a] == place[b] for a, b in ends)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (Member(B, 300), Member(A, 900, cut=True)),
        (Member(B, 300, correction=True), Member(A, 320)),
        (Member(B, 300, "2021-03-02", correction=True), Member(A, 300, "2021-03-01", correction=True)),
        (Member(B, 300, "2021-03-02", correction=True), Member(A, 400, correction=True)),
        (Member(B, 320), Member(A, 300)),
        (Member(B, 300, "2021-03-01"), Member(A, 300, "2021-03-02")),
        (Member(B, 300, "2021-03-01"), Member(A, 300)),
        (Member(A, 300), Member(B, 300)),
    ],
    ids=["whole", "corrected", "latest correction", "dated correction", "longer", "earlier", "dated", "id"],
)
def test_the_canonical_copy_is_the_best_one(better, worse):
    assert canonical([better, worse]) == canonical([worse, better]) == better.id


def test_a_cluster_of_nobody_has_no_canonical_copy():
    with pytest.raises(ValueError, match="empty"):
        canonical([])


def test_a_copy_held_by_a_clearly_longer_one_is_cut():
    assert cut_members([edge(containment=0.95)], {A: 100, B: 300}) == {A}
    assert cut_members([edge(containment=0.95)], {A: 290, B: 300}) == frozenset()
    assert cut_members([edge(containment=0.5)], {A: 100, B: 300}) == frozenset()


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("CORRECTED-Harbour to close", "Text."),
        ("Harbour to close - UPDATE 2", "Text."),
        ("Harbour to close", "(Corrects year in third paragraph)\n\nText."),
        ("", "Text.\n\nCorrection: an earlier version gave the wrong year."),
        ("", "Text.\n\nKorrektur: In einer früheren Fassung stand ein anderes Jahr."),
        ("更正：图书馆关闭", "Text."),
    ],
)
def test_a_text_that_says_so_is_a_correction(headline, body):
    assert is_correction(headline, body)


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        ("Correctional officers strike", "Updates are expected, corrections as well."),
        ("", "Text.\n\nThe minister asked for a correction: the figure was wrong."),
        ("", ""),
    ],
)
def test_a_text_about_corrections_is_none(headline, body):
    assert not is_correction(headline, body)
