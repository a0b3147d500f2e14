"""Headline, standfirst, byline, agency, place, date and publisher of the article found on a page.

Everything is looked for close to the article, above all between headline and body: a teaser, a footer or a
page header states the facts of other things.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from index.article import Label
from tasks import bylines, dates
from tasks.cues import Cue
from tasks.lines import Fact, has

ABOVE: Final = 30
"""Lines above the body in which the headline is looked for."""

TOPIC: Final = 15
"""Lines of the body whose words the headline is compared with."""

LONGEST_HEADLINE: Final = 40
"""Words a headline has at most."""

# With the points of `_headline_score` and `BEFORE_STAMP`, chosen by coordinate search on every third
# development page: 404 of 514 headlines found; 343 with a preference for the nearest line instead.
HEADLINE_FLOOR: Final = 0.75
"""Score below which no line is the headline."""
HEADLINE_TIE: Final = 0.1
"""Of lines within this much of the best the first is taken: below the headline stand its paraphrases."""
BEFORE_STAMP: Final = 0.7
"""Points for standing at most three lines above a byline or date."""

DATE_LINE: Final = 30
"""Words of a line that may state the date; half of that where no word says that it is the publication's."""

DATELINE: Final = 60
"""Characters of the body's first line in which a dateline may state the date."""

CREDITS_BELOW: Final = 4
"""Lines below the body that may credit an agency."""

_COPYRIGHT: Final = re.compile(
    r"(?:©|\(c\)|copyright)[\s,:]{0,3}(?:©\s?)?(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:(?:19|20)\d\d|present))?)?[\s,:]{0,3}"
    r"(?:by )?([^\W\d_][^|.,;©()\d]{2,40})",
    re.IGNORECASE,
)
_TITLE_TAIL: Final = re.compile(r"\s[|–—-]\s([^|–—]{3,40})$")


class Metadata(NamedTuple):
    """What was found, and the label of each place (number in the list of facts) it was found at."""

    headline: str = ""
    standfirst: str = ""
    byline: str = ""
    agency: str = ""
    place: str = ""
    date: str | None = None
    date_evidence: str = ""
    publisher: str = ""
    labels: Mapping[int, Label] = {}


def read(facts: Sequence[Fact], body: Sequence[int], *, latest: date) -> Metadata:
    """Read the metadata of the article whose body stands at the places `body` (not empty) of `facts`.

    The headline may be one of these places: the caller takes it, and whatever else is labelled, out of the
    body.
    """
    labels: dict[int, Label] = {}
    title = headline(facts, body)
    if title is not None:
        labels[title] = Label.HEADLINE
    rest = [place for place in body if place != title]
    first = rest[0] if rest else body[0]
    top = title if title is not None else max(0, first - 6)
    zone = [place for place in range(max(0, top - 3), min(first + 3, len(facts))) if place != title]
    names = _byline(facts, zone, labels)
    last = body[-1]
    below = range(last + 1, min(last + 1 + CREDITS_BELOW, len(facts)))
    wire = _agency(facts, [*zone, last, *below], labels)
    day, evidence = _date(facts, top, first, latest, labels)
    opening = next((place for place in rest if place not in labels), first)
    filed = bylines.dateline(facts[opening].text)
    stand = _standfirst(facts, range(top + 1, opening), labels) if title is not None else None
    return Metadata(
        headline=facts[title].text[:500] if title is not None else "",
        standfirst=facts[stand].text if stand is not None else "",
        byline=names,
        agency=wire or filed.agency,
        place=filed.place,
        date=day.isoformat() if day else None,
        date_evidence=evidence,
        publisher=_publisher(facts, last, facts[title].text if title is not None else ""),
        labels=labels,
    )


def headline(facts: Sequence[Fact], body: Sequence[int]) -> int | None:
    """Return the place of the headline: a line above the body or its first lines that shares its words."""
    first = body[0]
    used = Counter(word for place in body[:TOPIC] for word in facts[place].content)
    low = max(0, first - ABOVE)
    stamped = [_is_stamp(fact) for fact in facts[low : first + 7]]
    scored: list[tuple[float, int]] = []
    for place in [*range(low, first), *body[:3]]:
        inside = place >= first
        if _can_be_headline(facts[place], inside=inside):
            score = _headline_score(facts[place], used, inside=inside, opens_page=place == 0)
            stamps = stamped[place - low + 1 : place - low + 4]
            scored.append((score + (BEFORE_STAMP if any(stamps) else 0.0), place))
    best = max((score for score, _ in scored), default=0.0)
    if best < HEADLINE_FLOOR:
        return None
    return min([place for score, place in scored if score >= best - HEADLINE_TIE])


