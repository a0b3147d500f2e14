"""Which line of a page is the headline of its article.

Every line above the body and the first of the body gets points for what a headline looks like
(`_points`); the best one wins where it has `FLOOR` points. The weights were fitted as a conditional logit
(softmax over the candidate lines of a page), see `tasks.headline_weights`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from tasks import bylines
from tasks.agencies import agency
from tasks.cues import Cue
from tasks.headline_weights import WEIGHTS
from tasks.lines import Fact

ABOVE: Final = 80
"""Lines above the body in which the headline is looked for."""

INSIDE: Final = 6
"""First lines of the body that may be the headline."""

TOPIC: Final = 15
"""Lines of the body whose words the headline is compared with."""

LONGEST_HEADLINE: Final = 40
"""Words a headline has at most."""

LONGEST: Final = 500
"""Characters of a headline that are kept."""

FEWEST: Final = 1.8
"""Words a headline has at least: two, or three characters in scripts without spaces."""

FAR: Final = 12
FEWEST_FAR: Final = 4
"""The same for lines more than `FAR` lines above the body: most there are sections and buttons."""

BETWEEN: Final = 20
"""Lines from the first of the body on among which the headline may be, where the body begins above it."""

RESTATED: Final = 12
"""Letters from which a line within another line is no coincidence."""

FLOOR: Final = 3.0
"""Points below which no line is the headline: 2 of 47 such choices on the development pages were right, 13 of
41 with one point more, 50 of 91 with two."""

STANDFIRST: Final = 12
"""Words from which the line below a headline is a standfirst."""

_CRUMB: Final = re.compile(r"\s?(?:»|›|\s>\s)\s?")
_CRUMBS: Final = "»›>"
"""One of these stands in every line that `_CRUMB` finds."""
_OPENED: Final = frozenset("«‹")
"""Where one of these stands, "»" closes a quotation and no section."""
_MARK: Final = re.compile(r"^(?:#{1,6}|[•*·▪►>+◦○])\s+(?=\S)")
_SITE: Final = re.compile(r"\s\|\s[^|]{2,40}$")
_PHOTO: Final = int(Cue.PHOTO)
_RELATED: Final = int(Cue.RELATED)
_OPENING: Final = "\"'“”„«»‘’‚「『《〈¿¡([{-–—… "


class _View(NamedTuple):
    """What the candidates of one page share: places of stamps, of lines like headlines, of repeated text.

    `prose` is the place of the body's first paragraph; `cased` says that the body is written with capitals,
    for Georgian has small letters alone.
    """

    first: int
    body: frozenset[int]
    used: Mapping[str, int]
    lead: frozenset[str]
    stamps: frozenset[int]
    alike: frozenset[int]
    restated: frozenset[int]
    restating: frozenset[int]
    cased: bool
    prose: int


def headline(facts: Sequence[Fact], body: Sequence[int], *, after: int = 0) -> int | None:
    """Return the place of the headline, or None where no line looks like one.

    It stands above the body, not above `after`, or among the body's first lines.
    """
    best: tuple[float, int] | None = None
    for place, points in candidates(facts, body, after=after):
        score = sum([WEIGHTS.get(name, 0.0) * value for name, value in points.items() if value])
        if best is None or score > best[0]:
            best = score, place
    return best[1] if best is not None and best[0] >= FLOOR else None


def candidates(
    facts: Sequence[Fact], body: Sequence[int], *, after: int = 0
) -> Iterator[tuple[int, dict[str, float]]]:
    """Yield the place of each line that may be the headline, and what speaks for or against it by name."""
    first = body[0]
    low = max(0, after, first - ABOVE)
    until = min(body[min(INSIDE, len(body)) - 1] + 1, first + BETWEEN)
    near = range(max(low, first - FAR), min(until + 3, len(facts)))
    sized = [
        place
        for place in range(low, until)
        if (FEWEST if place >= first - FAR else FEWEST_FAR) <= facts[place].words <= LONGEST_HEADLINE
    ]
    credited = frozenset(place for place in {*near, *sized} if _is_credit(facts[place]))
    places = [place for place in sized if place not in credited]
    used = Counter(chain.from_iterable(facts[place].content for place in body[:TOPIC]))
    restated, restating = _repetitions({place: _plain(facts[place].text) for place in places})
    view = _View(
        first=first,
        body=frozenset(body[:INSIDE]),
        used=used,
        lead=frozenset().union(*(facts[place].content for place in body[:2])),
        stamps=frozenset(place for place in near if place in credited or _is_stamp(facts[place])),
        alike=frozenset(place for place in places if place < first and _looks_like_one(facts[place], used)),
        restated=restated,
        restating=restating,
        prose=next((place for place in body[:INSIDE] if facts[place].prose), len(facts)),
        cased=any(facts[place].capitals > 0 for place in body[:TOPIC]),
    )
    for place in places:
        yield place, _points(facts, place, view)


def title(text: str) -> str:
    """Return a headline line without bullets, path of sections before it and site's name behind it."""
    head = _MARK.sub("", text[:LONGEST], count=1)
    crumbs = _CRUMB.split(head) if _OPENED.isdisjoint(head) else [head]
    if crumbs[-1] and (len(crumbs) > 2 or (len(crumbs) == 2 and "»" in head)):
        head = crumbs[-1]
    bare = _SITE.sub("", head)
    return (bare if len(bare.split()) >= 3 else head).strip()


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text[:LONGEST].casefold()))


