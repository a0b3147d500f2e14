import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import headlines, metadata
from tasks.headline_weights import WEIGHTS
from tasks.lines import measure

PROSE = (
    "The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone.",
    "A long queue of cars stood on both banks until the evening, and the police closed the ferry landing.",
    "The bridge cost twice as much as planned, and the council will discuss the bill in January.",
)


def chosen(*above: str, after: int = 0) -> str | None:
    facts = measure([*above, *PROSE])
    body = range(len(facts) - len(PROSE), len(facts))
    place = headlines.headline(facts, body, after=after)
    return None if place is None else facts[place].text


def test_the_line_that_shares_the_words_of_the_body():
    title = "New harbour bridge opened after nine years"
    assert chosen("Home", "Sport", "Dog found on a boat", title, "By Ada Quill") == title


def test_no_line_is_better_than_navigation():
    assert chosen("Home", "Sport", "Search", "Menu") is None
    assert chosen() is None


def test_nothing_above_the_neighbourhood_of_the_article_counts():
    title = "New harbour bridge opened after nine years"
    assert chosen(title, "Weather", after=1) is None


def test_every_weight_is_of_a_point_and_every_point_has_a_weight():
    facts = measure(["Harbour bridge opened", *PROSE])
    for _, points in headlines.candidates(facts, range(1, 4)):
        assert points.keys() == WEIGHTS.keys()


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("• Harbour bridge opened", "Harbour bridge opened"),
        ("## Harbour bridge opened", "Harbour bridge opened"),
        ("Home » Local » Harbour bridge opened", "Harbour bridge opened"),
        ("Harbour bridge opened | The Tide", "Harbour bridge opened"),
        ("Ferries | The Tide", "Ferries | The Tide"),
        ("Toll 5 > 4 pounds, says council", "Toll 5 > 4 pounds, says council"),
        ("« On reste », dit le maire", "« On reste », dit le maire"),
        ("Home »", "Home »"),
        ("", ""),
    ],
)
def test_a_title_is_told_without_bullets_path_and_site(line, title):
    assert headlines.title(line) == title


@given(st.lists(st.text(max_size=80), min_size=1, max_size=30), st.data())
def test_no_page_raises_and_the_choice_is_a_place_of_it(lines, data):
    facts = measure([*lines, *PROSE])
    places = range(len(facts))
    body = sorted(data.draw(st.sets(st.sampled_from(places), min_size=1)))
    after = data.draw(st.integers(0, body[0]))
    found = headlines.headline(facts, body, after=after)
    assert found is None or after <= found < len(facts)


def test_the_work_does_not_grow_with_the_page():
    small = measure(["Harbour bridge"] * 200 + list(PROSE) * 20)
    large = measure(["Harbour bridge"] * 20_000 + list(PROSE) * 2_000)

    def spent(facts, first):
        begun = time.process_time()
        for _ in range(5):
            metadata.read(facts, range(first, len(facts)), latest=date(2026, 1, 1))
        return time.process_time() - begun

    assert spent(large, 20_000) < 30 * spent(small, 200) + 0.5
