"""Several articles in one file: the parts of a page that each hold one.

The decoder keeps one stretch of a page. Stories pasted together and digests stand inside it (`tasks.cuts`);
the second of two whole pages often stands outside it, as a run of prose under a headline of its own. A false
split is worse than a missed one, so in doubt a page is one article. Linear in lines and words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tasks import cuts
from tasks.context import Column
from tasks.cues import Cue
from tasks.cuts import (
    FILED_LINES,
    FILED_SAME,
    FILED_WORDS,
    REACH,
    WINDOW_LINES,
    Cut,
    Head,
    Lines,
    best_head,
    common,
    core,
    full_heads,
    heads_above,
    is_head,
    is_stamp,
    share,
    union,
)
from tasks.lines import Fact

# Articles outside the kept lines are found in 148 of the 423 pairs of whole pages of `evals.stories`, and in
# none of the 1,833 single pages. With a title of .3 it is 155 and 3.
FURTHER_WORDS: Final = 120
FURTHER_LINES: Final = 3
FURTHER_GAP: Final = 10
"""Words and lines of prose of such an article, and other lines between two of its paragraphs."""
FURTHER_CORE: Final = 0.04
"""Share of its words that stand on more than one of its lines: teasers speak of many things."""
FURTHER_TITLE: Final = 0.4
FURTHER_FOREIGN: Final = 0.2
"""Share of its title's words that it uses itself at least, and that the kept article uses at most."""
BROKEN: Final = 0.10
"""Share of the smaller vocabulary that two articles have in common at most (.13: 156 and 3; .07: 125, 0)."""
KICKER_WORDS: Final = 6
"""Words of a section's name above a headline."""

FILED_GAP: Final = 3
FILED_ODDS: Final = -2.0
"""Other lines between two paragraphs below a full head, and log-odds of being body of such a paragraph."""
FILED_PROSE: Final = 2
"""Paragraphs of an article with a full head at least: a teaser has one."""

_NOTICE: Final = int(Cue.LEGAL | Cue.SUBSCRIBE)

Piece = tuple[int, list[int]]
"""First place and body of an article."""


@dataclass(frozen=True, slots=True)
class Part:
    """One article: the places of its body, and the half-open range of places that speak of it alone."""

    body: tuple[int, ...]
    start: int
    end: int


def parts(facts: Sequence[Fact], odds: Column, body: Sequence[int]) -> list[Part]:
    """Return the articles of a page in page order; one, with all of `body`, where it holds no more.

    `odds` are the log-odds of each of the `facts` of being body, `body` the ascending places that the decoder
    kept; none where it kept none. The ranges of the parts lie side by side and cover the page. A part outside
    `body` holds the places of its range that are more likely body than not: the caller may decode it anew
    there. A headline inside the body stays in it, for `tasks.metadata` to find. Raises nothing.
    """
    if not body:
        return []
    found = cuts.chosen(cuts.candidates(facts, body), facts, body)
    inner = _cut(facts, body, found)
    opening, closing = (_lines(facts, places) for places in (body[:WINDOW_LINES], body[-WINDOW_LINES:]))
    below = _further(facts, odds, range(body[-1] + 1, len(facts)), closing, filed=True)
    above = _further(facts, odds, range(body[0]), opening, filed=_is_filed(facts, body[0]))
    if above:
        inner[0] = (_top(facts, above[-1][1][-1], body[0], opening), inner[0][1])
    begun = [*above, *inner, *below]
    starts = [0, *(start for start, _ in begun[1:])]
    return [
        Part(tuple(places), start, end)
        for (_, places), (start, end) in zip(begun, pairwise([*starts, len(facts)]), strict=True)
    ]


def _is_filed(facts: Sequence[Fact], first: int) -> bool:
    """Whether the kept lines have a full head of their own; else they may go on with what is above."""
    near = range(max(0, first - FILED_LINES), min(first + FILED_LINES + 1, len(facts)))
    return any(abs(head.lead - first) <= FILED_GAP for head in full_heads(facts, near))


def _lines(facts: Sequence[Fact], places: Sequence[int]) -> Lines:
    return [facts[place].content for place in places]


def _top(facts: Sequence[Fact], last: int, first: int, text: Lines) -> int:
    """Return where the article begins whose first kept line is `first`, below another that ends at `last`."""
    heads = heads_above(facts, last, first)
    return best_head(facts, heads, text) if heads else first


