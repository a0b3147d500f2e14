"""What a line and its neighbourhood tell: the features that the line model weighs, one value a line.

Everything is computed for all lines at once; the work is linear in lines and words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.cues import Cue
from tasks.lines import Fact

Column = NDArray[np.float64]

FAR: Final = 40
"""Lines beyond which a distance no longer matters."""

SHORT_LINE: Final = 12
"""Words up to which a cue in a line counts in full, beyond it half."""

TITLE_WORDS: Final = (3, 16)
"""Words of a line without a sentence end that may be a title."""

SUBJECT_WORDS: Final = (4, 25)
"""Words of the line that may name what the page is about."""

WIDEST: Final = 15
"""Lines to one side of a line that a window takes in at most."""

_FURNITURE: Final = (
    Cue.SHARE | Cue.SUBSCRIBE | Cue.LEGAL | Cue.RELATED | Cue.COMMENTS | Cue.ADVERT | Cue.NAVIGATION
)
_PIPE: Final = re.compile("[|»›·•/]")
_FACTS: Final = (
    "words", "capitals", "digits", "ends", "credit", "bullet", "dated", "gap", "indent", "density", "picture",
    "you", "we", "copies", "commas", "quoted",
)  # fmt: skip
_NAMED_CUES: Final = {cue.name.lower(): cue for cue in (Cue.SUBSCRIBE, Cue.LEGAL, Cue.PHOTO, Cue.RELATED)}
_NEIGHBOURS: Final = (
    ("capitals", -1), ("capitals", 1), ("gap", 1), ("long", -1), ("long", 1), ("ends", 1),
    ("shared", -2), ("shared", -1), ("shared", 1), ("copies", 1), ("copied below", -1), ("credit", 1),
    ("indent", -1), ("indent", 1), ("photo", 1), ("subscribe", 1),
)  # fmt: skip


def features(facts: Sequence[Fact]) -> dict[str, Column]:
    """Return named columns, one value a line; none where there are no lines."""
    if not facts:
        return {}
    own = _own(facts)
    used = Counter(
        chain.from_iterable(
            fact.content for fact, prose in zip(facts, own["prose"].tolist(), strict=True) if prose
        )
    )
    said = tuple(frozenset([word for word, count in used.items() if count >= times]) for times in (1, 2, 3))
    own |= _copies(facts)
    own |= _vocabulary(facts, own["prose"], said)
    columns = own | _place(own) | _windows(own) | _subject(facts, own["prose"], said)
    for name, offset in _NEIGHBOURS:
        columns[f"{name}{offset:+d}"] = _shifted(own[name], offset)
    return columns


def _own(facts: Sequence[Fact]) -> dict[str, Column]:
    """What the line shows by itself."""
    values = dict(zip(Fact._fields, zip(*facts, strict=True), strict=True))
    columns = {name: np.array(values[name], dtype=np.float64) for name in _FACTS}
    words, cues = columns["words"], np.array(values["cues"], dtype=np.int64)
    weight = np.where(words <= SHORT_LINE, 1.0, 0.5)
    columns |= {name: np.array(told, dtype=np.float64) for name, told in _written(values["text"]).items()}
    columns |= {
        "long": np.log1p(np.minimum(words, 400.0)),
        "chars": np.log1p(np.minimum(columns["chars"], 4000)),
        "pipes": np.minimum(columns["pipes"], 5),
        "prose": np.array([fact.prose for fact in facts], dtype=np.float64),
        "furniture": ((cues & _FURNITURE) != 0) * weight,
        "tail": ((cues & (Cue.TAIL | Cue.END)) != 0) * (words < SHORT_LINE).astype(float),
        "end": ((cues & Cue.END) != 0) * (words < 20).astype(float),
        "date line": columns["dated"] * (words < 20),
    }
    low, high = TITLE_WORDS
    columns["title"] = ((words >= low) & (words <= high) & (columns["ends"] == 0)).astype(float)
    for name, cue in _NAMED_CUES.items():
        columns[name] = ((cues & cue) != 0) * weight
    return columns


def _written(texts: Sequence[str]) -> dict[str, list[int] | list[bool]]:
    """How the lines are written, from their first to their last character."""
    return {
        "chars": list(map(len, texts)),
        "colon": [text[-1] in ":：" for text in texts],
        "cut off": [text.endswith(("...", "…", "[…]")) for text in texts],
        "lower case": [text[0].islower() for text in texts],
        "pipes": [len(_PIPE.findall(text[:200])) for text in texts],
    }


def _copies(facts: Sequence[Fact]) -> dict[str, Column]:
    """How much of a line's words the lines up to four above or below say too: captions stand doubled."""
    above, below = [0.0] * len(facts), [0.0] * len(facts)
    twins: list[int] = []
    words = [fact.content for fact in facts]
    sizes = list(map(len, words))
    sets = Counter(content for content, size in zip(words, sizes, strict=True) if size >= 4)
    for place, size in enumerate(sizes):
        if size < 3:
            continue
        for other in range(max(0, place - 4), place):
            if sizes[other] < 3 or (common := len(words[place] & words[other])) < 3:
                continue
            share = common / min(size, sizes[other])
            above[place] = max(above[place], share)
            below[other] = max(below[other], share)
            if other == place - 1 and common >= max(4, 0.8 * max(size, sizes[other])):
                twins.append(place)
    same = [min(sets[content] - 1, 3) if size >= 4 else 0 for content, size in zip(words, sizes, strict=True)]
    columns = {"copied above": above, "copied below": below, "same words": same}
    return {name: np.array(column, dtype=np.float64) for name, column in columns.items()} | {
        "near copy": _pairs(twins, len(facts))
    }


