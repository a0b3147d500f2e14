from hypothesis import given
from hypothesis import strategies as st

from tasks.cues import TOKEN, Cue, cues_in


def cues(text: str) -> int:
    return cues_in(TOKEN.findall(text.lower()))


def test_phrases_are_found_token_by_token():
    assert cues("Sign up for more") & Cue.SUBSCRIBE
    assert not cues("A signal upside down") & Cue.SUBSCRIBE
    assert cues("All rights reserved © 2020") & Cue.LEGAL
    assert cues("相关新闻") & Cue.RELATED


def test_tail_and_end_only_open_a_line():
    assert cues("More in Local News") & Cue.END
    assert not cues("There is more in store") & Cue.END
    assert cues("Read more: the bridge") & Cue.TAIL
    assert not cues("Please read more") & Cue.TAIL
    assert cues("12 comments") & Cue.END
    assert cues("Другие материалы раздела") & Cue.END


@given(st.lists(st.text(max_size=8)))
def test_any_tokens_are_taken(words):
    assert 0 <= cues_in(words) < 2 * Cue.END
