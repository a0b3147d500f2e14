"""The trial answers as langdetect does, to the last bit: here langdetect itself is asked, too."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from tasks import profiles, trial

CHINESE = ("zh-cn", "zh-tw")
TEXTS = [
    "The council votes on Tuesday to repair the old bridge before the winter.",
    "Der Stadtrat hat beschlossen, die alte BRÜCKE über den Fluss zu sanieren",
    "Anh ấy đã đến đây hôm qua và sẽ ở lại hai tuần",
    "Το δημοτικό συμβούλιο ψήφισε the repair of the bridge",
    "市议会星期二投票决定在冬天之前修复旧桥",
    "市議會星期二投票決定在冬天之前修復舊橋",
    "The council, https://council.example/votes?a=1, or mail mayor@council.example  now",
    "NATO UN EU",
    "",
    " ",
    "123 456",
]
ALPHABET = "aAbBzZéİßı \u0301\u0300\u1ea5ơ.\u3000\u0085あア한中漢文ñșț@:/-ي\ud800"


@cache
def langdetects() -> DetectorFactory:
    made = DetectorFactory()
    made.set_seed(trial.SEED)
    files = sorted(Path(PROFILES_DIRECTORY).iterdir())
    made.load_json_profile([path.read_text(encoding="utf-8") for path in files if path.is_file()])
    return made


def langdetects_answer(text, trials, possible=()):
    detector = langdetects().create()
    detector.n_trial = trials
    if possible:
        detector.set_prior_map(dict.fromkeys(possible, 1 / len(possible)))
    detector.append(text)
    try:
        ranked = detector.get_probabilities()
    except LangDetectException:
        return None
    return (ranked[0].lang, ranked[0].prob) if ranked else None


def test_the_table_holds_langdetects_profiles():
    table, theirs = profiles.table(), langdetects()
    assert table.names == theirs.langlist
    assert list(table.rows) == list(theirs.word_lang_prob_map)
    for gram in list(table.rows)[::997]:
        assert table.shares[table.rows[gram]].tolist() == theirs.word_lang_prob_map[gram]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("trials", "possible"), [(1, ()), (7, ()), (7, CHINESE)])
def test_the_answer_is_langdetects_to_the_last_bit(text, trials, possible):
    assert trial.best(text, trials=trials, possible=possible) == langdetects_answer(text, trials, possible)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(alphabet=ALPHABET, max_size=80), st.text(max_size=80)))
def test_any_text_gets_langdetects_answer(text):
    assert trial.best(text, trials=1) == langdetects_answer(text, 1)


def test_a_word_longer_than_those_remembered_counts_the_same():
    long = "donaudampfschifffahrtsgesellschaft" * 3
    assert trial.best(f"die {long} fuhr", trials=1) == langdetects_answer(f"die {long} fuhr", 1)
    assert len(profiles.known_trigrams([long])) <= len(profiles.trigrams([long])) == len(long)
