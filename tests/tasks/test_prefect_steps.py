"""How far a run is, in words and in time."""

import logging
import threading
from concurrent.futures import Future

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.files import FileId, Stat
from tasks import aside, prefect_steps
from tasks.batch import FileJob
from tasks.prefect_steps import SMALL_RUN, PrefectProgress, PrefectSteps, progress_text, quiet_tasks


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
    with PrefectProgress(logging.getLogger("test"), clock=lambda: next(times)) as progress:
        progress.total(50)
        for _ in range(5):
            progress.advance(10)
            progress._aside.finish()
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


def test_an_artifact_that_nobody_answers_holds_no_run_up(monkeypatch, caplog):
    answered = threading.Event()
    monkeypatch.setattr(prefect_steps, "create_progress_artifact", lambda *_, **__: answered.wait(60))
    monkeypatch.setattr(aside, "GIVE_UP_SECONDS", 0.05)
    with caplog.at_level(logging.INFO), PrefectProgress(logging.getLogger("test")) as progress:
        progress.total(1_000)
        for _ in range(5):
            progress.advance(200)
    answered.set()
    assert caplog.messages[-1].startswith("the progress is not shown: given up")


class _Tasks:
    """Stands for Prefect: notes the names of what became tasks."""

    def __init__(self, monkeypatch):
        self.told = []
        monkeypatch.setattr(prefect_steps, "_step", self._step)
        monkeypatch.setattr(prefect_steps, "_batch", self)
        monkeypatch.setattr(prefect_steps, "as_completed", iter)

    def _step(self, name, work):
        self.told.append(name)
        return work()

    def submit(self, what, number, batches, files, work):
        self.told.append(f"{what} {number} of {batches}: {files}")
        future = Future()
        future.set_result(work())
        return future


def test_steps_and_batches_are_tasks(monkeypatch):
    tasks = _Tasks(monkeypatch)
    steps = PrefectSteps(2)
    jobs = tuple(FileJob(FileId(number), b"x", Stat(0, 0, 0, 0)) for number in range(101))
    steps.step("scan", lambda: None)
    assert sum(steps.batches(len, [jobs[:100], jobs[100:]])) == 101
    assert tasks.told == ["scan", "count lines 1 of 2: 100", "count lines 2 of 2: 1"]


def test_progress_of_a_small_run_of_a_watcher_is_not_shown(moved):
    with PrefectProgress(logging.getLogger("test"), more_than=SMALL_RUN) as progress:
        progress.total(SMALL_RUN)
        progress.advance(SMALL_RUN)
    assert moved == []
    with PrefectProgress(logging.getLogger("test"), more_than=SMALL_RUN) as progress:
        progress.total(SMALL_RUN + 1)
        progress._aside.finish()
        progress.advance(SMALL_RUN + 1)
    assert len(moved) == 1
