import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import agencies


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("dpa", "dpa"),
        ("(AP)", "AP"),
        ("By Reuters", "Reuters"),
        ("By Ada Quill, Associated Press", "Associated Press"),
        ("With reporting by Reuters, AP, and BBC", "Reuters, AP, and BBC"),
        ("Quelle: dpa", "dpa"),
        ("dpa/AP", "dpa/AP"),
        ("dpa/lno", "dpa/lno"),
        ("AFP, Reuters", "AFP, Reuters"),
        ("新华社", "新华社"),
        ("（共同）", "共同"),
        ("연합뉴스", "연합뉴스"),
        ("ТАСС", "ТАСС"),
        ("Kyodo News", "Kyodo News"),
        ("Mit Material von dpa", "dpa"),
        ("Avec AFP", "AFP"),
        ("Fuente: EFE", "EFE"),
        ("Источник: Интерфакс", "Интерфакс"),
        ("来源：新华社", "新华社"),
        ("Source: the council's own report on the bridge, as told to AP in the morning", ""),
        ("Petra", ""),
        ("Photo by Reuters", ""),
        ("AA", ""),
        ("BBC", ""),
        ("Reuters said on Tuesday that it would close", ""),
    ],
)
def test_agency_of_a_line(line, agency):
    assert agencies.agency(line) == agency


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("Meridian News Service", "Meridian News Service"),
        ("HARBOUR PRESS AGENCY", "HARBOUR PRESS AGENCY"),
        ("Coast Newswire", "Coast Newswire"),
        ("(Northern News Agency)", "Northern News Agency"),
        ("News Service", ""),
        ("the local news service", ""),
        ("Ada Quill", ""),
        ("Mayor praises the Meridian News Service", ""),
    ],
)
def test_an_agency_that_says_so(line, agency):
    assert agencies.titled_agency(line) == agency


@pytest.mark.parametrize(
    ("paragraph", "agency"),
    [
        ("The bridge opens in January. (dpa/lno)", "dpa/lno"),
        ("The bridge opens in January (AFP).", "AFP"),
        ("Мост откроют в январе. /ТАСС/", "ТАСС"),
        ("The bridge opens in January (photo)", ""),
        ("The bridge opens in January, said AFP.", ""),
    ],
)
def test_an_agency_behind_the_last_sentence(paragraph, agency):
    assert agencies.trailing_agency(paragraph) == agency


@given(st.text())
def test_no_text_raises(text):
    assert isinstance(agencies.agency(text), str)
    assert agencies.titled_agency(text) in text
    assert agencies.trailing_agency(text) in text
