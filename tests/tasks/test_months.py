from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.months import MONTHS, month, persian_day


def test_no_name_is_of_two_months():
    assert set(MONTHS.values()) == set(range(1, 13))
    assert len(MONTHS) > 800


def test_listopada_is_another_month_in_croatian():
    assert month("listopada") == 11
    assert month("listopada", dotted=True) == 10


@pytest.mark.parametrize("name", ["December", "DECEMBER", "Dec.", "readDecember", "בדצמבר"])
def test_the_ways_to_write_a_month(name):
    assert month(name) == 12


def test_no_month():
    assert month("Brexit") is None
    assert month("") is None


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ((1399, 1, 1), date(2020, 3, 20)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1404, 1, 1), date(2025, 3, 21)),
        ((1398, 1, 1), date(2019, 3, 21)),
        ((1404, 12, 30), None),
        ((1404, 13, 1), None),
        ((2016, 1, 1), None),
    ],
)
def test_the_persian_calendar(told, day):
    assert persian_day(*told) == day


@given(st.integers(1304, 1499))
def test_persian_years_follow_one_another(year):
    last = persian_day(year, 12, 30) or persian_day(year, 12, 29)
    assert persian_day(year + 1, 1, 1) == last + timedelta(days=1)
