"""Which line of a page gives the day of publication of its article, and how.

In this order: the nearest line between headline and body that says "published"; a short line there that
is a date and little else; a line of the same kind right above the headline with a time of day; a line
right below the body that says "published"; an update, where nothing else is given; "2 hours ago", where
the page says what day it is. Captions, teasers and sentences never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from tasks import bylines, dates, relative_dates
from tasks.cues import Cue
from tasks.datelines import dateline
from tasks.lines import Fact, has
from tasks.relative_dates import Anchor

LONGEST_LINE: Final = 30
"""Words of a line that may state the date."""

PROSE_BEHIND: Final = 3
"""Words in small letters, of no date line, behind a date that begin a sentence. On the development pages
right date lines have at most two ("in", a hashtag), and before the date none."""

BESIDE: Final = 4
"""Words beside date, time and weekday of a line that is a date and little else; twice as many with"
" a byline."""

SENTENCE: Final = 12
"""Words of a line with a full stop that tells something else beside the date it was published."""

STAMP: Final = 8
"""Words of a line that is labelled as the date line even where it ends like a sentence."""

DATELINE: Final = 60
"""Characters of the body's first line in which a dateline may state the date."""

ABOVE: Final = 3
"""Lines above the headline that may state the date."""

BELOW: Final = 5
"""Lines below the body that may say "published"."""

INTO: Final = 10
"""Lines of the page from the body's first on that may still be date lines: standfirsts and summaries come
first."""

HEADER: Final = 80
"""Lines above the headline among which the page may say what day it is."""

EVIDENCE: Final = 2000
"""Lines of the page that are asked for the order of day and month."""

_DATELINE_END: Final = re.compile(r"[^—–.。]{0,24}(?:—|–|--|\s-\s|[）)】]|[电電讯訊])")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_WEEKDAYS: Final = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat montag dienstag"
    " mittwoch donnerstag freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi"
    " samedi dimanche lunes"
    " martes miércoles jueves viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato"
    " domenica segunda"
    " terça quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
    " poniedziałek wtorek"
    " środa czwartek piątek sobota niedziela понедельник вторник среда четверг пятница суббота"
    " воскресенье понеділок"
    " вівторок середа четвер пʼятниця субота неділя måndag tisdag onsdag torsdag fredag lördag"
    " söndag mandag tirsdag"
    " lørdag søndag maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai pondělí úterý"
    " čtvrtek pátek"
    " neděle pazartesi salı çarşamba perşembe cuma cumartesi hétfő kedd szerda csütörtök péntek"
    " szombat vasárnap luni"
    " marți miercuri joi vineri sâmbătă duminică δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο"
    " κυριακή senin selasa"
    " rabu kamis jumat sabtu minggu thứ الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت".split()
)
_STAMP_WORDS: Final = _WEEKDAYS | frozenset(
    "published posted updated last modified on at am pm um uhr le la el il lo by von par por di den"
    " de del der à às las"
    " kl klo gmt utc est edt cst cdt pst pdt bst cet cest ist et ct pt jst kst min mins minute"
    " minutes read reading time"
    " lesezeit lecture lectura lettura leitura mo do fr sa so and und et erstellt geschrieben"
    " hai tư năm sáu bảy nhật alle di du minuti minuto minutos minuter minuut leestijd lukuaika".split()
)
_OTHER_DAYS: Final = frozenset(
    "event events when born birth died death deadline expires starts ends date recorded filmed"
    " geboren gestorben wann termin veranstaltung".split()
)
"""Words that make a date beside them the day of something else, where no word for publication stands."""

_PARTICLES: Final = frozenset("da dos van der bin ibn du ten ter zu las al".split())
_SMALL: Final = _STAMP_WORDS | _PARTICLES
_BY: Final = frozenset("by von par por di av".split())
_HANDLE: Final = re.compile(r"[@#/\\]|[^\W\d_]\.[^\W\d_]")


class Found(NamedTuple):
    """The day of publication, the place of the line that gives it, and its text."""

    day: date
    place: int
    evidence: str


class Zone(NamedTuple):
    """The neighbourhood of one article: its headline (or what stands for it), its body, and their bounds."""

    top: int
    body: Sequence[int]
    after: int
    before: int
    titled: bool