def _pairs(twins: Sequence[int], count: int) -> Column:
    """Mark the `twins`, which say what the line above says, and those lines; a chain of them is a list."""
    marks = np.zeros(count)
    known = frozenset(twins)
    for place in twins:
        if place - 1 not in known and place + 1 not in known:
            marks[place - 1 : place + 1] = 1.0
    return marks


def _vocabulary(facts: Sequence[Fact], prose: Column, said: Sequence[frozenset[str]]) -> dict[str, Column]:
    """The share and number of a line's content words that other prose lines of the page use too.

    `said` are the words that one prose line uses at least, two, and three.
    """
    once, twice, _ = said
    others = [twice if own else once for own in prose.tolist()]
    counts = np.array(
        [len(fact.content & other) for fact, other in zip(facts, others, strict=True)], dtype=np.float64
    )
    shared = counts / np.maximum(1, np.array([len(fact.content) for fact in facts], dtype=np.float64))
    spoken = shared * prose
    still, lines = (column[::-1].cumsum()[::-1] for column in (spoken, prose))
    near = _around(_sums(prose), 2, 2)
    return {
        "shared": shared,
        "shared words": np.minimum(counts, 30),
        "shared below": np.where(lines > 0, still / np.maximum(lines, 1), 0.0),
        "shared around": np.where(near > 0, _around(_sums(spoken), 2, 2) / np.maximum(near, 1), 0.0),
    }


def _place(own: Mapping[str, Column]) -> dict[str, Column]:
    """Where the line stands among the prose of the page and the lines that open its other parts."""
    words, prose, tail, end = own["words"], own["prose"], own["tail"], own["end"]
    mass = np.concatenate(([0.0], np.cumsum(words * prose)))
    total = mass[-1]
    last = np.concatenate(([-1], np.maximum.accumulate(np.where(tail > 0, np.arange(len(words)), -1))[:-1]))
    return {
        "prose before": mass[:-1] / (total or 1.0),
        "prose after": (total - mass[1:]) / (total or 1.0),
        "prose before tail": np.where(last >= 0, mass[last] / (total or 1.0), -1.0),
        "prose of page": np.full(len(words), np.log1p(total)),
        "titles of page": np.full(len(words), own["title"].mean() if len(words) else 0.0),
        "to date": _distance(own["date line"][::-1])[::-1],
        "since tail": _distance(tail),
        "since end": _distance(end),
        "since furniture": _distance((own["furniture"] >= 1).astype(float)),
        "since related": _distance(own["related"] * (words < SHORT_LINE)),
        "ends before": np.minimum(np.cumsum(end) - end, 4),
    }


