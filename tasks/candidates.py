"""Which texts are worth comparing.

Two texts are compared where SHARED hashes of their sketches bring them together. A hash brings together its
HUBS holders of smallest id with all its holders. So a sentence that stands on every page of a site costs HUBS
comparisons a page, not one for each other page; the copies of a much printed story meet at the hubs; and who
is compared depends on the set of texts alone. The price is paid at two moments: an arrival that pushes a
holder out of the hubs has that one's edges judged again, a removal that lets one in has it compared anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
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

    def holders(self, hashes: Collection[int], limit: int | None) -> Mapping[int, Sequence[ArticleId]]:
        """Name for each hash its holders of smallest id, ascending, at most `limit`; None means all."""


def pairs_of(postings: Postings, fresh: Collection[ArticleId]) -> set[Pair]:
    """Return the pairs of texts to compare that have an end in `fresh`; pairs of equal texts are none."""
    entries = postings.entries(fresh)
    hubs = postings.holders({hash_ for entry in entries.values() for hash_ in entry.hashes}, HUBS)
    crowded = {
        hash_
        for id_, entry in entries.items()
        for hash_ in entry.hashes
        if len(hubs[hash_]) == HUBS and id_ <= hubs[hash_][-1]
    }
    everyone = postings.holders(crowded, None) if crowded else {}
    found: set[Pair] = set()
    for id_, entry in entries.items():
        is_hub = [hash_ in everyone and id_ <= hubs[hash_][-1] for hash_ in entry.hashes]
        met = Counter(
            chain.from_iterable(
                everyone[hash_] if hub else hubs[hash_]
                for hash_, hub in zip(entry.hashes, is_hub, strict=True)
            )
        )
        found.update((min(id_, other), max(id_, other)) for other, times in met.items() if times >= SHARED)
    return _unequal(postings, {pair for pair in found if pair[0] != pair[1]})


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


def displaced(postings: Postings, added: Collection[ArticleId]) -> set[ArticleId]:
    """Return the articles that were hubs before `added` (now in the ledger) came, and are no longer."""
    return _beyond(postings, postings.entries(added), set(added))


def promoted(postings: Postings, leaving: Mapping[ArticleId, Entry]) -> set[ArticleId]:
    """Return the articles that become hubs when `leaving` (still in the ledger) go."""
    return _beyond(postings, leaving, set(leaving))


def _beyond(postings: Postings, moving: Mapping[ArticleId, Entry], ids: set[ArticleId]) -> set[ArticleId]:
    """Return the articles that are hubs of a hash without `ids` and are not with them."""
    times = Counter(chain.from_iterable(entry.hashes for entry in moving.values()))
    if not times:
        return set()
    found: set[ArticleId] = set()
    for holders in postings.holders(times, HUBS + max(times.values())).values():
        if len(holders) > HUBS:
            without = [id_ for id_ in holders if id_ not in ids][:HUBS]
            found.update(id_ for id_ in without if not _is_hub(id_, holders[:HUBS]))
    return found


def _is_hub(id_: ArticleId, hubs: Sequence[ArticleId]) -> bool:
    """Tell whether a holder is among the first; the smaller of two holders is if either is."""
    return len(hubs) < HUBS or id_ <= hubs[-1]


def _unequal(postings: Postings, pairs: Iterable[Pair]) -> set[Pair]:
    wanted = set(pairs)
    entries = postings.entries({id_ for pair in wanted for id_ in pair})
    return {(a, b) for a, b in wanted if entries[a].text_hash != entries[b].text_hash}
