"""Keeping the duplicate ledger right while articles come and go.

The ledger is a pure function of the SET of articles in it: any order, any batches, removals included, end in
the same edges, digests and canonical copies. How two texts come to be compared stands in `tasks.candidates`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Protocol

from index.article import ArticleId
from index.duplicates import Edge, Entry, StoredText
from tasks.candidates import Pair, Postings, around, moved, pairs_of, still_paired
from tasks.clusters import (
    Member,
    binds,
    canonical,
    components,
    cut_members,
    is_correction,
    is_digest,
    is_littered,
)
from tasks.neardup import Prepared, compare, prepare
from tasks.sketch import sketch_of

PAIRS_AT_ONCE: Final = 64
PREPARED_WORDS: Final = 2_000_000
"""Words of prepared texts held in memory, about: 100 MB."""
_CHARACTERS: Final = 4
GUARD_NEIGHBOURS: Final = 64
"""A text is tried as a digest of its neighbours of smallest id, so many of them."""


class DuplicateStore(Postings, Protocol):
    """Where the ledger lives. Entries, edges and marks stay until `drop`, whatever became of the article.

    Ids and hashes that it does not know are simply absent from its answers.
    """

    def texts(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, StoredText]:
        """Read the texts of articles that are stored."""

    def put_entries(self, entries: Collection[Entry]) -> None:
        """Add entries and their postings (hash → article)."""

    def drop(self, ids: Collection[ArticleId]) -> None:
        """Remove entries, postings, digest marks, canonical copies, and every edge at these articles."""

    def same_text(self, text_hashes: Collection[str]) -> Mapping[str, Sequence[ArticleId]]:
        """Name the entries with these text hashes."""

    def put_edges(self, edges: Iterable[Edge]) -> None:
        """Add edges; the pair names an edge."""

    def drop_edges(self, pairs: Iterable[Pair]) -> None:
        """Remove edges."""

    def edges(self, ids: Collection[ArticleId]) -> Sequence[Edge]:
        """Read every edge with an end in `ids`, once."""

    def digests(self, ids: Collection[ArticleId]) -> frozenset[ArticleId]:
        """Name those of `ids` that are marked as digests."""

    def mark_digests(self, marks: Mapping[ArticleId, bool]) -> None:
        """Set or clear marks."""

    def canonicals(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleId]:
        """Read the canonical copy of each article; absent before the first `put_canonicals`."""

    def put_canonicals(self, chosen: Mapping[ArticleId, ArticleId]) -> None:
        """Store the canonical copy of each article, itself where it stands alone."""


def link(
    store: DuplicateStore, added: Collection[ArticleId], removed: Collection[ArticleId] = ()
) -> frozenset[ArticleId]:
    """Take articles into the ledger and out of it; return those present whose canonical copy is another now.

    The texts of `added` must be in the store (else KeyError), those of `removed` need not. An article in
    both, or added again, may have a new text. Linking twice changes nothing more and returns nothing.
    """
    known = store.entries({*added, *removed})
    before = dict(store.canonicals(list(known)))
    library = _Library(store)
    touched = _withdraw(store, library, known)
    fresh = library.enter(sorted(set(added)))
    touched |= _admit(store, library, fresh)
    edges = _Edges(store)
    touched |= _remark_digests(store, edges, library, touched)
    return _regroup(store, edges, touched, fresh, before)


def entry_of(id_: ArticleId, text: StoredText, ready: Prepared) -> Entry:
    """Note what the ledger keeps of an article."""
    return Entry(
        id=id_,
        text_hash=text.text_hash,
        words=ready.words,
        date=text.date,
        correction=is_correction(text.headline, text.body),
        littered=is_littered(text.body),
        hashes=sketch_of(ready.distinct),
    )


class _Shelf:
    """Prepared texts, the latest used ones, `PREPARED_WORDS` of them; they outlive the call.

    Copies of a story come close together, so that most of what is asked for is still here.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str | None], Prepared] = OrderedDict()
        self._words = 0

    def prepared(self, text: StoredText) -> Prepared:
        """Prepare a text, or find it prepared."""
        key = (text.body, text.date)
        if (ready := self._held.get(key)) is None:
            ready = self._held[key] = prepare(*key)
            self._words += len(text.body) // _CHARACTERS + 1
            while self._words > PREPARED_WORDS and len(self._held) > 1:
                (body, _), _ = self._held.popitem(last=False)
                self._words -= len(body) // _CHARACTERS + 1
        else:
            self._held.move_to_end(key)
        return ready


