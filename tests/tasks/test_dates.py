from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import dates
from tasks.dates import ambiguous, dates_in, published, shows_order, updated

LATEST = date(2026, 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        "Published: 8 December 2016",
        "2016-12-08T10:15:00Z",
        "2016/12/08 10:15",
        "8.12.2016",
        "Dec. 8, 2016",
        "December 8th, 2016 | Updated December 9, 2016",
        "Updated December 9, 2016. Published December 8, 2016",
        "Donnerstag, 8. Dezember 2016, 14:05 Uhr",
        "8 décembre 2016",
        "8 de diciembre de 2016",
        "8 dicembre 2016",
        "8 de dezembro de 2016",
        "8 grudnia 2016",
        "8 Aralık 2016",
        "8 декабря 2016",
        "8 грудня 2016",
        "2016年12月8日",
        "2016年12月8日 09:36　来源：江城晚报",
        "8 ديسمبر 2016",
        "8 كانون الأول 2016",
        "٨ ديسمبر ٢٠١٦",
        "8 დეკემბერი 2016",
        "8 Δεκεμβρίου 2016",
        "8 בדצמבר 2016",
        "8 декември 2016",
        "8 de desembre de 2016",
        "2016년 12월 8일",
        "2016. 12. 8.",
        "平成28年12月8日",
        "民國105年12月8日",
        "8 ธันวาคม 2559",
        "8 ธ.ค. 2559",
        "8 दिसंबर 2016",
        "৮ ডিসেম্বর ২০১৬",
        "டிசம்பர் 8, 2016",
        "۱۸ آذر ۱۳۹۵",
        "1395/09/18",
        "8 ديسمبر/كانون الأول 2016",
        "8. joulukuuta 2016",
        "2016. december 8.",
        "8 decembrie 2016",
        "8. prosince 2016",
        "8 tháng 12, 2016",
        "Thứ năm, 8 tháng 12 năm 2016",
        "8 Desember 2016",
        "2016 m. gruodžio 8 d.",
        "2016. gada 8. decembris",
        "8. prosinca 2016.",
        "8.Dec.2016",
        "8-Dec-16",
        "Do 08.12.16 | 14:07 Uhr",
        "08.12.20168. Dezember 2016",
        "Dec 8 201610:15 AM EST",
        "2 minute readDecember 8, 20165 min",
    ],
)
def test_full_dates_of_many_languages(line):
    assert published(line, latest=LATEST) == date(2016, 12, 8)


@pytest.mark.parametrize(
    "line",
    [
        "December 8",
        "Thursday",
        "two hours ago",
        "8/12/2016",
        "08.12.16",
        "31.6.2016",
        "8 December 2031",
        "Updated December 9, 2016",
        "Aktualisiert am 9. Dezember 2016",
        "call 2016-1234-08",
        "the 8 Brexit 2016",
        "December 8, 1066",
        "",
    ],
)
def test_abstains_rather_than_guesses(line):
    assert published(line, latest=LATEST) is None


def test_slashes_are_read_where_only_one_order_is_a_date():
    assert published("13/12/2016", latest=LATEST) == date(2016, 12, 13)
    assert published("12/13/2016", latest=LATEST) == date(2016, 12, 13)
    assert published("8/8/2016", latest=LATEST) == date(2016, 8, 8)


def test_dates_come_in_the_order_they_stand():
    found = [dated.day for dated in dates_in("9 May 2015, then 2014-01-02", latest=LATEST)]
    assert found == [date(2015, 5, 9), date(2014, 1, 2)]


@given(st.dates(min_value=date(1800, 1, 1), max_value=LATEST))
def test_iso_dates_round_trip(day):
    assert published(day.isoformat(), latest=LATEST) == day


@given(st.text())
def test_no_text_raises_or_gives_a_future_date(text):
    assert all(dated.day <= LATEST for dated in dates_in(text, latest=LATEST))


def test_an_open_order_is_told_by_the_caller():
    assert published("8/12/2016", latest=LATEST, day_first=True) == date(2016, 12, 8)
    assert published("8/12/2016", latest=LATEST, day_first=False) == date(2016, 8, 12)
    assert ambiguous("8/12/2016") == (date(2016, 12, 8), date(2016, 8, 12))
    assert ambiguous("8/8/2016") is None
    assert ambiguous("25/12/2016") is None


@pytest.mark.parametrize(
    ("line", "order"),
    [("25/12/2016", True), ("12/25/2016", False), ("8/12/2016", None), ("31/31/2016", None)],
)
def test_a_date_may_show_the_order(line, order):
    assert shows_order(line) is order


def test_the_day_of_an_update():
    line = "Published 8 December 2016. Updated 9 December 2016, 10:15"
    assert updated(line, latest=LATEST) == date(2016, 12, 9)
    assert updated("8 December 2016", latest=LATEST) is None


@pytest.mark.parametrize(
    "line", ["Date: 8", "Publish Date 8", "release date", "Quill | date", "发表于", "2016發表"]
)
def test_words_for_publication(line):
    assert dates.PUBLISHED.search(line)


@pytest.mark.parametrize("line", ["Event date: 8", "closing-date 8", "发表评论", "發表意見", "dated"])
def test_words_for_other_things(line):
    assert dates.PUBLISHED.search(line) is None
