import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.cues import TOKEN
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


@given(st.text(max_size=80) | st.text(alphabet="aZ_9 -.©é漢", max_size=80))
def test_the_tokens_are_the_same_however_they_are_found(text):
    found = wording(text.strip())
    tokens = tuple(token.lower() for token in TOKEN.findall(text.strip()))
    assert tokens == (found.lower if found is not None else ())


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("With files from Ada Quill", True),
        ("— Source: Harbour Office", True),
        ("The boat at the quay (Photo Ada Quill)", True),
        ("The boat at the quay. Foto: Ada Quill", True),
        ("The boat at the quay / AFP", True),
        ("She came with reporting by three others in mind", False),
        ("The source: nobody knew it", False),
    ],
)
def test_a_credit_says_who_made_a_picture_or_a_text(text, credit):
    assert told(text).credit == credit


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("A map of the harbour", True),
        ("The boats are seen in the harbour", True),
        ("Ada Quill, left, and a friend", True),
        ("Figure 3 shows boats", True),
        ("She drew a map of the harbour", False),
        ("He had seen boats and left", False),
    ],
)
def test_a_caption_says_what_is_seen(text, picture):
    assert told(text).picture == picture


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("12:30", True),
        ("on 3.4.2021", True),
        ("in 1998", True),
        ("2年", True),
        ("5月3", True),
        ("x1998", False),
    ],
)
def test_a_date_begins_with_a_number_of_its_own(text, dated):
    assert told(text).dated == dated


def test_a_line_without_a_word_tells_nothing():
    assert wording("—") is None


def test_a_bullet_opens_a_line():
    assert told("o first things").bullet
    assert told("12. first things").bullet
    assert not told("often first things").bullet
    assert not told("a first thing").bullet