def publication(facts: Sequence[Fact], zone: Zone, *, latest: date) -> Found | None:
    """Return the day on which the article was published; None where the page does not prove it."""
    first, last = zone.body[0], zone.body[-1]
    near = range(zone.top, min(max(first + 3, _prose_begins(facts, zone)), zone.before))
    above = range(zone.top - 1, max(zone.after, zone.top - ABOVE) - 1, -1)
    below = range(last + 1, min(last + 1 + BELOW, zone.before))
    order = _Order(facts, latest)
    told = [place for place in [*near, *above] if _may_tell(facts[place], first=place == first)]
    said = [place for place in told if _says_published(facts[place])]
    plain = [place for place in near if place in told and place > zone.top - (not zone.titled)]
    timed = [place for place in above if place in told and not _is_visit(facts[place].text)]
    ends = [place for place in below if _may_tell(facts[place]) and _says_published(facts[place])]
    return (
        _first(facts, said, order)
        or _first(facts, [place for place in plain if _is_stamp(facts[place], order)], order)
        or _first(facts, [place for place in timed if _is_stamp(facts[place], order)], order)
        or _first(facts, ends, order)
        or _update(facts, told, order)
        or _relative(facts, zone, [place for place in near if facts[place].words <= 15], latest)
    )


def _prose_begins(facts: Sequence[Fact], zone: Zone) -> int:
    """Return the place of the body's second paragraph, at most `INTO` lines below its first."""
    until = zone.body[0] + INTO
    prose = [place for place in zone.body[: INTO + 1] if facts[place].prose and place <= until]
    return prose[1] if len(prose) > 1 else until


def _may_tell(fact: Fact, *, first: bool = False) -> bool:
    if (fact.words > LONGEST_LINE and not first) or fact.credit or has(fact, Cue.PHOTO):
        return False
    return dates.may_state(_head(fact))


def _says_published(fact: Fact) -> bool:
    sentence = fact.ends and fact.words >= SENTENCE
    return not sentence and dates.PUBLISHED.search(_head(fact)) is not None


def _head(fact: Fact) -> str:
    return fact.text[: dates.LONGEST if fact.words <= LONGEST_LINE else DATELINE]


def _is_visit(line: str) -> bool:
    """Whether a date line may be the day of the visit: it names the weekday and no time of day."""
    words = _WORD.findall(line[: dates.LONGEST].lower())
    return relative_dates.clock(line) is None and not _WEEKDAYS.isdisjoint(words)


class _Order:
    """Day or month first: asked of the page once, and only when a date needs it."""

    def __init__(self, facts: Sequence[Fact], latest: date) -> None:
        self.latest = latest
        self._facts = facts
        self._known: dict[str, bool | None] = {}

    def of(self, line: str) -> bool | None:
        """Return whether the day stands first in the line's open date."""
        readings = dates.ambiguous(line)
        if readings is None:
            return None
        if line not in self._known:
            self._known[line] = _order(self._facts, readings, self.latest)
        return self._known[line]


def _order(facts: Sequence[Fact], readings: tuple[date, date], latest: date) -> bool | None:
    """Decide between both readings of a date: by the future, another date of the page, or its language."""
    if (readings[0] > latest) != (readings[1] > latest):
        return readings[1] > latest
    shown: set[bool] = set()
    for fact in facts[:EVIDENCE]:
        if not fact.dated:
            continue
        order = dates.shows_order(fact.text)
        if order is not None:
            shown.add(order)
        elif dates.ambiguous(fact.text) is None:
            stated = {dated.day for dated in dates.dates_in(fact.text, latest=latest)}
            shown |= {reading is readings[0] for reading in readings if reading in stated}
    if len(shown) == 1:
        return shown.pop()
    return True if not shown and _is_not_english(facts) else None


_ENGLISH: Final = frozenset("the and of to in that for with was on".split())
FOREIGN: Final = 0.05
"""Share of ten English function words below which prose is not English (there it is .15 to .35): papers in
other languages that write dates with slashes put the day first."""


def _is_not_english(facts: Sequence[Fact]) -> bool:
    words = [
        word.lower() for fact in facts[:EVIDENCE] if fact.prose for word in fact.text[:300].split()[:40]
    ][:400]
    return len(words) >= 40 and sum(word in _ENGLISH for word in words) < FOREIGN * len(words)


