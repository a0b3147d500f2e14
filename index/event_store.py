"""The events of articles in the catalog: the terms that tell them, and which articles hold a term.

What `tasks.related` asks of a store. Every article has a row, but only the canonical copy of a cluster has
postings: a report that fifty papers printed counts once. No score is stored, since each arrival changes them
all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.article import ArticleId
from index.articles import source_name
from index.catalog import Catalog
from index.hash_runs import HashRuns
from index.hashes import pack, unpack
from index.links import LinkStore

POSTED: Final = 16
"""Terms of an article that have postings, its most telling ones (12 and 24 find the same links)."""

_CHUNK: Final = 500
_FIGURE: Final = np.dtype("<u2")
_COLUMNS: Final = "id, hashes, weights, figures, day"


@dataclass(frozen=True, slots=True)
class EventTerms:
    """What of an article tells its event.

    `hashes` are those of its terms, most telling first, `index.hashes.HASH_BITS` of each; `weights`,
    0..255, go with them; `figures` are 16-bit hashes of figures, ascending; `day` is the ordinal of the
    article's date, 1 being 0001-01-01.
    """

    hashes: tuple[int, ...]
    weights: tuple[int, ...]
    figures: tuple[int, ...]
    day: int | None


class EventStore:
    """The events of one catalog; the caller holds the transaction."""

    def __init__(self, catalog: Catalog, sources: Mapping[str, str] | None = None) -> None:
        """`sources` names folders, as newsfold.toml does (see `index.settings.source_of`)."""
        self._catalog = catalog
        self._db = catalog.db
        self._runs = HashRuns(catalog.db, "event", "event")
        self._names = sources or {}

    def put(self, rows: Mapping[ArticleId, EventTerms]) -> None:
        """Store the terms of articles, in the place of older ones, without postings; `settle` makes those."""
        self.drop(rows)
        self._db.executemany(
            "INSERT INTO event (id, hashes, weights, figures, day) VALUES (?, ?, ?, ?, ?)",
            ((id_, *_packed(terms)) for id_, terms in rows.items()),
        )

    def drop(self, ids: Collection[ArticleId]) -> None:
        """Remove articles, postings included; unknown ones are passed over."""
        posted = self._select("SELECT id, hashes FROM event WHERE posted AND id IN ({})", ids)
        self._runs.remove([(row["id"], _posted(row)) for row in posted])
        self._db.executemany("DELETE FROM event WHERE id = ?", ((id_,) for id_ in ids))

    def settle(self, ids: Collection[ArticleId]) -> None:
        """Give postings to those that are canonical copies now, take them from those that are not.

        `ids` are the articles that were put and those that `tasks.dedupe.link` names, after it.
        """
        canonicals = LinkStore(self._catalog).canonicals(ids)
        rows = list(self._select("SELECT id, hashes, posted FROM event WHERE id IN ({})", ids))
        come = [row for row in rows if not row["posted"] and canonicals.get(row["id"]) == row["id"]]
        gone = [row for row in rows if row["posted"] and canonicals.get(row["id"]) != row["id"]]
        self._runs.remove([(row["id"], _posted(row)) for row in gone])
        self._runs.add([(row["id"], _posted(row)) for row in come])
        self._db.executemany(
            "UPDATE event SET posted = NOT posted WHERE id = ?", ((row["id"],) for row in (*come, *gone))
        )

    def canonical(self, id_: ArticleId) -> ArticleId:
        """Name the canonical copy of an article; itself where the ledger does not know it."""
        return LinkStore(self._catalog).canonicals([id_]).get(id_, id_)

    def terms(self, ids: Collection[ArticleId]) -> dict[ArticleId, EventTerms]:
        """Read the terms of articles; unknown ones are absent."""
        rows = self._select(f"SELECT {_COLUMNS} FROM event WHERE id IN ({{}})", ids)
        return {row["id"]: _unpacked(*row[1:]) for row in rows}

    def counts(self, hashes: Collection[int]) -> Mapping[int, int]:
        """Count the canonical copies that hold each term."""
        return self._runs.counts(hashes)

    def holders(self, hashes: Collection[int]) -> Mapping[int, Sequence[ArticleId]]:
        """Name the canonical copies that hold each term, ascending."""
        return self._runs.holders(hashes)

    def sources(self, ids: Collection[ArticleId]) -> dict[ArticleId, str]:
        """Name the outlet of each article."""
        rows = self._select("SELECT id, version, publisher FROM article WHERE id IN ({})", ids)
        return {
            row["id"]: source_name(self._catalog, row["version"], row["publisher"], self._names)
            for row in rows
        }

    def snapshot(self) -> EventSnapshot:
        """Read all events into memory, for the links of every article at once."""
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM event WHERE posted ORDER BY id")
        held = {ArticleId(row["id"]): tuple(row)[1:] for row in rows}
        canonicals = self._db.execute("SELECT id, canonical FROM entry WHERE id != canonical")
        return EventSnapshot(held, {row[0]: row[1] for row in canonicals}, self)

    def _select(self, query: str, values: Collection[str]) -> Iterator[sqlite3.Row]:
        ordered = sorted(values)
        for start in range(0, len(ordered), _CHUNK):
            some = ordered[start : start + _CHUNK]
            yield from self._db.execute(query.format(", ".join("?" * len(some))), some).fetchall()


class EventSnapshot:
    """The answers of an `EventStore` at one moment, from memory: about 600 bytes an article."""

    def __init__(
        self,
        held: Mapping[ArticleId, tuple[bytes, bytes, bytes, int | None]],
        canonicals: Mapping[ArticleId, ArticleId],
        store: EventStore | None = None,
    ) -> None:
        """`held` are the columns of the canonical copies, `canonicals` the copies of the other articles."""
        self._ids = sorted(held)
        self._held = held
        self._canonicals = canonicals
        self._store = store
        self._outlets: dict[ArticleId, str] = {}
        mine = [unpack(held[id_][0])[:POSTED] for id_ in self._ids]
        keys = np.array([hash_ for hashes in mine for hash_ in hashes], np.uint64)
        places = np.repeat(np.arange(len(mine)), [len(hashes) for hashes in mine])
        order = np.lexsort((places, keys))
        self._keys: NDArray[np.uint64] = keys[order]
        self._places: NDArray[np.int64] = places[order]

    @classmethod
    def of(cls, rows: Mapping[ArticleId, EventTerms]) -> EventSnapshot:
        """Hold events that are in no catalog, each article alone in its cluster."""
        return cls({id_: _packed(terms) for id_, terms in rows.items()}, {})

    def canonical(self, id_: ArticleId) -> ArticleId:
        """Name the canonical copy of an article."""
        return self._canonicals.get(id_, id_)

    def terms(self, ids: Collection[ArticleId]) -> dict[ArticleId, EventTerms]:
        """Read the terms of canonical copies; others are absent."""
        return {id_: _unpacked(*self._held[id_]) for id_ in ids if id_ in self._held}

    def counts(self, hashes: Collection[int]) -> Mapping[int, int]:
        """Count the holders of each term."""
        return {hash_: last - first for hash_, first, last in self._spans(hashes)}

    def holders(self, hashes: Collection[int]) -> Mapping[int, Sequence[ArticleId]]:
        """Name the holders of each term, ascending."""
        return {
            hash_: [self._ids[place] for place in self._places[first:last].tolist()]
            for hash_, first, last in self._spans(hashes)
        }

    def sources(self, ids: Collection[ArticleId]) -> dict[ArticleId, str]:
        """Name the outlet of each article; of articles that are in no catalog nothing is known."""
        unknown = [id_ for id_ in ids if id_ not in self._outlets]
        if unknown and self._store is not None:
            self._outlets.update(self._store.sources(unknown))
        return {id_: self._outlets[id_] for id_ in ids if id_ in self._outlets}

    def _spans(self, hashes: Collection[int]) -> list[tuple[int, int, int]]:
        wanted = np.array(list(hashes), np.uint64)
        first = np.searchsorted(self._keys, wanted, "left").tolist()
        last = np.searchsorted(self._keys, wanted, "right").tolist()
        return list(zip(hashes, first, last, strict=True))


def _posted(row: sqlite3.Row) -> tuple[int, ...]:
    return unpack(row["hashes"])[:POSTED]


def _packed(terms: EventTerms) -> tuple[bytes, bytes, bytes, int | None]:
    figures = np.array(terms.figures, _FIGURE).tobytes()
    return pack(terms.hashes), bytes(terms.weights), figures, terms.day


def _unpacked(hashes: bytes, weights: bytes, figures: bytes, day: int | None) -> EventTerms:
    return EventTerms(unpack(hashes), tuple(weights), tuple(np.frombuffer(figures, _FIGURE).tolist()), day)
