import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.files import Stat
from tasks.looks import Looks, Ripe, first_looks, regular, renamed, taken

ONE = Stat(1, 2, 3, 4)
TWO = Stat(9, 2, 3, 4)


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def looks(clock):
    return Looks(1.0, clock)


def test_a_file_is_stable_when_two_looks_a_second_apart_agree(looks, clock):
    assert not looks.settled(b"/a", ONE, 100.0)
    clock.now = 100.9
    assert not looks.settled(b"/a", ONE, 100.9)
    clock.now = 101.0
    assert looks.settled(b"/a", ONE, 101.0)


@pytest.mark.parametrize("other", [Stat(9, 2, 3, 4), Stat(1, 9, 3, 4), Stat(1, 2, 9, 4), Stat(1, 2, 3, 9)])
def test_any_change_begins_anew(looks, clock, other):
    looks.look(b"/a", ONE)
    clock.now = 105.0
    assert not looks.settled(b"/a", other, 105.0)
    assert looks.ripe() == Ripe(106.0, 106.0)
    clock.now = 106.0
    assert looks.settled(b"/a", other, 106.0)


def test_the_second_look_counts_from_when_it_began(looks, clock):
    """A walk over many files takes its time: what it saw may be as old as its beginning."""
    looks.look(b"/a", ONE)
    clock.now = 104.0
    assert not looks.settled(b"/a", ONE, 100.5)


def test_ripe_spans_all_that_waits(looks, clock):
    assert looks.ripe() is None
    looks.look(b"/a", ONE)
    clock.now = 103.0
    looks.look(b"/b", ONE)
    assert looks.ripe() == Ripe(101.0, 104.0)
    assert looks.waiting() == 2


def test_a_scan_leaves_those_that_wait_and_those_that_came_later(looks, clock):
    for name in (b"/read", b"/waits", b"/known", b"/later"):
        looks.look(name, ONE)
    clock.now = 102.0
    looks.look(b"/read", ONE)
    looks.look(b"/later", TWO)
    looks.scanned(101.0, {b"/waits"}, {b"/read": ONE, b"/later": ONE})
    assert looks.since(b"/waits", 0.0) == 100.0
    assert looks.since(b"/later", 0.0) == 102.0
    assert looks.waiting() == 2


def test_looking_again_finds_what_changed_without_a_word(looks, clock, tmp_path):
    still, moving, gone = (tmp_path / name for name in ("still", "moving", "gone"))
    for path in (still, moving, gone):
        path.write_text("one")
        looks.look(os.fsencode(path), Stat.of(path.stat()))
    clock.now = 100.5
    assert looks.look_again() == 0
    clock.now = 102.0
    moving.write_text("another")
    gone.unlink()
    assert looks.look_again() == 1
    assert looks.ripe() == Ripe(101.0, 103.0)
    assert looks.waiting() == 2


def test_untold_are_those_that_only_a_walk_found(looks):
    looks.look(b"/a", ONE, told=False)
    looks.look(b"/b", ONE)
    assert looks.untold() == 1
    looks.look(b"/a", ONE)
    assert looks.untold() == 0


def test_a_renamed_file_is_known_by_inode_size_and_mtime():
    moved = Stat(1, 2, 99, 4)
    assert renamed({b"new": moved, b"other": TWO}, [ONE]) == {b"new"}


def test_only_regular_files_have_a_stat(tmp_path):
    path = tmp_path / "a"
    path.write_text("x")
    os.symlink(path, tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    assert regular(os.fsencode(path)) == Stat.of(path.stat())
    for name in ("link", "pipe", "none", ""):
        assert regular(os.fsencode(tmp_path / name)) is None


def test_looks_are_known_in_their_context_only(looks):
    assert taken() is None
    with first_looks(looks):
        assert taken() is looks
    assert taken() is None


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 2)), max_size=30))
def test_no_history_makes_a_file_stable_within_a_second_of_a_change(history):
    clock, changed, before = Clock(), -1.0, -1
    looks = Looks(1.0, clock)
    for version, pause in history:
        clock.now += pause
        if version != before:
            before, changed = version, clock.now
        assert looks.settled(b"/a", Stat(version, 0, 0, 0), clock.now) == (clock.now - changed >= 1.0)
