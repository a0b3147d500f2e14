import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cli.layout import Cell, beside, cells, pad, paint, wrap

MIXED = st.text(st.sampled_from("abc  \u0301語市の الع😀-.\u200d"), max_size=200)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("市议会", 6), ("e\u0301", 1), ("", 0), ("😀a", 3)]
)
def test_columns_of_a_text(text, columns):
    assert cells(text) == columns


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("the council of the town met", ["the council", "of the town", "met"]),
        ("市议会星期一决定修复桥", ["市议会星期一", "决定修复桥"]),
        ("at 市议会星期一决定", ["at 市议会星", "期一决定"]),
        ("abcdefghijklmnopqrstuvw", ["abcdefghijkl", "mnopqrstuvw"]),
        ("", [""]),
    ],
)
def test_wrapping(text, lines):
    assert wrap(text, 12) == lines


def test_what_is_left_out_is_shown():
    assert wrap("the council of the town met", 12, 2) == ["the council", "of the town…"]
    assert wrap("a" * 100, 12, 1) == ["a" * 11 + "…"]
    assert wrap("\u0301" * 100_000, 12, 2)[-1].endswith("…")


@given(MIXED, st.integers(2, 30))
def test_wrapping_keeps_every_character_within_the_width(text, width):
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(MIXED, st.integers(2, 30), st.integers(1, 4))
def test_never_more_lines_than_asked_for(text, width, most):
    lines = wrap(text, width, most)
    assert 1 <= len(lines) <= most
    assert all(cells(line) <= width for line in lines)


def test_megabytes_in_one_line_cost_nothing():
    assert len(wrap("語" * 5_000_000, 60, 3)) == 3


def test_columns_side_by_side():
    left, right = [Cell("市议会"), Cell("cut", "2")], [Cell("council")]
    assert beside(left, right, 8, color=False) == ["市议会   │ council", "cut      │"]
    assert beside(left, right, 8, color=True)[1] == "\x1b[2mcut     \x1b[0m │"


def test_a_cell_written_from_right_to_left_ends_with_a_mark_that_keeps_the_columns_apart():
    assert pad("مجلس", 6) == "مجلس  \u200e"
    assert paint(Cell("مجلس", "2"), color=False) == "مجلس"