def _first(facts: Sequence[Fact], places: Sequence[int], order: _Order) -> Found | None:
    for place in places:
        head = _head(facts[place])
        day = dates.published(head, latest=order.latest, day_first=order.of(head))
        if day is not None:
            return Found(day, place, facts[place].text[: dates.LONGEST])
    return None


def _update(facts: Sequence[Fact], places: Sequence[int], order: _Order) -> Found | None:
    """Read an update with a time of day: news is updated on its day, guides without one years later.

    On the development pages 13 of 13 such days are right (3 in another time zone), of the others 15 of 38.
    """
    for place in places:
        head = _head(facts[place])
        day = dates.updated(head, latest=order.latest, day_first=order.of(head))
        if day is not None and relative_dates.clock(head) and facts[place].words <= LONGEST_LINE:
            return Found(day, place, facts[place].text[: dates.LONGEST])
    return None


def _is_stamp(fact: Fact, order: _Order) -> bool:
    """Whether a line is a date and little else: no caption, no teaser, no sentence."""
    head = _head(fact)
    stated = next(dates.dates_in(head, latest=order.latest, day_first=order.of(head)), None)
    if stated is None:
        return False
    if fact.words > LONGEST_LINE:
        return _DATELINE_END.match(head, stated.end) is not None
    if _DATELINE_END.match(head, stated.end) and 2 < stated.start <= DATELINE and dateline(head).place:
        return True
    if _tells_of_other_days(head, stated):
        return False
    if stated.start <= 2 and not fact.ends:
        return True
    if fact.copies and fact.words >= STAMP:
        return False
    rest = head[: stated.start] + " " + head[stated.end :]
    words = [word for word in _WORD.findall(rest) if word.lower() not in _STAMP_WORDS]
    beside = len(words) if fact.cjk < 0.3 else sum(map(len, words)) / 2
    return beside <= (2 * BESIDE if bylines.names(head) else BESIDE)


def _tells_of_other_days(head: str, stated: dates.Dated) -> bool:
    """Whether the words around a date are prose or a label ("The war of ...", "Event date: ...")."""
    before, behind = head[: stated.start], head[stated.end :]
    words = {word.lower() for word in _WORD.findall(before)}
    if not _OTHER_DAYS.isdisjoint(words) and dates.PUBLISHED.search(before) is None:
        return True
    return _small_words(before) > 0 or _small_words(behind) >= PROSE_BEHIND


def _small_words(text: str) -> int:
    """Count the words in small letters that are no part of a date line, a name or an address."""
    count, last = 0, ""
    for token in text.split():
        words = [] if _HANDLE.search(token) else _WORD.findall(token)
        count += last not in _BY and any(word.islower() and word not in _SMALL for word in words)
        last = token.lower()
    return count


def _relative(facts: Sequence[Fact], zone: Zone, places: Sequence[int], latest: date) -> Found | None:
    """Read "2 hours ago" beside the headline where the page's head says what day it is."""
    for place in places:
        distance = relative_dates.ago(facts[place].text) if not facts[place].ends else None
        if distance is None:
            continue
        anchors = list(_anchors(facts, range(max(zone.after, zone.top - HEADER), zone.top), latest))
        if len({anchor.day for anchor in anchors}) != 1:
            return None
        timed = [anchor for anchor in anchors if anchor.clock is not None] or anchors
        days = [relative_dates.resolve(distance, anchor) for anchor in timed]
        if days[0] is None or days.count(days[0]) != len(days):  # clocks that differ prove nothing
            return None
        evidence = f"{facts[place].text[: dates.LONGEST]} ({timed[0].day.isoformat()})"
        return Found(days[0], place, evidence)
    return None


def _anchors(facts: Sequence[Fact], places: range, latest: date) -> Iterator[Anchor]:
    """Yield the days that lines above the headline consist of: the day of the visit or of the edition."""
    for place in places:
        fact = facts[place]
        if fact.words > 10 or fact.ends or not fact.dated:
            continue
        stated = next(dates.dates_in(fact.text, latest=latest), None)
        if stated is None:
            continue
        rest = fact.text[: stated.start] + " " + fact.text[stated.end :]
        if all(word.lower() in _STAMP_WORDS for word in _WORD.findall(rest)):
            yield Anchor(stated.day, relative_dates.clock(rest))
