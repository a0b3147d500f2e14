"""Related coverage: which articles report the same event as a given one, in other words.

The links are a pure function of the set of articles. Nothing scored is stored: an article's terms are
compared with those of the holders of its rarest ones, as rare as they are in the archive when it is asked.
Two articles are related by the cosine of their terms, where a term counts the less the more articles hold it;
their dates must not lie far apart, nor their figures all differ (the same report of another day).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from index.article import ArticleId
from index.duplicates import Related
from index.event_store import POSTED, EventTerms
from tasks.event_terms import FIGURES, surfaces

# Chosen by `python -m evals.related`, which see; the rest of the choice stands in tasks.event_terms.
RELATED: Final = 0.19
"""Score from which two articles are related: .62 of the labelled pairs of one event, .90 of them right."""
SAME_DAYS: Final = 2
"""Days apart that are no evidence against one event …"""
FAR_DAYS: Final = 7
"""… and those from which no words prove it; the score falls evenly in between. Unknown dates say nothing."""
COMMON: Final = 10_000
"""A term held by so many articles tells nothing, one of a single article all; logarithmic in between."""
FEW_FIGURES: Final = 4
"""Figures that both articles have before their agreement is asked for …"""
AGREEING: Final = 0.3
PARDONED: Final = 2
"""… and the share of the fewer ones, so many of them pardoned, that must be in both."""
ALIKE: Final = 0.75
ALIKE_AGREEING: Final = 0.6
"""Cosine, without regard to rarity, from which two articles use one wording (3 of 1,199 right links do), and
the share of their figures, be it a single one, that must then be in both: else they are two of a series."""
MOST_HOLDERS: Final = 128
"""A term held by more articles brings none of them into question."""
CANDIDATES: Final = 64
"""Articles compared with one, those with the most telling terms in common."""
LIMIT: Final = 10
WORDS: Final = 8
"""Links of an article, and words that explain one."""


class EventLedger(Protocol):
    """What is asked of `index.event_store` (its store, or a snapshot of it); terms are named by hashes."""

    def canonical(self, id_: ArticleId) -> ArticleId:
        """Name the canonical copy of an article."""

    def terms(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, EventTerms]:
        """Read terms; articles without any may be absent."""

    def counts(self, hashes: Collection[int]) -> Mapping[int, int]:
        """Count the canonical copies that hold each term."""

    def holders(self, hashes: Collection[int]) -> Mapping[int, Sequence[ArticleId]]:
        """Name them, ascending."""

    def sources(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, str]:
        """Name outlets, where known."""


def related(
    ledger: EventLedger,
    id_: ArticleId,
    limit: int = LIMIT,
    *,
    text: tuple[str, str] | None = None,
    least: float = RELATED,
) -> list[Related]:
    """Return the reports of an article's event, best first: canonical copies of other clusters.

    An article has the links of its cluster's canonical copy. `text` is headline and body of that copy, from
    which the words that link are taken; without it the links have none. An unknown article has no links.
    `least` is the lowest score shown.
    """
    best = ledger.canonical(id_)
    mine = ledger.terms([best]).get(best)
    if mine is None:
        return []
    counts = ledger.counts(mine.hashes)
    telling = {hash_: _rarity(counts.get(hash_, 0)) for hash_ in mine.hashes}
    others = ledger.terms(_candidates(ledger, best, mine, counts))
    scored = ((score(mine, terms, telling), other) for other, terms in others.items())
    chosen = sorted((-value, other) for value, other in scored if value >= least)[:limit]
    outlets = ledger.sources([best, *(other for _, other in chosen)]) if chosen else {}
    spelling = surfaces(*text, mine.hashes) if text and chosen else {}
    return [
        Related(
            article=other,
            score=-value,
            same_source=_same(outlets.get(best), outlets.get(other)),
            days=_days(mine, others[other]),
            terms=tuple(_linking(mine, others[other], telling, spelling)),
        )
        for value, other in chosen
    ]


def related_of_all(
    snapshot: EventLedger, ids: Iterable[ArticleId], limit: int = LIMIT
) -> Iterator[tuple[ArticleId, list[Related]]]:
    """Yield the links of many articles, without the words; linear in their number.

    `snapshot` is best one in memory (`index.event_store.EventStore.snapshot`). Copies of one article in a row
    are reckoned once.
    """
    known: tuple[ArticleId, list[Related]] | None = None
    for id_ in ids:
        best = snapshot.canonical(id_)
        if known is None or known[0] != best:
            known = best, related(snapshot, best, limit)
        yield id_, known[1]


def score(one: EventTerms, other: EventTerms, telling: Mapping[int, float]) -> float:
    """How surely two articles report one event, 0..1; the same both ways.

    `telling` says of each term of `one` how much it tells, 0..1.
    """
    weights = dict(zip(one.hashes, one.weights, strict=True))
    shared = sorted(
        (hash_, weights[hash_] * weight)
        for hash_, weight in zip(other.hashes, other.weights, strict=True)
        if hash_ in weights
    )
    norms = math.sqrt(_square(one.weights) * _square(other.weights))
    when = _nearness(_days(one, other))
    if not when or not norms:
        return 0.0
    alike = sum(product for _, product in shared) / norms >= ALIKE
    if _figures_differ(one.figures, other.figures, alike=alike):
        return 0.0
    return min(1.0, when * sum(telling[hash_] * product for hash_, product in shared) / norms)


def _rarity(holders: int) -> float:
    """How much a term tells, 0..1, that so many articles hold."""
    return max(0.0, 1 - math.log(max(1, holders)) / math.log(COMMON)) ** 2


def _candidates(
    ledger: EventLedger, id_: ArticleId, terms: EventTerms, counts: Mapping[int, int]
) -> list[ArticleId]:
    """Return the articles with the most telling terms in common, among the holders of the rarer ones."""
    posted = list(zip(terms.hashes, terms.weights, strict=True))[:POSTED]
    rare = {hash_: weight for hash_, weight in posted if 1 < counts.get(hash_, 0) <= MOST_HOLDERS}
    held: dict[ArticleId, float] = {}
    for hash_, holders in sorted(ledger.holders(list(rare)).items()):
        worth = rare[hash_] ** 2 * _rarity(counts[hash_])
        for holder in holders:
            held[holder] = held.get(holder, 0.0) + worth
    held.pop(id_, None)
    return sorted(held, key=lambda other: (-held[other], other))[:CANDIDATES]


def _days(one: EventTerms, other: EventTerms) -> int | None:
    return None if one.day is None or other.day is None else abs(one.day - other.day)


def _nearness(days: int | None) -> float:
    """1 for dates that are near or unknown, 0 for those that are far."""
    return 1.0 if days is None else min(1.0, max(0.0, (FAR_DAYS - days) / (FAR_DAYS - SAME_DAYS)))


def _figures_differ(one: Sequence[int], other: Sequence[int], *, alike: bool) -> bool:
    """Whether both have figures, but not the same ones; asked more strictly where the words are `alike`.

    Where more than `FIGURES` were cut off, only those hashes are compared of which both lists tell.
    """
    told = min((figures[-1] for figures in (one, other) if len(figures) == FIGURES), default=1 << 16)
    mine, yours = ({figure for figure in figures if figure <= told} for figures in (one, other))
    fewer = min(len(mine), len(yours))
    few, share, pardoned = (1, ALIKE_AGREEING, 0) if alike else (FEW_FIGURES, AGREEING, PARDONED)
    return fewer >= few and len(mine & yours) < share * (fewer - pardoned)


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other and one != "unknown"


def _linking(
    one: EventTerms, other: EventTerms, telling: Mapping[int, float], spelling: Mapping[int, str]
) -> list[str]:
    """Spell the terms in common, the most telling first, names as a whole."""
    theirs = dict(zip(other.hashes, other.weights, strict=True))
    worth = {
        hash_: telling[hash_] * weight * theirs[hash_]
        for hash_, weight in zip(one.hashes, one.weights, strict=True)
        if hash_ in theirs and hash_ in spelling
    }
    ordered = sorted(worth, key=lambda hash_: (-worth[hash_], hash_))
    return list(dict.fromkeys(spelling[hash_] for hash_ in ordered))[:WORDS]


def _square(weights: Sequence[int]) -> int:
    return sum(weight * weight for weight in weights)
