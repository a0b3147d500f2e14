import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Label, Page
from tasks import html
from tasks.decode import decode
from tasks.repeated import line_key
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
    assert story.date == "2016-12-08"
    assert story.date_evidence == "meta article:published_time: 2016-12-08T10:00:00Z"
    start, end = story.span
    assert [line.text for line in result.lines[start:end] if line.label is Label.BODY] == list(PARAGRAPHS)
    assert next(line for line in result.lines if line.text == "Imprint & privacy").label is Label.FOOTER


def labels(result):
    return {line.text: (line.label, line.reasons) for line in result.lines if line.text}


def test_every_line_says_what_it_is_and_why():
    rest = """<figure><figcaption>The bridge at dusk. Photo: Wren Ott</figcaption></figure>
    <aside class="related-stories"><ul><li><a href="/f">Ferry sold</a></li></ul></aside>
    <h2>What it cost</h2><p>The mayor said the sum had been agreed upon by all the members of
    the council in the spring of last year.</p></article>"""
    page = PAGE.replace("</article>", rest).replace(
        "</h1>",
        """</h1><p class="dek">Nine years of work, and a bill that nobody has seen until today.</p>
        <div class="byline">By Ada Quill</div><time>8 December 2016</time>""",
    )
    found = html.extract(page, latest=LATEST)
    said = labels(found)
    assert said["Home Sport"] == (Label.NAV, ("inside <nav>",))
    assert said["Imprint & privacy"] == (Label.FOOTER, ("inside <footer>",))
    assert said["The bridge at dusk. Photo: Wren Ott"] == (Label.CAPTION, ("inside <figcaption>",))
    assert said["Ferry sold"][0] is Label.TEASER
    assert said["What it cost"][0] is Label.SUBHEAD
    assert said["Harbour bridge opened"][0] is Label.HEADLINE
    assert said["By Ada Quill"][0] is Label.BYLINE
    assert said["8 December 2016"] == (Label.OTHER, ("date line",))
    (story,) = found.stories
    assert "By Ada Quill" not in story.body
    assert "Ferry sold" not in story.body
    assert "Photo" not in story.body
    body = [line.text for line in found.lines if line.label in (Label.BODY, Label.SUBHEAD)]
    assert "\n\n".join(body) == story.body


def test_the_span_covers_headline_to_last_paragraph():
    result = html.extract(PAGE, latest=LATEST)
    start, end = result.stories[0].span
    assert result.lines[start].text == "Harbour bridge opened"
    assert result.lines[end - 1].text == PARAGRAPHS[-1]


def test_lines_are_those_of_the_stripped_page():
    result = html.extract(PAGE, latest=LATEST)
    assert [line.text for line in result.lines] == html.strip_tags(PAGE).split("\n")


def test_a_line_that_stands_on_many_pages_is_no_body():
    result = html.extract(PAGE, latest=LATEST, repeated={line_key(PARAGRAPHS[1])})
    assert PARAGRAPHS[1] not in result.stories[0].body
    assert labels(result)[PARAGRAPHS[1]][1] == ("stands on many other pages",)


def test_an_article_printed_twice_is_kept_once():
    twice = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    result = html.extract(PAGE.replace("</article>", f"</article><div>{twice}</div>"), latest=LATEST)
    assert result.stories[0].body.count(PARAGRAPHS[1]) == 1


def test_json_ld_states_author_date_and_publisher_before_meta():
    data = """{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"],
    "headline": "Harbour bridge &amp; ferry", "datePublished": "2016-12-07T23:00:00+01:00",
    "author": [{"name": "Ida Fen"}, "Jon Marl"], "publisher": {"name": "Tide Daily"}}]}"""
    page = PAGE.replace("<style>", f'<script type="application/ld+json">{data}</script><style>')
    (story,) = html.extract(page, latest=LATEST).stories
    assert (story.byline, story.date, story.publisher) == ("Ida Fen, Jon Marl", "2016-12-07", "Tide Daily")
    assert story.date_evidence == "JSON-LD datePublished: 2016-12-07T23:00:00+01:00"


def test_json_ld_of_other_stories_is_not_read():
    data = """{"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle",
    "datePublished": "2011-01-01", "author": "Other Person"}]}"""
    page = PAGE.replace("<style>", f'<script type="application/ld+json">{data}</script><style>')
    (story,) = html.extract(page, latest=LATEST).stories
    assert (story.date, story.byline) == ("2016-12-08", "Ada Quill")


def with_json_ld(data, page=PAGE):
    return page.replace("<style>", f'<script type="application/ld+json">{data}</script><style>')


OTHER = (
    '{"@type": "NewsArticle", "headline": "Ferry late again", "datePublished": "2011-01-01", "author": "Jo"}'
)


@pytest.mark.parametrize("head", ["Harbour bridge opened", "HARBOUR BRIDGE&nbsp;opened: "])
def test_of_several_articles_in_json_ld_the_one_is_read_that_the_page_is_named_after(head):
    own = OTHER.replace("Ferry late again", head).replace("2011-01-01", "2016-12-07").replace("Jo", "Ida Fen")
    for data in (f"[{OTHER}, {own}]", f"[{own}, {OTHER}]"):
        (story,) = html.extract(with_json_ld(data), latest=LATEST).stories
        assert (story.date, story.byline) == ("2016-12-07", "Ida Fen")
        renamed = PAGE.replace("<title>Harbour bridge opened - The Tide", "<title>The Tide")
        (story,) = html.extract(with_json_ld(data, renamed), latest=LATEST).stories
        assert (story.date, story.byline) == ("2016-12-07", "Ida Fen")


