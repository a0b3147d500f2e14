"""How long ago a line says something was: "2 hours ago", "gestern", "3日前". A day only beside an anchor."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

LONGEST: Final = 120
"""Characters of a line that are read."""

MOST: Final = 60
"""Of hours or days: beyond, a page gives a date."""

_UNITS: Final = {
    "minute": "minute minutes min mins minuten minuto minutos minuti minuut minuty minut minutę"
    " minuta минуту минуты"
    " минут хвилину хвилини хвилин minuter minutt minutter minutu dakika دقيقة دقائق phút menit"
    " λεπτά λεπτό perccel"
    " perce minuuttia דקות דקה मिनट मिनिट মিনিট นาที 分钟 分鐘 分 분",
    "hour": "hour hours hr hrs h stunde stunden std heure heures hora horas ora ore uur uren godzinę"
    " godziny godzin"
    " godz час часа часов година години годин timme timmar time timer hodinu hodin hodinami saat"
    " ساعة ساعات"
    " giờ tiếng jam ώρα ώρες órája órával tuntia sata sati שעות שעה घंटे घंटा ঘণ্টা ชั่วโมง 小时 小時 時間 시간",
    "day": "day days tag tage tagen jour jours día días dia dias giorno giorni dag dagen dagar dage"
    " dager dzień dni"
    " день дня дней дні днів den dny dnem gün يوم أيام ngày hari ημέρα ημέρες μέρες napja"
    " nappal päivää zile"
    " dan dana ימים יום दिन দিন วัน 天 日 일",
}
_UNIT: Final = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_ONE: Final = frozenset("a an one einer einem einem une un una uno uma um en ett et één een".split())
_WORDS: Final = "|".join(sorted(map(re.escape, _UNIT), key=len, reverse=True))
_COUNT: Final = rf"(\d{{1,3}}|{'|'.join(sorted(sorted(_ONE), key=len, reverse=True))})"
_BEFORE: Final = r"(?:vor|il y a|hace|há|för|for|před|pred|acum|πριν|منذ|قبل|לפני|prije|пре)"
_BEHIND: Final = (
    r"(?:ago|fa|atrás|geleden|temu|назад|тому|sedan|siden|önce|trước|(?:yang )?lalu|ezelőtt|sitten"
    r"|पहले|আগে|ที่แล้ว"
    r"|ที่ผ่านมา|前|전)"
)
_AGO: Final = re.compile(
    rf"(?<!\w){_BEFORE}\s{{1,2}}(?:ca\.? |about )?{_COUNT}\s{{0,2}}({_WORDS})(?!\w)"
    rf"|(?<![\w.,]){_COUNT}\s{{0,2}}({_WORDS})\.?\s{{0,2}}{_BEHIND}(?![^\W\d_])",
    re.IGNORECASE,
)
_TODAY: Final = (
    "today|heute|aujourd['’]hui|hoy|oggi|hoje|vandaag|dzisiaj|dziś|сегодня|сьогодні|i dag|idag|bugün"
    "|今天|今日|오늘|اليوم"
    "|hôm nay|hari ini|dnes|σήμερα|ma|tänään|azi|danas|днес|היום|आज|আজ|วันนี้"
)
_YESTERDAY: Final = (
    "yesterday|gestern|hier|ayer|ieri|ontem|gisteren|wczoraj|вчера|вчора|i går|igår|dün|昨天|昨日|어제|أمس"
    "|hôm qua|kemarin|včera|χθες|tegnap|eilen|jučer|јуче|אתמול|গতকাল|เมื่อวาน"
)
# Alone, before a time, or behind a word for publication: "today" within a sentence tells nothing.
_DAY: Final = re.compile(
    rf"^\W{{0,3}}(?:[^\W\d_]{{4,16}}:?\s)?(?:({_TODAY})|({_YESTERDAY}))"
    r"\s?(?:[,|·•-]\s?)?(?:(?:at|um|à|a las|alle|às|om|o|в|о|kl\.?|klo|ve)\s)?(?:\d{1,2}[:.h]\d\d.{0,12})?$",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)\s?([ap]\.?m\b)?", re.IGNORECASE)


class Ago(NamedTuple):
    """A distance into the past, and what it is counted in: minute, hour or day."""

    number: int
    unit: str


class Anchor(NamedTuple):
    """A day of which a page says that it is "now", with the time of day where it says so too."""

    day: date
    clock: time | None = None


def ago(line: str) -> Ago | None:
    """Return how long ago a line says, None where it does not."""
    head = line[:LONGEST].strip()
    if found := _AGO.search(head):
        count, word = (found[1], found[2]) if found[1] else (found[3], found[4])
        number = int(count) if count[0].isdigit() else 1
        unit = _UNIT.get(word.lower(), "")
        return Ago(number, unit) if unit and number <= MOST else None
    if found := _DAY.match(head):
        return Ago(0 if found[1] else 1, "day")
    return None


def clock(line: str) -> time | None:
    """Return the time of day that a line states first, on 24 hours."""
    found = _CLOCK.search(line[:LONGEST])
    if found is None:
        return None
    hour, afternoon = int(found[1]), (found[3] or "").lower().startswith("p")
    if found[3] and hour <= 12:
        hour = hour % 12 + (12 if afternoon else 0)
    return time(hour, int(found[2]))


def resolve(distance: Ago, anchor: Anchor) -> date | None:
    """Return the day so long before the anchor.

    Minutes and hours before an anchor without a time of day may be of the day before: no date for hours, and
    for minutes the chance is small.
    """
    if distance.unit == "day":
        return anchor.day - timedelta(days=distance.number)
    if anchor.clock is None:
        return anchor.day if distance.unit == "minute" else None
    back = timedelta(**{f"{distance.unit}s": distance.number})
    return (datetime.combine(anchor.day, anchor.clock) - back).date()
