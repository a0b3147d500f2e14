"""Several articles in one file are told apart, and one article stays one. All texts are invented."""

import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cuts import candidates
from tasks.lines import measure
from tasks.stories import Part, parts
from tests.story_texts import (
    BEES,
    BOXES,
    BRIDGE_DE,
    BRIDGE_SHORT,
    CHESS,
    CHOIR_DE,
    DIGEST,
    FERRY,
    FERRY_AGAIN,
    FILM_ZH,
    FLOOD_ZH,
    FURNITURE,
    HARVEST_AR,
    LYNX_SHORT,
    ONE,
    TRAIN_AR,
)


def page(text):
    """Facts, log-odds and body of a page; lines that begin with "~" are furniture."""
    lines = text.split("\n")
    facts = measure([line.removeprefix("~ ") for line in lines])
    odds = np.array([-3.0 if lines[fact.line].startswith("~") else 2.0 for fact in facts])
    return facts, odds, np.flatnonzero(odds > 0).tolist()


def heads(text):
    """The first line of each article that is found."""
    facts, odds, body = page(text)
    return [facts[part.body[0]].text for part in parts(facts, odds, body)]


def head(story):
    return story.split("\n")[0]


PAIRS = [(FERRY, CHESS), (CHESS, FERRY), (BRIDGE_DE, CHOIR_DE), (FLOOD_ZH, FILM_ZH), (HARVEST_AR, TRAIN_AR)]
NAMES = ["en", "en turned", "de", "zh", "ar"]


@pytest.mark.parametrize(("first", "second"), PAIRS, ids=NAMES)
@pytest.mark.parametrize("between", ["\n\n\n", "\n\n***\n\n", "\n\n---\n\n"])
def test_two_pasted_stories_are_two(first, second, between):
    assert heads(first + between + second) == [head(first), head(second)]


def test_a_byline_below_the_title_is_enough_without_space():
    title, _, rest = CHESS.partition("\n")
    assert heads(f"{FERRY}\n{title}\nBy Ada Quill\n{rest}") == [head(FERRY), title]


def test_a_dateline_is_enough_without_space():
    title, _, rest = CHESS.partition("\n")
    assert heads(f"{FERRY}\n{title}\nLINDOW (Reuters) — {rest}") == [head(FERRY), title]


def test_three_stories_are_three():
    text = f"{FERRY}\n\n\n{CHESS}\n\n\n{BEES}"
    assert heads(text) == [head(FERRY), head(CHESS), head(BEES)]


def test_the_items_of_a_digest_are_articles():
    assert heads(DIGEST) == [head(item) for item in DIGEST.split("\n\n")]


def test_two_full_reports_with_furniture_between():
    assert heads(f"{FERRY}\n{FURNITURE}\n{CHESS}") == [head(FERRY), head(CHESS)]


@pytest.mark.parametrize("between", ["\n\n\nSports and games\n", "\nSports and games\n\n\n"])
def test_the_section_above_a_title_is_no_part_of_the_article_above_it(between):
    title, _, rest = CHESS.partition("\n")
    facts, odds, body = page(f"{FERRY}{between}{title}\nBy Ada Quill\n{rest}")
    first, second = parts(facts, odds, body)
    kicker = next(place for place, fact in enumerate(facts) if fact.text == "Sports and games")
    assert first == Part(tuple(range(kicker)), 0, kicker)
    assert second.start == kicker


@pytest.mark.parametrize("kept", [FERRY, CHESS], ids=["first kept", "second kept"])
def test_a_full_article_outside_the_kept_lines(kept):
    facts, odds, body = page(f"{FERRY}\n{FURNITURE}\n{CHESS}")
    inside = [place for place in body if facts[place].text in kept]
    found = parts(facts, odds, inside)
    assert len(found) == 2
    assert [facts[part.start].text for part in found] == [head(FERRY), head(CHESS)]
    assert tuple(inside) in [part.body for part in found]


def test_teasers_outside_the_kept_lines_are_no_article():
    teasers = DIGEST.replace("\n\n", "\n")
    facts, odds, _ = page(f"{FERRY}\n{FURNITURE}\n{teasers}")
    inside = list(range(len(FERRY.split("\n"))))
    assert [part.body for part in parts(facts, odds, inside)] == [tuple(inside)]


def test_the_rest_of_the_same_article_is_no_other_article():
    lines = FERRY.split("\n")
    doubled = "\n".join([*lines, FURNITURE, "What passengers of the ferry must know", *lines[1:]])
    facts, odds, _ = page(doubled)
    inside = list(range(len(lines)))
    assert [part.body for part in parts(facts, odds, inside)] == [tuple(inside)]


@pytest.mark.parametrize("between", ["\n", "\n\n", "\n\n---\n\n"])
def test_two_reports_of_one_event_are_two_where_the_second_has_a_full_head(between):
    assert heads(FERRY + between + FERRY_AGAIN) == [head(FERRY), head(FERRY_AGAIN)]


def test_two_reports_of_one_event_with_furniture_between():
    assert heads(f"{FERRY}\n{FURNITURE}\n{FERRY_AGAIN}") == [head(FERRY), head(FERRY_AGAIN)]


