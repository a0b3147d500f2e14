import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.query import parse
from index.snippet import _INSIDE, _NOT, _TOKEN, Highlighter, Span, mark, snippet


def marked(spans):
    return "".join(f"[{span.text}]" if span.is_match else span.text for span in spans)


def show(query, text, lang="en", **options):
    return marked(snippet(text, Highlighter(parse(query)), lang, **options))


@pytest.mark.parametrize(
    ("query", "lang", "text", "shown"),
    [
        ("council", "en", "The COUNCIL met.", "The [COUNCIL] met."),
        ("election", "en", "Elections, electoral", "[Elections], electoral"),
        ("elections", "und", "Elections, election", "[Elections], election"),
        ("headline:election", "en", "Election elections", "[Election] elections"),
        ("muller", "de", "Bürgermeister Müller", "Bürgermeister [Müller]"),
        ("мост", "ru", "через мосты", "через [мосты]"),
        ("économie", "fr", "L'économie du pays", "[L'économie] du pays"),
        ("东京都", "zh-Hans", "在东京都和东京市，京都", "在[东京都]和[东京]市，[京都]"),
        ('"prime minister"', "en", "prime minister", "[prime] [minister]"),
        ("coun*", "en", "county council", "[county] [council]"),
        ("counsil~", "en", "the council", "the [council]"),
        ("council -bridge", "en", "council bridge", "[council] bridge"),
        ("us", "en", "in the U.S. today", "in the [U.S]. today"),
        ("8000", "en", "8,000 people", "[8,000] people"),
        ("art", "en", "party art, arts", "party [art], [arts]"),
        ("lang:en", "en", "nothing to mark", "nothing to mark"),
    ],
)
def test_marks_what_the_search_found(query, lang, text, shown):
    assert marked(mark(text, Highlighter(parse(query)), lang)) == shown


def test_the_passage_with_most_of_the_words_is_chosen():
    text = "bridge " + "filler " * 60 + "the council saw the bridge " + "filler " * 60
    shown = show("council bridge", text, width=80)
    assert "[council] saw the [bridge]" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 110


def test_without_a_match_it_is_the_beginning():
    assert (
        show("zeppelin", "First words. " + "More words. " * 50, width=30) == "First words. More words. More …"
    )


def test_a_short_text_is_shown_whole_on_one_line():
    assert show("council", "One.\n\nThe council.\n") == "One. The [council]. "


def test_the_best_start_is_the_earliest_of_equals():
    text = "alpha one " + "x " * 200 + "alpha two"
    assert show("alpha", text, width=60).startswith("[alpha] one")


def test_an_empty_text_has_no_spans():
    assert snippet("", Highlighter(parse("council")), "en") == []


@given(st.text(), st.sampled_from(["council", "a", "東京", "x*y", "abc~1", '"a b"']), st.integers(40, 300))
def test_spans_are_the_text_itself(text, query, width):
    spans = snippet(text, Highlighter(parse(query.replace("x*y", "xy*"))), "en", width)
    kept = "".join(span.text for span in spans).strip("… ")
    assert kept in re.sub(r"\s+", " ", text)
    assert sum(len(span.text) for span in spans) <= width + 10
    assert all(isinstance(span, Span) and span.text for span in spans)


@pytest.mark.parametrize(
    "text", ["a" * 400_000, "a " * 200_000, "東京" * 200_000, "ab'" * 100_000, "1," * 200_000]
)
def test_time_is_linear_in_the_text(text):
    began = time.process_time()
    snippet(text, Highlighter(parse("a OR 東京 OR ab* OR 1")), "en")
    assert time.process_time() - began < 2


def test_a_word_is_never_longer_than_it_may_be():
    """Regression: each letter of a.a.a.a… began a search to the end of the chain, 30 s for one page."""
    for piece in ("a.", "1.", "1", "a"):
        found = _TOKEN.match(piece * 10_000)
        assert found is not None
        assert found.end() <= 20 * 12


WORDS = st.sampled_from(
    [
        "U.S.",
        "don't",
        "l'économie",
        "8,000.50",
        "Müller",
        "e\u0301cran",
        "éclair",
        "_old_",
        "bridge-head",
        "Мост",
        "the",
        "Bridge",
        "bridges",
        "東京都",
        "'",
        "..",
        "\u2019s",
        " ",
        "\n",
        "a.a",
        "x" * 230,
    ]
)


@example("x" * 230 + "l'économie")
@given(
    st.lists(WORDS, max_size=12).map(" ".join)
    | st.lists(WORDS, max_size=12).map("".join)
    | st.text(max_size=60)
)
def test_looking_only_where_a_match_can_begin_misses_nothing(text):
    highlighter = Highlighter(parse("us dont économie 8000.50 muller bridge old мост 東京"))
    text = " ".join(text.split())
    assert highlighter.find(text, "en") == list(_places_of_all_tokens(text, highlighter))


def _places_of_all_tokens(text, highlighter):
    for token in _TOKEN.finditer(text):
        which = highlighter._which(token.group(), "en")
        if which == _INSIDE:
            yield from highlighter._inside(token.group(), token.start())
        elif which != _NOT:
            yield (token.start(), token.end(), which)