def _is_stamp(fact: Fact) -> bool:
    """Whether the line is what stands under headlines: a byline or a date."""
    if fact.words > 15:
        return False
    return (fact.dated and fact.words < 12) or has(fact, Cue.BYLINE) or bool(bylines.names(fact.text))


def _can_be_headline(fact: Fact, *, inside: bool) -> bool:
    if not 2 <= fact.words <= LONGEST_HEADLINE or bylines.agency(fact.text):
        return False
    if fact.words < 15 and bylines.names(fact.text):
        return False
    return not inside or (fact.words <= 25 and (not fact.ends or fact.text[-1] in "?!？！"))


def _headline_score(fact: Fact, used: Mapping[str, int], *, inside: bool, opens_page: bool) -> float:
    shared = sum(1 for word in fact.content if used[word] > inside)
    score = shared / (len(fact.content) + 1) + 0.15 * min(shared, 6)
    score += 0.6 if 4 <= fact.words <= 20 else 0.0
    score += 0.3 if fact.copies and fact.words >= 4 else 0.0
    score -= 0.8 if fact.ends and fact.text[-1] in ".。" else 0.0
    score -= 0.6 if fact.dated and fact.words < 8 else 0.0
    score -= 0.6 if fact.bullet or fact.indent > 4 else 0.0
    score += 0.3 if opens_page else -0.6 if inside else 0.0
    score -= 0.5 if fact.cues & ~(Cue.PHOTO | Cue.RELATED) and fact.words < 6 else 0.0
    score -= 0.5 if fact.credit or has(fact, Cue.PHOTO) else 0.0
    return score - (0.4 if fact.words > 16 else 0.0)


def _byline(facts: Sequence[Fact], zone: Sequence[int], labels: dict[int, Label]) -> str:
    for place in zone:
        text = facts[place].text
        if bylines.opens_byline(text) and place + 1 in zone:
            names = bylines.names(facts[place + 1].text, bare=True)
            if names:
                labels[place] = labels[place + 1] = Label.BYLINE
                return names
        elif facts[place].words <= 30 and (names := bylines.names(text)):
            labels[place] = Label.BYLINE
            return names
    return ""


def _agency(facts: Sequence[Fact], places: Sequence[int], labels: dict[int, Label]) -> str:
    for place in places:
        if facts[place].words <= 20 and (found := bylines.agency(facts[place].text)):
            labels.setdefault(place, Label.AGENCY)
            return found
    return ""


def _standfirst(facts: Sequence[Fact], places: range, labels: dict[int, Label]) -> int | None:
    """Return the first sentence between headline and body that is not furniture, caption or byline."""
    for place in places:
        fact = facts[place]
        plain = not (fact.cues & ~Cue.BYLINE or fact.credit or fact.copies or place in labels)
        if fact.words >= 8 and fact.density >= 0.2 and not fact.dated and plain:
            labels[place] = Label.STANDFIRST
            return place
    return None


def _date(
    facts: Sequence[Fact], top: int, first: int, latest: date, labels: dict[int, Label]
) -> tuple[date | None, str]:
    """Read the date line: the nearest line that says "published", else a short one below the headline.

    Above the headline stands the day of the visit (page headers), so only a line that says what it is
    counts there.
    """
    below = range(top, min(first + 3, len(facts)))
    above = range(top - 1, max(-1, top - 4), -1)
    chosen: tuple[int, date] | None = None
    for place in [*below, *above]:
        fact = facts[place]
        if (fact.words > DATE_LINE and place != first) or fact.credit or has(fact, Cue.PHOTO):
            continue
        head = fact.text[: dates.LONGEST if fact.words <= DATE_LINE else DATELINE]
        day = dates.published(head, latest=latest)
        if day is not None and dates.PUBLISHED.search(head):
            chosen = place, day
            break
        if day is not None and chosen is None and place > top and fact.words <= DATE_LINE / 2:
            chosen = place, day
    if chosen is None:
        return None, ""
    place, day = chosen
    if facts[place].words <= DATE_LINE and not facts[place].ends:
        labels.setdefault(place, Label.OTHER)
    return day, facts[place].text[: dates.LONGEST]


def _publisher(facts: Sequence[Fact], last: int, title: str) -> str:
    """Return whom the copyright line below the article names, or what follows the bar in a page title."""
    for fact in facts[last : last + 200]:
        if has(fact, Cue.LEGAL) and (found := _COPYRIGHT.search(fact.text[:200])):
            name = re.sub(
                r"\s*(?:all rights|alle rechte|tous droits|todos los).*$",
                "",
                found[1],
                flags=re.IGNORECASE,
            )
            if name.strip() and name.strip()[0].isupper():
                return name.strip()
    found_tail = _TITLE_TAIL.search(title[-60:])
    return found_tail[1].strip() if found_tail and "|" in found_tail[0] else ""
