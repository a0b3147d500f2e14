from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tasks.normalise import split_prose, tokens
from tasks.prepared import MAX_WORDS, prepare

TEXT = (
    "The mayor of Westerhaven, Odile Fenwick, said on Monday that 14 of the 26 boats would be moved for "
    "3.4 million crowns.\n\nRoom 5\n\nPier 7"
)


def test_a_text_is_its_words_figures_and_names():
    ready = prepare(TEXT, "2021-03-01")
    assert ready.words == len(ready.tokens) == 22
    assert [word for _, word in ready.numbers] == ["14", "26", "3.4"]
    assert ready.table == {"5": 1, "7": 1}
    assert set(ready.names) == {"Westerhaven", "Odile", "Fenwick", "Monday"}
    assert ready.day == 737850


def test_figures_of_other_scripts_are_figures():
    ready = prepare(
        "Das Haus steht seit dem Jahr \u0661\u0669\u0668\u0667 leer, sagte gestern der B\xfcrgermeister.",
        None,
    )
    assert [word for _, word in ready.numbers] == ["\u0661\u0669\u0668\u0667"]


@pytest.mark.parametrize("date", [None, "", "soon", "2021-02-31"])
def test_a_date_that_is_none_is_unknown(date):
    assert prepare(TEXT, date).day is None


def test_no_more_words_than_can_be_compared_are_kept():
    assert prepare("word " * (MAX_WORDS + 9), None).words == MAX_WORDS


@pytest.mark.parametrize("unit", ["Aa", "a B", "aA ", "A", "1", "a, Bcd ", "'", "-a", "\u0301"])
def test_preparing_takes_linear_time(unit):
    def spent(length: int) -> float:
        text = unit * (length // len(unit))
        best = []
        for _ in range(3):
            started = time.process_time()
            prepare(text, None)
            best.append(time.process_time() - started)
        return min(best)

    assert spent(320_000) < 24 * max(spent(40_000), 0.002)


@example("\xbc")  # one sign whose plain form has another: cleaning twice is not cleaning once
@given(st.text(max_size=400))
def test_any_text_can_be_prepared(text):
    ready = prepare(text, text)
    words = tokens(split_prose(text)[0])
    assert ready.words == len(ready.tokens)
    assert all(0 <= place < ready.words and word[0].isdigit() for place, word in ready.numbers)
    assert ready.words == len(words)
