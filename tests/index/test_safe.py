import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.safe import safe, safe_excerpt, safe_line

ANY_TEXT = st.text(alphabet=st.characters())  # lone surrogates too


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, ünïcödé 東京", "plain text, ünïcödé 東京"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\tc", "a\\x0d\nb\tc"),
        ("\x00\x7f\x85", "\\x00\\x7f\\x85"),
        ("coun\u202ecil", "coun\\u202ecil"),
        ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
        ("\u2066x\u2069\u200f\u061c", "\\u2066x\\u2069\\u200f\\u061c"),
        ("\ufeffx\U000e0041", "\\ufeffx\\U000e0041"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("می\u200cخواهم 👨\u200d👩", "می\u200cخواهم 👨\u200d👩"),
    ],
)
def test_escapes_what_steers_a_terminal_and_nothing_else(text, shown):
    assert safe(text) == shown


def test_one_line_stays_one_line():
    assert safe_line("a\nb\tc\x0bd") == "a\\nb\\tc\\x0bd"


def test_an_excerpt_is_cut():
    assert safe_excerpt("x" * 100, 10) == "x" * 9 + "…"
    assert safe_excerpt("\x1b]0;") == "\\x1b]0;"


@given(ANY_TEXT)
def test_the_result_is_printable_and_a_second_time_changes_nothing(text):
    shown = safe(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown)
    shown.encode("utf-8")
    assert safe(shown) == shown
    assert "\n" not in safe_line(text)
