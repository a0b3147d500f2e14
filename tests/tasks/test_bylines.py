import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import bylines
from tasks.bylines import Dateline


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Quill and Juan Brandt", "Ada Quill and Juan Brandt"),
        ("By Ada Quill | Staff Writer", "Ada Quill"),
        ("By ADA QUILL, Associated Press", "ADA QUILL"),
        ("By Juan de la Cruz, Reporter", "Juan de la Cruz"),
        ("Von Max Müller", "Max Müller"),
        ("Par Jean Dupont et Marie Curie", "Jean Dupont et Marie Curie"),
        ("Автор: Иван Петров", "Иван Петров"),
        ("作者：李明", "李明"),
        ("By the time he came", ""),
        ("By continuing you agree", ""),
        ("By Reuters", ""),
        ("By Regan", ""),
        ("Ada Quill", ""),
        ("By", ""),
    ],
)
def test_names_of_a_byline(line, names):
    assert bylines.names(line) == names


def test_names_on_the_line_below_by():
    assert bylines.opens_byline("By")
    assert bylines.names("Ada Quill", bare=True) == "Ada Quill"
    assert bylines.names("a man was seen", bare=True) == ""


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("dpa", "dpa"),
        ("(AP)", "AP"),
        ("By Reuters", "Reuters"),
        ("By Ada Quill, Associated Press", "Associated Press"),
        ("With reporting by Reuters, AP, and BBC", "Reuters, AP, and BBC"),
        ("Quelle: dpa", "dpa"),
        ("Photo by Reuters", ""),
        ("AA", ""),
        ("BBC", ""),
        ("Reuters said on Tuesday that it would close", ""),
    ],
)
def test_agency_of_a_line(line, agency):
    assert bylines.agency(line) == agency


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("BEIRUT — The army", Dateline("BEIRUT", "")),
        ("WASHINGTON (AP) — The", Dateline("WASHINGTON", "AP")),
        ("WASHINGTON, Dec 8 (Reuters) - The", Dateline("WASHINGTON", "Reuters")),
        ("Berlin (dpa) - Die", Dateline("Berlin", "dpa")),
        ("NEW YORK, N.Y. — A", Dateline("NEW YORK", "")),
        ("(ANSA) - ROMA, 8 DIC - La", Dateline("ROMA", "ANSA")),
        ("Madrid, 8 dic (EFE).- El", Dateline("Madrid", "EFE")),
        ("МОСКВА, 8 декабря. /ТАСС/. В", Dateline("МОСКВА", "ТАСС")),
        ("新华社北京12月8日电 国", Dateline("北京", "新华社")),
        ("Update — the man said", Dateline()),
        ("NATO - the alliance", Dateline()),
        ("UK: the ministers", Dateline()),
        ("", Dateline()),
    ],
)
def test_datelines(paragraph, expected):
    assert bylines.dateline(paragraph) == expected


@given(st.text())
def test_no_text_raises(text):
    assert bylines.names(text) in text
    assert isinstance(bylines.agency(text), str)
    assert bylines.dateline(text).place in text
