"""When the next run starts: pure, by a clock of the test's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.looks import Ripe
from tasks.pace import (
    GATHER_SECONDS,
    LONGEST_BACKOFF,
    PERIOD_SECONDS,
    REST_SHARE,
    Past,
    both,
    start_at,
)

moments = st.floats(0, 1000)


def test_one_file_alone_runs_as_soon_as_it_is_stable():
    assert start_at(Ripe(10.0, 10.0), None) == 10.0
    assert start_at(Ripe(10.0, 10.0), Past(1.0, 1.5)) == 10.0


def test_files_that_land_together_go_together():
    assert start_at(Ripe(10.0, 10.3), None) == 10.3


def test_a_file_that_never_rests_holds_nobody_up():
    assert start_at(Ripe(10.0, 99.0), None) == 10.0 + GATHER_SECONDS


def test_a_stream_of_files_costs_a_run_a_period():
    """Twenty files a second for a minute, each run a fifth of a second long."""
    now, past, runs = 1.0, None, 0
    while now < 60.0:
        since = past.started if past else 0.0
        now = start_at(Ripe(max(since, now - 1.0) + 1.0, now + 1.0), past)
        past = Past(now, now + 0.2)
        now, runs = now + 0.2, runs + 1
    assert 60.0 / (PERIOD_SECONDS + 1.0) - 1 <= runs <= 60.0 / PERIOD_SECONDS + 1


def test_slow_runs_leave_room():
    assert start_at(Ripe(5.0, 5.0), Past(0.0, 40.0)) == 40.0 + REST_SHARE * 40.0


def test_failures_are_tried_again_ever_more_seldom():
    waits = [start_at(Ripe(0.0, 0.0), Past(0.0, 100.0, failures)) - 100.0 for failures in range(1, 9)]
    assert waits == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]
    assert start_at(Ripe(0.0, 0.0), Past(0.0, 0.0, 10**6)) == LONGEST_BACKOFF


@given(moments, moments, moments, st.floats(0, 100), st.integers(0, 40))
def test_a_run_starts_when_something_is_stable_and_waits_within_bounds(first, more, started, took, failures):
    ripe, past = Ripe(first, first + more), Past(started, started + took, failures)
    start = start_at(ripe, past)
    assert start >= first
    assert start >= past.started + PERIOD_SECONDS
    assert start <= max(first + GATHER_SECONDS, past.ended + max(PERIOD_SECONDS, LONGEST_BACKOFF, took))


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (None, None, None),
        (Ripe(1.0, 2.0), None, Ripe(1.0, 2.0)),
        (None, Ripe(1.0, 2.0), Ripe(1.0, 2.0)),
        (Ripe(1.0, 2.0), Ripe(0.5, 1.5), Ripe(0.5, 2.0)),
    ],
)
def test_changes_of_two_kinds_wait_together(one, other, together):
    assert both(one, other) == together
