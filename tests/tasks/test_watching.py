"""One run after another: what a run is, the test says."""

import os
import threading

import pytest

from index.errors import LockedError, NewsfoldError, RootLostError, UsageError
from index.runs import only_run
from tasks import pace, scan, watching
from tasks.run_direct import run as run_direct
from tasks.watching import watch
from tests.archive import NOTICE, page


class EndError(BaseException):
    """The signal that ends a watcher."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(pace, "PERIOD_SECONDS", 0.01)
    monkeypatch.setattr(pace, "FIRST_BACKOFF", 0.01)
    monkeypatch.setattr(watching, "LOCKED_SECONDS", 0.01)


def watched(archive, *steps):
    """Watch; each run does the next step, or raises it. Returns what was said."""
    said = []
    waiting = iter(steps)

    def run():
        step = next(waiting, EndError())
        if isinstance(step, BaseException):
            raise step
        return step()

    with pytest.raises(EndError):
        watch(archive.home, archive.settings, run, said.append)
    return said


def test_no_failure_ends_a_watcher(archive):
    archive.write("a.txt", page(1))
    said = watched(
        archive,
        LockedError("another run is at work"),
        NewsfoldError("the disk is full"),
        UsageError("newsfold.toml is odd now"),
        ValueError("a bug"),
    )
    assert said == [
        "failed: the disk is full",
        "failed: newsfold.toml is odd now",
        "failed: ValueError: a bug",
    ]


def test_a_wrong_call_ends_it_at_once(archive):
    def run():
        raise UsageError("no such folder")

    with pytest.raises(UsageError):
        watch(archive.home, archive.settings, run, print)


def test_a_run_prints_one_line_and_the_next_file_starts_the_next(archive):
    archive.write("a.txt", page(1))
    runs = []

    def run():
        report = archive.ingest()
        runs.append(report.summary)
        archive.write(f"{len(runs)}.txt", page(len(runs) + 1))
        return report

    said = watched(archive, run, run, run)
    assert said == runs
    assert [line.split(" (")[0] for line in said] == ["1 indexed"] * 3
    assert archive.counts() == {"indexed": 3}  # the fourth file waits for the run that was not


def test_a_root_that_is_not_believed_is_told_and_waited_for(archive):
    def run():
        archive.write("a.txt", page(1))
        raise RootLostError("raw folder not believed")

    assert watched(archive, run) == ["raw folder not believed"]


def test_another_run_at_work_is_waited_for(archive):
    archive.write("a.txt", page(1))
    held, let_go = threading.Event(), threading.Event()

    def other():
        with only_run(archive.home):
            held.set()
            let_go.wait(60)

    thread = threading.Thread(target=other)
    thread.start()
    assert held.wait(60)
    threading.Timer(0.2, let_go.set).start()

    def run():
        assert let_go.is_set()
        report = archive.ingest()
        archive.write("b.txt", page(2))
        return report

    assert len(watched(archive, run)) == 1
    thread.join()


def test_what_landed_before_is_found_without_an_event(archive):
    os.utime(archive.write("deep/er/a.txt", page(1)), (1, 1))

    def run():
        report = archive.ingest()
        archive.write("b.txt", page(2))
        return report

    watched(archive, run)
    assert archive.state("deep/er/a.txt") == "indexed"


def test_old_pages_wait_until_no_new_file_does(archive):
    for number in (1, 22, 53):
        archive.write(f"{number}.txt", page(number, edit=NOTICE))
    reports = []

    def run():
        reports.append(archive.ingest())
        if len(reports) == 1:
            archive.write("74.txt", page(74, edit=NOTICE))
        if len(reports) == 3:
            archive.write("other.txt", page(2))
        return reports[-1]

    watched(archive, run, run, run)
    assert [(one.read, one.again, one.later) for one in reports] == [(3, 0, 0), (1, 0, 3), (0, 3, 0)]


def test_a_watcher_that_kept_workers_leaves_no_log_of_sqlite_behind(archive):
    archive.write("a.txt", page(1))

    def run():
        report = run_direct(archive.home, archive.settings, None, {}, quiet=True)
        archive.write("b.txt", page(2))
        return report

    watched(archive, run)
    assert archive.counts() == {"indexed": 1}
    assert [one.name for one in archive.home.state.glob("catalog.sqlite3-*")] == []
