from hypothesis import given
from hypothesis import strategies as st

from tasks.cues import PHRASES, TOKEN, Cue, cues_in, phrase_of


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


VOCABULARY = sorted({word for listed in PHRASES.values() for word in TOKEN.findall(listed.lower())})


@given(st.lists(st.sampled_from([*VOCABULARY, "12", "bridge"]), max_size=12))
def test_each_cue_that_is_found_has_a_phrase_to_tell(words):
    told = 0
    for cue in Cue:
        told |= cue if phrase_of(words, cue) else 0
    assert cues_in(words) == told
