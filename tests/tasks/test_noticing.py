"""What a watcher makes of events and walks, without their thread."""

import os
import time

import pytest

from tasks import noticing, scan
from tasks.discover import walk
from tasks.noticing import Noticer
from tests.archive import page


@pytest.fixture
def said():
    return []


@pytest.fixture
def noticer(archive, said, monkeypatch):
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    monkeypatch.setattr(noticing, "POLL_SECONDS", 0.0)
    return Noticer(archive.home, archive.settings, said.append)


def heard(noticer, *paths, came=False):
    noticer.heard({os.fsencode(path): came for path in paths})


def test_a_page_that_lands_waits(archive, noticer):
    noticer.walk()
    heard(noticer, archive.write("a.txt", page(1)))
    assert noticer.wake.is_set()
    assert noticer.looks.waiting() == 1
    assert noticer.certain()


@pytest.mark.parametrize("name", ["a.txt.part", ".hidden.txt", ".git/a.txt", "a.pdf", "#a.txt#"])
def test_what_is_no_page_wakes_nobody(archive, noticer, name):
    noticer.walk()
    later = noticer.next_walk()
    heard(noticer, archive.write(name, page(1)))
    assert noticer.ripe() is None
    assert noticer.next_walk() == later


def test_its_own_work_wakes_nobody(archive, noticer):
    noticer.walk()
    later = noticer.next_walk()
    heard(noticer, archive.home.state, archive.home.catalog, archive.home.spool / "a.txt")
    assert noticer.ripe() is None
    assert noticer.next_walk() == later


@pytest.mark.parametrize("what", ["folder", "gone", "elsewhere", "not spelt"])
def test_what_an_event_cannot_say_is_walked_for_soon(archive, noticer, what, tmp_path):
    noticer.walk()
    assert noticer.next_walk() > time.monotonic() + 10
    folder = archive.write("new/a.txt", page(1)).parent
    path = {
        "folder": folder,
        "gone": archive.raw / "b.txt",
        "elsewhere": tmp_path,
        "not spelt": archive.raw / "caf\ufffd.txt",
    }[what]
    heard(noticer, path)
    assert noticer.next_walk() <= time.monotonic() + 1
    noticer.walk()
    assert noticer.looks.waiting() == 1
    assert noticer.next_walk() > time.monotonic() + 10


class Deaf:
    """In the place of `FileEvents`, which would tell of the same in its own thread."""

    trouble = ""

    def __init__(self, *_):
        pass

    def start(self):
        pass

    close = start


def test_what_comes_with_a_folder_is_looked_at_without_a_walk(archive, noticer, tmp_path, monkeypatch):
    monkeypatch.setattr(noticing, "FileEvents", Deaf)
    noticer.walk()
    later = noticer.next_walk()
    tree = archive.write("new/deep/a.txt", page(1)).parent.parent
    archive.write("new/b.txt.part", page(2))
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "c.txt").write_text(page(3), encoding="utf-8")
    (tree / "link").symlink_to(tmp_path / "outside")
    heard(noticer, tree, came=True)
    assert noticer.looks.waiting() == 1
    assert noticer.ripe() is not None
    assert noticer.next_walk() == later


def test_folders_that_came_within_each_other_are_looked_at_once(archive, noticer, monkeypatch):
    came = [archive.raw / "/".join("d" * depth) for depth in range(1, 60)]
    came[-1].mkdir(parents=True)
    archive.write("d/d/a.txt", page(1))
    walked = []
    monkeypatch.setattr(noticing, "walk", lambda *a, **k: walked.append(k["folder"][0]) or walk(*a, **k))
    heard(noticer, archive.raw / "d/d/a.txt", *came, came=True)
    assert walked == ["d"]
    assert noticer.looks.waiting() == 1


def test_a_folder_that_is_swapped_for_a_link_as_it_comes_leads_nowhere(
    archive, noticer, monkeypatch, tmp_path
):
    folder = archive.write("new/a.txt", page(1)).parent
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.txt").write_text(page(2), encoding="utf-8")
    real = noticer._look_below

    def swapped(root, folder_):
        (folder / "a.txt").unlink()
        folder.rmdir()
        folder.symlink_to(tmp_path / "outside")
        real(root, folder_)

    monkeypatch.setattr(noticer, "_look_below", swapped)
    heard(noticer, folder, came=True)
    assert noticer.looks.waiting() == 0


def test_a_deletion_makes_a_run_due(archive, noticer):
    archive.write("a.txt", page(1))
    archive.write("b.txt", page(2))
    archive.ingest()
    noticer.walk()
    assert noticer.ripe() is None
    (archive.raw / "a.txt").unlink()
    noticer.walk()
    assert noticer.ripe() is not None
    assert noticer.certain()
    noticer.served()
    assert noticer.ripe() is None


def test_a_file_that_is_never_at_rest_starts_no_run(archive, noticer):
    path = archive.write("a.txt", "some")
    heard(noticer, path)
    path.write_text("some more")
    assert not noticer.certain()


def test_files_that_come_without_a_word_make_it_look_often(archive, noticer, said):
    noticer.walk()
    noticer.walk()
    archive.write("a.txt", page(1))
    assert noticer.next_walk() > time.monotonic() + 10
    noticer.walk()
    assert noticer.certain()
    assert said == [
        "the file system tells nothing of changes; looking every second: files came without a word"
    ]
    noticer.walk()
    assert noticer.next_walk() <= time.monotonic() + 1
    assert len(said) == 1


def test_a_lost_root_is_worth_one_run(archive, noticer):
    path = archive.write("a.txt", page(1))
    archive.ingest()
    noticer.walk()
    path.unlink()
    noticer.walk()
    assert noticer.ripe() is not None
    noticer.served()
    noticer.walk()
    assert noticer.ripe() is None