def test_of_several_articles_in_json_ld_none_is_read_where_the_page_is_named_after_none():
    third = OTHER.replace("Ferry late again", "Fire in the mill")
    (story,) = html.extract(with_json_ld(f"[{OTHER}, {third}]"), latest=LATEST).stories
    assert (story.headline, story.date, story.byline) == ("Harbour bridge opened", "2016-12-08", "Ada Quill")


@pytest.mark.parametrize("day", ["1970-01-01T00:00:00Z", "1989-12-31", "0001-01-01", "2031-01-01"])
def test_placeholders_are_no_days_of_publication(day):
    own = f'{{"@type": "NewsArticle", "headline": "Harbour bridge opened", "datePublished": "{day}"}}'
    (story,) = html.extract(with_json_ld(own), latest=LATEST).stories
    assert story.date == "2016-12-08"
    page = PAGE.replace("2016-12-08T10:00:00Z", day)
    assert html.extract(page, latest=LATEST).stories[0].date is None


@pytest.mark.parametrize("data", ["{", "[" * 100_000, "1" * 10_000, '{"@type": 3, "author": {}}', "null", ""])
def test_broken_json_ld_states_nothing(data):
    page = PAGE.replace("<style>", f'<script type="application/ld+json">{data}</script><style>')
    (story,) = html.extract(page, latest=LATEST).stories
    assert story.date == "2016-12-08"


def test_an_article_without_body_element_is_found_after_a_script():
    page = "<script>x</script><article><h1>Bridge</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    (story,) = html.extract(page, latest=LATEST).stories
    assert story.body == "\n\n".join(PARAGRAPHS)


ACCENTED = PAGE.replace("harbour bridge", "Hafenbrücke für Köln")


@pytest.mark.parametrize(
    ("head", "codec", "encoding"),
    [
        ('<meta charset="windows-1252">', "cp1252", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">', "cp1252", "cp1252"),
        ("<meta charset=koi8-r>", "utf-8", "utf-8"),
        ('<meta charset="no-such-charset">', "utf-8", "utf-8"),
        ('<meta charset="utf-8">', "utf-16", "utf-16-le"),
        ('<meta charset="windows-1251">', "utf-8-sig", "utf-8"),
    ],
)
def test_a_declared_charset_is_honoured_unless_the_bytes_disprove_it(head, codec, encoding):
    page = decode(ACCENTED.replace("<style>", f"{head}<style>").encode(codec))
    assert isinstance(page, Page)
    assert (page.encoding, page.html) == (encoding, True)
    assert "Hafenbrücke für Köln" in html.extract(page.text, latest=LATEST).stories[0].body


def test_an_xml_declaration_names_the_charset_and_does_not_stop_the_parser():
    source = '<?xml version="1.0" encoding="windows-1252"?>\n' + ACCENTED
    page = decode(source.encode("cp1252"))
    assert isinstance(page, Page)
    assert page.encoding == "cp1252"
    assert "Köln" in html.extract(page.text, latest=LATEST).stories[0].body


ARTICLE = f"<article>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</article>"


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 800_000,
        "<div>" * 100_000 + ARTICLE,
        ARTICLE + '<p class="' + "nav menu " * 400_000 + '">x',
        ARTICLE + "<p>x" * 900_000,
        ARTICLE + "<p>few words</p>" * 8_000,
        ARTICLE + "&amp;" * 600_000,
        "<!DOCTYPE html [<!ENTITY a 'bbbbbbbb'><!ENTITY b '&a;&a;&a;'>]>" + ARTICLE + "&b;" * 10_000,
        ARTICLE + "\x00" * 1_000_000,
        '<script type="application/ld+json">' + '"author"' * 100_000 + "</script>" + ARTICLE,
        ARTICLE + "<p>" + "x" * 3_900_000,
        ARTICLE + "<!--" * 900_000,
    ],
    ids=range(11),
)
def test_hostile_source_costs_seconds_at_most(source):
    begun = time.process_time()
    result = html.extract(source, latest=LATEST)
    assert result is None or result.stories[0].body
    assert time.process_time() - begun < 15


TAGS = (
    "<p> </p> <h1> <nav> </nav> <br> <table><tr><td> <head> <a> </a> <script> </script> <!-- --> <?x?> &b;"
    " \x00 \ud800 <figure/hidden> <div/class=byline>"
).split(" ")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*TAGS, *PARAGRAPHS[:2], "Words. ", "By Ada Quill"]), max_size=30))
def test_any_markup_gives_nothing_or_an_article_within_its_lines(pieces):
    result = html.extract("".join(pieces), latest=LATEST)
    if result is not None:
        (story,) = result.stories
        texts = {line.text for line in result.lines}
        assert set(story.body.split("\n\n")) <= texts
        assert 0 <= story.span[0] < story.span[1] <= len(result.lines)
        assert 0 <= story.confidence <= 1


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
