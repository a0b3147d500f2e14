"""Scans with the first looks of a watcher; those without are in test_ingest.py."""

import os

from index.files import Stat
from tasks.looks import Looks, first_looks
from tests.archive import page


def look(looks, path):
    looks.look(os.fsencode(path), Stat.of(path.stat()))


def test_what_was_seen_the_same_is_read_at_once_and_the_rest_waits_for_nobody(archive):
    moment = [0.0]
    looks = Looks(1.0, lambda: moment[0])
    look(looks, archive.write("old.txt", page(1)))
    moment[0] = 10**9.0  # later than any real clock
    archive.write("new.txt", page(2))
    with first_looks(looks):
        report = archive.ingest()
    assert archive.states() == {"old.txt": "indexed", "new.txt": "deferred"}
    assert (report.new["indexed"], report.new["deferred"]) == (1, 1)
    assert archive.counts() == {"indexed": 1, "deferred": 1}
    assert looks.waiting() == 1


def test_a_deferred_file_is_read_when_it_has_rested(archive):
    looks = Looks(0.0)
    path = archive.write("a.txt", page(1))
    with first_looks(Looks(3600.0)):
        archive.ingest()
    assert archive.states() == {"a.txt": "deferred"}
    look(looks, path)
    with first_looks(looks):
        archive.ingest()
    assert archive.states() == {"a.txt": "indexed"}
    assert looks.waiting() == 0


def test_a_file_that_changed_since_the_first_look_begins_anew(archive):
    moment = [0.0]
    looks = Looks(1.0, lambda: moment[0])
    look(looks, archive.write("a.txt", "half a page"))
    moment[0] = 10**9.0
    archive.write("a.txt", page(1))
    with first_looks(looks):
        archive.ingest()
    assert archive.states() == {"a.txt": "deferred"}


def test_what_it_held_before_answers_while_a_new_version_is_being_written(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    archive.write("a.txt", page(2)[:200])
    with first_looks(Looks(3600.0)):
        archive.ingest()
    assert archive.state("a.txt") == "deferred"
    assert [row["headline"] for row in archive.export()] == ["Marrow council approves plan 1 for the bridge"]


def test_a_renamed_file_is_waited_for_and_never_leaves_the_archive(archive):
    archive.write("a.txt", page(1))
    archive.write("b.txt", page(2))
    archive.ingest()
    os.rename(archive.raw / "a.txt", archive.raw / "c.txt")
    with first_looks(Looks(3600.0)):
        report = archive.ingest()
    assert report.removed == 0
    assert archive.states() == {"a.txt": "missing", "b.txt": "indexed", "c.txt": "indexed"}


def test_a_walk_that_saw_nothing_of_it_ends_the_wait_for_a_file(archive):
    looks = Looks(1.0, lambda: 0.0)
    path = archive.write("a.txt", page(1))
    look(looks, path)
    path.unlink()
    archive.write("b.txt", page(2))
    with first_looks(looks):
        archive.ingest()
    assert looks.since(os.fsencode(path), -1.0) == -1.0
