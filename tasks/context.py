"""What the neighbourhood of a line tells: the features that the line scorer weighs, one row a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks.cues import Cue
from tasks.lines import Fact

Column = NDArray[np.float64]

FAR: Final = 40
"""Lines beyond which distance to prose no longer matters."""

LITTLE_PROSE: Final = 150
"""Words of prose below which a page is judged as a brief: what stands alone there is not furniture."""

SHORT_LINE: Final = 12
"""Words up to which a cue in a line counts in full, beyond it half."""

_SIZES: Final = (3, 6, 10, 15)
_NAMED_CUES: Final = (Cue.SHARE, Cue.SUBSCRIBE, Cue.LEGAL, Cue.RELATED, Cue.PHOTO, Cue.AUTHOR)
_FURNITURE: Final = (
    Cue.SHARE | Cue.SUBSCRIBE | Cue.LEGAL | Cue.RELATED | Cue.COMMENTS | Cue.ADVERT | Cue.NAVIGATION
)
_NEIGHBOURS: Final = (
    ("long", -2), ("long", -1), ("long", 1), ("long", 2),
    ("capitals", -1), ("capitals", 1), ("capitals", 2),
    ("prose", 1), ("gap", 1), ("dated", 1),
)  # fmt: skip
_FLAGS: Final = (
    "density",
    "cjk",
    "capitals",
    "digits",
    "ends",
    "credit",
    "bullet",
    "dated",
    "gap",
    "sentences",
)


def features(facts: Sequence[Fact]) -> dict[str, Column]:
    """Return named columns, one value a line. Linear in the number of lines."""
    words = np.array([fact.words for fact in facts])
    own = _own(facts, words)
    columns = own | _place(own, words) | _vocabulary(facts, own["prose"])
    for name, offset in _NEIGHBOURS:
        columns[f"{name}{offset:+d}"] = _shifted(own[name], offset)
    columns["near copy"] = _near_copies(facts)
    return columns


def _own(facts: Sequence[Fact], words: Column) -> dict[str, Column]:
    cues = np.array([fact.cues for fact in facts], dtype=np.int64)
    weight = np.where(words <= SHORT_LINE, 1.0, 0.5)
    columns: dict[str, Column] = {
        "one": np.ones(len(facts)),
        "long": np.log1p(np.minimum(words, 400.0)),
        "prose": np.array([float(fact.prose) for fact in facts]),
        "furniture": ((cues & _FURNITURE) != 0) * weight,
        "tail": ((cues & (Cue.TAIL | Cue.END)) != 0) * (words < SHORT_LINE),
        "copies": np.array([float(fact.copies > 0) for fact in facts]) * weight,
        "colon": np.array([float(fact.text[-1] in ":：") for fact in facts]),
        "cut off": np.array([float(fact.text.endswith(("...", "…", "[…]"))) for fact in facts]),
        "pipes": np.array([float(min(sum(map(fact.text[:200].count, "|»›·•")), 4)) for fact in facts]),
        "indent": np.array([fact.indent / 12 for fact in facts]),
    }
    for name in _FLAGS:
        columns[name] = np.array([float(getattr(fact, name)) for fact in facts])
    for floor in _SIZES:
        columns[f"words {floor}"] = (words >= floor).astype(float)
    for cue in _NAMED_CUES:
        columns[cue.name.lower()] = ((cues & cue) != 0) * weight
    columns["long sentence"] = (words >= 25) * columns["ends"]
    return columns


def _place(own: dict[str, Column], words: Column) -> dict[str, Column]:
    """Where the line stands among the lines, the words and the prose of the page."""
    prose, tail = own["prose"], own["tail"]
    mass = np.concatenate(([0.0], np.cumsum(words * prose)))
    total = mass[-1]
    before = mass[:-1] / (total or 1.0)
    return {
        "prose before": before,
        "prose after": (total - mass[1:]) / (total or 1.0),
        "little prose": np.full(len(words), float(total < LITTLE_PROSE)),
        "to prose before": np.log1p(_distance(prose)),
        "tails before": np.minimum(np.cumsum(tail) - tail, 4),
        "prose in 2": _around(prose, 2, 2) / 5,
        "prose in 15 before": _around(prose, 15, -1),
        "words in 2": np.log1p(_around(words, 2, 2) / 5),
        "words in 5": np.log1p(_around(words, 5, 5) / 11),
        "words in 12": np.log1p(_around(words, 12, 12) / 25),
        "furniture in 4 before": _around(own["furniture"], 4, -1),
        "furniture in 4 after": _around(own["furniture"], -1, 4),
        "after tail": (_around(tail, 12, 0) > 0) * before,
        "late prose": prose * before,
    }


def _vocabulary(facts: Sequence[Fact], prose: Column) -> dict[str, Column]:
    """Return the share of a line's content words that other prose lines of the page use too."""
    used: Counter[str] = Counter()
    for fact in facts:
        if fact.prose:
            used.update(fact.content)
    shared = np.zeros(len(facts))
    for place, fact in enumerate(facts):
        if fact.content:
            own = 1 if fact.prose else 0
            shared[place] = sum(1 for word in fact.content if used[word] > own) / len(fact.content)
    return {"shared": shared, "shared prose": shared * prose}


def _near_copies(facts: Sequence[Fact]) -> Column:
    """Mark lines that say what the line before or after says: captions stand twice on many pages."""
    marks = np.zeros(len(facts))
    for place in range(1, len(facts)):
        first, second = facts[place - 1].content, facts[place].content
        if len(first & second) >= 4 and len(first & second) >= 0.8 * max(len(first), len(second)):
            marks[place - 1 : place + 1] = 1.0
    return marks


def _shifted(column: Column, offset: int) -> Column:
    """Return the value of the line `offset` lines away; -1 beyond the page."""
    out = np.full(len(column), -1.0)
    if 0 < offset < len(column):
        out[:-offset] = column[offset:]
    elif 0 < -offset < len(column):
        out[-offset:] = column[:offset]
    return out


def _around(column: Column, before: int, after: int) -> Column:
    """Sum over the lines from `before` lines above to `after` lines below, both included.

    A negative reach leaves the line itself out: ``(4, -1)`` are the four lines above it.
    """
    sums = np.concatenate(([0.0], np.cumsum(column)))
    order = np.arange(len(column))
    low = np.clip(order - before, 0, len(column))
    high = np.clip(order + after + 1, 0, len(column))
    return sums[np.maximum(high, low)] - sums[low]


def _distance(marked: Column) -> Column:
    """Return the number of lines since the last marked one, at most `FAR`."""
    order = np.arange(len(marked))
    last = np.maximum.accumulate(np.where(marked > 0, order, -FAR))
    since = np.concatenate(([FAR], order[1:] - last[:-1])) if len(marked) else order
    return np.minimum(since, FAR).astype(float)
