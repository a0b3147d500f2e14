from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.memory_store import MemoryStore
from index.article import ArticleId
from index.duplicates import StoredText
from tasks import candidates
from tasks.dedupe import link
from tasks.normalise import text_hash
from tasks.sketch import sketch

SENTENCES = [
    " ".join(
        f"{word}{number}"
        for word in "the old harbour master told us about a boat that sank last spring off our coast".split()
    )
    + "."
    for number in "abcdefghijkl"
]


def stored(body: str, date: str | None = None) -> StoredText:
    return StoredText(body, text_hash(body), sketch(body), date)


def body_of(numbers: list[int]) -> str:
    return "\n".join(SENTENCES[number] for number in numbers)


def ledger(texts: Mapping[ArticleId, StoredText]) -> MemoryStore:
    store = MemoryStore()
    store.put_texts(texts)
    return store


def state(store: MemoryStore, ids: list[ArticleId]) -> tuple[object, ...]:
    return dict(store.canonicals(ids)), store.edges(ids), store.digests(ids), dict(store.entries(ids))


def parts(first: int, last: int, least: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(first, last), min_size=least, unique=True).map(sorted)


# Two stories of six sentences each, in cut copies, and digests of both.
ARTICLES = st.lists(
    st.tuples(
        st.one_of(parts(0, 5, 3), parts(0, 5, 5), parts(6, 11, 4), parts(0, 11, 11)),
        st.sampled_from([None, None, "2021-03-01", "2021-03-20"]),
    ),
    min_size=2,
    max_size=16,
)


@settings(max_examples=80, deadline=None)
@given(articles=ARTICLES, hubs=st.sampled_from([1, 2, 3, 64]), chance=st.randoms(use_true_random=False))
def test_the_ledger_depends_on_the_set_of_articles_alone(articles, hubs, chance):
    texts = {
        ArticleId(f"{chance.random():.9f}"): stored(body_of(numbers), date) for numbers, date in articles
    }
    ids = sorted(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "HUBS", hubs)
        at_once = ledger(texts)
        link(at_once, ids)
        wanted = state(at_once, ids)

        shuffled = ids.copy()
        chance.shuffle(shuffled)
        singly = ledger(texts)
        for id_ in shuffled:
            link(singly, [id_])
        assert state(singly, ids) == wanted

        batches = ledger(texts)
        start = 0
        while start < len(shuffled):
            size = chance.randint(1, 5)
            link(batches, shuffled[start : start + size])
            start += size
        assert state(batches, ids) == wanted

        kept = [id_ for id_ in shuffled if chance.random() < 0.6]
        gone = [id_ for id_ in shuffled if id_ not in kept]
        link(batches, [], gone)
        few = ledger(texts)
        link(few, kept)
        assert state(batches, ids) == state(few, ids)

        link(batches, gone[::2], kept[::2])
        turned = ledger(texts)
        link(turned, sorted({*kept[1::2], *gone[::2]}))
        assert state(batches, ids) == state(turned, ids)


def test_linking_again_changes_nothing():
    texts = {ArticleId(name): stored(body_of(part)) for name, part in (("a", [1, 2, 3]), ("b", [1, 2, 3, 4]))}
    store = ledger(texts)
    assert link(store, sorted(texts)) == set(texts)
    before = state(store, sorted(texts))
    assert link(store, sorted(texts)) == frozenset()
    assert state(store, sorted(texts)) == before


def test_copies_share_the_best_one_and_strangers_do_not():
    a, b, c = (ArticleId(name) for name in "abc")
    store = ledger(
        {a: stored(body_of([0, 1, 2])), b: stored(body_of([0, 1, 2, 3])), c: stored(body_of([7, 8, 9]))}
    )
    assert link(store, [a, c]) == {a, c}
    assert link(store, [b]) == {a, b}
    assert store.canonicals([a, b, c]) == {a: b, b: b, c: c}
    assert link(store, [], [b]) == {a}
    assert store.canonicals([a, b, c]) == {a: a, c: c}


def test_an_article_whose_text_changed_moves():
    a, b = ArticleId("a"), ArticleId("b")
    store = ledger({a: stored(body_of([0, 1, 2])), b: stored(body_of([0, 1, 2, 3]))})
    link(store, [a, b])
    store.put_texts({b: stored(body_of([5, 6, 7]))})
    assert link(store, added=[b], removed=[b]) == {a}
    assert store.canonicals([a, b]) == {a: a, b: b}


def test_equal_texts_are_one_article_however_short_and_whatever_their_dates():
    a, b = ArticleId("a"), ArticleId("b")
    store = ledger({a: stored("Rain.", "2021-01-01"), b: stored("RAIN", "2022-01-01")})
    link(store, [a, b])
    assert store.canonicals([a, b]) == {a: a, b: a}


def test_empty_texts_are_taken():
    store = ledger({ArticleId("a"): stored("")})
    assert link(store, [ArticleId("a")]) == {"a"}
    assert link(store, [ArticleId("unknown")][:0], [ArticleId("unknown")]) == frozenset()


def test_an_article_without_text_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        link(MemoryStore(), [ArticleId("a")])


def test_a_sentence_on_every_page_costs_no_more_than_the_hubs(monkeypatch):
    monkeypatch.setattr(candidates, "HUBS", 8)
    chance = random.Random(3)
    notice = " ".join(f"notice{number}" for number in range(80))
    texts = {
        ArticleId(f"{number:03}"): stored(
            " ".join(f"w{chance.randrange(10**6)}" for _ in range(90)) + f"\n{notice}"
        )
        for number in range(120)
    }
    store = ledger(texts)
    link(store, sorted(texts))
    found = candidates.pairs_of(store, sorted(texts))
    # All pairs would be 7,140. Short sketches differ in which of the notice's hashes they keep, so there are
    # a few hubs more than 8.
    assert 8 * 100 < len(found) < 10 * 120
