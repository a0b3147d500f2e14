import os

import pytest

from index.files import Stat
from tasks import reading
from tasks.reading import UnreadableError, read_raw


def stat_of(path) -> Stat:
    return Stat.of(os.lstat(path))


def test_reads_what_was_found(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 3_000_000)
    assert read_raw(os.fsencode(path), stat_of(path)) == b"x" * 3_000_000


def test_a_changed_file_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    before = stat_of(path)
    path.write_bytes(b"other")
    with pytest.raises(UnreadableError, match="changed after"):
        read_raw(os.fsencode(path), before)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    before = stat_of(path)
    real = reading._read_all

    def grow(handle, size):
        with path.open("ab") as more:
            more.write(b"more")
        return real(handle, size)

    monkeypatch.setattr(reading, "_read_all", grow)
    with pytest.raises(UnreadableError, match="while it was read"):
        read_raw(os.fsencode(path), before)


def test_a_replaced_file_of_equal_size_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    before = stat_of(path)
    other = tmp_path / "b"
    other.write_bytes(b"two")
    os.utime(other, ns=(before.mtime_ns, before.mtime_ns))
    other.rename(path)
    with pytest.raises(UnreadableError):
        read_raw(os.fsencode(path), before)


def test_links_pipes_and_gone_files_are_refused(tmp_path):
    target = tmp_path / "t.txt"
    target.write_bytes(b"t")
    link = tmp_path / "l.txt"
    link.symlink_to(target)
    pipe = tmp_path / "p.txt"
    os.mkfifo(pipe)
    for path in (link, pipe):
        with pytest.raises(UnreadableError):
            read_raw(os.fsencode(path), stat_of(path))
    with pytest.raises(UnreadableError, match="vanished"):
        read_raw(os.fsencode(tmp_path / "no"), Stat(1, 1, 1, 1))
