"""Files that cannot be read: each waits with its reason, what it held answers, and the others go on."""

import errno
import os
from types import SimpleNamespace

import pytest

from index.errors import RootLostError
from tasks import discover, reading
from tests.archive import page

NAME = b"secret.txt"


@pytest.fixture
def refuse(monkeypatch):
    """Let the opening, or the reading, of one file fail: tests may run as root, whom no mode stops."""

    def at(what, number):
        real_open, real_read = os.open, reading._read_all
        refused = set()

        def opened(path, *arguments, **options):
            is_it = os.fsencode(path).endswith(NAME)
            if is_it and what == "open":
                raise OSError(number, os.strerror(number), path)
            handle = real_open(path, *arguments, **options)
            refused.discard(handle)  # the number of one that was closed
            if is_it:
                refused.add(handle)
            return handle

        def read(handle, size):
            if handle in refused:
                raise OSError(number, os.strerror(number))
            return real_read(handle, size)

        monkeypatch.setattr(reading.os, "open", opened)
        monkeypatch.setattr(reading, "_read_all", read)

    return at


CASES = [
    ("open", errno.EACCES, "cannot be opened: Permission denied"),
    ("open", errno.EIO, "cannot be opened: Input/output error"),
    ("open", errno.ESTALE, "cannot be opened: Stale file handle"),
    ("read", errno.EIO, "cannot be read: Input/output error"),
]


@pytest.mark.parametrize(("what", "number", "reason"), CASES)
def test_a_file_that_cannot_be_read_waits_and_stops_nobody(
    archive, monkeypatch, refuse, what, number, reason
):
    archive.write(NAME, page(1))
    archive.write("fine.txt", page(2))
    refuse(what, number)
    for _ in range(2):
        report = archive.ingest()
        assert report.new["deferred"] == 1
        assert archive.counts() == {"indexed": 1, "deferred": 1}
        (row,) = archive.rows("files", "--state", "deferred")
        assert (row["path"], row["reason"], row["articles"]) == (os.fsdecode(NAME), reason, [])
    assert archive.run("check").exit_code == 0
    monkeypatch.undo()
    archive.ingest()
    assert archive.counts() == {"indexed": 2}


@pytest.mark.parametrize(("what", "number", "reason"), CASES)
def test_what_it_held_answers_while_it_cannot_be_read(archive, monkeypatch, refuse, what, number, reason):
    path = archive.write(NAME, page(1))
    archive.write("fine.txt", page(2))
    archive.ingest()
    before = archive.export()
    path.write_text(page(1, edit="There is more, and nobody can read it."))
    refuse(what, number)
    archive.ingest()
    assert archive.counts() == {"indexed": 1, "deferred": 1}
    (row,) = archive.rows("files", "--state", "deferred")
    assert row["reason"] == reason
    assert archive.export() == before
    assert len(archive.rows("search", "council")) == 2
    monkeypatch.undo()
    archive.ingest()
    assert archive.counts() == {"indexed": 2}
    assert "nobody can read it" in "".join(row["body"] for row in archive.export())


def without_stat(monkeypatch, number):
    """Let the disk say nothing of one entry."""
    real = discover._looked

    def fail(**_):
        raise OSError(number, os.strerror(number))

    def looked(entry):
        if os.fsencode(entry.name) == NAME:
            entry = SimpleNamespace(name=entry.name, stat=fail)
        return real(entry)

    monkeypatch.setattr(discover, "_looked", looked)


@pytest.mark.parametrize("folder", [b"", b"sub/"])
def test_one_damaged_inode_hides_no_other_file(archive, monkeypatch, folder):
    """Regression: in the raw folder itself it made the whole folder one that cannot be read."""
    archive.write(folder + NAME, page(1))
    archive.write(folder + b"fine.txt", page(2))
    archive.ingest()
    before = archive.export()
    without_stat(monkeypatch, errno.EIO)
    archive.write(folder + b"new.txt", page(3))
    for new in (1, 0):
        assert archive.ingest().new["indexed"] == new
        assert archive.counts() == {"indexed": 2, "deferred": 1}
    (row,) = archive.rows("files", "--state", "deferred")
    assert row["reason"] == "it cannot be looked at"
    assert [row for row in archive.export() if row in before] == before
    monkeypatch.undo()
    archive.ingest()
    assert archive.counts() == {"indexed": 3}


@pytest.mark.parametrize(
    ("number", "files", "why"),
    [
        (errno.EACCES, 2, "Permission denied"),  # it may be listed, and not searched
        (errno.ESTALE, 1, "nothing in it can be looked at"),
    ],
)
def test_a_folder_of_which_nothing_can_be_looked_at_is_not_believed(archive, monkeypatch, number, files, why):
    for name in (NAME, b"fine.txt")[:files]:
        archive.write(name, page(1))
    archive.ingest()
    before = archive.outcome()
    without_stat(monkeypatch, number)
    with pytest.raises(RootLostError, match=why):
        archive.ingest()
    assert archive.outcome() == before
