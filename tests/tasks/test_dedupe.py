from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.memory_store import MemoryStore
from index import hash_runs, sorted_run
from index.article import Article, ArticleId, Language, Story, VersionId
from index.articles import Version, put_article, put_version
from index.catalog import Catalog
from index.duplicates import StoredText
from index.links import LinkStore
from tasks import candidates
from tasks.dedupe import link
from tasks.normalise import text_hash

SENTENCES = [
    " ".join(
        f"{word}{number}"
        for word in "the old harbour master told us about a boat that sank last spring off our coast".split()
    )
    + "."
    for number in "abcdefghijkl"
]


def stored(body: str, date: str | None = None) -> StoredText:
    return StoredText(body, text_hash(body), date)


def body_of(numbers: list[int]) -> str:
    return "\n".join(SENTENCES[number] for number in numbers)


class CatalogStore(LinkStore):
    """The ledger of a real catalog, which articles' texts are put into as the pipeline does."""

    def __init__(self) -> None:
        db = sqlite3.connect(":memory:", isolation_level=None)
        db.row_factory = sqlite3.Row
        self.catalog = Catalog(db, Path("memory"))
        self.catalog._migrate()
        super().__init__(self.catalog)

    def put_texts(self, texts: Mapping[ArticleId, StoredText]) -> None:
        for id_, text in texts.items():
            self.catalog.db.execute("DELETE FROM article WHERE id = ?", (id_,))
            version = VersionId(hashlib.sha256(id_.encode()).hexdigest())
            put_version(
                self.catalog, Version(version, 1, "utf-8", 0, guessed=False, reject=None, pipeline="1")
            )
            story = Story(text.headline, text.body, date=text.date)
            language = Language("en", 1.0, "none")
            put_article(self.catalog, Article(id_, version, 0, story, language, text.text_hash, 1), "now")


Store = MemoryStore | CatalogStore


def ledger(texts: Mapping[ArticleId, StoredText], kind: type[Store] = MemoryStore) -> Store:
    store = kind()
    store.put_texts(texts)
    return store


def state(store: Store, ids: list[ArticleId]) -> tuple[object, ...]:
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


# Ids of which many agree in the 52 bits that a posting keeps of them.
IDS = st.builds(lambda high, rest: ArticleId(f"{high:013x}{rest:027x}"), st.integers(0, 9), st.integers(0, 3))


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from([MemoryStore, CatalogStore]),
    articles=ARTICLES,
    names=st.lists(IDS, min_size=16, max_size=16, unique=True),
    hubs=st.sampled_from([1, 2, 3, 64]),
    sizes=st.tuples(st.integers(1, 9), st.integers(1, 3), st.integers(2, 4)),
    chance=st.randoms(use_true_random=False),
)
def test_the_ledger_depends_on_the_set_of_articles_alone(kind, articles, names, hubs, sizes, chance):
    bodies = [stored(body_of(numbers), date) for numbers, date in articles]
    texts = dict(zip(names, bodies, strict=False))
    ids = sorted(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "HUBS", hubs)
        patch.setattr(sorted_run, "CHUNK", sizes[0])
        patch.setattr(sorted_run, "AT_ONCE", sizes[1])
        patch.setattr(hash_runs, "FANOUT", sizes[2])
        at_once = ledger(texts)
        link(at_once, ids)
        wanted = state(at_once, ids)

        shuffled = ids.copy()
        chance.shuffle(shuffled)
        singly = ledger(texts, kind)
        for id_ in shuffled:
            link(singly, [id_])
        assert state(singly, ids) == wanted

        batches = ledger(texts, kind)
        start = 0
        while start < len(shuffled):
            size = chance.randint(1, 5)
            link(batches, shuffled[start : start + size])
            start += size
        assert state(batches, ids) == wanted

        kept = [id_ for id_ in shuffled if chance.random() < 0.6]
        gone = [id_ for id_ in shuffled if id_ not in kept]
        link(batches, [], gone)
        few = ledger(texts, kind)
        link(few, kept)
        assert state(batches, ids) == state(few, ids)

        link(batches, gone[::2], kept[::2])
        turned = ledger(texts, kind)
        link(turned, sorted({*kept[1::2], *gone[::2]}))
        assert state(batches, ids) == state(turned, ids)

        changed = {id_: chance.choice(bodies) for id_ in ids[::2]}
        for store in (batches, turned):
            store.put_texts(changed)
        link(batches, sorted({*ids[::2], *gone}), ids[::2])
        renewed = ledger(texts | changed, kind)
        link(renewed, sorted({*ids[::2], *gone, *kept[1::2]}))
        assert state(batches, ids) == state(renewed, ids)


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
    entries = store.entries(sorted(texts))
    found = candidates.pairs_of(store, entries, candidates.around(store, entries))
    # All pairs would be 7,140. Short sketches differ in which of the notice's hashes they keep, so there are
    # a few hubs more than 8.
    assert 8 * 100 < len(found) < 11 * 120
