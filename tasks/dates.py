"""The days that a line states, and which of them is the day of publication.

Abstains rather than guesses: no year, no date; an order of day and month that could be either and that
the caller does not know, no date; a day after `latest`, no date. Digits of any script count. Finding the
right line is the business of `tasks.date_lines`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, NamedTuple

from tasks.months import ERAS, PERSIAN, gregorian_year, month, persian_day

LONGEST: Final = 200
"""Characters of a line that are read."""

EARLIEST_YEAR: Final = 1800

_WORD: Final = (
    r"([^\W\d_][^\s\d,.:;/|()،\-–]{1,15}(?:\s(?:الأول|الثاني))?|[\u0e01-\u0e4e]{1,3}\.[\u0e01-\u0e2e](?=\.))"
)
"""A word that may be a month: vowel signs of Indian scripts are no letters to `re`, so it is what is no
mark; Thai short forms have a stop inside."""
_SECOND: Final = r"(?:\s?/\s?[^\W\d_]{2,9}(?:\s(?:الأول|الثاني))?)?"
"""Behind a slash some Arabic papers name the month once more, in the other calendar's words."""
_END: Final = r"(?!\d(?!\d?(?:[:.h]\d\d|\s?min|\.\s)))"
"""Behind the year: no digit, unless a time, a reading time or another date is glued to it."""

_AFTER: Final = r"(?![^\W\d_])"
UPDATED: Final = re.compile(
    rf"\b(?:updated|modified|update|aktualisiert|mis à jour|modifié|mise à jour|actualizado"
    rf"|actualizada|aggiornato"
    rf"|aggiornamento|ultima modifica|atualizado|bijgewerkt|uppdaterad|oppdatert|opdateret"
    rf"|aktualizacja|aktualizováno"
    rf"|aktualizované|güncelleme|güncellendi|обновлено|изменено|оновлено|обновена|ажурирано|päivitetty"
    rf"|frissítve|frissült"
    rf"|actualizat|actualitzat|ενημερώθηκε|ενημέρωση|diperbarui|cập nhật|עודכן|تحديث|به‌روزرسانی"
    rf"|अपडेटेड|अपडेट){_AFTER}"
    r"|更新|수정|最終更新",
    re.IGNORECASE,
)
PUBLISHED: Final = re.compile(
    rf"\b(?:published|posted|publication date|pub date|first published|created|issued"
    rf"|(?<![^\W\d_][ -])date|(?:publish|publishing|posting|post|posted|release|upload|article"
    rf"|story|news) date"
    rf"|veröffentlicht|erschienen"
    rf"|stand|publié|publiée|publicado|publicada|pubblicato|gepubliceerd|geplaatst|publicerad"
    rf"|publisert|udgivet"
    rf"|offentliggjort|opublikowano|data publikacji|publikováno|zverejnené|yayınlanma|yayınlandı"
    rf"|опубликовано|дата"
    rf"|опубліковано|публикувана|објављено|objavljeno|objavljen|julkaistu|közzétéve|megjelent|publicat"
    rf"|publicată"
    rf"|δημοσιεύθηκε|δημοσίευση|dipublikasikan|diterbitkan|đăng ngày|ngày đăng|פורסם|نشر|تاریخ انتشار"
    rf"|प्रकाशित"
    rf"|প্রকাশ|প্রকাশিত|เผยแพร่|gamit){_AFTER}"
    r"|发布|發布|(?:发表|發表)(?!评论|評論|留言|意见|意見)|公開|発表|配信|掲載|입력|등록|승인",
    re.IGNORECASE,
)
_HINT: Final = re.compile(r"\d{4}|\d\.\d{1,2}\.\d\d|-\d\d|[年년]")
"""What every date holds: a line without it is not read again for each form."""


_EUROPEAN: Final = re.compile("[A-Za-zА-яΑ-ω]")
_ASIAN: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


class Dated(NamedTuple):
    """A day and the characters that state it."""

    day: date
    start: int
    end: int


def checked(year: int, number: int, day: int) -> date | None:
    """Return the day, or None where there is none or its year is before `EARLIEST_YEAR`."""
    if 1304 <= year <= 1500:
        return persian_day(year, number, day)
    year = gregorian_year(year)
    try:
        return date(year, number, day) if EARLIEST_YEAR <= year <= 9999 else None
    except ValueError:  # the 31st of June is a typing error or not a date: either way no evidence
        return None


def _century(year: str) -> int:
    return 2000 + int(year) if len(year) == 2 else int(year)


def _named(year: str, name: str, day: str, *, dotted: bool = False) -> date | None:
    if name in PERSIAN and 1304 <= int(year) <= 1500:
        return persian_day(int(year), PERSIAN[name], int(day))
    number = month(name, dotted=dotted)
    return checked(_century(year), number, int(day)) if number else None


def _by_era(found: re.Match[str]) -> date | None:
    count = 1 if found[2] == "元" else int(found[2])
    return checked(count + ERAS.get(found[1] or "", 0), int(found[3]), int(found[4]))


def _short(found: re.Match[str]) -> date | None:
    """Read 08.12.16, which opens with the day in Europe and with the year in Korea; alone it is open."""
    if _EUROPEAN.search(found.string) is None or _ASIAN.search(found.string):
        return None
    return checked(_century(found[3]), int(found[2]), int(found[1]))


