from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cli.moments import ago, lasted, moment_of
from index.counted import counted

NOON = datetime(2024, 3, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-30, "just now"),
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (3600, "1 hour ago"),
        (86_399, "23 hours ago"),
        (86_400, "1 day ago"),
        (6 * 86_400, "6 days ago"),
        (40 * 86_400, "2024-02-03"),
        (-86_400, "2024-03-15"),
    ],
)
def test_how_long_ago_something_was(seconds, said):
    assert ago(NOON - timedelta(seconds=seconds), NOON) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-3, "0.0 s"),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min 0 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
        (4_000_000, "1,111 h 6 min"),
    ],
)
def test_how_long_something_took(seconds, said):
    assert lasted(seconds) == said


@given(st.floats(0, 1e9))
def test_a_duration_has_no_part_that_is_too_large(seconds):
    parts = lasted(seconds).split()
    assert not (parts[1] == "min" and float(parts[0]) > 59)
    assert not ("min" in parts[3:] and float(parts[2]) > 59)


def test_a_moment_of_the_catalog_is_utc():
    assert moment_of("2024-03-14T12:00:00+00:00") == moment_of("2024-03-14T12:00:00") == NOON


def test_one_is_singular():
    assert [counted(number, "file") for number in (0, 1, 2, 1200)] == [
        "0 files",
        "1 file",
        "2 files",
        "1,200 files",
    ]
    assert [counted(number, "entry", "entries") for number in (1, 2)] == ["1 entry", "2 entries"]
