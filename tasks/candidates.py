"""Which texts are worth comparing.

Two texts are compared where SHARED hashes of their sketches bring them together. A hash brings together its
HUBS holders of smallest id with all its holders. So a sentence that stands on every page of a site costs HUBS
comparisons a page, not one for each other page; the copies of a much printed story meet at the hubs; and who
is compared depends on the set of texts alone. The price is paid at two moments: an arrival that pushes a
holder out of the hubs has that one's edges judged again, a removal that lets one in has it compared anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Final, Protocol

from index.article import ArticleId
from index.duplicates import Entry

SHARED: Final = 2
"""Chosen by `python -m evals.dedupe`: .996 of the pairs that belong together, under two pairs a text."""
HUBS: Final = 64
"""Above the most holders of one hash in the evaluation, 58, so that it changes nothing there."""

Pair = tuple[ArticleId, ArticleId]
"""Two articles, the smaller id first."""


class Postings(Protocol):
    """What finding candidates reads of the ledger."""

    def entries(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Entry]:
        """Read the entries of articles in the ledger."""

    def holders(
        self, hashes: Collection[int], limit: int | None, *, least: int = 1
    ) -> Mapping[int, Sequence[ArticleId]]:
        """Name for each hash its holders of smallest id, ascending, at most `limit`; None means all.

        Hashes with fewer than `least` holders are left out.
        """


Entries = Mapping[ArticleId, Entry]
Around = Mapping[int, Sequence[ArticleId]]
"""The first holders of each hash that several hold: enough to tell its hubs without some articles, too."""


def around(postings: Postings, moving: Entries) -> Around:
    """Read who shares hashes with articles that come or go (and are in the ledger)."""
    times = Counter(chain.from_iterable(entry.hashes for entry in moving.values()))
    return postings.holders(times, HUBS + max(times.values(), default=0), least=2)


def pairs_of(postings: Postings, fresh: Entries, near: Around) -> set[Pair]:
    """Return the pairs of texts to compare that have an end in `fresh`; pairs of equal texts are none.

    `near` is what `around` says of `fresh`.
    """
    hubs = {hash_: ids[:HUBS] for hash_, ids in near.items()}
    crowded = {hash_ for hash_, ids in hubs.items() if len(ids) == HUBS and not fresh.keys().isdisjoint(ids)}
    everyone = postings.holders(crowded, None) if crowded else {}
    found: set[Pair] = set()
    for id_, entry in fresh.items():
        met: list[ArticleId] = []
        for hash_ in entry.hashes:
            if first := hubs.get(hash_):
                met += everyone[hash_] if hash_ in crowded and id_ <= first[-1] else first
        found.update(_pair(id_, other) for other, times in Counter(met).items() if times >= SHARED)
    return _unequal(postings, fresh, {pair for pair in found if pair[0] != pair[1]})


def still_paired(postings: Postings, pairs: Collection[Pair]) -> set[Pair]:
    """Return those of the pairs that would be compared in the ledger as it is now."""
    entries = postings.entries({id_ for pair in pairs for id_ in pair})
    common = {(a, b): set(entries[a].hashes).intersection(entries[b].hashes) for a, b in pairs}
    hubs = postings.holders(set().union(*common.values()), HUBS)
    return {
        pair
        for pair, shared in common.items()
        if sum(_is_hub(pair[0], hubs[hash_]) for hash_ in shared) >= SHARED
    }


def moved(near: Around, ids: Collection[ArticleId]) -> set[ArticleId]:
    """Return the articles that are hubs of a hash without `ids` and are not with them.

    `near` is what `around` says of `ids`. If they came, those are no hubs any more; if they go, those become
    hubs.
    """
    found: set[ArticleId] = set()
    for holders in near.values():
        if len(holders) > HUBS:
            without = [id_ for id_ in holders if id_ not in ids][:HUBS]
            found.update(id_ for id_ in without if not _is_hub(id_, holders[:HUBS]))
    return found


def _pair(one: ArticleId, other: ArticleId) -> Pair:
    return (one, other) if one < other else (other, one)


def _is_hub(id_: ArticleId, hubs: Sequence[ArticleId]) -> bool:
    """Tell whether a holder is among the first; the smaller of two holders is if either is."""
    return len(hubs) < HUBS or id_ <= hubs[-1]


def _unequal(postings: Postings, fresh: Entries, pairs: Collection[Pair]) -> set[Pair]:
    others = {id_ for pair in pairs for id_ in pair if id_ not in fresh}
    entries = {**fresh, **postings.entries(others)}
    return {(a, b) for a, b in pairs if entries[a].text_hash != entries[b].text_hash}
