"""Durability, checksums and safety of the index's files."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from index import storage
from index.article import ArticleId
from index.errors import IndexDamagedError, IndexVersionError, UnsafeIndexError
from index.schema import SCHEMA_VERSION, IndexDocument
from index.storage import latest_generation
from index.writer import all_ids, apply, open_index, open_searcher, verify_files


def document(number, body="the council met"):
    return IndexDocument(
        *(ArticleId(f"{number:040x}"), f"Item {number}", "", body, "", "", ""),
        *("2016-12-08", "2020-01-01", "en", ("Somewhere",), ("a/b.txt",)),
    )


def ids(*numbers):
    return {ArticleId(f"{number:040x}") for number in numbers}


class Disk:
    """Watches fsync, rename and unlink under a directory; calls `at_each` before every one of them."""

    def __init__(self, monkeypatch, directory, at_each=lambda: None):
        self.directory = directory
        self.events = []
        self.synced = {}
        real_fsync, real_rename, real_replace, real_remove = os.fsync, os.rename, os.replace, os.remove

        def fsync(descriptor):
            at_each()
            real_fsync(descriptor)
            status = os.fstat(descriptor)
            self.synced[status.st_ino] = status.st_size
            self.events.append(("fsync", status.st_ino))

        def rename(old, new, **options):
            at_each()
            self.events.append(("rename", os.stat(old).st_ino, Path(new).name))
            (real_rename if str(new).endswith(".toc") else real_replace)(old, new, **options)

        def remove(path, **options):
            at_each()
            self.events.append(("remove", Path(path).name))
            real_remove(path, **options)

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "rename", rename)
        monkeypatch.setattr(os, "replace", rename)
        monkeypatch.setattr(os, "remove", remove)
        monkeypatch.setattr(os, "unlink", remove)

    def after_power_loss(self, copy):
        """Copy the directory as a disk would hold it that forgets whatever was not forced to it."""
        shutil.copytree(self.directory, copy)
        for path in self.directory.iterdir():
            if path.is_file():
                os.truncate(
                    copy / path.name, min(path.stat().st_size, self.synced.get(path.stat().st_ino, 0))
                )


def test_everything_is_forced_to_the_disk_before_the_commit(tmp_path, monkeypatch):
    directory = tmp_path / "index"
    open_index(directory)
    disk = Disk(monkeypatch, directory)
    apply(directory, [document(1)])
    toc = next(
        n for n, event in enumerate(disk.events) if event[0] == "rename" and event[2].endswith("_1.toc")
    )
    before = {event[1] for event in disk.events[:toc] if event[0] == "fsync"}
    needed = [path for path in directory.iterdir() if path.suffix in {".seg", ".toc", ".json"}]
    assert len(needed) == 3
    assert {path.stat().st_ino for path in needed} <= before
    assert directory.stat().st_ino in before
    assert disk.events[toc + 1] == ("fsync", directory.stat().st_ino)
    removed = [n for n, event in enumerate(disk.events) if event == ("remove", "checksums-0.json")]
    assert removed
    assert removed[0] > toc


def test_loss_of_power_at_any_moment_leaves_the_old_state_or_the_new(tmp_path, monkeypatch):
    directory = tmp_path / "index"
    copies = []

    def snapshot():
        disk.after_power_loss(tmp_path / f"copy{len(copies)}")
        copies.append(tmp_path / f"copy{len(copies)}")

    disk = Disk(monkeypatch, directory)
    apply(directory, [document(1), document(2)])
    monkeypatch.undo()
    synced = disk.synced
    disk = Disk(monkeypatch, directory, snapshot)
    disk.synced = synced
    apply(directory, [document(2, "changed"), document(3)], ids(1))
    monkeypatch.undo()
    assert len(copies) > 8
    states = []
    for copy in copies:
        assert verify_files(copy) == []
        states.append(all_ids(copy))
        apply(copy, [document(4)])  # and the next run goes on from there
        assert all_ids(copy) == states[-1] | ids(4)
        assert verify_files(copy) == []
        assert len(list(copy.iterdir())) <= 6  # no litter
    change = states.index(ids(2, 3))
    assert states == [ids(1, 2)] * change + [ids(2, 3)] * (len(states) - change)


@pytest.mark.parametrize("position", [0, 1, 7, 0.25, 0.5, 0.75, -1])
def test_every_flipped_byte_is_found(tmp_path, position):
    directory = tmp_path / "index"
    apply(directory, [document(number) for number in range(20)])
    apply(directory, [document(30)])
    files = [path for path in directory.iterdir() if not path.name.endswith("WRITELOCK")]
    assert len(files) == 4
    for path in files:
        whole = path.read_bytes()
        place = int(position * len(whole)) if isinstance(position, float) else position
        damaged = bytearray(whole)
        damaged[place] ^= 4
        path.write_bytes(damaged)
        assert len(verify_files(directory)) == 1
        path.write_bytes(whole)
    assert verify_files(directory) == []


def test_a_lost_byte_and_a_lost_file_are_found(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    segment = next(directory.glob("*.seg"))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-1])
    assert verify_files(directory) == [f"{segment.name}: changed"]
    segment.unlink()
    assert verify_files(directory) == [f"{segment.name}: missing"]


def test_damage_is_not_blessed_by_the_next_commit(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    (directory / "checksums-1.json").unlink()
    apply(directory, [document(2)])
    (problem,) = verify_files(directory)
    assert problem.endswith(": no checksum")


def test_a_changed_toc_is_never_unpickled(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    toc = next(directory.glob("*.toc"))
    toc.write_bytes(toc.read_bytes()[:-40] + b"cos\nsystem\n(S'touch owned'\ntR.")
    with pytest.raises(IndexDamagedError, match="table of contents"):
        open_searcher(directory)
    with pytest.raises(IndexDamagedError, match="table of contents"):
        apply(directory, [document(2)])


def test_missing_and_garbled_files_give_a_clear_error(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    segment = next(directory.glob("*.seg"))
    segment.write_bytes(b"\xff" * segment.stat().st_size)
    with pytest.raises(IndexDamagedError, match="damaged") as caught:
        open_searcher(directory)
    assert "newsfold repair" in str(caught.value)
    segment.unlink()
    with pytest.raises(IndexDamagedError, match="missing"):
        open_searcher(directory)


def test_an_index_that_lost_its_toc_is_not_taken_for_an_empty_one(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    next(directory.glob("*.toc")).unlink()
    for use in (open_index, open_searcher, verify_files):
        with pytest.raises(IndexDamagedError, match="lost its table"):
            use(directory)
    assert list(directory.glob("*.seg"))


def test_an_index_of_another_schema_is_refused_and_kept(tmp_path):
    directory = tmp_path / "index"
    directory.mkdir(mode=0o700)
    (directory / f"_articles{SCHEMA_VERSION + 1}_7.toc").write_bytes(b"x")
    for use in (open_index, open_searcher):
        with pytest.raises(IndexVersionError, match="schema"):
            use(directory)
    assert latest_generation(tmp_path / "nowhere") is None
    assert len(list(directory.iterdir())) == 1


def test_the_directory_is_private(tmp_path):
    old = os.umask(0)
    try:
        open_index(tmp_path / "state" / "index")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "state" / "index").stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702, 0o1777])
def test_a_directory_that_others_can_write_to_is_refused(tmp_path, mode):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    directory.chmod(mode)
    for use in (open_index, open_searcher, verify_files, all_ids):
        with pytest.raises(UnsafeIndexError, match="Others may write"):
            use(directory)
    directory.chmod(0o755)
    assert all_ids(directory) == ids(1)


def test_a_directory_of_another_user_is_refused(tmp_path, monkeypatch):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    monkeypatch.setattr(storage.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(UnsafeIndexError, match="another user"):
        open_searcher(directory)


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "index").write_text("x")
    with pytest.raises(UnsafeIndexError, match="not a directory"):
        open_index(tmp_path / "index")
