"""Which blocks of an HTML page are the body of its article.

Each block gets a probability by logistic regression: what it says (`tasks.lines`), where it stands in the
tree (`tasks.html_blocks`), whether trafilatura kept it and its neighbours. The body are the blocks whose
expected F is greatest together: where nothing is sure, more is kept (Nan et al. 2012, "Optimizing
F-measure": the threshold that is best for F is half the F that can be reached).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tasks import html_weights
from tasks.cues import TOKEN, Cue
from tasks.html_blocks import BIT, Block
from tasks.lines import Fact

Column = NDArray[np.float64]

SAMPLE: Final = 2000
"""Characters of a block that are compared with trafilatura's text."""

KEPT: Final = 0.7
"""Share of a block's word triples that trafilatura's text must hold; a shorter block must be a line of it."""

BETA: Final = 1.25
"""Weight of recall in the expected F. Cross-validated by site on the 464 HTML development pages, an earlier
set of features gave shingle F1 .9544 with it, .9538 with 1.1, .9530 with 1, and .9520 and .9493 with fixed
thresholds of .4 and .5."""

AGREED: Final = 0.5
"""Share of trafilatura's words that the body must hold; with less its blocks are the body, for the weights
know few pages of that kind (lists, tables, threads). Cross-validated: 4 pages, 3 better and 1 worse,
shingle F1 .9547 without and .9557 with it; .9551 at .3, .9550 at .6."""

AGAIN: Final = 60
"""Characters from which a block that stands on the page twice is kept once."""

_TAGS: Final = tuple("p li h1 h2 h3 h4 td div br blockquote dd".split())
_NEAR: Final = tuple(BIT)


def kept_by(lines: Sequence[str], text: str) -> Column:
    """Say of each line, as 1 or 0, whether it stands in `text`, the text that trafilatura extracted."""
    tokens = TOKEN.findall(text)
    triples = set(zip(tokens, tokens[1:], tokens[2:], strict=False))
    whole: set[tuple[str, ...]] = set()
    for line in text.split("\n"):
        whole.update(tuple(TOKEN.findall(cell)) for cell in (line, *(line.split("|") if "|" in line else ())))
    found = []
    for line in lines:
        said = TOKEN.findall(line[:SAMPLE])
        if len(said) > 3:
            same = sum(map(triples.__contains__, zip(said, said[1:], said[2:], strict=False)))
            found.append(same / (len(said) - 2) >= KEPT)
        else:
            found.append(tuple(said) in whole)
    return np.array(found, dtype=np.float64)


def features(blocks: Sequence[Block], facts: Sequence[Fact], kept: Column) -> dict[str, Column]:
    """Return the features of blocks, a column each, by name. `facts` are those of the blocks' lines."""
    columns = _said(facts) | _placed(blocks)
    columns["kept"] = kept
    words = np.array([fact.words for fact in facts])
    prose = columns["prose"] * words * (1 - columns["links"])
    columns |= _company(blocks, words, prose, kept)
    columns |= _neighbours(columns, words, prose, kept)
    return columns | _position(blocks, facts, words, prose, kept)


def probabilities(columns: dict[str, Column]) -> Column:
    """Return P(body) of each block."""
    odds = html_weights.BIAS + sum(weight * columns[name] for name, weight in html_weights.WEIGHTS.items())
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float64)


def body_of(lines: Sequence[str], chances: Column, words: Column, kept: Column) -> NDArray[np.bool_]:
    """Return which blocks are the body: those of the greatest expected F, each long line once.

    ``kept`` says what trafilatura kept; where the choice has little of it, its blocks are taken instead.
    """
    body = _best(chances, words)
    wanted = float((words * kept).sum())
    if float((words * kept)[body].sum()) < AGREED * wanted:
        body = kept > 0
    return _without_copies(lines, body)


def _best(chances: Column, words: Column) -> NDArray[np.bool_]:
    """Return which blocks make the greatest expected F of words (see `BETA`)."""
    order = np.argsort(-chances, kind="stable")
    right = np.cumsum((chances * words)[order])
    total = np.cumsum(words[order])
    expected = (1 + BETA**2) * right / (total + BETA**2 * right[-1] + 1e-9)
    return np.asarray(chances >= chances[order[int(np.argmax(expected))]])