def _windows(own: Mapping[str, Column]) -> dict[str, Column]:
    """What stands around the line."""
    words, prose, long, title = own["words"], own["prose"], own["long"], own["title"]
    strict = (own["furniture"] >= 1).astype(float)
    before = np.concatenate((long[:1], long[:-1]))
    before_that = np.concatenate((long[:1], before[:-1]))
    sized = np.abs(words - np.concatenate((words[:1], words[:-1]))) <= np.maximum(2.0, 0.3 * words)
    alike = sized & (own["ends"] == np.concatenate((own["ends"][:1], own["ends"][:-1])))
    spoken, worded = _sums(prose), _sums(words)
    changes, changes_over = _sums(np.abs(long - before)), _sums(np.abs(long - before_that))
    return {
        "prose in 2": _around(spoken, 2, 2) / 5,
        "prose in 5": _around(spoken, 5, 5) / 11,
        "prose in 15 above": _around(spoken, 15, -1),
        "words in 2": np.log1p(_around(worded, 2, 2) / 5),
        "words in 5": np.log1p(_around(worded, 5, 5) / 11),
        "words in 12": np.log1p(_around(worded, 12, 12) / 25),
        "titles in 12": _around(_sums(title), 12, 12) / 25,
        "capitals in 5": _around(_sums(own["capitals"]), 5, 5) / 11,
        "gaps in 5": _around(_sums(own["gap"]), 5, 5),
        "dates in 5": _around(_sums(own["dated"]), 5, 5),
        "furniture in 12": _around(_sums(strict), 12, 12) / 25,
        "you in 3": _around(_sums(own["you"] * prose), 1, 3),
        "alternation": (_around(changes, 3, 3) - _around(changes_over, 3, 3)) / 7,
        "alike in 5": _around(_sums(alike.astype(float)), 5, 5) / 11,
    }


def _subject(facts: Sequence[Fact], prose: Column, said: Sequence[frozenset[str]]) -> dict[str, Column]:
    """How far below the line that says best what the prose is about, and how many of its words recur."""
    best, most = 0, 0.0
    low, high = SUBJECT_WORDS
    for place, (fact, spoken) in enumerate(zip(facts, prose.tolist(), strict=True)):
        if low <= fact.words <= high and fact.content and not spoken:
            share: float = sum([len(fact.content & words) for words in said])  # three times at most
            share /= len(fact.content) + 2
            if share > 1.15 * most:  # the first of those that say it about as well
                best, most = place, share
    subject = facts[best].content if most else frozenset()
    told = np.array([len(fact.content & subject) for fact in facts], dtype=np.float64)
    return {
        "below subject": np.minimum(np.maximum(np.arange(len(facts)) - best, -FAR), 60).astype(float),
        "of subject": told / (len(subject) + 1),
    }


def _shifted(column: Column, offset: int) -> Column:
    """Return the value of the line `offset` lines away; -1 beyond the page."""
    out = np.full(len(column), -1.0)
    if 0 < offset < len(column):
        out[:-offset] = column[offset:]
    elif 0 < -offset < len(column):
        out[-offset:] = column[:offset]
    return out


def _sums(column: Column) -> Column:
    """Return the sums of the lines above each, for `_around`; `WIDEST` more of them at either end."""
    count = len(column)
    sums = np.zeros(count + 2 * WIDEST + 1)
    column.cumsum(out=sums[WIDEST + 1 : WIDEST + 1 + count])
    sums[WIDEST + 1 + count :] = sums[WIDEST + count]
    return sums


def _around(sums: Column, before: int, after: int) -> Column:
    """Sum over the lines from `before` lines above each line to `after` lines below it, both included.

    A negative reach leaves the line itself out: ``(4, -1)`` are the four lines above it.
    """
    count = len(sums) - 2 * WIDEST - 1
    low, high = WIDEST - before, WIDEST + 1 + after
    return np.asarray(sums[high : high + count] - sums[low : low + count])


def _distance(marked: Column) -> Column:
    """Return the number of lines since the last marked one, at most `FAR`."""
    order = np.arange(len(marked))
    last = np.maximum.accumulate(np.where(marked > 0, order, -FAR))
    since = np.concatenate(([FAR], order[1:] - last[:-1])) if len(marked) else order
    return np.minimum(since, FAR).astype(float)
