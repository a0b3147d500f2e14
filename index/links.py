"""The duplicate ledger in the catalog: sketches, links between articles, clusters' canonical copies.

What `tasks.dedupe` asks of a store (its `DuplicateStore`), and what search and export read of it.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from index.article import ArticleId
from index.catalog import Catalog
from index.duplicates import Edge, Entry, Match, StoredText

_CHUNK: Final = 500
"""Ids of one IN (…): SQLite takes up to 32,766 variables, older builds 999."""


class LinkStore:
    """The ledger of one catalog; the caller holds the transaction."""

    def __init__(self, catalog: Catalog) -> None:
        self._db = catalog.db

    def texts(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, StoredText]:
        """Read the texts of articles."""
        query = "SELECT id, body, text_hash, sketch, date, headline FROM article WHERE id IN ({})"
        return {
            row["id"]: StoredText(
                body=zlib.decompress(row["body"]).decode(),
                text_hash=row["text_hash"],
                sketch=unpack(row["sketch"]),
                date=row["date"],
                headline=row["headline"],
            )
            for row in self._select(query, ids)
        }

    def entries(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Entry]:
        """Read entries."""
        query = "SELECT id, text_hash, words, date, correction, hashes FROM entry WHERE id IN ({})"
        return {
            row["id"]: Entry(
                id=row["id"],
                text_hash=row["text_hash"],
                words=row["words"],
                date=row["date"],
                correction=bool(row["correction"]),
                hashes=unpack(row["hashes"]),
            )
            for row in self._select(query, ids)
        }

    def put_entries(self, entries: Iterable[Entry]) -> None:
        """Add entries and their postings."""
        for entry in entries:
            self._db.execute(
                """INSERT INTO entry (id, text_hash, words, date, correction, hashes)
                   VALUES (?, ?, ?, ?, ?, ?)""",
                (entry.id, entry.text_hash, entry.words, entry.date, entry.correction, pack(entry.hashes)),
            )
            key = bytes.fromhex(entry.id)
            self._db.executemany(
                "INSERT INTO posting VALUES (?, ?)", ((hash_, key) for hash_ in entry.hashes)
            )

    def drop(self, ids: Collection[ArticleId]) -> None:
        """Remove entries, postings and edges."""
        for id_, entry in self.entries(ids).items():
            key = bytes.fromhex(id_)
            self._db.executemany(
                "DELETE FROM posting WHERE hash = ? AND article = ?", ((hash_, key) for hash_ in entry.hashes)
            )
            self._db.execute("DELETE FROM edge WHERE a = ?1 OR b = ?1", (id_,))
            self._db.execute("DELETE FROM entry WHERE id = ?", (id_,))

    def holders(self, hashes: Collection[int], limit: int | None) -> Mapping[int, Sequence[ArticleId]]:
        """Name the holders of hashes, the smallest ids first."""
        query = "SELECT lower(hex(article)) FROM posting WHERE hash = ? ORDER BY article LIMIT ?"
        most = -1 if limit is None else limit
        found = {
            hash_: [ArticleId(row[0]) for row in self._db.execute(query, (hash_, most))] for hash_ in hashes
        }
        return {hash_: ids for hash_, ids in found.items() if ids}

    def same_text(self, text_hashes: Collection[str]) -> Mapping[str, Sequence[ArticleId]]:
        """Name the entries of equal text, ascending."""
        found: dict[str, list[ArticleId]] = {}
        query = "SELECT text_hash, id FROM entry WHERE text_hash IN ({}) ORDER BY id"
        for row in self._select(query, text_hashes):
            found.setdefault(row[0], []).append(row[1])
        return found

    def put_edges(self, edges: Iterable[Edge]) -> None:
        """Add edges."""
        self._db.executemany(
            "INSERT OR REPLACE INTO edge VALUES (?, ?, ?, ?, ?)",
            (
                (edge.a, edge.b, edge.match.kind, edge.match.similarity, json.dumps(asdict(edge.match)))
                for edge in edges
            ),
        )

    def drop_edges(self, pairs: Iterable[tuple[ArticleId, ArticleId]]) -> None:
        """Remove edges."""
        self._db.executemany("DELETE FROM edge WHERE a = ? AND b = ?", pairs)

    def edges(self, ids: Collection[ArticleId]) -> Sequence[Edge]:
        """Read every edge at these articles, once."""
        found = {
            (row["a"], row["b"]): Edge(row["a"], row["b"], Match(**json.loads(row["evidence"])))
            for side in ("a", "b")
            for row in self._select(f"SELECT a, b, evidence FROM edge WHERE {side} IN ({{}})", ids)
        }
        return [found[pair] for pair in sorted(found)]

    def digests(self, ids: Collection[ArticleId]) -> frozenset[ArticleId]:
        """Name the digests among articles."""
        return frozenset(
            row[0] for row in self._select("SELECT id FROM entry WHERE digest AND id IN ({})", ids)
        )

    def mark_digests(self, marks: Mapping[ArticleId, bool]) -> None:
        """Set or clear marks."""
        self._db.executemany(
            "UPDATE entry SET digest = ? WHERE id = ?", ((digest, id_) for id_, digest in marks.items())
        )

    def canonicals(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleId]:
        """Read canonical copies."""
        query = "SELECT id, canonical FROM entry WHERE canonical IS NOT NULL AND id IN ({})"
        return {row[0]: row[1] for row in self._select(query, ids)}

    def put_canonicals(self, chosen: Mapping[ArticleId, ArticleId]) -> None:
        """Store canonical copies."""
        self._db.executemany(
            "UPDATE entry SET canonical = ? WHERE id = ?", ((best, id_) for id_, best in chosen.items())
        )

    def _select(self, query: str, values: Collection[str]) -> Iterator[sqlite3.Row]:
        ordered = sorted(values)
        for start in range(0, len(ordered), _CHUNK):
            some = ordered[start : start + _CHUNK]
            yield from self._db.execute(query.format(", ".join("?" * len(some))), some)


def pack(hashes: Sequence[int]) -> bytes:
    """Signed 64-bit numbers as little-endian bytes."""
    return struct.pack(f"<{len(hashes)}q", *hashes)


def unpack(packed: bytes) -> tuple[int, ...]:
    """The numbers that `pack` packed."""
    return struct.unpack(f"<{len(packed) // 8}q", packed)


def clusters(catalog: Catalog) -> dict[ArticleId, ArticleId]:
    """Article to canonical copy, for every member of a cluster of two or more."""
    rows = catalog.db.execute(
        """SELECT id, canonical FROM entry
           WHERE canonical IN (SELECT canonical FROM entry WHERE id != canonical)"""
    )
    return {ArticleId(article): ArticleId(canonical) for article, canonical in rows}


def copies(catalog: Catalog, canonical: ArticleId) -> list[ArticleId]:
    """All members of a cluster, ordered by id."""
    rows = catalog.db.execute("SELECT id FROM entry WHERE canonical = ? ORDER BY id", (canonical,))
    return [ArticleId(row[0]) for row in rows]


def match_of(catalog: Catalog, one: ArticleId, other: ArticleId) -> Match | None:
    """Why two articles are one, where they were compared directly."""
    row = catalog.db.execute(
        "SELECT evidence FROM edge WHERE a = ? AND b = ?", (min(one, other), max(one, other))
    ).fetchone()
    return None if row is None else Match(**json.loads(row[0]))
