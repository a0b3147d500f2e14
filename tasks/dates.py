"""The day an article was published, read from a line near its headline.

Abstains rather than guesses: no year, no date; an order of day and month that could be either, no date; a day
after `latest`, no date. Finding the right line is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

LONGEST: Final = 200
"""Characters of a line that are read."""

EARLIEST_YEAR: Final = 1800

# One row a month: English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish, Swedish,
# Danish, Norwegian, Czech, Finnish, Hungarian, Romanian, Indonesian, Swahili, Russian, Ukrainian, Catalan,
# Greek, Hebrew, Georgian, Bulgarian, Serbian, Azerbaijani, Estonian, Arabic (of Egypt, the Levant and the
# Maghreb); genitives and abbreviations. A month of two words is joined by an underscore.
_MONTH_ROWS: Final = """
    january jan januar jän jänner januari janvier janv enero ene gennaio gen janeiro stycznia sty ocak
      oca ledna tammikuuta január ianuarie января янв січня gener ιανουαρίου ינואר იანვარი იანვარს януари
      јануар yanvar jaanuar يناير جانفي كانون_الثاني;
    february feb februar februari février févr fév febrero febbraio fevereiro fev lutego lut şubat şub
      února helmikuuta február februarie февраля фев лютого febrer φεβρουαρίου פברואר თებერვალი თებერვალს
      февруари фебруар fevral veebruar فبراير فيفري شباط;
    march mar märz mrz mars marzo março maart mrt marca mart března maaliskuuta március martie maret
      machi марта мар березня març μαρτίου מרץ მარტი მარტს märts مارس آذار;
    april apr avril avr abril abr aprile kwietnia nisan nis dubna huhtikuuta április aprilie aprili
      апреля апр квітня απριλίου אפריל აპრილი აპრილს април aprel aprill أبريل إبريل ابريل أفريل نيسان;
    may mai mayo maggio mag maio mei maja mayıs maj května toukokuuta május мая май травня maig μαΐου
      מאי მაისი მაისს мај مايو ماي أيار;
    june jun juni juin junio giugno giu junho czerwca haziran haz června kesäkuuta június iunie июня июн
      червня juny ιουνίου יוני ივნისი ივნისს юни јун iyun juuni يونيو يونيه جوان حزيران;
    july jul juli juillet juil julio luglio lug julho lipca temmuz tem července heinäkuuta július iulie
      julai июля июл липня juliol ιουλίου יולי ივლისი ივლისს юли јул iyul juuli يوليو يوليه جويلية تموز;
    august aug août agosto ago augustus sierpnia ağustos ağu augusti srpna elokuuta augusztus agustus
      agosti августа авг серпня agost αυγούστου אוגוסט აგვისტო აგვისტოს август avqust أغسطس اغسطس أوت آب;
    september sep sept septembre septiembre settembre set setembro września eylül eyl září syyskuuta
      szeptember septembrie septemba сентября сен сент вересня setembre σεπτεμβρίου ספטמבר სექტემბერი
      სექტემბერს септември септембар sentyabr سبتمبر أيلول;
    october oct oktober okt octobre octubre ottobre ott outubro out października ekim eki října
      lokakuuta október octombrie oktoba октября окт жовтня οκτωβρίου אוקטובר ოქტომბერი ოქტომბერს октомври
      октобар oktyabr oktoober أكتوبر اكتوبر تشرين_الأول;
    november nov novembre noviembre novembro listopada kasım kas listopadu marraskuuta noiembrie novemba
      ноября ноя нояб листопада νοεμβρίου נובמבר ნოემბერი ნოემბერს ноември новембар noyabr نوفمبر
      تشرين_الثاني;
    december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia aralık ara prosince
      joulukuuta decembrie desember des desemba декабря дек грудня desembre δεκεμβρίου דצמבר დეკემბერი
      დეკემბერს декември децембар dekabr detsember ديسمبر كانون_الأول
"""
MONTHS: Final = {name: number for number, row in enumerate(_MONTH_ROWS.split(";"), 1) for name in row.split()}
_MONTH: Final = r"([^\W\d_]{2,14}(?:\s(?:الأول|الثاني))?)"
"""A word that may be a month; two of the Levant's names have a second word."""


UPDATED: Final = re.compile(
    r"\b(?:updated|modified|update|aktualisiert|mis à jour|modifié|actualizado|aggiornato"
    r"|atualizado|bijgewerkt"
    r"|uppdaterad|oppdatert|opdateret|aktualizacja|aktualizováno|güncelleme|обновлено|изменено"
    r"|оновлено)\b|更新|수정",
    re.IGNORECASE,
)
PUBLISHED: Final = re.compile(
    r"\b(?:published|posted|publication date|pub date|first published|created|issued|date"
    r"|veröffentlicht|erschienen"
    r"|stand|publié|publicado|pubblicato|gepubliceerd|publicerad|publisert|udgivet|opublikowano"
    r"|publikováno|yayınlanma"
    r"|опубликовано|дата|опубліковано)\b|发布|發布|公開|発表|입력|등록",
    re.IGNORECASE,
)


class Dated(NamedTuple):
    """A day and the characters that state it."""

    day: date
    start: int
    end: int


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= EARLIEST_YEAR else None
    except ValueError:  # the 31st of June is a typing error or not a date: either way no evidence
        return None


def _year_first(found: re.Match[str]) -> date | None:
    return _checked(int(found[1]), int(found[2]), int(found[3]))


def _day_first(found: re.Match[str]) -> date | None:
    return _checked(int(found[3]), int(found[2]), int(found[1]))


def _either(found: re.Match[str]) -> date | None:
    """8/12/2016 may be August or December: read it only where both readings agree or one is no date."""
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    readings = {_checked(year, second, first), _checked(year, first, second)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _month(name: str) -> int | None:
    return MONTHS.get(name.lower().replace(" ", "_"))


def _day_month(found: re.Match[str]) -> date | None:
    month = _month(found[2])
    return _checked(int(found[3]), month, int(found[1])) if month else None


def _month_day(found: re.Match[str]) -> date | None:
    month = _month(found[1])
    return _checked(int(found[3]), month, int(found[2])) if month else None


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], date | None]], ...]] = (
    (
        re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)"),
        lambda m: _checked(int(m[1]), int(m[3]), int(m[4])),
    ),
    (re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]"), _year_first),
    (re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)"), _day_first),
    (re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)"), _either),
    (
        re.compile(
            rf"(?<!\d)(\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?[\s-](?:de |of |d')?ב?{_MONTH}\.?,?"
            r"[\s-](?:de |del )?(\d{4})(?!\d)",
        ),
        _day_month,
    ),
    (re.compile(rf"\b{_MONTH}\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(\d{{4}})(?!\d)"), _month_day),
)


def dates_in(line: str, *, latest: date) -> Iterator[Dated]:
    """Yield the full dates that a line states, in the order they stand, none after `latest`."""
    head = line[:LONGEST]
    found = [
        Dated(day, match.start(), match.end())
        for form, read in _FORMS
        for match in form.finditer(head)
        if (day := read(match)) is not None and day <= latest
    ]
    return iter(sorted(found, key=lambda dated: dated.start))


def published(line: str, *, latest: date) -> date | None:
    """Return the day of publication that a date line gives: not one behind a word for an update."""
    for dated in dates_in(line, latest=latest):
        before = line[max(0, dated.start - 40) : dated.start]
        updates = list(UPDATED.finditer(before))
        if not updates or PUBLISHED.search(before[updates[-1].end() :]):
            return dated.day
    return None