_shelf: Final = _Shelf()


class _Library:
    """The texts of a store, prepared; those in use are read once."""

    def __init__(self, store: DuplicateStore) -> None:
        self._store = store
        self._held: dict[ArticleId, Prepared] = {}
        self._words = 0

    def enter(self, ids: Sequence[ArticleId]) -> dict[ArticleId, Entry]:
        """Prepare texts that come into the ledger, and note what it keeps of them."""
        texts = self._store.texts(ids)
        return {id_: entry_of(id_, texts[id_], self._take(id_, texts[id_])) for id_ in ids}

    def get(self, ids: Collection[ArticleId]) -> dict[ArticleId, Prepared]:
        """Return texts prepared."""
        found = {id_: self._held[id_] for id_ in ids if id_ in self._held}
        for id_, text in self._store.texts([id_ for id_ in ids if id_ not in found]).items():
            found[id_] = self._take(id_, text)
        return found

    def _take(self, id_: ArticleId, text: StoredText) -> Prepared:
        ready = _shelf.prepared(text)
        if self._words > PREPARED_WORDS:
            self._held.clear()
            self._words = 0
        self._held[id_] = ready
        self._words += ready.words
        return ready


class _Edges:
    """The edges of the ledger, each read once; made when no more will change."""

    def __init__(self, store: DuplicateStore) -> None:
        self._store = store
        self._at: dict[ArticleId, dict[Pair, Edge]] = {}

    def at(self, ids: Collection[ArticleId]) -> Sequence[Edge]:
        """Return every edge with an end in `ids`, once."""
        missing = [id_ for id_ in ids if id_ not in self._at]
        self._at.update((id_, {}) for id_ in missing)
        for edge in self._store.edges(missing):
            for end in (edge.a, edge.b):
                if end in self._at:
                    self._at[end][edge.a, edge.b] = edge
        return list({pair: edge for id_ in ids for pair, edge in self._at[id_].items()}.values())


def _withdraw(store: DuplicateStore, library: _Library, gone: Mapping[ArticleId, Entry]) -> set[ArticleId]:
    """Take articles out; return those left whose place may change."""
    if not gone:
        return set()
    touched = {end for edge in store.edges(list(gone)) for end in (edge.a, edge.b)}
    mates = store.same_text({entry.text_hash for entry in gone.values()})
    touched.update(id_ for ids in mates.values() for id_ in ids)
    promoted = moved(around(store, gone), gone)
    store.drop(list(gone))
    if promoted:
        fresh = store.entries(promoted)
        touched |= _compare_all(store, library, pairs_of(store, fresh, around(store, fresh)))
    return touched.difference(gone)


def _admit(store: DuplicateStore, library: _Library, fresh: Mapping[ArticleId, Entry]) -> set[ArticleId]:
    """Take articles in; return them and those whose place may change."""
    if not fresh:
        return set()
    store.put_entries(list(fresh.values()))
    near = around(store, fresh)
    touched = set(fresh)
    lapsed = _lapsed(store, moved(near, fresh))
    store.drop_edges(lapsed)
    touched.update(end for pair in lapsed for end in pair)
    return touched | _compare_all(store, library, pairs_of(store, fresh, near))


def _lapsed(store: DuplicateStore, pushed_out: Collection[ArticleId]) -> list[Pair]:
    """Return the edges of pushed-out hubs that nothing brings together any more."""
    pairs = {(edge.a, edge.b) for edge in store.edges(pushed_out)} if pushed_out else set()
    return sorted(pairs - still_paired(store, pairs)) if pairs else []


