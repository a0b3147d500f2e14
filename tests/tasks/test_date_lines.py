from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.date_lines import Zone, publication
from tasks.lines import measure

LATEST = date(2026, 1, 1)
DAY = date(2016, 12, 8)
TITLE = "New harbour bridge opened after nine years"
PROSE = (
    "The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone was laid.",
    "A long queue of cars stood on both banks until the evening, and the police closed the ferry landing.",
    "The bridge cost twice as much as planned, and the council will discuss the bill in the new year.",
)
GERMAN = (
    "Die neue Hafenbrücke wurde am Donnerstag eröffnet, neun Jahre nach dem ersten Spatenstich der Stadt.",
    "Bis zum Abend standen lange Schlangen an beiden Ufern, und die Polizei sperrte den Anleger der Fähre.",
    "Die Brücke kostete doppelt so viel wie geplant, und der Rat wird im neuen Jahr darüber beraten.",
)


def read(*between: str, above=(), below=(), prose=PROSE, after=0):
    facts = measure([*above, TITLE, *between, *prose, *below])
    top = len(above)
    first = top + 1 + len(between)
    zone = Zone(top, range(first, first + len(prose)), after, len(facts), titled=True)
    return publication(facts, zone, latest=LATEST)


@pytest.mark.parametrize(
    "line",
    [
        "8 December 2016",
        "Published Dec 8, 2016 at 10:15 am",
        "By Ada Quill, Port Pell | December 8, 2016 | 4 min read",
        "Do 08.12.16 | 14:07 Uhr | Von Ada Quill",
        "Thu, Dec 8 201610:15 AM EST",
        "Updated 9 December 2016, published 8 December 2016",
        "2016年12月8日 09:36　来源：江城晚报",
        "Date: 8 December 2016",
        "Release date: 8 December 2016",
        "By Ada Quill and Bo van der Fen, 8 December 2016",
        "by quill | Dec 8, 2016",
        "Ada Quill @adaquill Dec 8, 2016",
        "8 December 2016 in Harbour",
        "8 December 2016 Aggiornato alle 16:01 2 minuti di lettura",
    ],
)
def test_the_line_below_the_headline(line):
    found = read(line)
    assert found is not None
    assert (found.day, found.place, found.evidence) == (DAY, 1, line)


@pytest.mark.parametrize(
    "line",
    [
        "The mayor laid the first stone of the harbour bridge in the rain on 8 December 2016",
        "Photo: the bridge on 8 December 2016",
        "Updated on 8 December 2016",
        "8 December 2031",
        "3/4/2016",
        "2 hours ago",
        "Published",
        "Ada Quill, born 8 December 1966",
        "The flood of 8 December 2016",
        "Event date: 8 December 2016",
        "Event Date: 8 December 2016",
        "When: Thursday, 8 December 2016",
        "8 December 2016: the old harbour bridge falls",
    ],
)
def test_abstains(line):
    assert read(line) is None


def test_a_date_above_the_headline_is_the_visit_where_it_names_the_weekday():
    assert read(above=("Thursday, 8 December 2016",)) is None
    assert read(above=("8 December 2016",)).day == DAY
    assert read(above=("Thursday, 8 December 2016, 10:15",)).day == DAY
    assert read(above=("8 December 2016", "Menu", "Sport", "Weather")) is None


def test_below_the_body_only_what_says_published():
    assert read(below=("Published on 8 December 2016",)).day == DAY
    assert read(below=("8 December 2016",)) is None
    assert read(below=("Fire in Pell", "9 December 2016")) is None


def test_an_update_counts_with_a_time_of_day_where_nothing_else_is_given():
    assert read("Updated 8 December 2016, 10:15").day == DAY
    assert read("Updated 9 December 2016, 10:15", "8 December 2016").day == DAY


def test_a_date_of_another_article_is_no_evidence():
    assert read(above=("8 December 2016",), after=1) is None


@pytest.mark.parametrize(
    ("line", "other", "prose", "day"),
    [
        ("8/12/2016", "Archive: 25/11/2016", PROSE, DAY),
        ("12/8/2016", "Archive: 11/25/2016", PROSE, DAY),
        ("8/12/2016", "8 December 2016", PROSE, DAY),
        ("8/12/2016", "Archive", GERMAN, DAY),
        ("8/12/2016", "Archive", PROSE, None),
    ],
)
def test_the_order_of_day_and_month_is_taken_from_the_page(line, other, prose, day):
    found = read(line, below=("Teaser", "Teaser", "Teaser", "Teaser", "Teaser", other), prose=prose)
    assert (found.day if found else None) == day


def test_an_order_that_the_page_contradicts_is_none():
    far = ("A", "B", "C", "D", "E", "25/11/2016", "11/25/2015")
    assert read("8/12/2016", below=far) is None


def test_a_relative_date_needs_the_day_that_the_page_says_it_is():
    head = ("Friday, 9 December 2016", "Menu", "Sport", "Weather")
    found = read("yesterday", above=head)
    assert (found.day, found.evidence) == (DAY, "yesterday (2016-12-09)")
    assert read("yesterday") is None
    assert read("2 hours ago", above=head) is None
    assert read("2 hours ago", above=("Thursday, 8 December 2016, 14:05", *head[1:])).day == DAY
    assert read("yesterday", above=("Friday, 9 December 2016", "Monday, 5 December 2016", *head[1:])) is None


CLOCKS = ("Thursday, 8 December 2016 03:00", "Thursday, 8 December 2016 18:00")


@pytest.mark.parametrize("head", [CLOCKS, CLOCKS[::-1]])
def test_clocks_that_put_a_relative_date_on_two_days_prove_nothing(head):
    rest = ("Menu", "Sport", "Weather")
    assert read("5 hours ago", above=(*head, *rest)) is None
    assert read("2 hours ago", above=(*head, *rest)).day == DAY
    assert read("5 hours ago", above=(head[0][:-6], CLOCKS[1], *rest)).day == DAY


@pytest.mark.parametrize(
    "opening",
    [
        "PORT PELL, 8 December 2016 — ",
        "PORT PELL, 8 December 2016 (AFP) — ",
        "PORT PELL, December 8, 2016 (AFP) — ",
    ],
)
@pytest.mark.parametrize("length", [len(PROSE[0]), 400])
def test_a_dateline_with_its_year_states_the_day(opening, length):
    told = (opening + " ".join(PROSE))[: length + len(opening)]
    found = read("By Ada Quill", prose=(told, *PROSE[1:]))
    assert (found.day, found.place) == (DAY, 2)


@given(st.lists(st.text(max_size=60), max_size=8), st.lists(st.text(max_size=60), max_size=8))
def test_no_page_raises_and_no_day_is_in_the_future(between, below):
    facts = measure([TITLE, *between, *PROSE, *below])
    first = next(place for place, fact in enumerate(facts) if fact.text == PROSE[0])
    zone = Zone(0, range(first, first + 3), 0, len(facts), titled=True)
    found = publication(facts, zone, latest=LATEST)
    assert found is None or found.day <= LATEST


@given(st.dates(date(1990, 1, 1), date(2030, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y"]))
def test_a_plain_date_is_read_back_unless_it_lies_ahead(day, form):
    found = read(day.strftime(form))
    assert (found.day if found else None) == (day if day <= LATEST else None)
