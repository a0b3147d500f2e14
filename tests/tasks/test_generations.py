"""A new generation of the index is built beside the old one, which answers; a death leaves no trace."""

from __future__ import annotations

import os
import threading

import pytest

from index.catalog import Catalog
from index.cli.call import Call
from index.cli.searching import open_archive
from index.errors import LockedError
from index.runs import only_run
from tasks import commit
from tasks.maintain import find, merge
from tests.archive import page
from tests.faults import FaultError, Faults

WORD = "council"


def fill(archive, numbers):
    for number in numbers:
        archive.write(f"{number:03d}.txt", page(number))


def generations(archive):
    return sorted(os.listdir(archive.home.generation(0).parent))


def found(archive):
    return archive.run("count", WORD, "--quiet")


@pytest.mark.parametrize("at", [1, 2, 3, 4, 7, 8])
def test_a_rebuild_that_dies_is_completed_and_the_old_index_answers_until_then(archive, monkeypatch, at):
    fill(archive, range(6))
    archive.ingest()
    before = archive.outcome()
    monkeypatch.setattr(commit, "INDEX_COMMIT", 2)
    points = ((commit.writer, "apply"), (commit.articles, "mark_indexed"), (commit.generations, "finish"))
    with monkeypatch.context() as dying:
        Faults(dying, at + 2, points)  # the first two: what an ordinary run does before
        with pytest.raises(FaultError):
            archive.ingest(rebuild=True)
    assert found(archive).stdout == "6\n"
    assert archive.run("check").exit_code == 0
    archive.ingest()
    assert found(archive).stdout == "6\n"
    assert generations(archive) == ["0002"]
    assert archive.outcome() == before
    assert find(archive.home, read_raw=True) == []


def test_a_death_between_the_switch_and_the_removal_leaves_nothing(archive, monkeypatch):
    fill(archive, range(3))
    archive.ingest()

    def die(path, **_):
        if path.parent.name == "index":
            raise FaultError

    with monkeypatch.context() as dying:
        dying.setattr(commit.generations.shutil, "rmtree", die)
        with pytest.raises(FaultError):
            archive.ingest(rebuild=True)
    assert generations(archive) == ["0001", "0002"]
    assert found(archive).stdout == "3\n"
    archive.ingest()
    assert generations(archive) == ["0002"]


def test_searches_never_stumble_over_runs_merges_and_rebuilds(archive):
    fill(archive, range(8))
    archive.ingest()
    done = threading.Event()
    wrong, opened = [], []

    def read():
        call = Call(home=str(archive.home.path), quiet=True)
        while not done.is_set():
            try:
                opened_now = open_archive(call)
                assert opened_now is not None
                with opened_now.catalog:
                    opened.append(opened_now.snapshot.count)
                    opened_now.snapshot.close()
            except Exception as error:  # noqa: BLE001 - any error is the failure looked for
                wrong.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(8, 14):
        fill(archive, [number])
        archive.ingest(rebuild=number % 2 == 0)
        merge(archive.home, archive.settings)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert min(opened) >= 8
    assert len(opened) >= 100


def test_a_check_beside_runs_reports_nothing(archive):
    fill(archive, range(4))
    archive.ingest()
    done = threading.Event()
    wrong = []

    def look():
        while not done.is_set():
            wrong.extend(find(archive.home, read_raw=False))

    watcher = threading.Thread(target=look)
    watcher.start()
    for number in range(4, 10):
        fill(archive, [number])
        archive.ingest(rebuild=number % 3 == 0)
    done.set()
    watcher.join()
    assert wrong == []


@pytest.mark.parametrize("command", ["ingest", "rebuild", "repair", "retry"])
def test_a_second_writer_is_sent_away(archive, command):
    fill(archive, [1])
    archive.ingest()
    archive.home.settings_file.write_text(f'raw = ["{archive.raw}"]\n', encoding="utf-8")
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE run SET state = 'running'")
    with only_run(archive.home):
        done = archive.run(command, "--direct")
    assert done.exit_code == LockedError.exit_code == 75
    assert "is at work" in done.stderr
    assert "newsfold status" in done.stderr


def test_a_run_without_work_removes_what_a_dead_merge_left(archive):
    """Regression: half of a merge, as large as the index, lay there until a page came."""
    fill(archive, range(3))
    archive.ingest()
    before = {path.name for path in archive.home.generation(1).iterdir()}
    for name in ("articles4_deadmergedeadmer.seg", "articles4_deadmergedeadmer.trm", "_articles4_9.toc.17"):
        (archive.home.generation(1) / name).write_bytes(b"half of it")
    archive.ingest()
    assert {path.name for path in archive.home.generation(1).iterdir()} == before
    assert archive.run("check").exit_code == 0
