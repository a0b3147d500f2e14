"""The duplicate ledger in the catalog: sketches, links between articles, clusters' canonical copies.

What `tasks.dedupe` asks of a store (its `DuplicateStore`). What search and export read of it: `index.copies`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from typing import TYPE_CHECKING, Final

from index.article import ArticleId
from index.articles import SHORT_ID, unpack_text
from index.catalog import Catalog
from index.duplicates import Edge, Entry, Match, StoredText
from index.hashes import pack, unpack

if TYPE_CHECKING:
    from index.hash_runs import HashRuns

SKETCHES: Final = "sketch"
"""The family of `index.hash_runs` that holds the sketches."""
_FIELDS: Final = [field.name for field in fields(Match)]
_CHUNK: Final = 500
"""Ids of one IN (…): SQLite takes up to 32,766 variables, older builds 999."""


class LinkStore:
    """The ledger of one catalog; the caller holds the transaction."""

    def __init__(self, catalog: Catalog) -> None:
        self._db = catalog.db

    @cached_property
    def _runs(self) -> HashRuns:
        from index.hash_runs import HashRuns  # noqa: PLC0415 - numpy, which a search must not load

        return HashRuns(self._db, SKETCHES, "entry")

    def texts(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, StoredText]:
        """Read the texts of articles. Raises CatalogDamagedError."""
        query = "SELECT id, body, text_hash, date, headline FROM article WHERE id IN ({})"
        return {
            row["id"]: StoredText(
                body=unpack_text(row["body"], f"article {row['id'][:SHORT_ID]}"),
                text_hash=row["text_hash"],
                date=row["date"],
                headline=row["headline"],
            )
            for row in self._select(query, ids)
        }

    def entries(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Entry]:
        """Read entries."""
        query = "SELECT id, text_hash, words, date, correction, littered, hashes FROM entry WHERE id IN ({})"
        return {
            row["id"]: Entry(
                id=row["id"],
                text_hash=row["text_hash"],
                words=row["words"],
                date=row["date"],
                correction=bool(row["correction"]),
                littered=bool(row["littered"]),
                hashes=() if row["hashes"] is None else unpack(row["hashes"]),
            )
            for row in self._select(query, ids)
        }

    def put_entries(self, entries: Collection[Entry]) -> None:
        """Add entries and their postings."""
        self._db.executemany(
            """INSERT INTO entry (id, text_hash, words, date, correction, littered, hashes)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                (
                    entry.id,
                    entry.text_hash,
                    entry.words,
                    entry.date,
                    entry.correction,
                    entry.littered,
                    pack(entry.hashes),
                )
                for entry in entries
            ),
        )
        self._runs.add((entry.id, entry.hashes) for entry in entries)

    def drop(self, ids: Collection[ArticleId]) -> None:
        """Remove entries, postings and edges."""
        gone = self.entries(ids)
        self._runs.remove((id_, entry.hashes) for id_, entry in gone.items())
        keys = [(id_,) for id_ in gone]
        for statement in ("DELETE FROM edge WHERE a = ?1 OR b = ?1", "DELETE FROM entry WHERE id = ?"):
            self._db.executemany(statement, keys)

    def holders(
        self, hashes: Collection[int], limit: int | None, *, least: int = 1
    ) -> Mapping[int, Sequence[ArticleId]]:
        """Name the holders of hashes, the smallest ids first; none of hashes with fewer than `least`."""
        return self._runs.holders(hashes, limit, least=least)

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
            ((edge.a, edge.b, edge.match.kind, edge.match.similarity, _told(edge.match)) for edge in edges),
        )

    def drop_edges(self, pairs: Iterable[tuple[ArticleId, ArticleId]]) -> None:
        """Remove edges."""
        self._db.executemany("DELETE FROM edge WHERE a = ? AND b = ?", pairs)

    def edges(self, ids: Collection[ArticleId]) -> Sequence[Edge]:
        """Read every edge at these articles, once."""
        found = {
            (row["a"], row["b"]): row["evidence"]
            for side in ("a", "b")
            for row in self._select(f"SELECT a, b, evidence FROM edge WHERE {side} IN ({{}})", ids)
        }
        return [Edge(a, b, Match(**json.loads(told))) for (a, b), told in sorted(found.items())]

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


def _told(match: Match) -> str:
    return json.dumps({name: getattr(match, name) for name in _FIELDS})


def waiting(catalog: Catalog, limit: int) -> list[ArticleId]:
    """Articles that an older newsfold linked by other sketches, by id; the next run links them again."""
    rows = catalog.db.execute("SELECT id FROM entry WHERE hashes IS NULL ORDER BY id LIMIT ?", (limit,))
    return [ArticleId(row[0]) for row in rows]


def forget_links(catalog: Catalog) -> None:
    """Forget what the ledgers of copies and events say; the next run links every article again.

    Until then each article has the canonical copy that it had, so far as that is one.
    """
    for statement in (
        "DELETE FROM entry WHERE id NOT IN (SELECT id FROM article)",
        """INSERT INTO entry SELECT id, text_hash, words, date, 0, 0, 0, NULL, id FROM article
           WHERE id NOT IN (SELECT id FROM entry)""",
        "UPDATE entry SET hashes = NULL, digest = 0",
        "UPDATE entry SET canonical = id WHERE canonical IS NULL OR canonical NOT IN (SELECT id FROM entry)",
        "DELETE FROM edge",
        "DELETE FROM hash_chunk",
        "DELETE FROM hash_run",
        "DELETE FROM event",
    ):
        catalog.db.execute(statement)
