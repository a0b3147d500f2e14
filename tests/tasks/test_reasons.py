"""The reasons that `explain` gives are true of the line they are given for."""

import re

import pytest

from index.article import Page
from tasks.segment import segment

PAGE = """Home
Politics
Sport
Subscribe to our newsletter

Norhaven opens its new harbour bridge after nine years

By Ada Quill

Waves break over the coastal road near the lighthouse of Norhaven on December 8.
Waves break over the coastal road near the lighthouse of Norhaven on December 8.

The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone was laid there.

Several thousand people walked across the bridge in the first hour, many with children and dogs beside them.

The bridge cost twice as much as planned, and the council will discuss the bill in January, auditors said.

More in Local News

Dog found on a boat

You can follow our reporters on the coast every day of the week in this newspaper and on our website.

Photo: Ada Quill

Terms of use and privacy
"""


@pytest.fixture(scope="module")
def lines():
    found = segment(Page(PAGE, "utf-8"), explain=True).lines
    return {line.text: line for line in found if line.text}


def test_every_line_has_a_reason_and_three_at_most(lines):
    assert all(1 <= len(line.reasons) <= 3 for line in lines.values())


def test_nothing_is_told_where_nobody_asks():
    lines = segment(Page(PAGE, "utf-8")).lines
    assert {line.reasons for line in lines if line.label not in {"headline", "byline"}} == {()}


def test_a_teaser_tells_below_what_it_stands(lines):
    assert "stands after 'More in Local News'" in lines["Dog found on a boat"].reasons


def test_a_doubled_caption_says_so(lines):
    told = next(line for text, line in lines.items() if text.startswith("Waves break"))
    assert any("doubled caption" in reason for reason in told.reasons)


def test_quoted_words_stand_on_the_line_and_claims_of_shape_hold(lines):
    for text, line in lines.items():
        for reason in line.reasons:
            if quoted := re.match("has '([^']+)'", reason):
                assert quoted[1] in " ".join(re.findall(r"\w+", text.lower()))
            if reason == "ends no sentence":
                assert not text.endswith((".", "?", "!"))
            if reason == "ends a sentence":
                assert text.endswith((".", "?", "!"))
            if reason == "a short line":
                assert len(text.split()) <= 12
            if reason == "a long line":
                assert len(text.split()) >= 25


def test_a_list_of_like_sentences_is_no_row_of_captions():
    towns = ("Norhaven", "Eastmoor", "Calder", "Tarn", "Lowick", "Harwick")
    forecast = "\n\n".join(
        f"In {town} the day begins with fog and ends with light rain over the coast and the hills."
        for town in towns
    )
    (story,) = segment(Page(f"Weather for the coast on Friday\n\n{forecast}\n", "utf-8")).stories
    assert story.body.count("light rain") == len(towns)
