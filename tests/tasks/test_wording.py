import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.wording import REMEMBERED_LENGTH, wording

SIGNS = "aZ 1.,!?…。！？।۔\"'”’»«)]」』】•o-–"


def told(text):
    found = wording(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "sentences", "ends"),
    [
        ("It rained. It snowed! And then?", 2, True),
        ('"It rained." "So it did."', 1, True),
        ("昨日下雨。今天下雪！", 2, True),
        ("Port of Pell, 3.5 metres", 0, False),
        ("He said (it rained.)", 0, True),
    ],
)
def test_sentences_are_counted_by_their_ends(text, sentences, ends):
    assert (told(text).sentences, told(text).ends) == (sentences, ends)


@given(st.text(alphabet=SIGNS, max_size=40))
def test_a_line_ends_as_a_sentence_does_behind_closing_signs(text):
    text = text.strip()
    found = wording(text)
    if found is not None:
        closed = re.search(r"[.!?…。！？۔।][\"'”’»«)\]」』】]{0,3}$", text)
        assert found.ends == (closed is not None)


@given(st.text(max_size=REMEMBERED_LENGTH + 40))
def test_tokens_are_lower_case_one_by_one(text):
    found = wording(text.strip())
    if found is not None:
        assert found.long == {word for word in found.lower if len(word) > 3}
        assert all(word and " " not in word for word in found.lower)


def test_a_line_without_a_word_tells_nothing():
    assert wording("—") is None


def test_a_bullet_opens_a_line():
    assert told("o first things").bullet
    assert told("12. first things").bullet
    assert not told("often first things").bullet
    assert not told("a first thing").bullet
