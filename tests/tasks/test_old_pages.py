"""Which old pages a watcher's run segments again, and that none is forgotten."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.old_pages import AT_ONCE, WAIT_SECONDS, allowed, at_most, most
from tests.archive import NOTICE, page

NUMBERS = [1, 22, 53, 74]
"""Pages of different stories: what stands on all four is furniture."""


def test_a_run_takes_all_old_pages_where_nobody_says_otherwise():
    assert most() is None
    with at_most(0):
        assert most() == 0
    assert most() is None


def test_a_stream_of_files_lets_old_pages_wait_but_not_for_ever():
    assert allowed(hurried=True, left_since=None, now=5.0) == 0
    assert allowed(hurried=True, left_since=5.0, now=5.0 + WAIT_SECONDS / 2) == 0
    assert allowed(hurried=True, left_since=5.0, now=5.0 + WAIT_SECONDS) == AT_ONCE


@given(st.one_of(st.none(), st.floats(0, 1e6)), st.floats(0, 1e6))
def test_without_a_stream_all_come(left_since, now):
    assert allowed(hurried=False, left_since=left_since, now=now) is None


def test_what_a_run_leaves_the_next_ones_take_and_nothing_differs_in_the_end(archive):
    for number in NUMBERS[:3]:
        archive.write(f"{number}.txt", page(number, edit=NOTICE))
    archive.ingest()
    archive.write("74.txt", page(NUMBERS[3], edit=NOTICE))
    with at_most(0):
        report = archive.ingest()
    assert (report.read, report.again, report.later) == (1, 0, 3)
    assert archive.run("check").exit_code == 0, "old pages that wait are no damage"
    with at_most(2):
        report = archive.ingest()
    assert (report.again, report.later) == (2, 1)
    assert (archive.ingest().again, archive.ingest().again) == (1, 0)
    assert not any(NOTICE in row["body"] for row in archive.export())
