from __future__ import annotations

import hashlib
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import ArticleId
from index.catalog import Catalog
from index.duplicates import Entry
from index.event_store import POSTED, EventSnapshot, EventStore, EventTerms
from index.links import LinkStore


def id_of(number):
    return ArticleId(hashlib.sha256(str(number).encode()).hexdigest()[:40])


def terms_of(number, *shared):
    """Terms of its own, and shared ones before them."""
    hashes = (*shared, number * 1_000 + 7, number * 1_000 + 8)
    return EventTerms(hashes, tuple(range(200, 200 - len(hashes), -1)), (3, 70, 65_535), 700_000 + number)


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.db") as opened:
        yield opened


def entry_of(id_):
    return Entry(id_, text_hash="", words=0, date=None, correction=False, littered=False, hashes=())


def put(catalog, rows, canonicals=None):
    """What a run does with new articles: ledger, terms, postings."""
    links, events = LinkStore(catalog), EventStore(catalog)
    with catalog.transaction():
        links.put_entries([entry_of(id_) for id_ in rows])
        links.put_canonicals({id_: id_ for id_ in rows} | (canonicals or {}))
        events.put(rows)
        events.settle({*rows, *(canonicals or {})})
    return events


def drop(catalog, ids):
    with catalog.transaction():
        LinkStore(catalog).drop(ids)
        EventStore(catalog).drop(ids)


def test_terms_come_back_as_they_were_put(catalog):
    rows = {id_of(1): terms_of(1, 5, 6), id_of(2): EventTerms((), (), (), None)}
    events = put(catalog, rows)
    assert events.terms([*rows, id_of(3)]) == rows


def test_holders_and_counts_of_terms(catalog):
    events = put(catalog, {id_of(1): terms_of(1, 5), id_of(2): terms_of(2, 5), id_of(3): terms_of(3)})
    assert events.counts([5, 1_007, 99]) == {5: 2, 1_007: 1, 99: 0}
    assert events.holders([5, 3_007]) == {5: sorted([id_of(1), id_of(2)]), 3_007: [id_of(3)]}


def test_only_the_most_telling_terms_have_postings(catalog):
    terms = EventTerms(tuple(range(1, POSTED + 9)), (9,) * (POSTED + 8), (), None)
    events = put(catalog, {id_of(1): terms})
    counts = events.counts(terms.hashes)
    assert [hash_ for hash_, count in counts.items() if count] == list(range(1, POSTED + 1))
    assert events.terms([id_of(1)]) == {id_of(1): terms}


def test_a_copy_counts_only_while_it_is_canonical(catalog):
    one, two = id_of(1), id_of(2)
    events = put(catalog, {one: terms_of(1, 5), two: terms_of(2, 5)}, {two: one})
    assert events.holders([5]) == {5: [one]}
    assert events.canonical(two) == one
    assert two in events.terms([two])
    with catalog.transaction():
        LinkStore(catalog).put_canonicals({one: two, two: two})
        events.settle([one, two])
    assert events.holders([5]) == {5: [two]}


def test_settling_twice_changes_nothing(catalog):
    events = put(catalog, {id_of(1): terms_of(1, 5)})
    with catalog.transaction():
        events.settle([id_of(1), id_of(9)])
    assert events.counts([5]) == {5: 1}


def test_dropped_articles_leave_nothing(catalog):
    events = put(catalog, {id_of(1): terms_of(1, 5), id_of(2): terms_of(2, 5)}, {id_of(2): id_of(1)})
    drop(catalog, [id_of(1), id_of(2), id_of(3)])
    assert events.terms([id_of(1), id_of(2)]) == {}
    assert events.counts([5, 1_007]) == {5: 0, 1_007: 0}
    assert catalog.db.execute("SELECT count(*) FROM hash_run").fetchone()[0] == 0


def test_an_article_may_come_again(catalog):
    put(catalog, {id_of(1): terms_of(1, 5)})
    drop(catalog, [id_of(1)])
    events = put(catalog, {id_of(1): terms_of(1, 6)})
    assert events.holders([5, 6]) == {6: [id_of(1)]}


def test_an_article_that_the_ledger_does_not_know_is_its_own_copy(catalog):
    assert EventStore(catalog).canonical(id_of(1)) == id_of(1)


def test_an_article_whose_terms_are_put_again_has_the_new_ones_alone(catalog):
    events = put(catalog, {id_of(1): terms_of(1)})
    events.put({id_of(1): terms_of(2)})
    assert events.terms([id_of(1)]) == {id_of(1): terms_of(2)}
    assert not any(events.holders(terms_of(1).hashes).values())


def asked(ledger, ids, hashes):
    counts = ledger.counts(hashes)
    holders = {hash_: list(found) for hash_, found in ledger.holders(hashes).items() if found}
    return (
        {hash_: counts.get(hash_, 0) for hash_ in hashes},
        holders,
        ledger.terms([ledger.canonical(id_) for id_ in ids]),
    )


HISTORY = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sets(st.integers(1, 5), max_size=3)), max_size=25
)


@settings(max_examples=40, deadline=None)
@given(HISTORY)
def test_store_and_snapshot_agree_with_plain_dictionaries(tmp_path_factory, history):
    held, canonical = {}, {}
    with Catalog.open(tmp_path_factory.mktemp("history") / "catalog.db") as catalog:
        for number, copy_of, shared in history:
            id_, best = id_of(number), id_of(copy_of)
            if id_ in held:
                changed = {other: other for other, chosen in canonical.items() if chosen == id_ != other}
                drop(catalog, [id_])
                del held[id_], canonical[id_]
                canonical |= changed
                with catalog.transaction():
                    LinkStore(catalog).put_canonicals(changed)
                    EventStore(catalog).settle(list(changed))
            else:
                held[id_] = terms_of(number, *sorted(shared))
                canonical[id_] = best if canonical.get(best) == best else id_
                put(catalog, {id_: held[id_]}, {id_: canonical[id_]})
        ids, hashes = [id_of(n) for n in range(8)], [1, 2, 3, 4, 5, 1_007, 99]
        wanted = defaultdict(list)
        for id_ in sorted(held):
            for hash_ in held[id_].hashes:
                if canonical[id_] == id_ and hash_ in hashes:
                    wanted[hash_].append(id_)
        store = EventStore(catalog)
        assert asked(store, ids, hashes)[1] == wanted
        assert asked(store.snapshot(), ids, hashes) == asked(store, ids, hashes)


def test_events_can_be_held_without_a_catalog():
    rows = {id_of(1): terms_of(1, 5), id_of(2): terms_of(2, 5)}
    snapshot = EventSnapshot.of(rows)
    assert snapshot.terms(rows) == rows
    assert snapshot.holders([5]) == {5: sorted(rows)}
    assert snapshot.sources(rows) == {}
