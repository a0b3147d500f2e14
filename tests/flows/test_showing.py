"""Runs shown by a thread beside: whoever shows them may be late, fail, or never answer."""

import threading
import time

import pytest

from flows import showing
from flows.figures import Before
from flows.showing import Showing, followed, following
from index.errors import NewsfoldError
from tasks.run_report import RunReport

REPORT = RunReport(1, 2, 1, {}, 0, 0, 0, 0.1, 0.0, "1 = 1", ())
PATIENCE = 60.0


class Seen:
    """A Prefect that notes what it is told; it begins to follow a run when `answers` is set."""

    def __init__(self):
        self.told = []
        self.answers = threading.Event()
        self.answers.set()

    def __call__(self, ongoing):
        assert self.answers.wait(PATIENCE)
        self.told.append(ongoing.follow(self))

    def total(self, files, verb="read"):
        self.told.append(f"total {files} {verb}")

    def advance(self, files):
        self.told.append(f"advance {files}")

    def say(self, message):
        self.told.append(message)


def run(shown, report=REPORT):
    with shown.run(Before(0)) as ongoing:
        ongoing.total(3)
        ongoing.advance(3)
        ongoing.say("done")
        ongoing.ended(report)


def test_a_run_is_shown_as_it_went():
    seen, said = Seen(), []
    shown = Showing(seen, said.append)
    run(shown)
    shown.close(PATIENCE)
    assert seen.told == ["total 3 read", "advance 3", "done", REPORT]
    assert said == ["done"]


def test_runs_go_on_while_nobody_answers_and_are_shown_later():
    seen = Seen()
    seen.answers.clear()
    shown = Showing(seen, lambda _: None)
    for _ in range(5):
        run(shown)
    assert seen.told == []
    seen.answers.set()
    shown.close(PATIENCE)
    assert seen.told.count(REPORT) == 5


def test_runs_are_left_out_and_counted_where_too_many_wait(monkeypatch):
    monkeypatch.setattr(showing, "MOST_WAITING", 2)
    seen, said = Seen(), []
    begun = threading.Event()
    seen.answers.clear()
    shown = Showing(lambda ongoing: (begun.set(), seen(ongoing)), said.append)
    run(shown)
    assert begun.wait(PATIENCE)
    for _ in range(5):
        run(shown)
    seen.answers.set()
    deadline = time.monotonic() + PATIENCE
    while seen.told.count(REPORT) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    run(shown)
    shown.close(PATIENCE)
    assert seen.told.count(REPORT) == 4
    words = [word for word in said if word != "done"]
    assert words == [
        "Prefect's server does not keep up: runs go on, and are not shown",
        "Prefect's server takes runs again; not shown: 3",
    ]


def test_what_a_run_dies_of_reaches_both_and_is_said_once():
    seen, said = Seen(), []
    died = []

    def show(ongoing):
        try:
            seen(ongoing)
        except KeyboardInterrupt:
            died.append("interrupted")
            raise

    shown = Showing(show, said.append)
    with pytest.raises(KeyboardInterrupt), shown.run(Before(0)):
        raise KeyboardInterrupt
    run(shown)
    shown.close(PATIENCE)
    assert died == ["interrupted"]
    assert seen.told[-1] is REPORT, "the next run is shown"
    assert said == ["done"]


def test_a_prefect_that_fails_is_said_and_harms_no_run():
    said = []

    def show(_):
        raise NewsfoldError("the server is gone")

    shown = Showing(show, said.append)
    run(shown)
    shown.close(PATIENCE)
    assert "a run was not shown: the server is gone" in said


def test_the_end_does_not_wait_for_a_server_that_does_not_answer():
    seen = Seen()
    seen.answers.clear()
    shown = Showing(seen, lambda _: None)
    run(shown)
    shown.close(0.05)
    assert seen.told == []
    seen.answers.set()


def test_a_flow_knows_the_run_that_it_shall_show():
    shown = []

    def show(ongoing):
        with following(ongoing):
            shown.append(followed() is ongoing)
        shown.append(followed())

    whole = Showing(show, lambda _: None)
    run(whole)
    whole.close(PATIENCE)
    assert shown == [True, None]
    assert followed() is None
