from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import ArticleId
from index.event_store import EventSnapshot, EventTerms
from tasks.event_terms import event_terms
from tasks.related import CANDIDATES, FIGURES, MOST_HOLDERS, RELATED, related, related_of_all, score

FERRY = (
    "Ferry runs aground off Tarn Island",
    """The ferry Saint Osyth ran aground off Tarn Island on Monday in a gale. The coast guard brought all
    passengers ashore. Captain Ines Morrow said that both engines of the Saint Osyth had failed at once.""",
)
FERRY_TOO = (
    "Passengers rescued as Saint Osyth hits rocks",
    """All passengers of the Saint Osyth are safe after a dramatic night off Tarn Island. According to the
    coast guard, Captain Ines Morrow steered her onto a sandbank when the engines stopped in the gale.""",
)
BAKERS = (
    "Bakers of Quill vote for a strike",
    """The bakers' union of Quill voted for a strike over night shifts. Its chairwoman, Oona Pell, said that
    the ovens would stay cold from Thursday unless the guild of master bakers came back to the table.""",
)
SCHOOL = (
    "New roof for the school in Hask",
    """Hask will give its school a new roof before the winter. The parish council accepted the offer of a
    roofer from Brent, who wants to use slate from the old quarry above the village.""",
)


def id_of(number):
    return ArticleId(f"{number:040x}")


def archive(*articles, days=()):
    days = [*days, *[None] * len(articles)]
    return EventSnapshot.of(
        {id_of(number): event_terms(*article, days[number], "en") for number, article in enumerate(articles)}
    )


def others(snapshot, number=0, **kwargs):
    return [one.article for one in related(snapshot, id_of(number), **kwargs)]


def test_two_reports_of_one_event_are_linked_and_nothing_else():
    snapshot = archive(FERRY, BAKERS, FERRY_TOO, SCHOOL)
    assert others(snapshot, 0) == [id_of(2)]
    assert others(snapshot, 2) == [id_of(0)]
    assert others(snapshot, 1) == others(snapshot, 3) == []


def test_two_articles_are_enough_of_an_archive():
    assert others(archive(FERRY, FERRY_TOO)) == [id_of(1)]
    assert others(archive(FERRY, BAKERS)) == []


def test_a_link_is_explained_by_words_of_both_names_first():
    (link,) = related(archive(FERRY, FERRY_TOO), id_of(0), text=FERRY)
    assert {"Saint Osyth", "Tarn Island"} <= set(link.terms)
    assert len(link.terms) <= 8
    said = " ".join(FERRY_TOO).lower()
    assert all(word in said for term in link.terms for word in term.lower().split())
    assert related(archive(FERRY, FERRY_TOO), id_of(0))[0].terms == ()


@pytest.mark.parametrize(
    ("other", "linked"),
    [("2026-03-02", True), ("2026-03-04", True), (None, True), ("2026-03-09", False), ("2026-02-01", False)],
)
def test_dates_that_lie_far_apart_are_of_two_events(other, linked):
    found = related(archive(FERRY, FERRY_TOO, days=("2026-03-02", other)), id_of(0))
    assert bool(found) is linked
    if found:
        assert found[0].days == (None if other is None else int(other[-2:]) - 2)


def test_the_further_apart_the_dates_the_lower_the_score():
    first = event_terms(*FERRY, "2026-03-10", "en")
    telling = dict.fromkeys(first.hashes, 1.0)
    scores = [
        score(first, event_terms(*FERRY_TOO, f"2026-03-{10 + days}", "en"), telling) for days in range(9)
    ]
    assert scores[0] == scores[2] > scores[3] > scores[6] > scores[7] == 0


def test_the_market_report_of_the_next_day_is_no_report_of_the_same_event():
    report = (
        "Harbour fish auction",
        """Prices at the Ostrey fish auction: cod {} crowns, plaice {} crowns, hake {} crowns, herring
        {} crowns a crate; {} crates of {} boats were sold by the harbour cooperative.""",
    )
    monday, tuesday, again = (
        (report[0], report[1].format(*figures))
        for figures in ((31, 42, 57, 18, 950, 14), (33, 47, 51, 22, 870, 16), (31, 42, 57, 18, 905, 17))
    )
    assert others(archive(monday, tuesday)) == []
    assert others(archive(monday, again)) == [id_of(1)]


def test_in_the_same_words_a_single_other_figure_makes_another_report():
    words = "Reservoir of Hask: level of the reservoir {} per cent, says the water board of Hask."
    one, other, again = (("", words.format(level)) for level in (81, 64, 81))
    assert others(archive(one, other)) == []
    assert others(archive(one, again)) == [id_of(1)]


def test_one_figure_of_four_in_both_is_enough_but_none_is_not():
    four, ten = (1, 2, 3, 10), tuple(range(10, 20))
    one = EventTerms((1, 2, 3), (180, 150, 100), four, None)
    other = EventTerms((1, 4, 5), (180, 150, 100), ten, None)
    telling = dict.fromkeys(range(6), 0.8)
    assert score(one, other, telling) == score(other, one, telling) > 0
    assert score(one, replace(other, figures=ten[1:]), telling) == 0


