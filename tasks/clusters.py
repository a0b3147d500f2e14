"""Which articles are one: groups of matching articles, the copy that stands for them, digests kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from index.article import ArticleId
from index.duplicates import Edge
from tasks.neardup import Prepared, covered
from tasks.normalise import split_prose, word_count

# Chosen with the thresholds of tasks.neardup, by the digests absorbed in `python -m evals.dedupe`.
REGION_SHINGLES: Final = 50
"""A region of a digest has so many matched 4-grams …"""
REGION_OVERLAP: Final = 0.1
"""… and two regions, or their sources, share no more than so much of the smaller."""
SAME_DIGEST: Final = 0.67
"""Two digests are one from this similarity on."""
LITTERED: Final = 0.15
"""Of a text's words, so many in short lines are left of the page around it. On whole pages (`--keep-lines`)
44 of 813 clusters then have a page with such lines for their canonical copy, 120 without this rule; under
1 % of clean articles have so many."""

_CORRECTION: Final = re.compile(
    r"\W{0,3}(?:correct(?:ion|ed|s|ing)|clarification|updated?|refil(?:e|es|ed|ing)|write-?thr(?:u|ough)|recasts?"
    r"|berichtig(?:ung|t)|korrektur|korrigiert|aktualisiert|rectificati(?:f|on)|correctif|mis à jour"
    r"|correcci[oó]n|rectificación|actualizad[oa]|corre[cç]ão|rettifica|correzione|aggiornato"
    r"|исправл\w{2,6}|уточн\w{2,6}|обновл\w{2,6}|更正|訂正|正誤)(?!\w)"
    r"|.{1,150}[(\[\-–—:]\s?(?:update \d{1,2}|updated|corrected|correction|2nd ld-writethru)\W{0,3}$",
    re.IGNORECASE,
)
_MARK_LINES: Final = 3
_MARK_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A copy of an article as `canonical` sees it.

    `words` are those of its prose; `cut` means that a clearly longer copy contains it, `littered` that short
    lines of the page are left in it.
    """

    id: ArticleId
    words: int
    date: str | None = None
    correction: bool = False
    cut: bool = False
    littered: bool = False


def is_digest(text: Prepared, neighbours: Sequence[Prepared]) -> bool:
    """Tell whether a text holds two disjoint regions of shorter texts that have nothing in common.

    Such a text (a news summary, a page with two articles) must not make one article of its sources.
    """
    regions = []
    for other in neighbours:
        if other.words < text.words:
            held = covered(text, other)
            if held.sum() >= REGION_SHINGLES:
                regions.append((held, other))
    return any(
        _disjoint(int((mine & yours).sum()), int(mine.sum()), int(yours.sum()))
        and _disjoint(int(covered(a, b).sum()), len(a.distinct), len(b.distinct))
        for (mine, a), (yours, b) in combinations(regions, 2)
    )


def binds(edge: Edge, digests: frozenset[ArticleId]) -> bool:
    """Tell whether a match makes one article of two: a digest is one only with its own copies."""
    marked = (edge.a in digests) + (edge.b in digests)
    return marked == 0 or (marked == 2 and edge.match.similarity >= SAME_DIGEST)


def components(
    nodes: Iterable[ArticleId], pairs: Iterable[tuple[ArticleId, ArticleId]]
) -> list[tuple[ArticleId, ...]]:
    """Return the connected components, each sorted, in the order of their smallest members."""
    parent = {node: node for node in nodes}
    for pair in pairs:
        a, b = (_root(parent, node) for node in pair)
        parent[max(a, b)] = min(a, b)
    groups: dict[ArticleId, list[ArticleId]] = {}
    for node in sorted(parent):
        groups.setdefault(_root(parent, node), []).append(node)
    return [tuple(group) for group in groups.values()]


def canonical(members: Iterable[Member]) -> ArticleId:
    """Choose the copy that search shows: by quality, never by arrival.

    A whole copy before a cut one, the latest correction, one without lines of the page, the longest, the
    earliest, the smallest id.
    Raises ValueError where there are no members.
    """
    return min(members, key=_merit).id


def cut_members(edges: Iterable[Edge], words: Mapping[ArticleId, int]) -> frozenset[ArticleId]:
    """Return the articles that a clearly longer copy contains: the shorter ends of edges that say so."""
    return frozenset(
        min((edge.a, edge.b), key=lambda id_: (words[id_], id_))
        for edge in edges
        if edge.match.kind == "contained"
    )


def is_littered(body: str) -> bool:
    """Tell whether short lines of the page (links, captions, buttons) are left between the prose."""
    kept, rest = split_prose(body)
    if not rest:
        return False
    strays = word_count(rest)
    words = 0
    for line in kept.split("\n"):  # the first lines mostly are enough to tell
        words += word_count(line)
        if strays <= LITTERED * (words + strays):
            return False
    return strays > LITTERED * (word_count(kept) + strays)


def is_correction(headline: str, body: str) -> bool:
    """Tell whether an article calls itself corrected or updated: in its headline, first or last lines."""
    lines = [line for line in body.strip().split("\n") if line]
    ends = lines[:_MARK_LINES] + lines[_MARK_LINES:][-_MARK_LINES:]
    return any(_CORRECTION.match(line.strip()[:_MARK_LENGTH]) for line in (headline, *ends))


def _disjoint(shared: int, a: int, b: int) -> bool:
    return shared <= REGION_OVERLAP * min(a, b)


def _root(parent: dict[ArticleId, ArticleId], node: ArticleId) -> ArticleId:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


def _merit(member: Member) -> tuple[bool, bool, int, bool, int, str, ArticleId]:
    latest = -date.fromisoformat(member.date).toordinal() if member.correction and member.date else 0
    return (
        member.cut,
        not member.correction,
        latest,
        member.littered,
        -member.words,
        member.date or "9999",
        member.id,
    )
