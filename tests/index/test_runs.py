"""The lock that lets one run be at work, and what is said of a run whose process was killed."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index import runs
from index.catalog import Catalog
from index.errors import LockedError
from index.runs import DIED, at_work, finish_run, only_run, runs_as_they_are, start_run
from index.settings import Home

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from index.catalog import Catalog
from index.runs import only_run, start_run
from index.settings import Home
home = Home(Path(sys.argv[1]))
with only_run(home), Catalog.open(home.catalog) as catalog:
    start_run(catalog, "direct")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def states(home):
    with Catalog.open(home.catalog) as catalog:
        return [run.state for run in runs_as_they_are(catalog, home, 5)]


def test_the_lock_is_held_while_a_run_is_at_work_and_looking_at_it_changes_nothing(tmp_path):
    home = Home(tmp_path / "home")
    assert not at_work(home)
    assert not home.path.exists()
    with only_run(home):
        assert at_work(home)
        assert at_work(home)
    assert not at_work(home)


def test_a_run_that_was_killed_died_and_the_next_one_ends_it(tmp_path):
    home = Home(tmp_path / "home")
    done = subprocess.run([sys.executable, "-c", KILLED, str(home.path)], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == -9
    assert states(home) == [DIED]
    with only_run(home), Catalog.open(home.catalog) as catalog:
        assert states(home) == ["running"], "somebody holds the lock, who may be that run"
        run = start_run(catalog, "direct")
        assert states(home) == ["running", "interrupted"]
        finish_run(catalog, run, "completed", "")
    assert states(home) == ["completed", "interrupted"]


def test_a_run_that_ends_while_status_looks_did_not_die(tmp_path, monkeypatch):
    home = Home(tmp_path / "home")
    with Catalog.open(home.catalog) as catalog:
        run = start_run(catalog, "direct")

        def ends(_):
            finish_run(catalog, run, "completed", "all done")
            return False

        monkeypatch.setattr(runs, "at_work", ends)
        assert [run.state for run in runs_as_they_are(catalog, home, 1)] == ["completed"]


def test_looking_at_the_lock_makes_no_run_fail(tmp_path):
    home = Home(tmp_path / "home")
    home.make_state()
    stop = threading.Event()

    def look():
        while not stop.is_set():
            at_work(home)

    lookers = [threading.Thread(target=look) for _ in range(2)]
    for looker in lookers:
        looker.start()
    try:
        for _ in range(20):
            with only_run(home):
                pass
    finally:
        stop.set()
        for looker in lookers:
            looker.join()


def test_a_second_run_is_told_who_is_at_work(tmp_path):
    home = Home(tmp_path / "home")
    with only_run(home), Catalog.open(home.catalog) as catalog:
        start_run(catalog, "direct")
        with pytest.raises(LockedError, match=rf"run 1 \(process {os.getpid()}"), only_run(home):
            pass
