"""Headline, standfirst, byline, agency, place, date and publisher of the article found on a page.

Everything is looked for close to the article, above all between headline and body: a teaser, a footer or a
page header states the facts of other things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from index.article import Label
from tasks import credit_lines, date_lines
from tasks.cues import Cue
from tasks.datelines import CONTEXT, dateline
from tasks.headlines import ABOVE, TOPIC, headline
from tasks.headlines import title as title_of
from tasks.lines import Fact, has

STAMP: Final = 8
"""Words of a line that tells reading time, date or update and nothing else."""

CREDITS_BELOW: Final = 4
"""Lines below the body that may credit an agency."""

UNTITLED: Final = 6
"""Lines above the body that belong to it where no headline was found."""

_COPYRIGHT: Final = re.compile(
    r"(?:©|\(c\)|copyright)[\s,:]{0,3}(?:©\s?)?(?:(?:19|20)\d\d(?:\s?[-–]\s?(?:(?:19|20)\d\d"
    r"|present))?)?[\s,:]{0,3}"
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


def read(
    facts: Sequence[Fact], body: Sequence[int], *, latest: date, after: int = 0, before: int | None = None
) -> Metadata:
    """Read the metadata of the article whose body stands at the places `body` (not empty) of `facts`.

    The headline may be one of these places: the caller takes it, and whatever else is labelled, out of
    the body. Where a page holds several articles, `after` is the first place that belongs to this one's
    neighbourhood and `before` the first below it that does not: what stands outside belongs to the
    others. Only the publisher is the page's, and looked for below all of them. No day after `latest` is
    believed.
    """
    labels: dict[int, Label] = {}
    until = len(facts) if before is None else min(before, len(facts))
    title = headline(facts, body, after=after)
    if title is not None:
        labels[title] = Label.HEADLINE
    rest = [place for place in body if place != title]
    first = rest[0] if rest else body[0]
    top = title if title is not None else max(after, first - UNTITLED)
    zone = [place for place in range(max(after, top - 3), min(first + 3, until)) if place != title]
    last = body[-1]
    below = range(last + 1, min(last + 1 + CREDITS_BELOW, until))
    prose = next((place for place in rest[:4] if facts[place].prose), first)
    between = range(title + 1, min(prose, title + ABOVE)) if title is not None else range(0)
    wire = credit_lines.wire(facts, between, [*zone, last, *below], last, labels)
    names = credit_lines.byline(facts, zone, labels) or credit_lines.signature(
        facts, between, body, latest, labels
    )
    names = names or credit_lines.reported(facts, below, labels)
    near = date_lines.Zone(top=top, body=rest or body, after=after, before=until, titled=title is not None)
    dated = date_lines.publication(facts, near, latest=latest)
    if dated is not None and _is_date_line(facts[dated.place]):
        labels.setdefault(dated.place, Label.OTHER)
    _stamps(facts, rest, labels)
    if title is not None:
        labels |= {place: Label.NAV for place in rest if place < title and _is_kicker(facts[place])}
    opening = next((place for place in rest if place not in labels), first)
    filed = dateline(facts[_first_filed(rest, labels, opening)].text, _context(facts, title, rest))
    stand = _standfirst(facts, range(top + 1, opening), labels) if title is not None else None
    return Metadata(
        headline=title_of(facts[title].text) if title is not None else "",
        standfirst=facts[stand].text if stand is not None else "",
        byline=names,
        agency=wire or filed.agency,
        place=filed.place,
        date=dated.day.isoformat() if dated else None,
        date_evidence=dated.evidence if dated else "",
        publisher=_publisher(facts, last, facts[title].text if title is not None else ""),
        labels=labels,
    )


def _is_date_line(fact: Fact) -> bool:
    """Whether the line that states the date is no part of the text."""
    if fact.words <= STAMP:
        return True
    return fact.words <= date_lines.LONGEST_LINE and not fact.ends and not dateline(fact.text).place


def _is_kicker(fact: Fact) -> bool:
    """Whether a line above the headline is the name of its section, not a sentence."""
    return fact.words <= 12 and not fact.ends


def _stamps(facts: Sequence[Fact], rest: Sequence[int], labels: dict[int, Label]) -> None:
    """Label what opens the body and only tells about the article: reading time, date, update."""
    for place in rest[:3]:
        fact = facts[place]
        if place not in labels and has(fact, Cue.BYLINE) and fact.words <= STAMP and fact.cjk < 0.3:
            labels[place] = Label.OTHER


def _first_filed(rest: Sequence[int], labels: Mapping[int, Label], opening: int) -> int:
    """Return the place of the paragraph that may open with a dateline: the first below byline and date.

    What stands above them is a standfirst that the body was taken to begin with.
    """
    stamps = (Label.BYLINE, Label.AGENCY, Label.OTHER)
    above = [
        place for place, label in labels.items() if label in stamps and place < rest[min(3, len(rest) - 1)]
    ]
    lowest = max(above, default=-1)
    return next((place for place in rest if place > lowest and place not in labels), opening)


def _context(facts: Sequence[Fact], title: int | None, rest: Sequence[int]) -> str:
    """Return headline and first paragraphs, without the very first: where a place is looked for again."""
    places = [*([title] if title is not None else []), *rest[1:TOPIC]]
    return "\n".join(facts[place].text[:CONTEXT] for place in places)[:CONTEXT]


def _standfirst(facts: Sequence[Fact], places: range, labels: dict[int, Label]) -> int | None:
    """Return the first sentence between headline and body that is not furniture, caption or byline."""
    for place in places:
        fact = facts[place]
        plain = not (fact.cues & ~Cue.BYLINE or fact.credit or fact.copies or place in labels)
        if fact.words >= 8 and fact.density >= 0.2 and not fact.dated and plain:
            labels[place] = Label.STANDFIRST
            return place
    return None


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
