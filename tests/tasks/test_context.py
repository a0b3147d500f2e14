import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.context import features
from tasks.lines import measure

LINES = st.sampled_from(
    [
        "",
        "HOME NEWS SPORT",
        "Related: boats of Pell",
        "12 March 2024",
        "The boats of Pell came home before the storm, with nets that were torn and holds that were full.",
    ]
)


def around(values, place, before, after):
    return sum(values[max(0, place - before) : max(0, place + after + 1)])


@given(st.lists(LINES, max_size=60))
def test_windows_are_sums_over_the_lines_around(lines):
    facts = measure(lines)
    columns = features(facts)
    gaps, dates = [fact.gap for fact in facts], [fact.dated for fact in facts]
    prose, words = [fact.prose for fact in facts], [fact.words for fact in facts]
    for place in range(len(facts)):
        assert columns["gaps in 5"][place] == around(gaps, place, 5, 5)
        assert columns["dates in 5"][place] == around(dates, place, 5, 5)
        assert columns["prose in 15 above"][place] == around(prose, place, 15, -1)
        assert columns["words in 12"][place] == pytest.approx(np.log1p(around(words, place, 12, 12) / 25))


def test_a_page_without_words_has_no_features():
    assert features(measure(["", "—"])) == {}