def _compare_all(store: DuplicateStore, library: _Library, pairs: Iterable[Pair]) -> set[ArticleId]:
    """Compare pairs, store the edges found, return their ends."""
    touched: set[ArticleId] = set()
    ordered = sorted(pairs)
    for start in range(0, len(ordered), PAIRS_AT_ONCE):
        some = ordered[start : start + PAIRS_AT_ONCE]
        ready = library.get({id_ for pair in some for id_ in pair})
        found = [Edge(a, b, match) for a, b in some if (match := compare(ready[a], ready[b])) is not None]
        store.put_edges(found)
        touched.update(end for edge in found for end in (edge.a, edge.b))
    return touched


def _remark_digests(
    store: DuplicateStore, edges: _Edges, library: _Library, ids: Collection[ArticleId]
) -> set[ArticleId]:
    """Try again which texts are digests; return the neighbours of those where that changed."""
    marked = store.digests(ids)
    around: dict[ArticleId, set[ArticleId]] = {id_: set() for id_ in ids}
    for edge in edges.at(ids):
        for mine, other in ((edge.a, edge.b), (edge.b, edge.a)):
            if mine in around:
                around[mine].add(other)
    flipped: dict[ArticleId, bool] = {}
    for id_ in sorted(around):
        chosen = sorted(around[id_])[:GUARD_NEIGHBOURS]
        ready = library.get([id_, *chosen]) if len(chosen) > 1 else {}
        digest = bool(ready) and is_digest(ready[id_], [ready[other] for other in chosen])
        if digest != (id_ in marked):
            flipped[id_] = digest
    store.mark_digests(flipped)
    return {other for id_ in flipped for other in around[id_]}


def _regroup(
    store: DuplicateStore,
    edges: _Edges,
    touched: Collection[ArticleId],
    fresh: Mapping[ArticleId, Entry],
    before: Mapping[ArticleId, ArticleId],
) -> frozenset[ArticleId]:
    """Choose the canonical copies anew in every cluster that `touched` reaches; return what changed."""
    entries, binding = _reach(store, edges, touched, fresh)
    mates: dict[str, ArticleId] = {}
    pairs = [(edge.a, edge.b) for edge in binding]
    pairs += [(mates.setdefault(entry.text_hash, id_), id_) for id_, entry in sorted(entries.items())]
    cut = cut_members(binding, {id_: entry.words for id_, entry in entries.items()})
    chosen: dict[ArticleId, ArticleId] = {}
    for group in components(entries, pairs):
        best = canonical(_member(entries[id_], cut) for id_ in group)
        chosen.update(dict.fromkeys(group, best))
    was = {**before, **store.canonicals(list(chosen))}
    store.put_canonicals({id_: best for id_, best in chosen.items() if was.get(id_) != best or id_ in before})
    return frozenset(id_ for id_, best in chosen.items() if was.get(id_) != best)


def _reach(
    store: DuplicateStore, edges: _Edges, touched: Collection[ArticleId], fresh: Mapping[ArticleId, Entry]
) -> tuple[dict[ArticleId, Entry], list[Edge]]:
    """Walk from the touched articles over equal texts and binding edges to whole clusters."""
    entries: dict[ArticleId, Entry] = {}
    bound: dict[Pair, Edge] = {}
    frontier = set(touched)
    while frontier:
        here = {id_: fresh[id_] for id_ in frontier if id_ in fresh}
        here.update(store.entries(frontier.difference(here)))
        entries.update(here)
        found = edges.at(list(here))
        digests = store.digests({end for edge in found for end in (edge.a, edge.b)})
        binding = [edge for edge in found if binds(edge, digests)]
        bound.update({(edge.a, edge.b): edge for edge in binding})
        mates = store.same_text({entry.text_hash for entry in here.values()})
        frontier = {end for edge in binding for end in (edge.a, edge.b)}
        frontier.update(id_ for ids in mates.values() for id_ in ids)
        frontier.difference_update(entries)
    return entries, list(bound.values())


def _member(entry: Entry, cut: frozenset[ArticleId]) -> Member:
    return Member(
        id=entry.id,
        words=entry.words,
        date=entry.date,
        correction=entry.correction,
        cut=entry.id in cut,
        littered=entry.littered,
    )
