"""Bars of months, sources and languages: nothing is lost, everything fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cli.bars import RECENT_MONTHS, Row, bar, by_time, draw, most_frequent
from index.cli.call import Call
from index.cli.layout import cells
from tests.terminal import MIXED
from tests.terminal import terminal as a_terminal


@pytest.mark.parametrize(
    ("count", "most", "drawn"),
    [(0, 8, ""), (8, 8, "██"), (4, 8, "█"), (1, 16, "▏"), (1, 1_000_000, "▏"), (5, 8, "█▎"), (9, 8, "██")],
)
def test_a_bar(count, most, drawn):
    assert bar(count, most, 2) == drawn
    assert set(bar(count, most, 2, blocks=False)) <= {"#"}


def test_old_months_become_years_and_no_month_is_lost():
    months = {f"{year}-{month:02}": month for year in range(2015, 2020) for month in range(1, 13)}
    rows = list(by_time({**months, "no date": 7, "2014-12": 3}))
    assert sum(row.count for row in rows) == sum(months.values()) + 10
    assert [row.label for row in rows[:5]] == ["2014", "2015", "2016", "2017", "2018-01"]
    assert sum(row.in_scale for row in rows) == RECENT_MONTHS
    assert rows[-1] == Row("no date", 7, in_scale=False)


def test_a_month_without_articles_is_drawn_unless_the_gap_is_long():
    rows = list(by_time({"2020-11": 2, "2021-02": 1, "1999-01": 4}))
    assert [(row.label, row.count) for row in rows] == [
        ("1999-01", 4), ("2020-11", 2), ("2020-12", 0), ("2021-01", 0), ("2021-02", 1),
    ]  # fmt: skip
    assert list(by_time({"no date": 3})) == [Row("no date", 3, in_scale=False)]
    assert list(by_time({})) == []


@given(st.dictionaries(st.dates().map(lambda day: f"{day:%Y-%m}".zfill(7)), st.integers(1, 9), max_size=60))
def test_no_article_is_lost_between_months_and_years(months):
    rows = list(by_time(months))
    assert sum(row.count for row in rows) == sum(months.values())
    assert sum(row.in_scale for row in rows) <= RECENT_MONTHS


def test_many_sources_end_in_one_row():
    counts = [(f"paper {number}", 100 - number) for number in range(50)]
    rows = list(most_frequent(counts, 20))
    assert len(rows) == 21
    assert rows[-1] == Row("30 others", sum(100 - number for number in range(20, 50)), in_scale=False)
    assert [row.label for row in most_frequent(counts[:21], 20)][-1] == "paper 20", (
        "one other is shown itself"
    )


@given(st.lists(st.tuples(MIXED, st.integers(0, 10**9)), max_size=8), st.integers(40, 200))
def test_bars_fit_the_width_whatever_the_labels(counts, width):
    with a_terminal() as out:
        draw(Call(no_color=True), "source", [Row(*count) for count in counts], width)
    assert all(cells(line) <= width for line in out[0].splitlines())
