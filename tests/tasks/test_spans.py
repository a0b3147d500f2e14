"""Every byte of a raw file belongs to exactly one part of its page."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.article import Label, Line, Page, Segmentation
from tasks import plaintext
from tasks.decode import decode
from tasks.html import strip_tags
from tasks.segment import segment
from tasks.spans import rows

WORDS = (
    "Der Rat von Tarn beschloss am Montag, die Brücke über den Fluss zu erneuern; 12 Stimmen waren dagegen."
)
ENCODINGS = {
    "utf-8": WORDS,
    "utf-8-sig": WORDS,
    "utf-16": WORDS,
    "utf-16-le": WORDS,
    "utf-16-be": WORDS,
    "utf-32": WORDS,
    "utf-32-le": WORDS,
    "utf-32-be": WORDS,
    "cp1252": WORDS,
    "koi8-r": "Городской совет одобрил ремонт моста через реку Тарн, против были двенадцать депутатов.",
    "gb18030": "市议会星期一决定修复塔恩河上的桥梁，十二名议员投了反对票，工程将于春天开始。",
    "cp932": "市議会は月曜日、ターン川の橋を修復することを決めた。反対は十二票だった。",
    "euc_jp": "市議会は月曜日、ターン川の橋を修復することを決めた。反対は十二票だった。",
    "iso2022_jp": "市議会は月曜日、ターン川の橋を修復することを決めた。反対は十二票だった。",
    "cp949": "시의회는 월요일 타른강의 다리를 고치기로 결정했다. 반대는 열두 표였다.",
    "big5": "市議會星期一決定修復塔恩河上的橋樑，十二名議員投了反對票。",
}
ENDS = ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\f", "\v", "\r\n\f", "\n\r"]


def labelled(page):
    """The page's lines, labelled by nobody."""
    return Segmentation(tuple(Line(line, Label.BODY, 1.0) for line in page.text.split("\n")), ())


def assert_tiles(parts, size):
    at = 0
    for part in parts:
        if part.place is not None:
            assert part.place.start == at
            assert part.place.end >= at
            at = part.place.end
    assert at == size


def shown(data, page, part):
    """What the bytes of a part say, cleaned as the page was."""
    text = data[part.place.start : part.place.end].decode(page.encoding, "replace")
    return plaintext.clean(text).split("\n")[0]


@pytest.mark.parametrize("end", ENDS, ids=repr)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_line_has_its_bytes(encoding, end):
    sentence = ENCODINGS[encoding]
    data = end.join(f"{sentence} {number}." for number in range(40)).encode(encoding)
    page = decode(data)
    assert isinstance(page, Page)
    parts = rows(data, page, labelled(page))
    assert_tiles(parts, len(data))
    assert [part.number for part in parts] == list(range(1, page.text.count("\n") + 2))
    for part in parts:
        assert shown(data, page, part) == part.line.text


def test_a_byte_order_mark_belongs_to_the_first_line():
    data = "\ufeffeins\nzwei".encode()
    page = decode(data)
    assert [part.place for part in rows(data, page, labelled(page))] == [(0, 8), (8, 12)]


def test_a_form_feed_ends_two_lines_of_which_one_is_empty():
    data = b"one\ftwo\r\nthree"
    page = decode(data)
    assert [part.place for part in rows(data, page, labelled(page))] == [(0, 4), (4, 4), (4, 9), (9, 14)]


def test_an_escape_sequence_may_hold_what_looks_like_a_line_end():
    data = ("one\x1b]0;a\rb\x07 two\r\x1b[2J\nthree" + " words" * 40).encode()
    page = decode(data)
    parts = rows(data, page, labelled(page))
    assert [part.line.text[:7] for part in parts] == ["one two", "three w"]
    assert data[parts[1].place.start :].startswith(b"three")


def test_repaired_bytes_belong_to_their_line():
    data = ("Brücke über den Fluss\n" * 9).encode() + b"bad \xe2\n\xff byte\nlast \xe2\x82"
    page = decode(data)
    assert page.repairs
    parts = rows(data, page, labelled(page))
    assert_tiles(parts, len(data))
    assert data[slice(*parts[10].place)] == b"\xff byte\n"
    assert data[slice(*parts[11].place)] == b"last \xe2\x82"


def test_a_page_of_other_bytes_is_refused():
    with pytest.raises(ValueError, match="other bytes"):
        rows(b"one", decode(b"two"), Segmentation((), ()))


PIECES = st.sampled_from(
    [*"\n\r\v\f\t\x0e\x1a\x85\u2028\u2029\xad\u200b\u200c\u200d\u0301\ufeff\u202e",
     "\r\n", "\x1b[31m", "\x1b", "\x1b]0;x\x07", "\x1b]\r", "\x07",
     "a", "é", "e\u0301", "語", "الع", "😀", " ", "Tarn council met. "]
)  # fmt: skip


