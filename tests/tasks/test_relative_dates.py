from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.relative_dates import Ago, Anchor, ago, clock, resolve

DAY = date(2016, 12, 8)


@pytest.mark.parametrize(
    ("line", "distance"),
    [
        ("2 hours ago", Ago(2, "hour")),
        ("Published an hour ago", Ago(1, "hour")),
        ("Ada Quill 5 mins ago", Ago(5, "minute")),
        ("vor 3 Stunden", Ago(3, "hour")),
        ("vor einer Stunde", Ago(1, "hour")),
        ("il y a 2 jours", Ago(2, "day")),
        ("hace 2 días", Ago(2, "day")),
        ("3 ore fa", Ago(3, "hour")),
        ("há 10 minutos", Ago(10, "minute")),
        ("4 uur geleden", Ago(4, "hour")),
        ("2 godziny temu", Ago(2, "hour")),
        ("5 минут назад", Ago(5, "minute")),
        ("2 години тому", Ago(2, "hour")),
        ("för 2 timmar sedan", Ago(2, "hour")),
        ("3 saat önce", Ago(3, "hour")),
        ("3小时前", Ago(3, "hour")),
        ("2日前", Ago(2, "day")),
        ("3시간 전", Ago(3, "hour")),
        ("منذ 3 ساعات", Ago(3, "hour")),
        ("2 giờ trước", Ago(2, "hour")),
        ("3 jam yang lalu", Ago(3, "hour")),
        ("2 घंटे पहले", Ago(2, "hour")),
        ("yesterday", Ago(1, "day")),
        ("gestern, 14:05", Ago(1, "day")),
        ("Today at 10:30", Ago(0, "day")),
        ("вчера", Ago(1, "day")),
        ("昨天", Ago(1, "day")),
        ("어제", Ago(1, "day")),
        ("The bridge was opened yesterday", None),
        ("400 days ago", None),
        ("Today's paper", None),
        ("", None),
    ],
)
def test_how_long_ago(line, distance):
    assert ago(line) == distance


@pytest.mark.parametrize(
    ("distance", "anchor", "day"),
    [
        (Ago(1, "day"), Anchor(DAY), date(2016, 12, 7)),
        (Ago(5, "minute"), Anchor(DAY), DAY),
        (Ago(2, "hour"), Anchor(DAY), None),
        (Ago(2, "hour"), Anchor(DAY, time(10, 30)), DAY),
        (Ago(2, "hour"), Anchor(DAY, time(1, 30)), date(2016, 12, 7)),
    ],
)
def test_hours_need_a_time_of_day(distance, anchor, day):
    assert resolve(distance, anchor) == day


@pytest.mark.parametrize(
    ("line", "at"),
    [("10:30 Uhr", time(10, 30)), ("2:05 p.m.", time(14, 5)), ("12:05 am", time(0, 5)), ("99:99", None)],
)
def test_the_time_of_day(line, at):
    assert clock(line) == at


@given(st.text())
def test_no_text_raises(text):
    assert ago(text) is None or ago(text).number >= 0
    assert clock(text) is None or clock(text) < time.max
