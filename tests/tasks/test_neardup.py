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
    ("a", "b", "kind"),
    [
        ("a0", "a2", "contained"),
        ("a0", "a3", "near-duplicate"),
        ("a4", "a3", "near-duplicate"),
        ("b0", "b1", "near-duplicate"),
        ("b0", "b2", "near-duplicate"),
        ("z0", "z1", "near-duplicate"),
    ],
)
def test_cut_edited_framed_reordered_and_chinese_copies_match(a, b, kind):
    found = match(TEXTS[a], TEXTS[b])
    assert found is not None
    assert found.kind == kind
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


REPORT = (
    "The ferry Aldora ran onto a sandbank in the fog off Hestmouth on Sunday and was towed free at "
    "high tide, the coastguard said.\n\nNobody was hurt among the passengers, who were given soup and "
    "blankets in the hall of the lifeboat station at Brannick while buses were found.\n\nCaptain "
    "Morten Quist told reporters that the fog had come down within minutes and that he had slowed the "
    "ship at once, as the rules demand.\n\nThe sandbank {depth}, according to Professor Ilse Varga of "
    "the Hestmouth Institute, who has mapped it since spring.\n\nThe Aldora belongs to the Corvin "
    "Line, whose director Peder Holm said in Lindenburg that divers would look at the hull on Monday "
    'and that the sister ship Belisa would sail for Brannick and Osmund meanwhile.\n\n"I was drinking '
    'my coffee and then the cup was on the floor," said Tilda Roeck, a nurse from Westerhaven.'
)


def test_figures_restated_in_another_unit_are_no_other_figures():
    feet = REPORT.format(depth="is 39 feet wide at low tide now and rises 16 feet above the floor of the bay")
    metres = REPORT.format(depth="has grown to some 12 metres across since then and is 5 metres high")
    assert match(feet, metres) is not None


def test_figures_changed_in_their_places_are_other_figures():
    early, late = (
        REPORT.format(depth=f"is {a} feet wide at low tide now and rises {b} feet above the floor of the bay")
        for a, b in ((39, 16), (44, 21))
    )
    assert match(early, late) is None


def test_a_figure_right_after_the_cut_still_tells():
    words = " ".join(TEXTS["a0"].split()[:50]).translate({ord(digit): None for digit in "0123456789"})
    assert match(f"{words} by 2017", f"{words} by 2017 at the latest, said the harbour master.") is not None
    assert match(f"{words} by 2017", f"{words} by 3364 at the latest, said the harbour master.") is None


def test_the_same_notice_of_another_company_is_another_story():
    notice = (
        "{who} filed with the Port Chamber for an offering of savings notes on terms to be settled at the "
        "time of the sale.\n\nThe proceeds will be used for general purposes of the firm, including the "
        "repair of older ships and sheds, the company said.\n\nThe company did not name a bank for the "
        "sale."
    )
    one, other = (
        notice.format(who="The Brask Dock company"),
        notice.format(who="A daughter of Osmund Ferries"),
    )
    assert match(one, other) is None
    assert match(one, notice.format(who="Brask Dock")) is not None


def test_a_long_article_built_into_another_page_is_found():
    def built_in(name: str, words: int) -> str:
        parts = [[f"word{number}" for number in range(at, at + 25)] for at in range(0, words, 25)]
        added = [f"{name}{number}" for number in range(words)]
        mixed = [[*part, *added[7 * at : 7 * at + 7]] for at, part in enumerate(parts)]
        return " ".join(word for part in [*mixed, added[words // 3 :]] for word in part)

    assert match(built_in("mine", 300), built_in("yours", 300)) is not None
    assert match(built_in("mine", 200), built_in("yours", 200)) is None


def test_evidence_carries_the_days_between():
    assert match(TEXTS["a0"], TEXTS["a3"], ("2021-03-03", "2021-03-01")).days == 2
    assert match(TEXTS["a0"], TEXTS["a3"], (None, "2021-03-01")).days is None


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


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=9)
SENTENCE = st.lists(WORD, min_size=10, max_size=16, unique=True)


@given(st.lists(SENTENCE, min_size=3, max_size=8), st.sampled_from([None, "2021-03-01", "2021-05-01"]))
def test_a_text_long_enough_matches_itself(sentences, date):
    text = "\n\n".join(" ".join(sentence) for sentence in sentences)
    found = match(text, text, (date, "2021-03-01"))
    assert found is not None
    assert found.kind == "same-text"
    assert found.similarity == found.containment == found.coverage == 1


@given(st.lists(SENTENCE, min_size=2, max_size=8), st.data())
def test_sentences_with_other_figures_in_their_slots_never_match(sentences, data):
    figures = data.draw(
        st.lists(st.integers(2, 9999), min_size=2 * len(sentences), max_size=2 * len(sentences), unique=True)
    )
    slots = [data.draw(st.integers(0, len(sentence))) for sentence in sentences]
    a, b = (
        "\n\n".join(
            " ".join([*words[:slot], str(figure), *words[slot:]]) + "."
            for words, slot, figure in zip(sentences, slots, some, strict=True)
        )
        for some in (figures[: len(sentences)], figures[len(sentences) :])
    )
    assert match(a, b) is None


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(a, b):
    match(a, b, (a, b))