@settings(deadline=None)
@given(
    st.lists(PIECES, max_size=60),
    st.sampled_from([*ENCODINGS, "cp1251", "iso8859-2", "big5hkscs", "johab", "hz", "mac-roman"]),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=2),
)
def test_whatever_the_bytes_the_places_tile_the_file(pieces, encoding, flips):
    data = bytearray(("Der Rat von Tarn. " * 40 + "".join(pieces)).encode(encoding, "ignore"))
    for place, value in flips:
        data[place % len(data)] = value
    data = bytes(data)
    page = decode(data)
    assume(isinstance(page, Page))
    segmentation = labelled(page)
    parts = rows(data, page, segmentation)
    assert_tiles(parts, len(data))
    assert [part.line for part in parts if part.line is not None] == list(segmentation.lines)


def test_what_is_not_read_of_a_long_page_belongs_to_its_last_line():
    data = b"a b c\n" * 30
    page = decode(data)
    unread = Line("", Label.OTHER, 1.0, ("beyond the lines that are read",))
    lines = labelled(page).lines
    parts = rows(data, page, Segmentation((*lines[:20], unread), ()))
    assert parts[-1].place == (6 * 20, len(data))
    assert_tiles(parts, len(data))
    parts = rows(data, page, Segmentation((*lines, unread), ()))
    assert parts[-1].place == (len(data), len(data))
    assert_tiles(parts, len(data))


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_time_is_linear_in_the_file(encoding):
    def seconds(lines):
        data = ("市议会星期一决定修复塔恩河上的桥梁，十二名议员投了反对票\u2028x\n" * lines).encode(encoding)
        page = Page(
            "\n".join(["市议会星期一决定修复塔恩河上的桥梁，十二名议员投了反对票", "x"] * lines) + "\n",
            encoding,
        )
        lines_ = labelled(page)
        start = time.process_time()
        rows(data, page, lines_)
        return time.process_time() - start

    def least(lines):  # a collection of garbage in a process that ran thousands of tests takes longer
        return min(seconds(lines) for _ in range(3))

    assert least(2000) < 4.5 * least(1000) + 0.05


HTML = """<!DOCTYPE html><html><head><title>Tarn council — Herald</title>
<style>p { color: red }</style></head>
<body><nav><a href="/">Home</a> <a href="/s">Sport</a></nav><!-- <p>not seen</p> -->
<h1>Tarn council approves the <em>bridge</em></h1>
<script>var p = "<p>not this</p>";</script>
<p>The council of Tarn voted on Monday to repair the bridge &amp; the dam, at a cost of 1&nbsp;000 crowns,
ending a dispute that had divided the town for years.</p>
<p>Work is to begin in spring, said the town's engineer, caf\xe9 owner Joan Pike, who had warned.
"We have waited long enough," said Tom Hale.</p>
<footer>All rights reserved</footer></body></html>
"""


def test_html_lines_are_placed_in_the_source_and_the_rest_is_markup():
    data = HTML.encode("cp1252", "replace")
    page = decode(data)
    assert page.html
    parts = rows(data, page, segment(page))
    assert_tiles(parts, len(data))
    placed = {part.line.text: data[slice(*part.place)] for part in parts if part.line and part.place}
    assert placed["Tarn council approves the bridge"] == b"Tarn council approves the <em>bridge"
    assert placed["All rights reserved"] == b"All rights reserved"
    assert any(source.startswith(b"The council of Tarn") and b"&amp;" in source for source in placed.values())
    assert all(part.place is not None for part in parts)
    markup = b"".join(data[slice(*part.place)] for part in parts if part.line is None)
    assert b"not seen" in markup
    assert b"color: red" in markup
    assert b"dispute" not in markup


@settings(deadline=None)
@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<b>", "<br>", "<div>", "<script>", "</script>", "<!--", "-->", "<", ">", "&lt;", "&amp",
     "&#769;", "e", "\u0301", "x ", "Tarn met. ", "\n", "\r\n", "\xad", "<head>", "<style>",
     "</STYLE >", "\x1b[1m"]),
    max_size=40))  # fmt: skip
def test_html_of_any_kind_is_tiled(pieces):
    data = ("<html><body>" + "".join(pieces) + "<p>The end.</p>").encode()
    page = decode(data)
    assume(isinstance(page, Page))
    text = strip_tags(page.text) if page.html else page.text
    lines = Segmentation(tuple(Line(line, Label.BODY, 1.0) for line in text.split("\n")), ())
    assert_tiles(rows(data, page, lines), len(data))
