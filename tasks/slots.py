"""What differs between two texts where they otherwise go on alike.

A template is told by its slots: equal words around another figure, another company. An edit changes phrases,
cuts and adds; what it changes is seldom a name, and least of all the one that the story begins with.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

import numpy as np

from tasks.overlap import Span
from tasks.prepared import Prepared
from tasks.sketch import token_hashes

SLOT_WORDS: Final = 16
"""Unlike words at one place of both texts are a slot up to this length; longer ones are other sentences."""
SPELT_ALIKE: Final = 0.72
"""Two names from this ratio of `difflib` on are one: Ignaz and Iguaz, Center and Centre."""
NAME_LETTERS: Final = 4
"""A shorter capitalised word may be an article or a pronoun."""
NAME_LENGTH: Final = 40
"""No more letters of a name are compared: the comparison may take their square."""
LEAD_NAMES: Final = 8
"""A lead has no more names than these; further ones are not looked at."""

Slot = tuple[Span, Span]


def other_lead(a: Prepared, b: Prepared) -> bool:
    """Tell whether the texts begin alike but for the names: whoever it is about, it is somebody else."""
    found = slots(a, b)
    if not found or found[0][0][0] or found[0][1][0]:
        return False
    known = _named(a) | _named(b)
    (start, end), (begin, stop) = found[0]
    mine = {known[word] for word in a.tokens[start:end].tolist() if word in known}
    yours = {known[word] for word in b.tokens[begin:stop].tolist() if word in known}
    common = len(mine & yours)
    left, right = sorted(mine - yours)[:LEAD_NAMES], sorted(yours - mine)[:LEAD_NAMES]
    return (
        common <= min(len(left), len(right))
        and bool(left and right)
        and not any(_alike(x, y) for x in left for y in right)
    )


def changed_figures(a: Prepared, b: Prepared) -> int:
    """Count the slots that hold figures in both texts, none of them in both."""
    known = _figures(a) | _figures(b)
    count = 0
    for (start, end), (begin, stop) in slots(a, b):
        mine = known.intersection(a.tokens[start:end].tolist())
        yours = known.intersection(b.tokens[begin:stop].tolist())
        count += bool(mine - yours) and bool(yours - mine)
    return count


def slots(a: Prepared, b: Prepared) -> list[Slot]:
    """Return the places, as ranges of words, where both texts go on alike but for a few words of each.

    The first one may stand before the first match, the last one after the last.
    """
    order = b.shingles.values.argsort(kind="stable")
    ordered = b.shingles.values[order]
    if not len(ordered):
        return []
    at = np.minimum(ordered.searchsorted(a.shingles.values), len(ordered) - 1)
    mine = (ordered[at] == a.shingles.values).nonzero()[0]
    spans = []
    for text, chosen in ((a, mine), (b, order[at[mine]])):
        starts, ends = text.shingles.starts[chosen], text.shingles.ends[chosen]
        spans.append(np.column_stack((np.append(0, ends), np.append(starts, text.words))))
    lengths = np.column_stack([span[:, 1] - span[:, 0] for span in spans])
    fit = ((lengths > 0) & (lengths <= SLOT_WORDS)).all(axis=1)
    left, right = (span[fit].tolist() for span in spans)
    return [((p, q), (r, s)) for (p, q), (r, s) in zip(left, right, strict=True)]


def _alike(one: str, other: str) -> bool:
    ends = (one[:NAME_LENGTH], other[:NAME_LENGTH])
    return SequenceMatcher(None, *ends, autojunk=False).ratio() >= SPELT_ALIKE


def _named(text: Prepared) -> dict[int, str]:
    folded = [name.casefold() for name in text.names if len(name) >= NAME_LETTERS]
    return dict(zip(token_hashes(folded).tolist(), folded, strict=True))


def _figures(text: Prepared) -> frozenset[int]:
    return frozenset(token_hashes(word for _, word in text.numbers).tolist())
