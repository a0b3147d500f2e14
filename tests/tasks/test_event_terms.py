from __future__ import annotations

import math
import time
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, ArticleId, Language, Story, VersionId
from tasks.event_terms import BODY, FIGURES, TERMS, event_terms, function_words, surfaces, terms_of

HEADLINE = "Ferry Runs Aground Off Tarn Island"
BODY_TEXT = (
    "The ferry Saint Osyth ran aground off Tarn Island on Monday with 214 passengers on board.\n\n"
    "The coast guard said that the Saint Osyth had lost both engines in a gale. Captain Ines Morrow "
    "told the coast guard that the ferry's rudder had failed in 2016, and again on Monday. "
    "Some 1,350 litres of oil had leaked by 9 in the evening, the guard said."
)


def shown(headline, body, language="en"):
    """The terms of an article as they are spelt, most telling first."""
    terms = event_terms(headline, body, language=language)
    spelt = surfaces(headline, body, terms.hashes)
    return [spelt[hash_] for hash_ in terms.hashes if hash_ in spelt]


def test_what_is_said_often_and_in_the_headline_comes_first():
    first = shown(HEADLINE, BODY_TEXT)[:12]
    assert {"Tarn Island", "Saint Osyth"} <= set(first)
    assert "litres" not in first


def test_function_words_tell_nothing():
    spelt = {word.lower() for word in shown(HEADLINE, BODY_TEXT)}
    assert spelt.isdisjoint({"the", "that", "with", "had", "and"})
    assert "the" in {word.lower() for word in shown(HEADLINE, BODY_TEXT, "und")}


def test_the_language_may_have_a_region_or_a_script():
    assert function_words("pt-BR") == function_words("pt") != frozenset()
    assert function_words("sr-Latn") == function_words("sr")
    assert function_words("xx") == frozenset()


def test_a_possessive_is_the_name_itself():
    one, other = event_terms("", "Morrow's ship"), event_terms("", "Morrow ship")
    assert set(one.hashes) == set(other.hashes)


def test_typography_and_line_breaks_change_nothing():
    other = BODY_TEXT.replace("'", "’").replace(" on ", "\non ")
    assert event_terms(HEADLINE, BODY_TEXT, language="en") == event_terms(HEADLINE, other, language="en")


def test_chinese_gives_two_characters_a_term():
    terms = event_terms(
        "临江大桥通车", "临江大桥昨日通车,市长出席了仪式。临江大桥全长两公里。", language="zh"
    )
    assert {"临江", "大桥"} <= set(surfaces("", "临江大桥", terms.hashes).values())
    assert len(terms.hashes) > 8


def test_figures_are_those_of_two_digits_but_no_years():
    told = event_terms("", "Of 214 aboard, 12.5 per cent and 1,350 litres").figures
    assert len(told) == 3
    assert event_terms("", "In 2016 and 1987 the 5 of them, by 9, paid 12.5").figures == tuple(
        figure for figure in told if figure in event_terms("", "12.5").figures
    )


def test_of_many_figures_the_same_ones_are_kept_whatever_the_order():
    numbers = [str(number) for number in range(100, 190)]
    one = event_terms("", " ".join(numbers)).figures
    assert one == event_terms("", " ".join(reversed(numbers))).figures
    assert len(one) == FIGURES


def test_a_day_that_does_not_exist_is_unknown():
    assert event_terms("", "text", "2016-12-08").day == date(2016, 12, 8).toordinal()
    for day in (None, "", "2016-02-30", "yesterday"):
        assert event_terms("", "text", day).day is None


def test_an_article_gives_its_own_fields():
    article = Article(
        id=ArticleId("0" * 40),
        version=VersionId("0" * 64),
        ordinal=0,
        story=Story(headline=HEADLINE, body=BODY_TEXT, date="2026-03-02"),
        language=Language("en", 1.0, "test"),
        text_hash="",
        words=70,
    )
    assert terms_of(article) == event_terms(HEADLINE, BODY_TEXT, "2026-03-02", "en")


def test_a_name_stands_for_all_its_words():
    hashes = event_terms("", "White Helmets").hashes
    assert set(surfaces("", "and the White Helmets, who came", hashes).values()) == {"White Helmets"}
    assert set(surfaces("", "It is white. Helmets are not.", hashes).values()) == {"white", "Helmets"}


def test_a_huge_text_costs_no_more_than_a_long_one():
    huge = "word1 Wörter2 " * 2_000_000
    started = time.process_time()
    assert event_terms("x" * 1_000_000, huge) == event_terms("x" * 1_000_000, huge[:BODY])
    surfaces(huge, huge, event_terms("", huge).hashes)
    assert time.process_time() - started < 2


@settings(deadline=None)
@given(st.text(), st.text(max_size=3000), st.sampled_from(["en", "zh-Hans", "und", "th", "", "x-"]))
def test_whatever_the_text_the_terms_are_well_formed(headline, body, language):
    terms = event_terms(headline, body, "2020-01-01", language)
    assert terms == event_terms(headline, body, "2020-01-01", language)
    assert len(terms.hashes) == len(set(terms.hashes)) == len(terms.weights) <= TERMS
    assert list(terms.weights) == sorted(terms.weights, reverse=True)
    assert all(0 < weight <= 255 for weight in terms.weights)
    if terms.weights:
        assert math.isclose(math.sqrt(sum(w * w for w in terms.weights)), 255, abs_tol=6)
    assert list(terms.figures) == sorted(set(terms.figures))
    assert set(surfaces(headline, body, terms.hashes)) <= set(terms.hashes)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["Tarn", "ferry", "gale", "oil", "coast"]), min_size=1, max_size=60))
def test_every_term_of_plain_words_can_be_spelt(words):
    body = " ".join(words)
    terms = event_terms("", body)
    assert set(surfaces("", body, terms.hashes)) == set(terms.hashes)


def test_a_text_that_is_one_name_again_and_again_fills_no_screen():
    for body in ("Tarn Quill Ostrey " * 500, "Tarn Ferry " + "x-." * 3000 + "\nQuill" + "-" * 5000 + "e"):
        hashes = event_terms("", body).hashes
        assert all(len(spelt) <= 100 for spelt in surfaces("", body, hashes).values())
