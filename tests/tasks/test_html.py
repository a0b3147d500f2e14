from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Label, Page
from tasks import html
from tasks.segment import segment

LATEST = date(2026, 1, 1)
PARAGRAPHS = (
    "BEIRUT (AP) — The new harbour bridge was opened on Thursday by the mayor, after nine years.",
    "A long queue of cars stood on both banks until the evening, and the police closed the ferry landing.",
    "The bridge cost twice as much as planned, and the council will discuss the final bill in January.",
)
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>Harbour bridge opened - The Tide</title>
<meta property="og:site_name" content="The Tide"><meta name="author" content="Ada Quill">
<meta property="article:published_time" content="2016-12-08T10:00:00Z">
<style>p {{ color: red }}</style></head>
<body><nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Harbour bridge opened</h1>
{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</article>
<script>var hidden = "nobody reads this";</script><footer>Imprint &amp; privacy</footer></body></html>"""


def test_the_article_of_a_page():
    result = html.extract(PAGE, latest=LATEST)
    assert result is not None
    (story,) = result.stories
    assert story.body == "\n\n".join(PARAGRAPHS)
    assert (story.headline, story.byline, story.publisher) == (
        "Harbour bridge opened",
        "Ada Quill",
        "The Tide",
    )
    assert (story.place, story.agency) == ("BEIRUT", "AP")
    assert (story.date, story.date_evidence) == ("2016-12-08", "HTML metadata")
    start, end = story.span
    assert [line.text for line in result.lines[start:end] if line.label is Label.BODY] == list(PARAGRAPHS)
    assert next(line for line in result.lines if line.text == "Imprint & privacy").label is Label.OTHER


def test_a_future_date_is_not_believed():
    result = html.extract(PAGE, latest=date(2015, 1, 1))
    assert result is not None
    assert result.stories[0].date is None


def test_segment_takes_html_pages():
    (story,) = segment(Page(text=PAGE, encoding="utf-8", html=True)).stories
    assert story.body == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "source",
    ["", "<html></html>", "<p></p>", "<div>" * 5000 + "text" + "</div>" * 5000, "<" * 1000, "\x00<p>\ud800"],
)
def test_where_nothing_is_found_the_text_way_answers(source):
    result = segment(Page(text=source, encoding="utf-8", html=True))
    assert result.stories == ()
    assert len(result.lines) == len(html.strip_tags(source).split("\n"))


def test_a_page_too_deep_for_a_parser_is_read_as_text():
    deep = (
        "<div>" * 1000 + "<h1>Harbour bridge opened</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    )
    assert html.extract(deep, latest=LATEST) is None
    (story,) = segment(Page(text=deep, encoding="utf-8", html=True)).stories
    assert story.body == "\n\n".join(PARAGRAPHS)
    assert story.headline == "Harbour bridge opened"


def test_tags_are_stripped_block_by_block():
    source = "<h1>A\nB</h1><!-- <p>no</p> --><p>one <b>bold</b>&nbsp;word<br>next</p>"
    source += "<SCRIPT>x<y</SCRIPT><header>H</header>"
    assert html.strip_tags(source) == "A B\n\none bold word\n\nnext\n\nH"


@pytest.mark.parametrize("unit", ["<script>", "<!--", "<a ", "<", "<p>x", "&amp", "<style></head"])
def test_stripping_hostile_source_keeps_only_text(unit):
    assert len(html.strip_tags(unit * 20_000)) <= 2 * len(unit) * 20_000


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_stripping_never_raises(source):
    assert "\n\n\n" not in html.strip_tags(source)
