import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.language import detect
from tasks.sampling import SAMPLE, is_menu, is_prose, prepare

NO_LANGUAGE = Path(__file__).parents[1] / "data" / "no_language.jsonl"
TEXTS = [json.loads(line) for line in NO_LANGUAGE.read_text(encoding="utf-8").splitlines()]


def test_menus_numbers_code_and_tables_have_no_language():
    named = {one["text"]: detect(one["text"]).code for one in TEXTS}
    wrong = {text: code for text, code in named.items() if code != "und"}
    assert len(named) >= 100
    assert len(wrong) <= len(named) / 100, wrong


@pytest.mark.parametrize(
    "text",
    [
        "Council votes to repair the old bridge",
        "COUNCIL VOTES TO REPAIR THE OLD BRIDGE",
        "Wer zahlt, wenn die Brücke fällt?",
        "Brücke, Straße und Schule werden im Herbst saniert",
        "市議會星期二投票決定在冬天到來之前修復河上的舊橋",
        "Совет решил отремонтировать старый мост",
        "Profits up 12% on C$3bn sale & a 5% dividend",
    ],
)
def test_a_headline_is_prose(text):
    assert is_prose(prepare(text).text)
    assert not is_menu(text)


def test_a_sample_has_neither_addresses_nor_tags_and_ends_with_a_word():
    text = "One word after https://a.example/b another, desk@b.example and <b>bold</b> 0x1f8b a1b2c3d4. " * 40
    sample = prepare(text).text
    assert len(sample) <= SAMPLE
    assert not {"@", "<", "example", "0x1f8b"} & set(sample.split())
    assert sample.endswith(("One", "word", "after", "another,", "and", "bold", "."))


def test_capitals_are_folded_where_they_dominate():
    assert prepare("COUNCIL VOTES").text == "council votes"
    assert prepare("Council Votes").text == "Council Votes"


def test_words_of_other_scripts_are_names_or_quotations():
    assert prepare("The High Breed: Какво решава съветът?").text == "Какво решава съветът?"
    long = "Der Stadtrat will die alte Brücke sanieren, sagte Иван Петров am Dienstag vor der Presse. " * 4
    assert "Иван" not in prepare(long).text
    assert "Stadtrat" in prepare(long).text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=3000))
def test_a_sample_is_one_line_of_bounded_length(text):
    sample = prepare(text)
    assert len(sample.text) <= SAMPLE + 8  # a few capitals have two lower-case letters
    assert sample.text == " ".join(sample.text.split())
    assert sample.letters.total <= len(sample.text)
    assert isinstance(is_prose(sample.text), bool)
    assert isinstance(is_menu(text), bool)