def _repetitions(texts: Mapping[int, str]) -> tuple[frozenset[int], frozenset[int]]:
    """Return the places whose text stands within another candidate's, and the places of those others.

    A path of sections or a page title holds the headline.
    """
    joined = "\n".join(texts.values())
    equal = Counter(texts.values())
    restated = frozenset(
        place for place, text in texts.items() if len(text) >= RESTATED and joined.count(text) > equal[text]
    )
    told = {texts[place] for place in restated}
    restating = frozenset(
        place for place, text in texts.items() if any(part in text and part != text for part in told)
    )
    return restated, restating


def _is_credit(fact: Fact) -> bool:
    """Whether a line is a byline or names an agency: never a headline."""
    return fact.words < 15 and bool(
        bylines.names(fact.text) or bylines.names_a_role(fact.text) or agency(fact.text)
    )


def _is_stamp(fact: Fact) -> bool:
    """Whether the line is what else stands under headlines: a date, reading time, a name with a role."""
    if fact.words > 15:
        return False
    return bool((fact.dated and fact.words < 12) or fact.cues & Cue.BYLINE or bylines.signature(fact.text))


def _looks_like_one(fact: Fact, used: Mapping[str, int]) -> bool:
    """Whether a line above the body would do as its headline: long enough, no sentence, on its topic."""
    plain = not (fact.dated or fact.credit or fact.bullet or fact.cues & _PHOTO or _stops(fact))
    return plain and 4 <= fact.words < 25 and not used.keys().isdisjoint(fact.content)


def _stops(fact: Fact) -> bool:
    return fact.ends and fact.text[-1] in ".。…।"


def _points(facts: Sequence[Fact], place: int, view: _View) -> dict[str, float]:
    """Return what speaks for or against a line, by the names of `WEIGHTS`; all values are at least 0."""
    fact = facts[place]
    inside = place >= view.first
    counts = [view.used[word] - inside for word in fact.content if word in view.used]
    shared = sum([count > 0 for count in counts])
    below = facts[place + 1] if place + 1 < len(facts) else None
    distance = 0 if inside else view.first - place
    near = view.stamps
    return {
        "share of its words in the body": shared / (len(fact.content) + 1),
        "words shared": min(shared, 6),
        "shares nothing": shared == 0,
        "frequent words": min(sum(count > 2 for count in counts), 4),
        "words of the lead": 0 if inside else min(len(fact.content & view.lead), 4),
        **_looks(fact),
        "opens small": view.cased and fact.text.lstrip(_OPENING)[:1].islower(),
        "opens the page": place == 0,
        "alone above the body": place == 0 and view.first == 1,
        "inside the body": inside,
        "between lines of the body": inside and place not in view.body,
        "deep inside": inside and place > view.first,
        "below prose": place > view.prose,
        "distance": min(distance, 30) / 10,
        "stamp below": place + 1 in near or place + 2 in near or place + 3 in near,
        "stamp right below": place + 1 in near,
        "stamp above": place - 1 in near or place - 2 in near or place - 3 in near,
        "gap above": min(fact.gap, 2),
        "gap below": min(below.gap, 2) if below else 0,
        "standfirst below": below is not None and _is_standfirst(below, view.used),
        "section above": 0 < place <= view.first and facts[place - 1].words < 4,
        "headline above, shorter": place - 1 in view.alike and facts[place - 1].words < fact.words,
        "headline above, no gap": place - 1 in view.alike and fact.gap == 0,
        "headlines above": sum([other in view.alike for other in range(place - 6, place - 1)]),
        "headline below": place + 1 in view.alike,
        "first of its kind": place in view.alike and place == min(view.alike),
        "listed": _is_listed(facts, place),
        "restated": place in view.restated,
        "restates": place in view.restating,
    }


def _looks(fact: Fact) -> dict[str, float]:
    """Return the part of `_points` that needs the line alone."""
    words, text = fact.words, fact.text
    return {
        "1 or 2 words": words < 3,
        "3 words": 3 <= words < 4,
        "4 to 5 words": 4 <= words < 6,
        "13 to 17 words": 13 <= words < 18,
        "18 to 24 words": 18 <= words < 25,
        "25 words and more": words >= 25,
        "ends with a stop": _stops(fact),
        "ends with a question": text[-1] in "?？!！",
        "ends with a colon": text[-1] in ":：",
        "sentences": fact.sentences > 0,
        "comma": "," in text[:LONGEST],
        "date": fact.dated and words < 8,
        "digits": fact.digits > 0.4,
        "bullet": fact.bullet and text[0] not in "-–—",
        "indented": fact.indent > 4,
        "copied": fact.copies > 0 and words >= 4,
        "related": fact.cues & _RELATED != 0,
        "picture": fact.credit or fact.cues & _PHOTO != 0,
        "title case": fact.capitals >= 0.6 and words >= 5,
        "path": any(map(text.__contains__, _CRUMBS)) and _is_path(text),
        "prose": fact.prose,
    }


def _is_path(text: str) -> bool:
    """Whether the line names sections, each within the one before."""
    return _OPENED.isdisjoint(text) and _CRUMB.search(text[:LONGEST]) is not None


def _is_standfirst(fact: Fact, used: Mapping[str, int]) -> bool:
    return fact.words >= STANDFIRST and sum([word in used for word in fact.content]) >= 3


def _is_listed(facts: Sequence[Fact], place: int) -> bool:
    """Whether it stands between lines of the same kind: a list of other headlines."""
    if not 0 < place < len(facts) - 1:
        return False
    indent = facts[place].indent
    around = (facts[place - 1], facts[place + 1])
    return all(6 <= other.words <= 20 and not other.ends and other.indent == indent for other in around)
