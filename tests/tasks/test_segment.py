"""Segmentation of text pages: invented pages, invariants, hostile input."""

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Label, Page, Segmentation
from tasks import segment as stage

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("NEWSFOLD_SHARED", ROOT.parent / "shared"))

ARTICLE = """Norhaven opens its new harbour bridge after nine years

By Ada Quill

Published: 8 December 2016

NORHAVEN — The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone.

"We waited long enough," she said.

Several thousand people walked across.

A Long Queue

A long queue of cars stood on both banks until the evening, and the police closed the old landing for the day.

The bridge cost twice as much as planned. The council will discuss the bill in January, when auditors report.

Ferries will run until spring."""
BODY = ARTICLE.split("\n\n", 3)[3]


def run(text: str) -> Segmentation:
    return stage.segment(Page(text=text, encoding="utf-8"))


def labels(result: Segmentation) -> dict[str, Label]:
    return {line.text: line.label for line in result.lines if line.text}


def test_a_plain_article_is_kept_whole():
    (story,) = run(ARTICLE).stories
    assert story.body == BODY
    assert story.headline == "Norhaven opens its new harbour bridge after nine years"
    assert (story.byline, story.place, story.date) == ("Ada Quill", "NORHAVEN", "2016-12-08")


def test_furniture_around_the_article_goes():
    page = (
        "Home\nPolitics\nSport\nSign in\n\n"
        + ARTICLE
        + "\n\nTalk to us\n\nMore in Local News\n\nDog found on a boat\n\nA crew heard the dog bark"
        " when they came back to the harbour in the evening.\n\nSubscribe to our newsletter"
        "\n© 2019 The Tide. All rights reserved."
    )
    result = run(page)
    (story,) = result.stories
    assert story.body == BODY
    assert story.publisher == "The Tide"
    assert labels(result)["Sport"] is Label.NAV
    assert labels(result)["A Long Queue"] is Label.SUBHEAD
    assert labels(result)["By Ada Quill"] is Label.BYLINE
    assert labels(result)["© 2019 The Tide. All rights reserved."] is Label.FOOTER


def test_navigation_in_another_language_does_not_hide_the_article():
    (story,) = run("Startseite\nPolitik\nSport\nWetter\nAnmelden\nSuche\n\n" + ARTICLE).stories
    assert story.body == BODY


def test_a_doubled_caption_is_no_body():
    caption = "Waves break over the coastal road near the lighthouse of Norhaven on December 8."
    result = run(ARTICLE.replace("Published: 8 December 2016", f"{caption}\n{caption}"))
    assert caption not in result.stories[0].body
    assert labels(result)[caption] is Label.CAPTION


def test_titles_of_other_stories_below_the_article_are_no_subheads():
    (story,) = run(f"{ARTICLE}\n\nFrom the archive\nDog found on a boat\nFerry landing sold\nPrint").stories
    assert story.body == BODY


def test_reading_time_and_section_name_are_no_body():
    page = "Harbour news\n" + ARTICLE.replace("Published: 8", "Reading time: 3 min.\n\nPublished: 8")
    (story,) = run(page).stories
    assert story.body == BODY


def test_a_reporting_credit_ends_the_article_and_names_the_agencies():
    notice = "Our reporters bring you the news of the coast every day of the year, in every weather."
    (story,) = run(f"{ARTICLE}\n\nWith reporting by Reuters and AP\n\n{notice}").stories
    assert story.body == BODY
    assert story.agency == "Reuters and AP"


@pytest.mark.parametrize(
    "page",
    [
        "",
        "\n\n\n",
        "Home\nWorld\nSport\nContact us\nAbout us\nPrivacy policy\n© 2020 Example. All rights reserved.",
        "Share\nTweet\nFacebook\nWhatsApp\nEmail\nPrint\nCopy link",
        "Council approves bridge\nMayor opens pool\nFerry delayed by fog\nMost read\nNext page",
        "1\n2\n3\n4\n2020\n17.5\n99",
        "We use cookies to improve your experience on our website. By continuing you accept it.\nAccept",
    ],
)
def test_a_page_without_an_article_has_no_story(page):
    result = run(page)
    assert result.stories == ()
    assert len(result.lines) == len(page.split("\n"))


@pytest.mark.parametrize(
    ("headline", "body"),
    [
        (
            "Fog delays harbour ferry",
            "The morning ferry left two hours late on Tuesday because of fog. Services were back by noon.",
        ),
        (
            "Nebel hält Fähre auf",
            "Die Morgenfähre ist am Dienstag wegen Nebels später ausgelaufen. Das teilte die Reederei mit.",
        ),
        (
            "大雾致渡轮延误",
            "周二上午，因大雾天气，往返群岛的渡轮推迟两小时。运营方称中午恢复。",
        ),
    ],
)
def test_a_brief_under_a_headline_is_an_article(headline, body):
    (story,) = run(f"{headline}\n\n{body}").stories
    assert (story.headline, story.body) == (headline, body)


def test_hard_wrapped_paragraphs_become_one_again():
    wrapped = BODY.replace(" nine years", "\nnine years").replace(" and the police", "\nand the police")
    (story,) = run("Norhaven opens its new harbour bridge\n\n" + wrapped).stories
    assert story.body == BODY


def test_the_same_page_gives_the_same_result():
    assert run(ARTICLE) == run(ARTICLE)


