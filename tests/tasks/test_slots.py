from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.prepared import prepare
from tasks.slots import SLOT_WORDS, changed_figures, other_lead, slots

OFFER = (
    "{who} said on Monday that it had asked the harbour court for leave to sell up to {sum} million crowns "
    "of bonds, on terms to be settled at the time of the sale.\n\nThe proceeds will be spent on cranes and "
    "dredgers, according to a spokesman for {who}, and the sale is open to savers and banks alike."
)


def text(who: str = "The dock company of Brask", sum_: str = "50"):
    return prepare(OFFER.format(who=who, sum=sum_), None)


def test_a_slot_is_where_texts_differ_by_a_few_words():
    found = slots(text(), text(sum_="75"))
    assert len(found) == 1
    (start, end), (begin, stop) = found[0]
    assert (start, end) == (begin, stop)
    assert end - start == 1


def test_equal_texts_and_strange_ones_have_no_slots():
    assert slots(text(), text()) == []
    assert slots(text(), prepare("", None)) == []
    assert slots(prepare("", None), text()) == []
    assert slots(text(), prepare("Nothing of that stands in this sentence about something else.", None)) == []


def test_another_sentence_is_no_slot():
    more = "x " * (SLOT_WORDS + 1)
    assert slots(text(sum_="50"), text(sum_=more)) == []


def test_figures_that_changed_are_counted():
    assert changed_figures(text(), text(sum_="75")) == 1
    assert changed_figures(text(), text(sum_="fifty")) == 0
    assert changed_figures(text(sum_="50 to 75"), text(sum_="75 or perhaps 50")) == 0
    assert changed_figures(text(), text()) == 0


@pytest.mark.parametrize("who", ["The ferry line of Osmund", "The bank of Little Ruke and Ambrick"])
def test_a_story_that_begins_with_another_name_is_about_somebody_else(who):
    assert other_lead(text(), text(who))
    assert other_lead(text(who), text())


@pytest.mark.parametrize(
    "who",
    [
        "The dock company of Brask",
        "A dock company at Brask",
        "The dock company of Brassk",
        "The dock company",
        "The dock company of Brask, a daughter of the Osmund line",
    ],
    ids=["same", "reworded", "misspelt", "no name", "one name more"],
)
def test_a_reworded_lead_is_about_the_same(who):
    assert not other_lead(text(), text(who))


def test_a_name_further_down_is_no_lead():
    opening = "The sale of bonds begins on the first day of spring, the harbour court has decided.\n\n"
    both = [
        prepare(opening + OFFER.format(who=who, sum=9), None) for who in ("Line of Osmund", "Line of Brask")
    ]
    assert not other_lead(*both)


def test_a_name_of_many_letters_is_compared_like_any_other():
    assert other_lead(text(), text(f"The firm of {'O' + 'ab' * 20_000}"))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_texts_can_be_aligned(a, b):
    one, other = prepare(a, None), prepare(b, None)
    assert isinstance(other_lead(one, other), bool)
    assert changed_figures(one, other) >= 0
    for (start, end), (begin, stop) in slots(one, other):
        assert 0 <= start < end <= one.words
        assert 0 <= begin < stop <= other.words
