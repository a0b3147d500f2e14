"""Where inside the kept lines of a page another article may begin.

A line like a headline, with a break in vocabulary below it, parts two articles (lexical cohesion, after
TextTiling, Hearst 1997). The words that stand on both sides, the line's own words, a byline or dateline below
it and the space above it are weighed by a logistic regression. Linear in lines and words.
"""

from __future__ import annotations

from bisect import bisect, bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from math import log, log1p
from typing import Final

from tasks import agencies, bylines, datelines
from tasks.cues import Cue
from tasks.lines import Fact

WINDOW_WORDS: Final = 500
WINDOW_LINES: Final = 24
"""How far above and below a cut vocabularies are compared. Where .5 % of the single pages were
cut, .54 of the bare pairs of `evals.stories` were found with 250 words, .56 with 500."""
NEAR_LINES: Final = 6
"""The same for a first look, which spares most cuts the second."""
HEAD_WORDS: Final = 30
"""Words of a headline at most, 2 at least."""
CUE_WORDS: Final = 5
"""Words from which a cue does not tell a headline from furniture."""
REACH: Final = 30
"""Lines above a kept one in which its headline is looked for, as in `tasks.headlines`."""
TO_PROSE: Final = 7
"""Lines below a headline within which its prose begins."""
LEAD_WORDS: Final = 25
"""Words from which a line below a headline is its first paragraph even without a sentence end."""
STAMP_WORDS: Final = 15
"""Words of a byline, an agency or a date line at most."""

SAME: Final = 0.20
OTHER: Final = 0.03
"""Share of the smaller vocabulary that stands on the other side too: inside an article, between two articles
(about the medians of the examples of `evals.story_weights`)."""
MOST_BREAK: Final = 2.0
"""Tenths of log-odds beyond which the break of vocabulary counts no more (at 3 a tenth fewer are found)."""
RELATED: Final = 0.13
"""Share from which the two sides are one article whatever else is seen."""

# Printed by `python -m evals.story_weights GOLD`. Cross-validated by site, cuts in .5 % of the single pages
# find .75 of the boundaries of bare pairs, .89 of stamped ones, .75 of whole pages, where they are examples.
WEIGHTS: Final[Mapping[str, float]] = {
    "one": -2.98,
    "break": 0.97,
    "core below": -4.26,
    "core above": -4.05,
    "title below": 3.75,
    "title above": -4.55,
    "stamp": 1.70,
    "dateline": 1.82,
    "gap": 5.81,
    "furniture": 0.76,
    "question": -0.48,
    "title length": -1.17,
    "open": -1.66,
}
CUT: Final = 0.7
CUT_WORDS: Final = 100
"""Log-odds of a cut, and words of prose on both sides of it. Of the 1,833 single pages of `evals.stories` 8
are cut, 4 of them one weekly guide in four conversions, and .62 of the bare pairs; at 1.0 6 and .58."""
ITEM: Final = -2.0
ITEM_WORDS: Final = 20
ITEM_CUTS: Final = 3
ITEM_MOST: Final = 120
"""The same in a digest, which shows itself by so many cuts and at most so many words of prose an item. Of
the boundaries of digests .64 are found, .53 at 0, .73 at -3; no single page is cut by it down to -3.5."""

# With full heads .763 of the boundaries of stamped pairs of `evals.stories` are found (without .753),
# of stamped triples .734 and .702, of whole pages .634 and .626; 5 of 918 single pages are split either way.
# A looser rule (other lines among byline and date, no `FILED_TITLE` inside the body) split 9: teaser lists.
FILED_LINES: Final = 5
"""Lines below a headline within which byline, date and first paragraph of a full head stand."""
FILED_TITLE: Final = 0.4
"""Share of the headline's words that stand in the text right below it at least."""
FILED_WORDS: Final = 50
"""Words of prose on both sides of a cut above a full head."""
FILED_SAME: Final = 0.7
"""Share of the smaller vocabulary from which even below a full head the same article is printed again."""

Lines = Sequence[frozenset[str]]
"""The content words of lines, one set a line."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where another article may begin: its order in the body, its headline's place, what speaks for it.

    `filed` where a full head stands there, which speaks for itself.
    """

    order: int
    head: int
    features: Mapping[str, float]
    filed: bool = False

    @property
    def score(self) -> float:
        """Log-odds that another article begins here."""
        return sum(WEIGHTS[name] * value for name, value in self.features.items())