def _either(found: re.Match[str], day_first: bool | None) -> date | None:
    """Read 8/12/2016 where the order is known, or both readings agree, or one of them is no date."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    readings = [checked(year, second, first), checked(year, first, second)]
    possible = {*readings} - {None}
    if len(possible) == 2 and day_first is not None:
        return readings[0] if day_first else readings[1]
    return possible.pop() if len(possible) == 1 else None


_SLASHED: Final = re.compile(rf"(?<![\d/])(\d{{1,2}})([/-])(\d{{1,2}})\2(\d{{4}}){_END}")
_Reader = Callable[[re.Match[str]], date | None]
_FORMS: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = (
    (
        re.compile(r"(?<!\d)(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)"),
        lambda m: checked(int(m[1]), int(m[3]), int(m[4])),
    ),
    (
        re.compile(
            rf"({'|'.join(ERAS)})?(?<!\d)(\d{{1,4}}|元)\s?[年년]\s?(\d{{1,2}})\s?[月월]\s?(\d{{1,2}})\s?[日일号號]"
        ),
        _by_era,
    ),
    (
        re.compile(rf"(?<![\d.])(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}){_END}"),
        lambda m: checked(int(m[3]), int(m[2]), int(m[1])),
    ),
    (
        re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{2})(?!\.?\d)"),
        _short,
    ),
    (
        re.compile(
            rf"(?<!\d)(\d{{1,2}})(\.|st|nd|rd|th|er|º|ª)?[\s.-]{{0,2}}(?:de |of |d['’]|d’)?{_WORD}{_SECOND}"
            rf"[.,،]?(?:[\s-]{{1,2}}|(?<=\.))(?:de |del |พ\.ศ\.\s?|г\.\s)?(\d{{4}}){_END}"
        ),
        lambda m: _named(m[4], m[3], m[1], dotted=m[2] == "."),
    ),
    (
        re.compile(r"(?<!\d)(\d{1,2})-([^\W\d_]{3,5})-(\d{2})(?!\d)"),
        lambda m: _named(m[3], m[2], m[1]),
    ),
    (
        re.compile(rf"(?<!\w){_WORD}\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(\d{{4}}){_END}"),
        lambda m: _named(m[3], m[1], m[2]),
    ),
    (
        re.compile(rf"(?<!\d)(\d{{4}})(?:\.|,| m\.|eko| оны)?\s{_WORD}\.?\s(\d{{1,2}})(?![\d:])"),
        lambda m: _named(m[1], m[2], m[3]),
    ),
    (
        re.compile(rf"(?<!\d)(\d{{4}})\.?\s(?:gada|ж\.?|жылғы|йил)\s(\d{{1,2}})\.?-?\s?{_WORD}"),
        lambda m: _named(m[1], m[3], m[2]),
    ),
    (
        re.compile(r"(?<!\d)(\d{1,2}) tháng (\d{1,2}),?(?: năm)? (\d{4})(?!\d)"),
        lambda m: checked(int(m[3]), int(m[2]), int(m[1])),
    ),
)


def may_state(line: str) -> bool:
    """Whether the line may state a date: a cheap question, asked of every line near an article."""
    return _HINT.search(line) is not None


def dates_in(line: str, *, latest: date, day_first: bool | None = None) -> Iterator[Dated]:
    """Yield the full dates that a line states, in the order they stand, none after `latest`.

    `day_first` says how 8/12/2016 is to be read; None: not at all.
    """
    head = line[:LONGEST]
    if not may_state(head):
        return
    found = [
        Dated(day, match.start(), match.end())
        for form, read in _FORMS
        for match in form.finditer(head)
        if (day := read(match)) is not None and day <= latest
    ]
    found += [
        Dated(day, match.start(), match.end())
        for match in _SLASHED.finditer(head)
        if (day := _either(match, day_first)) is not None and day <= latest
    ]
    yield from sorted(found, key=lambda dated: dated.start)


def ambiguous(line: str) -> tuple[date, date] | None:
    """Return both readings, day first and month first, of the first date whose order is open."""
    for match in _SLASHED.finditer(line[:LONGEST]):
        day, other = _either(match, day_first=True), _either(match, day_first=False)
        if day is not None and other is not None and day != other:
            return day, other
    return None


def shows_order(line: str) -> bool | None:
    """Return whether a date like 25/12/2016 shows that the day stands first; None where none does."""
    for match in _SLASHED.finditer(line[:LONGEST]):
        first, second = int(match[1]), int(match[3])
        if (first > 12) != (second > 12) and _either(match, None) is not None:
            return first > 12
    return None


def published(line: str, *, latest: date, day_first: bool | None = None) -> date | None:
    """Return the day of publication that a date line gives: not one behind a word for an update."""
    for dated in dates_in(line, latest=latest, day_first=day_first):
        if not _behind_update(line, dated):
            return dated.day
    return None


def updated(line: str, *, latest: date, day_first: bool | None = None) -> date | None:
    """Return the day that stands behind a word for an update."""
    found = dates_in(line, latest=latest, day_first=day_first)
    return next((dated.day for dated in found if _behind_update(line, dated)), None)


def _behind_update(line: str, dated: Dated) -> bool:
    before = line[max(0, dated.start - 40) : dated.start]
    updates = list(UPDATED.finditer(before))
    return bool(updates) and not PUBLISHED.search(before[updates[-1].end() :])