def test_figures_that_were_cut_off_do_not_count_as_missing():
    many = tuple(range(100, 100 + FIGURES))
    one = EventTerms((1, 2), (200, 150), many, None)
    inside = replace(one, figures=(100, 101, 102, 103, 60_000, 60_001, 60_002, 60_003, 60_004))
    outside = replace(one, figures=(100, 105, 50, 51, 52, 53, 54, 55))
    telling = {1: 1.0, 2: 1.0}
    assert score(one, inside, telling) > 0.9
    assert score(one, outside, telling) == 0


def test_a_word_tells_less_the_more_articles_hold_it():
    crowd = [
        (f"Note {n}", f"Saint Osyth Tarn Island ferry gale coast guard matter{n} case{n}") for n in range(60)
    ]
    alone = related(archive(FERRY, FERRY_TOO), id_of(0))[0].score
    crowded = related(archive(FERRY, FERRY_TOO, *crowd), id_of(0), least=0, limit=99)
    assert next(one.score for one in crowded if one.article == id_of(1)) < alone


def test_a_word_that_very_many_hold_brings_nobody_into_question():
    crowd = [("", f"Osyth solo{n}") for n in range(MOST_HOLDERS + 1)]
    assert related(archive(("", "Osyth alone"), *crowd), id_of(0), least=0) == []


def test_no_more_articles_are_compared_than_bounded():
    crowd = [("", f"Osyth Morrow solo{n}") for n in range(CANDIDATES + 20)]
    snapshot = archive(("", "Osyth Morrow alone"), *crowd)
    assert len(related(snapshot, id_of(0), limit=999, least=0)) == CANDIDATES


def test_the_list_is_cut_after_the_best():
    snapshot = archive(FERRY, *[FERRY_TOO] * 5, FERRY)
    assert others(snapshot, limit=1) == [id_of(6)]
    scores = [one.score for one in related(snapshot, id_of(0))]
    assert scores == sorted(scores, reverse=True)
    assert all(RELATED <= value <= 1 for value in scores)


def test_an_unknown_article_and_one_without_words_have_no_links():
    snapshot = archive(FERRY, ("", ""), ("", ""))
    assert others(snapshot, 77) == others(snapshot, 1) == []


def test_a_copy_has_the_links_of_its_canonical_copy():
    terms = {id_of(n): event_terms(*text, None, "en") for n, text in enumerate((FERRY, FERRY_TOO))}
    packed = EventSnapshot.of(terms)
    snapshot = EventSnapshot(packed._held, {id_of(5): id_of(0)})
    assert others(snapshot, 5) == [id_of(1)]


class Outlets(EventSnapshot):
    def sources(self, ids):
        return {id_: {1: "herald", 0: "herald", 2: "ledger"}.get(int(id_, 16), "unknown") for id_ in ids}


def test_a_link_within_one_outlet_is_marked():
    snapshot = Outlets(archive(FERRY, FERRY_TOO, FERRY_TOO, FERRY_TOO, FERRY_TOO)._held, {})
    assert {one.article: one.same_source for one in related(snapshot, id_of(0))} == {
        id_of(1): True,
        id_of(2): False,
        id_of(3): False,
        id_of(4): False,
    }
    assert not any(one.same_source for one in related(snapshot, id_of(3)) if one.article == id_of(4))


def test_all_at_once_says_the_same_as_one_by_one():
    snapshot = archive(FERRY, BAKERS, FERRY_TOO, SCHOOL)
    ids = [id_of(n) for n in (0, 0, 1, 2, 3, 9)]
    assert list(related_of_all(snapshot, ids)) == [(id_, related(snapshot, id_)) for id_ in ids]


WORDS = [
    "osyth",
    "morrow",
    "tarn",
    "ferry",
    "gale",
    "ovens",
    "quill",
    "strike",
    "guild",
    "214",
    "37",
    "58",
    "99",
]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), max_size=12)


@settings(deadline=None)
@given(TEXTS, st.lists(st.sampled_from([None, "2026-01-01", "2026-01-05", "2026-01-30"]), max_size=12))
def test_links_go_both_ways_with_the_same_score(texts, days):
    snapshot = archive(*(("", text) for text in texts), days=days)
    found = {
        (id_of(number), one.article): one
        for number in range(len(texts))
        for one in related(snapshot, id_of(number), limit=99)
    }
    for (a, b), link in found.items():
        assert a != b
        assert found[b, a].score == pytest.approx(link.score, rel=1e-12)
        assert found[b, a].days == link.days


@settings(deadline=None)
@given(TEXTS, st.randoms(use_true_random=False))
def test_links_do_not_depend_on_the_order_of_arrival(texts, shuffler: random.Random):
    rows = [(id_of(number), event_terms("", text)) for number, text in enumerate(texts)]
    before = EventSnapshot.of(dict(rows))
    shuffler.shuffle(rows)
    after = EventSnapshot.of(dict(rows))
    assert [related(before, id_of(n)) for n in range(len(rows))] == [
        related(after, id_of(n)) for n in range(len(rows))
    ]