def test_a_second_report_of_the_event_outside_the_kept_lines():
    facts, odds, body = page(f"{FERRY}\n{FURNITURE}\n{FERRY_AGAIN}")
    inside = [place for place in body if facts[place].text in FERRY]
    found = parts(facts, odds, inside)
    assert [facts[part.start].text for part in found] == [head(FERRY), head(FERRY_AGAIN)]
    assert found[1].body == tuple(place for place in body if facts[place].text in FERRY_AGAIN)[3:]


@pytest.mark.parametrize("between", ["\n", "\n\n", f"\n{BOXES}\n"], ids=["line", "blank", "furniture"])
@pytest.mark.parametrize("turned", [False, True])
def test_short_stories_with_full_heads_are_two(between, turned):
    first, second = (LYNX_SHORT, BRIDGE_SHORT) if turned else (BRIDGE_SHORT, LYNX_SHORT)
    assert heads(first + between + second) == [head(first), head(second)]


@pytest.mark.parametrize("odd", [-1.0, 0.5])
@pytest.mark.parametrize("first_kept", [True, False])
def test_a_short_story_with_a_full_head_outside_the_kept_lines(odd, first_kept):
    facts, odds, body = page(f"{BRIDGE_SHORT}\n{BOXES}\n{LYNX_SHORT}")
    kept = BRIDGE_SHORT if first_kept else LYNX_SHORT
    inside = [place for place in body if facts[place].prose and facts[place].text in kept]
    odds[[place for place in body if facts[place].text not in kept]] = odd
    found = parts(facts, odds, inside)
    assert len(found) == 2
    assert facts[found[1].start].text == head(LYNX_SHORT)


def test_a_second_print_of_the_same_article_is_no_other_article():
    facts, odds, body = page(f"{FERRY_AGAIN}\n{FURNITURE}\n{FERRY_AGAIN}")
    assert len(parts(facts, odds, body)) == 1
    inside = [place for place in body if place < len(FERRY_AGAIN.split("\n"))]
    assert [part.body for part in parts(facts, odds, inside)] == [tuple(inside)]


def test_cards_with_a_full_head_and_one_sentence_are_no_articles():
    cards = "\n".join("\n".join(story.split("\n")[:4]) for story in (BRIDGE_SHORT, LYNX_SHORT))
    facts, odds, _ = page(f"{FERRY}\n{FURNITURE}\n{cards}")
    inside = list(range(len(FERRY.split("\n"))))
    assert [part.body for part in parts(facts, odds, inside)] == [tuple(inside)]


@pytest.mark.parametrize("text", ONE.values(), ids=ONE)
def test_one_article_stays_one(text):
    assert len(heads(text)) == 1


@pytest.mark.parametrize(
    "story", [FERRY, CHESS, BRIDGE_DE, CHOIR_DE, FLOOD_ZH, FILM_ZH, HARVEST_AR, TRAIN_AR]
)
def test_a_plain_story_is_one_part_that_covers_the_page(story):
    facts, odds, body = page(f"{FURNITURE}\n{story}\n{FURNITURE}")
    assert parts(facts, odds, body) == [Part(tuple(body), 0, len(facts))]


def test_a_page_without_body_has_no_parts():
    assert parts([], np.zeros(0), []) == []


LINES = st.sampled_from(
    ["", "~ Weather", "By Ada Quill", "2016-12-08", *f"{FERRY}\n{CHESS}\n{DIGEST}\n{FLOOD_ZH}".split("\n")]
)


@given(st.lists(st.one_of(LINES, st.text(max_size=60)), max_size=40), st.data())
def test_parts_share_out_the_page(lines, data):
    facts, odds, body = page("\n".join(" ".join(line.split()) for line in lines))
    kept = body[data.draw(st.integers(0, 10)) :]
    found = parts(facts, odds, kept)
    assert bool(found) == bool(kept)
    assert all(first.end == second.start for first, second in pairwise(found))
    if found:
        assert (found[0].start, found[-1].end) == (0, len(facts))
    for part in found:
        assert part.body
        assert list(part.body) == sorted(set(part.body))
        assert part.start <= part.body[0] <= part.body[-1] < part.end


def seconds(facts, odds, body):
    begun = time.process_time()
    parts(facts, odds, body)
    return time.process_time() - begun


@pytest.mark.parametrize("filler", [CHESS, DIGEST, "a b c\n" * 9, "Title of a story\n" + "word " * 300])
def test_time_is_linear_in_the_lines(filler):
    small, large = (page("\n".join([filler] * times)) for times in (200, 800))
    assert min(seconds(*large) for _ in range(2)) < 12 * max(0.002, min(seconds(*small) for _ in range(3)))


def test_candidates_do_not_depend_on_the_order_of_sets():
    facts, _, body = page(f"{FERRY}\n\n\n{CHESS}")
    again = [fact._replace(content=frozenset(sorted(fact.content, reverse=True))) for fact in facts]
    assert candidates(facts, body) == candidates(again, body)
