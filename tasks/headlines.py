"""Which line of a page is the headline of its article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from tasks import bylines
from tasks.agencies import agency
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
HEADLINE_ABOVE: Final = 0.8
"""The same for a shorter line right above the best one, which is its standfirst then, if it has so many
words. Right headlines of the 1,745 found on the development pages: 1,241 without, 1,254 at 0.6 and 8 words,
1,261 at 0.8 and 8, 1,265 at 0.8 and 12."""
STANDFIRST: Final = 12
BEFORE_STAMP: Final = 0.7
"""Points for standing at most three lines above a byline or date."""


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
    found = min([place for score, place in scored if score >= best - HEADLINE_TIE])
    return _above_standfirst(facts, found, {place: score for score, place in scored}, best)


def _above_standfirst(facts: Sequence[Fact], found: int, scores: Mapping[int, float], best: float) -> int:
    """Return the line right above the one found where that is its headline.

    A standfirst shares more words with the body than the shorter headline above it.
    """
    above = facts[found - 1] if found else None
    score = scores.get(found - 1, 0.0)
    near = score >= max(HEADLINE_FLOOR, best - HEADLINE_ABOVE)
    if above is None or not near or above.ends or above.credit or above.dated or has(above, Cue.PHOTO):
        return found
    return found - 1 if 4 <= above.words < facts[found].words >= STANDFIRST else found


def _is_stamp(fact: Fact) -> bool:
    """Whether the line is what stands under headlines: a byline or a date."""
    if fact.words > 15:
        return False
    said = bylines.names(fact.text) or bylines.signature(fact.text) or agency(fact.text)
    return (fact.dated and fact.words < 12) or has(fact, Cue.BYLINE) or bool(said)


def _can_be_headline(fact: Fact, *, inside: bool) -> bool:
    if not 2 <= fact.words <= LONGEST_HEADLINE or agency(fact.text):
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