def _without_copies(lines: Sequence[str], body: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Take the later ones of equal long lines out of the body: pages repeat articles for other screens."""
    seen: set[str] = set()
    once = body.copy()
    for place in np.flatnonzero(body).tolist():
        line = lines[place]
        if len(line) >= AGAIN:
            once[place] = line not in seen
            seen.add(line)
    return once


def _said(facts: Sequence[Fact]) -> dict[str, Column]:
    words = np.array([fact.words for fact in facts])
    columns = {
        "log words": np.log1p(words),
        **{f"words {most}": (words <= most) * 1.0 for most in (1, 3, 6, 10, 15)},
        **{f"over {most}": (words > most) * 1.0 for most in (30, 60)},
        "density": np.array([fact.density for fact in facts]),
        "capitals": np.array([fact.capitals for fact in facts]),
        "digits": np.array([fact.digits for fact in facts]),
        "unspaced": np.array([fact.cjk for fact in facts]),
        "sentences": np.array([fact.sentences for fact in facts], dtype=np.float64),
        "copies": np.array([min(fact.copies, 2) for fact in facts], dtype=np.float64),
        "colon": _flags(fact.text[-1] in ":：" for fact in facts),
        "ends": _flags(fact.ends for fact in facts),
        "prose": _flags(fact.prose for fact in facts),
        "credit": _flags(fact.credit for fact in facts),
        "bullet": _flags(fact.bullet for fact in facts),
        "dated": _flags(fact.dated for fact in facts),
    }
    cues = np.array([fact.cues for fact in facts])
    return columns | {f"says {cue.name.lower()}": ((cues & cue) > 0) * 1.0 for cue in Cue}


def _flags(values: Iterable[bool]) -> Column:
    return np.array(list(values), dtype=np.float64)


def _placed(blocks: Sequence[Block]) -> dict[str, Column]:
    near = np.array([block.near for block in blocks], dtype=np.int64)
    return {
        "links": np.array([block.links for block in blocks]),
        **{f"<{tag}>": _flags(block.tag == tag for block in blocks) for tag in _TAGS},
        **{f"near {name}": ((near & BIT[name]) > 0) * 1.0 for name in _NEAR},
    }


def _company(blocks: Sequence[Block], words: Column, prose: Column, kept: Column) -> dict[str, Column]:
    """Describe those that share a block's parent, its parent's parent, or its look."""
    columns: dict[str, Column] = {}
    links = np.array([block.links for block in blocks])
    all_kept, all_prose = max(1.0, float((kept * words).sum())), max(1.0, float(prose.sum()))
    ties: dict[str, list[Hashable]] = {
        "parent": [block.parent for block in blocks],
        "upper": [block.upper for block in blocks],
        "look": [block.look for block in blocks],
    }
    for name, keys in ties.items():
        numbers: dict[Hashable, int] = {}
        group = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
        size = np.bincount(group, words) + 1e-9
        for what, amount, total in (("kept", kept * words, all_kept), ("prose", prose, all_prose)):
            held = np.bincount(group, amount)
            columns[f"{name} {what}"] = (held / size)[group]
            columns[f"{name} of all {what}"] = (held / total)[group]
        columns[f"{name} links"] = (np.bincount(group, links * words) / size)[group]
    return columns


def _neighbours(columns: dict[str, Column], words: Column, prose: Column, kept: Column) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for name in ("kept", "prose", "links", "log words"):
        for step in (1, 2, 3):
            found[f"{name}-{step}"] = _shifted(columns[name], step)
            found[f"{name}+{step}"] = _shifted(columns[name], -step)
    held = {"kept": kept * words, "prose": prose, "links": columns["links"] * words}
    for name, amount in held.items():
        for many in (4, 15):
            found[f"{name} in {many} before"] = _window(amount, -many, 0) / (_window(words, -many, 0) + 1)
            found[f"{name} in {many} after"] = _window(amount, 1, many + 1) / (
                _window(words, 1, many + 1) + 1
            )
    return found


def _shifted(values: Column, by: int) -> Column:
    """Return the values of the blocks `by` places before (after where negative); 0 beyond the page."""
    moved = np.zeros_like(values)
    if by > 0:
        moved[by:] = values[:-by]
    else:
        moved[:by] = values[-by:]
    return moved


def _window(values: Column, start: int, end: int) -> Column:
    """Return for each place the sum of the values from `start` to `end` (excluded) relative to it."""
    summed = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(len(values))
    return np.asarray(
        summed[np.clip(places + end, 0, len(values))] - summed[np.clip(places + start, 0, len(values))]
    )


def _position(
    blocks: Sequence[Block], facts: Sequence[Fact], words: Column, prose: Column, kept: Column
) -> dict[str, Column]:
    """Describe where a block stands between the first and the last paragraph that trafilatura kept."""
    core = kept * (prose > 0)
    weight_kept = kept * words
    places = np.arange(len(blocks))
    paragraphs = np.flatnonzero(core)
    first, last = (int(paragraphs[0]), int(paragraphs[-1])) if len(paragraphs) else (0, len(blocks) - 1)
    titles = [place for place, block in enumerate(blocks) if block.tag == "h1"]
    above = [place for place in titles if place <= first + 2]
    title = above[-1] if above else titles[0] if titles else -1
    depth = np.array([block.depth for block in blocks], dtype=np.float64)
    weight = core * words
    level = float((depth * weight).sum() / weight.sum()) if weight.any() else float(depth.mean())
    topic = frozenset().union(*(facts[place].content for place in paragraphs.tolist()))
    return {
        "before title": (places < title) * 1.0,
        "is title": (places == title) * 1.0,
        "title to body": ((places > title) & (places < first)) * 1.0,
        "before": (places < first) * 1.0,
        "after": (places > last) * 1.0,
        "far before": np.log1p(np.maximum(0, first - places)),
        "far after": np.log1p(np.maximum(0, places - last)),
        "kept above": _share_above(weight_kept),
        "prose above": _share_above(prose),
        "levels away": np.abs(depth - level),
        "shared": np.array([len(fact.content & topic) / (len(fact.content) + 1) for fact in facts]),
    }


def _share_above(amount: Column) -> Column:
    """Return which share of the page's amount stands above each block."""
    above = np.concatenate([[0.0], np.cumsum(amount)])
    return np.asarray(above[:-1] / max(1.0, float(above[-1])))
