import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import State
from index.files import SEEN, STORED, FileId, FileRow, Stat
from index.settings import DEFAULT_INCLUDE
from tasks import discover as module
from tasks.discover import Diff, Entry, Names, Walk, compare, lost, still_same, walk

NAMES = Names(DEFAULT_INCLUDE, ("drafts/*",))
ONE = Stat(1, 2, 3, 4)
TWO = Stat(9, 2, 3, 4)


def row(path: bytes, state: State, stat: Stat = ONE, reason: str = "") -> FileRow:
    return FileRow(FileId(1), path, state, reason, stat, None)


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        (b"a.txt", ""),
        (b"a.TXT", ""),
        (b"deep/er/a.html", ""),
        (b"....txt", ""),
        (b"..\\..\\evil.txt", ""),
        (b"caf\xe9.txt", ""),
        (b"line\nbreak.txt", ""),
        (b"a.pdf", "not a name of a news page (see include)"),
        (b"no_extension", "not a name of a news page (see include)"),
        (b".a.txt", "hidden"),
        (b".git/a.txt", "hidden"),
        (b"a.txt~", "temporary name"),
        (b"#a.txt#", "temporary name"),
        (b"a.txt.part", "temporary name"),
        (b"a.txt.crdownload", "temporary name"),
        (b"drafts/a.txt", "excluded by newsfold.toml"),
    ],
)
def test_names(path, verdict):
    assert NAMES.verdict(os.fsdecode(path)) == verdict


@pytest.mark.parametrize("swap", ["link", "folder", "file", "nothing"])
def test_a_folder_swapped_after_it_was_listed_is_not_entered(tmp_path, monkeypatch, swap):
    """Whoever may write below the root must not make us read what lies outside it."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "sub", outside):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("secret")
    real = module._listed

    def swapping(folder, identity):
        if identity:
            (root / "sub").rename(tmp_path / "old")
            if swap == "link":
                (root / "sub").symlink_to(outside)
            elif swap == "folder":
                outside.rename(root / "sub")
            elif swap == "file":
                (root / "sub").write_text("x")
        return real(folder, identity)

    monkeypatch.setattr(module, "_listed", swapping)
    assert walk(os.fsencode(root), NAMES, skip=b"") == Walk((), (b"sub",))


def test_a_root_may_be_a_link(tmp_path):
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.txt").write_text("x")
    (tmp_path / "link").symlink_to("root")
    assert [entry.path for entry in walk(os.fsencode(tmp_path / "link"), NAMES, skip=b"").entries] == [
        b"a.txt"
    ]


def test_walk_counts_everything_and_follows_nothing(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text("b")
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / ".newsfold").mkdir()
    (tmp_path / ".newsfold" / "lock").write_text("")
    os.symlink(tmp_path / "a.txt", tmp_path / "link.txt")
    os.symlink(tmp_path, tmp_path / "sub" / "loop")
    os.mkfifo(tmp_path / "pipe.txt")
    root = os.fsencode(tmp_path)
    found = {
        entry.path: entry.ignored
        for entry in walk(root, NAMES, skip=os.path.join(root, b".newsfold")).entries
    }
    assert found == {
        b"a.txt": "",
        b"sub/b.txt": "",
        b"folder.txt": "a folder with the name of a page",
        b"link.txt": "symbolic link",
        b"sub/loop": "symbolic link",
        b"pipe.txt": "not a regular file",
    }


def test_a_root_that_is_not_there_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        walk(os.fsencode(tmp_path / "no"), NAMES, skip=b"")


@pytest.mark.parametrize(
    ("known", "seen"),
    [
        ({}, True),
        ({b"a.txt": row(b"a.txt", State.INDEXED)}, False),
        ({b"a.txt": row(b"a.txt", State.DUPLICATE)}, False),
        ({b"a.txt": row(b"a.txt", State.REJECTED)}, False),
        ({b"a.txt": row(b"a.txt", State.PENDING, reason=STORED)}, False),
        ({b"a.txt": row(b"a.txt", State.PENDING, reason=SEEN)}, True),
        ({b"a.txt": row(b"a.txt", State.DEFERRED)}, True),
        ({b"a.txt": row(b"a.txt", State.MISSING)}, True),
        ({b"a.txt": row(b"a.txt", State.IGNORED)}, True),
        ({b"a.txt": row(b"a.txt", State.INDEXED, TWO)}, True),
        ({b"a.txt": row(b"a.txt", State.PENDING, TWO, STORED)}, True),
    ],
)
def test_what_is_new_or_changed_is_read(known, seen):
    diff = compare(Walk((Entry(b"a.txt", ONE, ""),), ()), known)
    assert (b"a.txt" in diff.candidates) is seen
    assert diff.walked == 1


def test_an_ignored_file_is_noted_once():
    found = Walk((Entry(b"a.txt", ONE, "hidden"),), ())
    assert len(compare(found, {}).seen) == 1
    assert not compare(found, {b"a.txt": row(b"a.txt", State.IGNORED, reason="hidden")}).seen


def test_a_folder_that_cannot_be_listed_hides_its_files_but_loses_none():
    known = {b"d/a.txt": row(b"d/a.txt", State.INDEXED), b"e.txt": row(b"e.txt", State.INDEXED)}
    diff = compare(Walk((), (b"d",)), known)
    assert [gone.path for gone in diff.gone] == [b"e.txt"]
    assert diff.walked == 1
    assert diff.seen[0][2] is State.DEFERRED


def rows(count: int) -> dict[bytes, FileRow]:
    return {b"%d.txt" % n: row(b"%d.txt" % n, State.INDEXED) for n in range(count)}


@pytest.mark.parametrize(
    ("before", "gone", "believed"),
    [
        (100, 19, True),
        (100, 20, True),
        (100, 21, False),
        (30, 19, True),
        (5, 5, False),
        (5, 4, True),
        (0, 0, True),
    ],
)
def test_a_root_that_lost_too_much_is_not_believed(before, gone, believed):
    known = rows(before)
    left = tuple(Entry(path, ONE, "") for path in list(known)[gone:])
    assert (lost(compare(Walk(left, ()), known), known) == "") is believed


@given(st.sets(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_conservation_of_names(before, after):
    """Every name known or walked is accounted for: kept, seen, or gone."""
    known = {b"%d.txt" % n: row(b"%d.txt" % n, State.INDEXED) for n in before}
    diff: Diff = compare(Walk(tuple(Entry(b"%d.txt" % n, ONE, "") for n in after), ()), known)
    assert len(diff.seen) + len(known) == diff.walked + len(diff.gone)


def test_the_second_look(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    before = Stat.of(path.stat())
    assert still_same(os.fsencode(tmp_path / "a.txt"), before)
    path.write_text("longer")
    assert not still_same(os.fsencode(tmp_path / "a.txt"), before)
    path.unlink()
    assert not still_same(os.fsencode(tmp_path / "a.txt"), before)