class Text:
    """The content words of a sequence of lines, looked at through windows."""

    def __init__(self, facts: Sequence[Fact], places: Sequence[int]) -> None:
        self.content = [facts[place].content for place in places]
        self.words = list(accumulate([facts[place].words for place in places], initial=0.0))

    def below(self, order: int) -> list[frozenset[str]]:
        """Return the lines from the one of that order on, at most `WINDOW_LINES` and about `WINDOW_WORDS`."""
        reach = bisect(self.words, self.words[order] + WINDOW_WORDS)
        return self.content[order : min(reach, order + WINDOW_LINES)]

    def above(self, order: int) -> list[frozenset[str]]:
        """Return the same above the line of that order."""
        reach = bisect(self.words, self.words[order] - WINDOW_WORDS) - 1
        return self.content[max(reach, order - WINDOW_LINES, 0) : order]


def candidates(facts: Sequence[Fact], body: Sequence[int]) -> list[Cut]:
    """Return the places of the body at which another article may begin: below a headline of its own."""
    gaps = sorted(facts[place].gap for place in body)
    usual = gaps[len(gaps) // 2] if gaps else 0
    text = Text(facts, body)
    found = []
    for order in range(1, len(body)):
        last, first = body[order - 1], body[order]
        heads = heads_above(facts, last, first)
        lead = _lead(facts, max(heads[-1], first - 1)) if heads else None
        if lead is None:
            continue
        top = order + (heads[0] == first)
        above, below = text.above(order), text.below(top)
        if _goes_on(above[-NEAR_LINES:], below[:NEAR_LINES]) or _goes_on(above, below):
            continue
        head = best_head(facts, heads, below[:NEAR_LINES])
        if not is_stamp(facts[head]):
            features = _vocabulary(facts[head].content, above, below)
            features |= _layout(facts, last, first, usual, head, lead)
            found.append(Cut(order, head, features))
    return found


@dataclass(frozen=True, slots=True)
class Head:
    """A full head: the places of a headline and of the first paragraph, a byline and a date between them."""

    title: int
    lead: int


def full_heads(facts: Sequence[Fact], region: range) -> list[Head]:
    """Return the full heads of a region in page order.

    A headline, below it nothing but a byline or an agency and dates, and a first paragraph that uses the
    headline's words; a date or a dateline must be there. Nobody writes that in the middle of an article.
    """
    found = []
    for place in region:
        lead = _filed_lead(facts, place, region.stop)
        if lead is not None:
            found.append(Head(place, lead))
    return found


def _filed_lead(facts: Sequence[Fact], title: int, stop: int) -> int | None:
    """Return the first paragraph below the line where it is the headline of a full head."""
    if facts[title].words < 3 or facts[title].prose or not is_head(facts[title]):
        return None
    signed = dated = False
    for place in range(title + 1, min(title + 1 + FILED_LINES, stop)):
        fact = facts[place]
        if fact.prose or fact.words >= LEAD_WORDS:
            if not signed or is_stamp(facts[title]):
                return None
            filed = datelines.dateline(fact.text)
            full = dated or filed.place or filed.agency
            text = union([below.content for below in facts[place : min(place + NEAR_LINES, stop)]])
            return place if full and share(facts[title].content, text) >= FILED_TITLE else None
        by = fact.words <= STAMP_WORDS and is_signed(fact)
        if not by and not (fact.dated and fact.words <= STAMP_WORDS):
            return None
        signed, dated = signed or by, dated or fact.dated
    return None


def filed(facts: Sequence[Fact], body: Sequence[int]) -> list[Cut]:
    """Return the places of the body at which another article begins with a full head."""
    text = Text(facts, body)
    found = []
    for head in full_heads(facts, range(body[0] + 1, body[-1] + 1) if body else range(0)):
        order = bisect_left(body, head.title)
        below = bisect_left(body, head.lead)
        if (
            body[below] - head.lead < FILED_LINES
            and common(text.above(order), text.below(below)) < FILED_SAME
        ):
            found.append(Cut(order, head.title, {}, filed=True))
    return found


def heads_above(facts: Sequence[Fact], last: int, first: int) -> list[int]:
    """Return what may be the headline of the kept line `first`: itself, else lines below the kept `last`."""
    if is_head(facts[first]):
        return [first]
    above = range(max(last + 1, first - REACH), first)
    return [place for place in above if facts[place].words >= 3 and is_head(facts[place])]


def best_head(facts: Sequence[Fact], heads: Sequence[int], text: Lines) -> int:
    """Return the one of the `heads` that shares most words with the text below; of equals the nearest."""
    if len(heads) == 1:
        return heads[0]
    words = union(text)
    return max(heads, key=lambda place: (share(facts[place].content, words), place))


def is_head(fact: Fact) -> bool:
    """Whether the line looks like a headline."""
    if not 2 <= fact.words <= HEAD_WORDS or fact.bullet or fact.credit:
        return False
    if (fact.ends and fact.text[-1] in ".。…") or (" " not in fact.text and fact.cjk < 0.3):
        return False
    return fact.words >= CUE_WORDS or not fact.cues & ~(Cue.PHOTO | Cue.BYLINE)


def _lead(facts: Sequence[Fact], head: int) -> int | None:
    """Return the place of the first paragraph of prose soon below the line."""
    below = range(head + 1, min(head + 1 + TO_PROSE, len(facts)))
    return next((place for place in below if facts[place].words >= LEAD_WORDS or facts[place].prose), None)


def _goes_on(above: Lines, below: Lines) -> bool:
    """Whether so many words stand on both sides that no other evidence can part them."""
    return common(above, below) > RELATED


def common(above: Lines, below: Lines) -> float:
    """Return the share of the smaller vocabulary that stands on the other side too; 1 where one is empty."""
    before, after = union(above), union(below)
    return len(before & after) / min(len(before), len(after)) if before and after else 1.0


def _vocabulary(title: frozenset[str], above: Lines, below: Lines) -> dict[str, float]:
    before, after = union(above), union(below)
    return {
        "one": 1.0,
        "break": _break(len(before & after), min(len(before), len(after))),
        "core below": share(core(below), before),
        "core above": share(core(above), after),
        "title below": share(title, after),
        "title above": share(title, before),
    }


def _layout(
    facts: Sequence[Fact], last: int, first: int, usual: int, head: int, lead: int
) -> dict[str, float]:
    filed = datelines.dateline(facts[lead].text)
    before = facts[last]
    return {
        "stamp": float(any(is_stamp(facts[place]) for place in range(head + 1, lead))),
        "dateline": float(bool(filed.place or filed.agency)),
        "gap": max(0, facts[head].gap - usual) / 3,
        "furniture": log1p(min(first - last - 1, 30)),
        "question": float(facts[head].text[-1] in "?？؟"),
        "title length": abs(log(facts[head].words / 9)),
        "open": float(not before.ends and before.words > 4 and first - last <= 3),
    }


def union(lines: Lines) -> frozenset[str]:
    """Return the words of all lines."""
    return frozenset().union(*lines)


def core(lines: Lines) -> frozenset[str]:
    """Return the words that stand on more than one line."""
    return frozenset(word for word, count in Counter(chain.from_iterable(lines)).items() if count > 1)


def _break(shared: int, size: int) -> float:
    """Return a tenth of the log-odds of two texts against one, the words taken as independent.

    From `-MOST_BREAK` to `MOST_BREAK`.
    """
    odds = shared * log(OTHER / SAME) + (size - shared) * log((1 - OTHER) / (1 - SAME))
    return max(-MOST_BREAK, min(MOST_BREAK, odds / 10))


def share(words: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of the words that stand in the other text too, smoothed by one word that does not."""
    return len(words & other) / (len(words) + 1)


def is_stamp(fact: Fact) -> bool:
    """Whether the line is a byline, an agency or a date."""
    if fact.words > STAMP_WORDS:
        return False
    if fact.dated and fact.words <= 8 and fact.digits >= 0.2:
        return True
    return is_signed(fact)


def is_signed(fact: Fact) -> bool:
    """Whether the line, if short, is a byline or an agency."""
    return bool(bylines.names(fact.text) or bylines.signature(fact.text) or agencies.agency(fact.text))


def chosen(found: Sequence[Cut], facts: Sequence[Fact], body: Sequence[int]) -> list[Cut]:
    """Return the cuts to make, in page order: those of a digest, else the sure ones between full articles."""
    sure = filed(facts, body)
    known = {cut.order for cut in sure}
    found = sorted(
        [*sure, *(cut for cut in found if cut.order not in known)],
        key=lambda cut: cut.order,
    )
    if not found:
        return []
    prose = list(accumulate((facts[place].words * facts[place].prose for place in body), initial=0.0))
    items = _apart([cut for cut in found if cut.filed or cut.score > ITEM], prose, ITEM_WORDS)
    if len(items) >= ITEM_CUTS and prose[-1] <= ITEM_MOST * (len(items) + 1):
        return items
    return _apart([cut for cut in found if cut.filed or cut.score > CUT], prose, CUT_WORDS)


def _apart(found: Sequence[Cut], prose: Sequence[float], fewest: float) -> list[Cut]:
    """Take the cuts, best first, that leave so many words of prose between any two of them."""
    taken = [0, len(prose) - 1]
    kept = []
    for cut in sorted(found, key=lambda cut: (not cut.filed, -cut.score, cut.order)):
        needed = min(fewest, FILED_WORDS) if cut.filed else fewest
        at = bisect(taken, cut.order)
        above, below = taken[at - 1], taken[min(at, len(taken) - 1)]
        if prose[cut.order] - prose[above] >= needed and prose[below] - prose[cut.order] >= needed:
            insort(taken, cut.order)
            kept.append(cut)
    return sorted(kept, key=lambda cut: cut.order)