PIECES = st.sampled_from(
    [
        "", "  ", "Home", "Share", "By Ada Quill", "dpa", "Published: 8 December 2016", "• Related", "-",
        "…", "©",
        "The ferry left two hours late on Tuesday because of thick fog over the harbour, the operator said.",
        "Die Fähre ist am Dienstag wegen dichten Nebels erst zwei Stunden später ausgelaufen, hieß es.",
        "运营方表示，所有乘客均可改乘下午班次，中午时分航班恢复正常。", "Read more", "With reporting by AP",
        "and the rest of the line goes on here without any end", "\u200b", "\x00", "\ud800",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=60)), max_size=40))
def test_every_line_is_labelled_and_the_body_is_made_of_lines(pieces):
    text = "\n".join(pieces)
    result = run(text)
    raw = text.split("\n")
    assert len(result.lines) == len(raw)
    assert [line.text for line in result.lines if line.label is not Label.OTHER] == [
        source.strip()
        for source, line in zip(raw, result.lines, strict=True)
        if line.label is not Label.OTHER
    ]
    assert all(0 <= line.confidence <= 1 for line in result.lines)
    for story in result.stories:
        start, end = story.span
        assert 0 <= start < end <= len(raw)
        inside = "".join("".join(raw[start:end]).split())
        assert all("".join(paragraph.split()) in inside for paragraph in story.body.split("\n\n"))


def calls(text: str) -> int:
    """Count the calls that segmenting the text makes: work, without a clock."""
    count = 0

    def counter(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    run("warm up the tables with one short line of words.")
    sys.setprofile(counter)
    try:
        run(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "line",
    [
        "ab",
        "The ferry left two hours late on Tuesday because of thick fog, the operator said on Wednesday.",
        "By Ada Quill",
        "8 December 2016",
        "Related stories",
        "(" * 60,
    ],
)
def test_work_grows_with_the_lines_not_faster(line):
    assert calls(f"{line}\n" * 4000) < 10 * calls(f"{line}\n" * 500)


@pytest.mark.parametrize("unit", ["word ", "a", "(", "A-", "1.1.2", "by ", "— ", "，", "http://"])
def test_a_huge_line_costs_no_more_work_than_a_long_one(unit):
    assert calls(unit * 200_000) < 2 * calls(unit * 2000) + 100


def test_beyond_the_cap_the_rest_is_one_line(monkeypatch):
    monkeypatch.setattr(stage, "MOST_LINES", 100)
    result = run("ab\n" * 500)
    assert len(result.lines) == 101
    assert result.lines[-1].label is Label.OTHER
    assert "beyond" in result.lines[-1].reasons[0]


def test_megabytes_of_newlines_are_bounded():
    result = run("\n" * 9_000_000)
    assert len(result.lines) == stage.MOST_LINES + 1
    assert result.stories == ()


def seeds() -> list[dict]:
    gold = SHARED / "seeds" / "seeds_gold.jsonl"
    if not gold.exists():
        return []
    return [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]


@pytest.mark.skipif(not seeds(), reason="the shared seed pages are absent")
def test_the_seed_pages_are_segmented_exactly():
    for seed in seeds():
        text = (SHARED / "seeds" / seed["file"]).read_text(encoding="utf-8")
        (story,) = run(text).stories
        assert story.body.split() == seed["gold_body"].split()
        assert story.headline == seed["title"]
        assert story.byline == (seed["author"] or "")
        assert story.agency == seed["agency"]
        assert story.place == (seed["dateline"] or "")
        assert story.date is None


def test_thai_ends_its_sentences_without_a_stop():
    text = """หน้าแรก
ข่าวทั้งหมด

เทศบาลเมืองสายน้ำเปิดห้องสมุดใหม่ริมแม่น้ำ

นายกเทศมนตรีกล่าวเมื่อวันจันทร์ว่าห้องสมุดแห่งใหม่จะเปิดให้ประชาชนใช้บริการทุกวันโดยไม่เสียค่าใช้จ่าย

อาคารหลังนี้ใช้เวลาก่อสร้างสองปีและใช้งบประมาณสามสิบล้านบาทจากเงินบริจาคของชาวเมืองและพ่อค้าในตลาด

ครูใหญ่ของโรงเรียนใกล้เคียงบอกว่านักเรียนจะได้อ่านหนังสือหลังเลิกเรียนแทนที่จะรอรถอยู่ริมถนน
"""
    (story,) = stage.segment(Page(text=text, encoding="utf-8")).stories
    assert "สามสิบล้านบาท" in story.body
    assert "ข่าวทั้งหมด" not in story.body


def test_sentences_that_look_like_no_article_are_kept_with_little_confidence():
    """Words without grammar, as of a language nobody taught us: the page is shown to a person, not lost."""
    words = (
        "council river bridge official report government district money school minister police court".split()
    )
    found = None
    for seed in range(40):
        paragraphs = [
            " ".join(words[(seed * 7 + line * 5 + place * place) % len(words)] for place in range(40)) + "."
            for line in range(4)
        ]
        found = run("\n\n".join(["A headline of some kind", "By Test Reporter", *paragraphs]))
        assert found.stories, seed
        assert all(paragraph in found.stories[0].body for paragraph in paragraphs[1:]), seed


def test_one_long_sentence_in_a_menu_is_no_article():
    notice = "This site is made by people who " + "like pages and " * 10 + "hope that you do."
    assert not run(f"Home\nNews\nSport\nContact\n{notice}\nLog in\nRegister\n").stories
