"""How far a run is, in words and in time."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import prefect_steps
from tasks.prefect_steps import PrefectProgress, progress_text, quiet_tasks


def test_progress_says_how_fast_and_how_long():
    assert progress_text(0, 100, 5.0) == "0 of 100 files read"
    assert progress_text(10, 100, 0.5) == "10 of 100 files read"
    assert progress_text(1_200, 10_000, 15.0) == "1,200 of 10,000 files read, 80 a second, about 2 min to go"
    assert progress_text(50, 100, 5.0) == "50 of 100 files read, 10 a second, about 5 s to go"
    assert progress_text(100, 100, 5.0) == "100 of 100 files read in 5 s"


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 10**6))
def test_any_progress_can_be_told(done, more, seconds):
    assert progress_text(done, done + more, seconds).startswith(f"{done:,} of {done + more:,} files read")


@pytest.fixture
def moved(monkeypatch):
    """The artifact's updates, as (percent, words)."""
    told = []
    artifact = prefect_steps.UUID(int=7)
    monkeypatch.setattr(prefect_steps, "create_progress_artifact", lambda *_, **__: artifact)
    monkeypatch.setattr(prefect_steps, "update_progress_artifact", lambda *call: told.append(call[1:]))
    return told


def test_the_artifact_moves_now_and_then_and_at_the_end(moved):
    times = iter([0.0, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0])
    progress = PrefectProgress(logging.getLogger("test"), clock=lambda: next(times))
    progress.total(50)
    for _ in range(5):
        progress.advance(10)
    assert [percent for percent, _ in moved] == [60.0, 100.0]
    assert moved[-1][1] == "50 of 50 files read in 3 s"


def test_a_message_cannot_steer_a_terminal(caplog):
    with caplog.at_level(logging.INFO):
        PrefectProgress(logging.getLogger("test")).say("\x1b[31mred")
    assert caplog.messages == ["\\x1b[31mred"]


def test_tasks_are_quiet_while_a_run_goes_on_and_not_after():
    log = logging.getLogger("prefect.task_runs")
    before = log.level
    with quiet_tasks():
        assert log.level == logging.WARNING
    assert log.level == before
