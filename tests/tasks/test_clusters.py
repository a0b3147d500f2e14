from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleId
from index.duplicates import Edge, Match
from tasks.clusters import (
    LITTERED,
    Member,
    binds,
    canonical,
    components,
    cut_members,
    is_correction,
    is_digest,
    is_littered,
)
from tasks.neardup import compare, prepare
from tasks.normalise import split_prose, word_count

DATA = Path(__file__).parents[1] / "data" / "dedupe.jsonl"
TEXTS = {record["id"]: record["text"] for record in map(json.loads, DATA.read_text("utf-8").splitlines())}
A, B, C = ArticleId("a"), ArticleId("b"), ArticleId("c")


def edge(similarity: float = 0.5, kind: str = "near-duplicate") -> Edge:
    return Edge(A, B, Match(kind, similarity, 0.9, 1.0, 100, "0/0", "0/0"))


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
        (Member(B, 300), Member(A, 900, littered=True)),
        (Member(B, 300, correction=True, littered=True), Member(A, 300)),
        (Member(B, 320), Member(A, 300)),
        (Member(B, 300, "2021-03-01"), Member(A, 300, "2021-03-02")),
        (Member(B, 300, "2021-03-01"), Member(A, 300)),
        (Member(A, 300), Member(B, 300)),
    ],
    ids=[
        "whole",
        "corrected",
        "latest correction",
        "dated correction",
        "clean",
        "littered correction",
        "longer",
        "earlier",
        "dated",
        "id",
    ],
)
def test_the_canonical_copy_is_the_best_one(better, worse):
    assert canonical([better, worse]) == canonical([worse, better]) == better.id


def test_a_cluster_of_nobody_has_no_canonical_copy():
    with pytest.raises(ValueError, match="empty"):
        canonical([])


def test_the_shorter_end_of_an_edge_between_a_text_and_its_cut_copy_is_cut():
    assert cut_members([edge(kind="contained")], {A: 100, B: 300}) == {A}
    assert cut_members([edge(kind="contained")], {A: 300, B: 100}) == {B}
    assert cut_members([edge(), edge(kind="same-text")], {A: 100, B: 300}) == frozenset()


def test_a_cut_copy_is_cut_by_the_evidence_of_comparison():
    found = compare(prepare(TEXTS["a2"], None), prepare(TEXTS["a0"], None))
    assert cut_members([Edge(A, B, found)], {A: 81, B: 149}) == {A}
    found = compare(prepare(TEXTS["a3"], None), prepare(TEXTS["a0"], None))
    assert cut_members([Edge(A, B, found)], {A: 157, B: 149}) == frozenset()


@given(st.lists(st.sampled_from(["a b c", "\u5317" * 21, "\u5317" * 3, "w " * 17, "a b c d e f."])))
def test_littered_is_a_share_of_all_words(lines):
    kept, rest = map(word_count, split_prose("\n".join(lines)))
    assert is_littered("\n".join(lines)) == (rest > LITTERED * (kept + rest))


def test_an_article_with_the_buttons_of_its_page_is_littered():
    links = "\n".join(f"Read more {number}" for number in range(12))
    assert not is_littered(TEXTS["a0"])
    assert is_littered(f"{TEXTS['a0']}\n{links}")
    assert not is_littered(f"{TEXTS['a0']}\nRead more")
    assert not is_littered("")


@given(st.permutations(range(5)), st.data())
def test_the_canonical_copy_depends_on_the_set_of_copies_alone(order, data):
    dates = st.sampled_from([None, "2021-03-01", "2021-03-02"])
    made = [
        Member(
            ArticleId(str(number)),
            data.draw(st.integers(1, 3)),
            data.draw(dates),
            *data.draw(st.tuples(*[st.booleans()] * 3)),
        )
        for number in range(5)
    ]
    assert canonical(made) == canonical([made[number] for number in order])


def test_two_articles_on_one_page_are_absorbed_by_neither():
    texts = [TEXTS["a0"], TEXTS["b0"]]
    page, *sources = (prepare(text, None) for text in ("\n\n".join(texts), *texts))
    edges = [
        Edge(A, other, found)
        for other, source in zip((B, C), sources, strict=True)
        if (found := compare(page, source)) is not None
    ]
    assert len(edges) == 2
    assert is_digest(page, sources)
    assert not any(binds(found, frozenset({A})) for found in edges)


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
