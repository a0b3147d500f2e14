"""The duplicate ledger in memory, for evaluations and tests."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from index.article import ArticleId
from index.duplicates import Edge, Entry, StoredText
from tasks.candidates import Pair


class MemoryStore:
    """A `tasks.dedupe.DuplicateStore` of dictionaries; texts are put in with `put_texts`."""

    def __init__(self) -> None:
        self._texts: dict[ArticleId, StoredText] = {}
        self._entries: dict[ArticleId, Entry] = {}
        self._postings: dict[int, list[ArticleId]] = defaultdict(list)
        self._same: dict[str, set[ArticleId]] = defaultdict(set)
        self._edges: dict[ArticleId, dict[ArticleId, Edge]] = defaultdict(dict)
        self._digests: set[ArticleId] = set()
        self._canonicals: dict[ArticleId, ArticleId] = {}

    def put_texts(self, texts: Mapping[ArticleId, StoredText]) -> None:
        """Store articles' texts, which `link` can then take in."""
        self._texts.update(texts)

    def texts(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, StoredText]:
        """Read texts."""
        return {id_: self._texts[id_] for id_ in ids if id_ in self._texts}

    def put_entries(self, entries: Iterable[Entry]) -> None:
        """Add entries and postings."""
        for entry in entries:
            self._entries[entry.id] = entry
            self._same[entry.text_hash].add(entry.id)
            for hash_ in entry.hashes:
                insort(self._postings[hash_], entry.id)

    def entries(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Entry]:
        """Read entries."""
        return {id_: self._entries[id_] for id_ in ids if id_ in self._entries}

    def drop(self, ids: Collection[ArticleId]) -> None:
        """Remove all that is known of articles but their texts."""
        for id_ in ids:
            entry = self._entries.pop(id_, None)
            if entry is not None:
                self._same[entry.text_hash].discard(id_)
                for hash_ in entry.hashes:
                    self._postings[hash_].remove(id_)
            for other in self._edges.pop(id_, {}):
                del self._edges[other][id_]
            self._digests.discard(id_)
            self._canonicals.pop(id_, None)

    def same_text(self, text_hashes: Collection[str]) -> Mapping[str, Sequence[ArticleId]]:
        """Name the entries of equal text."""
        return {hash_: sorted(self._same[hash_]) for hash_ in text_hashes if hash_ in self._same}

    def holders(
        self, hashes: Collection[int], limit: int | None, *, least: int = 1
    ) -> Mapping[int, Sequence[ArticleId]]:
        """Name the holders of hashes, the smallest ids first."""
        found = {hash_: self._postings.get(hash_, ()) for hash_ in hashes}
        return {hash_: ids[:limit] for hash_, ids in found.items() if len(ids) >= max(1, least)}

    def put_edges(self, edges: Iterable[Edge]) -> None:
        """Add edges."""
        for edge in edges:
            self._edges[edge.a][edge.b] = self._edges[edge.b][edge.a] = edge

    def drop_edges(self, pairs: Iterable[Pair]) -> None:
        """Remove edges."""
        for a, b in pairs:
            self._edges[a].pop(b, None)
            self._edges[b].pop(a, None)

    def edges(self, ids: Collection[ArticleId]) -> Sequence[Edge]:
        """Read every edge at these articles, once."""
        found = {(edge.a, edge.b): edge for id_ in ids for edge in self._edges.get(id_, {}).values()}
        return [found[pair] for pair in sorted(found)]

    def digests(self, ids: Collection[ArticleId]) -> frozenset[ArticleId]:
        """Name the digests among articles."""
        return frozenset(self._digests.intersection(ids))

    def mark_digests(self, marks: Mapping[ArticleId, bool]) -> None:
        """Set or clear marks."""
        for id_, digest in marks.items():
            (self._digests.add if digest else self._digests.discard)(id_)

    def canonicals(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleId]:
        """Read canonical copies."""
        return {id_: self._canonicals[id_] for id_ in ids if id_ in self._canonicals}

    def put_canonicals(self, chosen: Mapping[ArticleId, ArticleId]) -> None:
        """Store canonical copies."""
        self._canonicals.update(chosen)
