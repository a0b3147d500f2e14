"""Who and which agency the lines around an article credit: where `bylines` and `agencies` are asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from index.article import Label
from tasks import bylines, dates
from tasks.agencies import agency, titled_agency, trailing_agency
from tasks.headlines import TOPIC
from tasks.lines import Fact
from tasks.wording import SAMPLE

SIGNED: Final = 15
"""Words of a line that may be a byline without "By"."""

NEIGHBOUR: Final = 2
"""Lines between such a byline and the date or agency that vouches for it.

On the development pages, right of found: 270 of 275 without such bylines, 351 of 361 with 1 line, 358 of 368
with 2; then 359 of 365 with the words that are no names.
"""

STAMP_WORDS: Final = 15
"""Words of a line that gives a date and little else."""

SMALL: Final = 1000
"""Lines of a page whose words in small letters tell names from sections ("Find Care")."""

_WORD: Final = re.compile(r"[^\W\d_]{4,30}")


def byline(facts: Sequence[Fact], zone: Sequence[int], labels: dict[int, Label]) -> str:
    """Return the names of the first byline that says "By", on its line or on the next; label it."""
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


def signature(
    facts: Sequence[Fact], between: range, body: Sequence[int], latest: date, labels: dict[int, Label]
) -> str:
    """Read a byline without "By" between headline and body: names with a role, or names beside a stamp.

    Bare names are believed only next to a full date or an agency, and where neither headline nor body speaks
    of them: a person in the news stands in both.
    """
    plain = [
        place
        for place in between
        if facts[place].words <= SIGNED and not facts[place].ends and place not in labels
    ]
    for place in plain:
        if names := bylines.signature(facts[place].text):
            labels[place] = Label.BYLINE
            return names
    spoken: set[str] | None = None
    for place in plain:
        near = range(max(between.start, place - NEIGHBOUR), min(place + NEIGHBOUR + 1, between.stop))
        stamped = any(
            labels.get(other) is Label.AGENCY or _is_dated(facts[other], latest)
            for other in near
            if other != place
        )
        names = bylines.bare_names(facts[place].text) if stamped else ""
        if not names or facts[place].cues:
            continue
        spoken = _spoken(facts, between, body) if spoken is None else spoken
        if not facts[place].content & spoken:
            labels[place] = Label.BYLINE
            return names
    return ""


def _spoken(facts: Sequence[Fact], between: range, body: Sequence[int]) -> set[str]:
    """Return the words of headline and first paragraphs, and all that the page writes small somewhere."""
    topic = {word for place in [between.start - 1, *body[:TOPIC]] for word in facts[place].content}
    small = {
        word
        for fact in facts[:SMALL]
        if "/" not in fact.text[:SAMPLE]
        for word in _WORD.findall(fact.text[:SAMPLE])
        if word.islower()
    }
    return topic | small


def _is_dated(fact: Fact, latest: date) -> bool:
    return fact.dated and fact.words <= STAMP_WORDS and any(dates.dates_in(fact.text, latest=latest))


def reported(facts: Sequence[Fact], below: Sequence[int], labels: dict[int, Label]) -> str:
    """Return the names of a reporting credit below the article; label it."""
    for place in below:
        if names := bylines.reporting(facts[place].text):
            labels[place] = Label.BYLINE
            return names
    return ""


def wire(
    facts: Sequence[Fact], between: range, places: Sequence[int], last: int, labels: dict[int, Label]
) -> str:
    """Return the first agency that a line credits, and label that line; else what the line `last` ends with.

    A line that only calls itself a news service is believed between headline and body alone.
    """
    for place in places:
        text = facts[place].text
        found = agency(text) if facts[place].words <= 20 else ""
        if found or (place in between and (found := titled_agency(text))):
            labels.setdefault(place, Label.AGENCY)
            return found
    return trailing_agency(facts[last].text)