def _cut(facts: Sequence[Fact], body: Sequence[int], made: Sequence[Cut]) -> list[Piece]:
    """Return the first place and the body of each article inside the kept lines.

    Short lines above a headline (its section) are taken from the article above it.
    """
    orders = [0, *(cut.order for cut in made), len(body)]
    heads = [body[0], *(cut.head for cut in made)]
    pieces = [list(body[first:last]) for first, last in pairwise(orders)]
    for number in range(1, len(pieces)):
        above = pieces[number - 1]
        while len(above) > 1 and above[-1] + 1 == heads[number] and _is_kicker(facts[above[-1]]):
            heads[number] = above.pop()
    return list(zip(heads, pieces, strict=True))


def _is_kicker(fact: Fact) -> bool:
    return fact.words <= KICKER_WORDS and not (fact.ends or fact.bullet or fact.credit or is_stamp(fact))


def _further(facts: Sequence[Fact], odds: Column, region: range, kept: Lines, *, filed: bool) -> list[Piece]:
    """Return the articles of a region in which the decoder kept nothing; `kept` is the next article.

    A run of prose that goes on with the words of the article above it belongs to that one. With `filed` a
    run below a full head is an article though it shares words with the others.
    """
    found: list[Piece] = []
    floor = region.start
    heads = full_heads(facts, region) if filed else []
    titles = {head.lead: head.title for head in heads}
    for run in _runs(facts, odds, region, heads):
        lines = _lines(facts, run[:WINDOW_LINES])
        others = _lines(facts, found[-1][1][-WINDOW_LINES:]) if found else kept
        if run[0] in titles and _is_signed(facts, run, others):
            found.append((titles[run[0]], sorted({*run, *_likely(odds, run[0], run[-1])})))
        elif found and not _is_broken(lines, _lines(facts, found[-1][1][-WINDOW_LINES:])):
            found[-1][1].extend(_likely(odds, found[-1][1][-1] + 1, run[-1]))
        elif _is_full(facts, run) and _is_broken(lines, kept):
            head = _own_head(facts, range(max(floor, run[0] - REACH), run[0]), union(lines), union(kept))
            if head is not None:
                found.append((head, _likely(odds, run[0], run[-1])))
        floor = run[-1] + 1
    return found


def _is_signed(facts: Sequence[Fact], run: Sequence[int], others: Lines) -> bool:
    """Whether the run below a full head is an article of its own, and no second print of another."""
    prose = [facts[place].words for place in run if facts[place].prose]
    lines = _lines(facts, run[:WINDOW_LINES])
    return len(prose) >= FILED_PROSE and sum(prose) >= FILED_WORDS and common(others, lines) < FILED_SAME


def _runs(facts: Sequence[Fact], odds: Column, region: range, heads: Sequence[Head]) -> list[list[int]]:
    """Group the lines of prose that are more likely body than not and stand close together.

    Below the first paragraph of a full head, which opens a group, less likely ones are taken too.
    """
    runs: list[list[int]] = []
    leads = {head.lead for head in heads}
    reach = -1
    for place, odd in zip(region, odds[region.start : region.stop].tolist(), strict=True):
        if odd <= FILED_ODDS or facts[place].cues & _NOTICE:
            continue
        opens = place in leads
        if opens or (facts[place].prose and place <= reach):
            reach = place + 1 + FILED_GAP
        elif not (odd > 0 and facts[place].prose):
            continue
        if runs and not opens and place - runs[-1][-1] <= FURTHER_GAP:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _likely(odds: Column, first: int, last: int) -> list[int]:
    """Return the places in the range, both ends included, that are more likely body than not."""
    return [first + order for order, odd in enumerate(odds[first : last + 1].tolist()) if odd > 0]


def _is_full(facts: Sequence[Fact], run: Sequence[int]) -> bool:
    """Whether the run is as long as an article and speaks of one thing, unlike a list of teasers."""
    if len(run) < FURTHER_LINES or sum(facts[place].words for place in run) < FURTHER_WORDS:
        return False
    lines = _lines(facts, run[:WINDOW_LINES])
    return len(core(lines)) >= FURTHER_CORE * len(union(lines))


def _own_head(facts: Sequence[Fact], above: range, text: frozenset[str], kept: frozenset[str]) -> int | None:
    """Return the headline that shares most with the text below it, and little with the kept article."""
    scored = [
        (share(facts[place].content, text), -place)
        for place in above
        if facts[place].words >= 3
        and is_head(facts[place])
        and share(facts[place].content, kept) <= FURTHER_FOREIGN
    ]
    used, place = max(scored, default=(0.0, 0))
    return -place if used >= FURTHER_TITLE else None


def _is_broken(first: Lines, second: Lines) -> bool:
    """Whether two texts share so few words, and so little of what they are about, that they are two."""
    before, after = union(first), union(second)
    size = min(len(before), len(after))
    if not size or len(before & after) > BROKEN * size:
        return False
    return max(share(core(first), after), share(core(second), before)) <= FURTHER_FOREIGN
