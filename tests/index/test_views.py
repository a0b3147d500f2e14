import io

from hypothesis import given
from hypothesis import strategies as st

from index.views import View
from index.whooshed import dumps, load

CALLS = st.one_of(
    st.tuples(st.just("read"), st.integers(-1, 20)),
    st.tuples(st.just("readline")),
    st.tuples(st.just("seek"), st.integers(0, 40)),
    st.tuples(st.just("tell")),
)


@given(st.binary(max_size=30) | st.lists(st.sampled_from([b"a", b"\n"])).map(b"".join), st.lists(CALLS))
def test_a_view_reads_as_a_file_in_memory_does(data, calls):
    view, file = View(memoryview(data)), io.BytesIO(data)
    for name, *values in calls:
        assert getattr(view, name)(*values) == getattr(file, name)(*values)


@given(st.binary(max_size=20), st.integers(-5, 5), st.integers(1, 2))
def test_places_may_be_counted_from_here_or_from_the_end(data, offset, whence):
    view, file = View(data), io.BytesIO(data)
    assert view.seek(offset, whence) == file.seek(offset, whence)


def test_a_long_line_is_read_whole():
    assert View(b"x" * 10_000 + b"\nrest").readline() == b"x" * 10_000 + b"\n"


def test_a_pickle_is_read_from_it():
    view = View(dumps((1, "two", Ellipsis), 2) + b"rest")
    assert load(view) == (1, "two", Ellipsis)
    assert view.read() == b"rest"


def test_a_closed_view_holds_nothing():
    data = bytearray(b"abc")
    view = View(memoryview(data))
    view.close()
    data.clear()
    assert view.read() == b""
