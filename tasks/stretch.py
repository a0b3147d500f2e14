"""Which lines of a page are the article's body: the scored lines, the heaviest stretch, its loose end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.context import Column
from tasks.cues import Cue
from tasks.lines import Fact
from tasks.trees import Trees

# Chosen on the development pages, cross-validated by site, with the linear line model of before (line-wise
# F1, all / news; without any: .9235 / .9277). With the trees they add .001 of shingle F1 (.9325, .9334).
LENIENCE: Final = 0.3
"""Log-odds added to every line; the stretch then takes back what it let in."""
REPEATED: Final = 4.0
"""Log-odds against a line that stands on many pages: of such lines 65 in 37,581 were body (EVIDENCE 2)."""
CLIP: Final = 3.0
"""Log-odds beyond which a line cannot pull the stretch any further."""
BRIDGE: Final = 0.3
"""What furniture inside the stretch counts against it, so that an article survives a banner in its middle."""
LOOSE_GAP: Final = 15
LOOSE_SHARE: Final = 0.3
"""Fewer than this share of the words behind more than this many other lines is another text (.9299 /
.9360)."""
END_WORDS: Final = 20
END_BEHIND: Final = 60
END_SHARE: Final = 0.5
"""A line of fewer words that opens with an `END` cue, behind so many words of body, ends the article,
unless more than this share of the body stands below it. Cutting at every `TAIL` cue lost .004."""
TITLE_WORDS: Final = 14
"""Words of a title among the last lines of the body (F1 of `evals.segmentation` .9245 without, .9246 at 8,
.9248 at 14 and at 20, a paragraph of prose above; .0003 more with any sentence above)."""
SUBHEAD_FLOOR: Final = -1.5
"""Log-odds from which a short line between two kept ones is a subhead or a short answer."""

LAST_WORDS: Final = 25
LAST_LINES: Final = 2
"""So many lines of so many words that end as sentences do are an article, however odd: better kept with
little confidence, for `newsfold review` to show first, than rejected."""


def log_odds(columns: Mapping[str, Column], model: Trees) -> Column:
    """Return the log-odds of being body, one a line."""
    total = model.log_odds(columns) + LENIENCE
    if "repeated" in columns:
        total -= REPEATED * columns["repeated"]
    return total


def body_lines(odds: Column, facts: Sequence[Fact], columns: Mapping[str, Column]) -> NDArray[np.bool_]:
    """Mark the lines of the article's body."""
    words = columns["words"]
    start, end = heaviest(odds, words)
    kept = np.zeros(len(facts), dtype=np.bool_)
    kept[start:end] = odds[start:end] > 0
    kept &= (columns["near copy"] == 0) & ((columns["credit"] == 0) | (words > 40))
    kept |= _subheads(kept, odds, words, columns)
    return _without_last_titles(_without_loose_end(_cut_at_end(kept, facts, words), words), facts)


def last_resort(facts: Sequence[Fact], columns: Mapping[str, Column]) -> list[int]:
    """Return the places of long sentences, where nothing on a page is an article; none if they are few."""
    common = columns.get("repeated", np.zeros(len(facts)))
    long = [
        place
        for place, fact in enumerate(facts)
        if fact.words >= LAST_WORDS
        and fact.ends
        and not common[place]
        and not fact.cues & (Cue.LEGAL | Cue.SUBSCRIBE)
    ]
    return long if len(long) >= LAST_LINES else []


def heaviest(odds: Column, words: Column) -> tuple[int, int]:
    """Return the half-open range of lines with the greatest sum (Kadane), long lines weighing more."""
    pulls = np.clip(odds, -CLIP, CLIP) * np.sqrt(np.minimum(words, 60) + 0.5)
    best, best_range, total, start = 0.0, (0, 0), 0.0, 0
    for place, pull in enumerate(pulls.tolist()):
        if total <= 0:
            total, start = 0.0, place
        total += pull if pull > 0 else BRIDGE * pull
        if total > best:
            best, best_range = total, (start, place + 1)
    return best_range


def _subheads(
    kept: NDArray[np.bool_], odds: Column, words: Column, columns: Mapping[str, Column]
) -> NDArray[np.bool_]:
    """Mark the short lines that stand between two lines of the body."""
    marks = np.zeros_like(kept)
    plain = (columns["furniture"] + columns["tail"] + columns["near copy"] + columns["credit"]) == 0
    fits = (odds > SUBHEAD_FLOOR) & (words <= 12) & plain
    marks[1:-1] = kept[:-2] & kept[2:] & fits[1:-1]
    return marks


def _cut_at_end(kept: NDArray[np.bool_], facts: Sequence[Fact], words: Column) -> NDArray[np.bool_]:
    """Drop what follows a line that ends articles ("Talk to us", "Reporting by"), once there is one."""
    before = np.cumsum(words * kept)
    for place, fact in enumerate(facts):
        if fact.cues & Cue.END and fact.words < END_WORDS and before[place] > END_BEHIND:
            if before[-1] - before[place] < END_SHARE * before[-1]:
                kept = kept.copy()
                kept[place:] = False
            break
    return kept


def _without_loose_end(kept: NDArray[np.bool_], words: Column) -> NDArray[np.bool_]:
    """Drop the last group of kept lines where a wide gap parts it from the rest and it is small."""
    places = np.flatnonzero(kept)
    if len(places) < 2:
        return kept
    mass = np.cumsum(words[places])
    gaps = np.flatnonzero(np.diff(places) > LOOSE_GAP)
    for gap in gaps[::-1]:
        if mass[-1] - mass[gap] < LOOSE_SHARE * mass[-1]:
            kept[places[gap + 1] :] = False
            break
    return kept


def _without_last_titles(kept: NDArray[np.bool_], facts: Sequence[Fact]) -> NDArray[np.bool_]:
    """Drop the short lines without a sentence end that the body closes with, below a sentence.

    A subhead has text below it: what stands there alone are teasers of other stories.
    """
    places = np.flatnonzero(kept).tolist()
    closing = 0
    for place in reversed(places):
        fact = facts[place]
        if fact.ends or fact.bullet or fact.words > TITLE_WORDS:
            break
        closing += 1
    if closing and closing < len(places) and facts[places[-closing - 1]].ends:
        kept[places[-closing:]] = False
    return kept
