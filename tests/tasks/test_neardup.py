from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.neardup import compare, covered, prepare

DATA = Path(__file__).parents[1] / "data" / "dedupe.jsonl"
TEXTS = {record["id"]: record["text"] for record in map(json.loads, DATA.read_text("utf-8").splitlines())}


def match(a: str, b: str, dates: tuple[str | None, str | None] = (None, None)):
    return compare(prepare(a, dates[0]), prepare(b, dates[1]))


@pytest.mark.parametrize(
    ("a", "b"), [("a0", "a2"), ("a0", "a3"), ("a4", "a3"), ("b0", "b1"), ("b0", "b2"), ("z0", "z1")]
)
def test_cut_edited_framed_reordered_and_chinese_copies_match(a, b):
    found = match(TEXTS[a], TEXTS[b])
    assert found is not None
    assert found.kind == "near-duplicate"
    assert 0 < found.similarity <= found.containment <= 1
    assert found.coverage > 0.6


def test_the_same_words_in_other_dress_are_the_same_text():
    found = match(TEXTS["a0"], TEXTS["a1"])
    assert found is not None
    assert found.kind == "same-text"
    assert found.similarity == 1
    assert found.numbers == "5/5"


@pytest.mark.parametrize(("a", "b"), [("a0", "b0"), ("a0", "s0"), ("c0", "c1"), ("a0", "z0")])
def test_other_articles_and_templated_copy_do_not_match(a, b):
    assert match(TEXTS[a], TEXTS[b]) is None


def test_a_report_whose_figures_stand_in_a_table_is_new_every_day():
    words = " ".join(TEXTS["a0"].split()[:70]).translate({ord(d): None for d in "0123456789"})
    assert match(words, words) is not None
    monday, tuesday = (f"{words}\nWheat {a}\nBarley {b}\nOats {c}" for a, b, c in ((1, 2, 3), (4, 5, 6)))
    assert match(monday, tuesday) is None


def test_copies_dated_apart_need_their_figures_to_agree():
    early, changed = TEXTS["a0"], TEXTS["a0"].replace("26 are", "31 are")
    assert match(early, changed, ("2021-03-01", "2021-03-03")) is not None
    assert match(early, changed, ("2021-03-01", "2021-05-01")) is None
    assert match(early, early, ("2021-03-01", "2021-05-01")) is not None
    assert match(early, changed, ("2021-03-01", "no date")) is not None


def test_other_names_are_another_story():
    names = {
        "Lindenburg": "Oakmouth",
        "Marek": "Jurgen",
        "Sollis": "Tharp",
        "Port": "New",
        "Ellery": "Hollin",
    }
    other = TEXTS["b0"]
    for old, new in names.items():
        other = other.replace(old, new)
    assert match(TEXTS["b0"], other) is None


def test_nothing_matches_nothing():
    assert match("", "") is None
    assert match("", TEXTS["a0"]) is None
    assert match("a few words", "a few words") is None


def test_the_covered_part_of_a_digest_is_the_source():
    digest, source = prepare(TEXTS["d0"], None), prepare(TEXTS["a0"], None)
    held = covered(digest, source)
    assert held[: len(source.shingles.values)].all()
    assert not held[len(source.shingles.values) + 3 :].any()


@given(st.sampled_from(sorted(TEXTS)), st.sampled_from(sorted(TEXTS)), st.data())
def test_comparison_is_symmetric(a, b, data):
    cut = data.draw(st.integers(0, len(TEXTS[a])))
    one, other = prepare(TEXTS[a][:cut], "2021-03-01"), prepare(TEXTS[b], None)
    assert compare(one, other) == compare(other, one)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(a, b):
    match(a, b, (a, b))
