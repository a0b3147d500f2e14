"""Any bytes as a raw file, any text as a line: an answer or a reject, never an exception.

`make fuzz` runs these for long; what they once found stands below as `@example`.
"""

import hashlib
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from index.article import Page, Reject, VersionId
from tasks.date_lines import dates
from tasks.datelines import dateline
from tasks.decode import decode
from tasks.extract import extract
from tasks.page_lines import page_lines
from tasks.relative_dates import ago, clock
from tests.archive import page

LATEST = date(2026, 11, 22)
CODECS = ("utf-8", "utf-16", "utf-16-be", "utf-32", "cp1252", "koi8-r", "shift_jis", "gb18030", "iso2022_jp")
BITS = (
    b"\x00",
    b"\x1b[31m",
    b"\x1b]52;c;AAAA\x07",
    b"\xc2\x9b",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\r",
    b"\x0b\x0c\x1c\x85",
    b"\xe2\x80\xa8",
    b"<html><body><p>",
    b"<![CDATA[",
    b"&#0;&#x110000;&lt;",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b'{"a":[',
    b"%PDF-1.7",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
    b"Published 31 February 0000",
    b"By  By By",
)
TEXTS = st.one_of(
    st.just(page(3)), st.text(max_size=400), st.lists(st.text(max_size=60), max_size=30).map("\n".join)
)


DATES = st.from_regex(
    r"((Published|Updated|am|le)[: ])?"
    r"(\d{1,4}[-/. ]){1,2}\d{1,4}( (Jan|Mai|March|août|декабря|marzo))?[, ]+\d{2,4}",
    fullmatch=True,
)
LINES = st.one_of(st.text(max_size=200), DATES, st.tuples(DATES, st.text(max_size=20), DATES).map("".join))


@st.composite
def raw_files(draw):
    """A page or any text in some encoding, with odd bytes put in, cut at any place, or repeated."""
    data = draw(TEXTS).encode(draw(st.sampled_from(CODECS)), "replace")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        bit = draw(st.one_of(st.sampled_from(BITS), st.binary(max_size=8)))
        data = data[:at] + bit * draw(st.sampled_from([1, 1, 1, 40])) + data[at + draw(st.integers(0, 9)) :]
    return data


@given(raw_files())
@example(b"")
@example(b"\n" * 5000)
@example(b"\xff" * 5000)
def test_whatever_the_bytes_are_there_are_articles_or_a_reject(data):
    version = VersionId(hashlib.sha256(data).hexdigest())
    found = extract(version, data)
    assert bool(found.articles) != bool(found.reject)
    assert found == extract(version, data)
    for article in found.articles:
        assert article.story.body.strip()
        assert article.words > 0
        assert 0 <= article.story.span[0] < article.story.span[1]


@given(raw_files())
def test_a_page_is_text_that_can_be_stored_and_its_lines_are_counted_the_same_way_twice(data):
    read = decode(data)
    assert isinstance(read, Page | Reject)
    if isinstance(read, Page):
        read.text.encode("utf-8")
        assert page_lines(read) == page_lines(decode(data))


@given(LINES)
@example("29 February 2100")
@example("0000-00-00")
@example("99999999999999999999 minutes ago")
def test_a_line_states_dates_that_exist_or_none(line):
    for stated in dates.dates_in(line, latest=LATEST):
        assert stated.day <= LATEST
        assert 0 <= stated.start < stated.end <= len(line)
    for found in (dates.published(line, latest=LATEST), dates.updated(line, latest=LATEST)):
        assert found is None or found <= LATEST
    ago(line)
    clock(line)
    dateline(line, line)
