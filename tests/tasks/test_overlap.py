from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.overlap import GAP_WORDS, NOTHING, held, overlap
from tasks.sketch import shingles, token_hashes

WORDS = [f"word{number}" for number in range(100)]


def lies_in(text: list[str], other: list[str]):
    mine, yours = (shingles(token_hashes(words), 4) for words in (text, other))
    return overlap(mine, held(mine.values, np.unique(yours.values)), len(text))


def test_a_text_lies_in_itself_in_one_piece():
    found = lies_in(WORDS, WORDS)
    assert (found.matched, found.coverage, found.run, found.density) == (100, 1, 100, 1)
    assert found.gaps == 0
    assert found.span == (0, 100)


def test_runs_and_gaps_are_told_apart():
    found = lies_in(WORDS, [*WORDS[:10], "x", *WORDS[50:80]])
    assert found.matched == 40
    assert found.run == 30
    assert found.span == (0, 80)
    assert found.gaps == pytest.approx((40 + 20) / 100)
    assert GAP_WORDS == 20


def test_a_short_gap_is_no_prose_of_its_own():
    assert lies_in(WORDS, [*WORDS[:50], *WORDS[60:]]).gaps == 0


def test_texts_without_a_common_shingle_do_not_overlap():
    assert lies_in(WORDS, [word.upper() for word in WORDS]) == NOTHING
    assert not held(np.array([1, 2], np.uint64), np.array([], np.uint64)).any()


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60), st.lists(st.sampled_from("abcdef")))
def test_the_measures_agree_with_counting_word_by_word(text, other):
    found = lies_in(text, other)
    width = min(4, len(text))
    there = {tuple(other[at : at + 4]) for at in range(max(1, len(other) - 3))} if other else set()
    inside = [False] * len(text)
    for at in range(len(text) - width + 1):
        if tuple(text[at : at + width]) in there:
            inside[at : at + width] = [True] * width
    runs = [len(run) for run in "".join("x" if flag else " " for flag in inside).split()]
    assert found.matched == sum(inside)
    assert found.run == max(runs, default=0)
    assert 0 <= found.density <= 1
    if runs:
        assert found.span == (inside.index(True), len(text) - inside[::-1].index(True))
