"""What the ledgers of copies and of events should say, derived again from what the catalog stores.

By default from the edges, sketches and terms that are stored, in one pass; `deep` also makes those anew from
the texts, in a ledger beside: about as long as linking the whole archive takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from index import articles, links
from index.article import ArticleId
from index.catalog import Catalog
from index.event_store import POSTED, EventStore
from index.findings import Finding, Kind
from index.hashes import unpack
from index.links import LinkStore
from index.run_check import fingerprint_in, fingerprint_of
from tasks.clusters import Member, binds, canonical, components, cut_members
from tasks.dedupe import link
from tasks.event_terms import terms_of

AT_ONCE: Final = 1_000
"""Articles linked in one go by the deep check."""


def find_in_ledgers(catalog: Catalog, *, deep: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with copies, clusters, events and their postings.

    Nothing is said while articles of an older newsfold wait to be linked again.
    """
    if links.waiting(catalog, 1):
        return
    wrong = [*_entries(catalog), *_runs(catalog), *_edges(catalog), *_events(catalog)]
    wrong += _canonicals(catalog) if not wrong else []
    if deep and not wrong:
        wrong += _derived(catalog)
    for what in wrong:
        yield Finding(Kind.LINKS, f"catalog: {what}")


def _entries(catalog: Catalog) -> Iterator[str]:
    for (id_,) in catalog.db.execute(
        """SELECT id FROM entry JOIN article USING (id)
           WHERE entry.text_hash != article.text_hash OR entry.date IS NOT article.date ORDER BY id"""
    ):
        yield f"the duplicate ledger has another text or date for article {id_[:16]}"
    for (id_,) in catalog.db.execute(
        "SELECT id FROM entry WHERE canonical IS NULL OR canonical NOT IN (SELECT id FROM entry) ORDER BY id"
    ):
        yield f"article {id_[:16]} has no canonical copy"


def _runs(catalog: Catalog) -> Iterator[str]:
    db = catalog.db
    sketches = ((row[0], unpack(row[1])) for row in db.execute("SELECT id, hashes FROM entry"))
    events = (
        (row[0], unpack(row[1])[:POSTED]) for row in db.execute("SELECT id, hashes FROM event WHERE posted")
    )
    for family, what, rows in (("sketch", "sketches", sketches), ("event", "events", events)):
        wanted, found = fingerprint_of(rows), fingerprint_in(db, family)
        if isinstance(found, str):
            yield f"the postings of {what}: {found}"
        elif wanted != found:
            yield f"the postings of {what} are {found[0]:,}, and not the {wanted[0]:,} of the articles"


def _edges(catalog: Catalog) -> Iterator[str]:
    for row in catalog.db.execute("SELECT * FROM edge ORDER BY a, b"):
        told = json.loads(row["evidence"])
        if (told["kind"], told["similarity"]) != (row["kind"], row["similarity"]):
            yield f"the link of {row['a'][:16]} and {row['b'][:16]} contradicts its evidence"
    for (id_,) in catalog.db.execute(
        "SELECT a FROM edge WHERE a NOT IN (SELECT id FROM entry) UNION SELECT b FROM edge "
        "WHERE b NOT IN (SELECT id FROM entry)"
    ):
        yield f"a link names article {id_[:16]}, which is not there"


def _events(catalog: Catalog) -> Iterator[str]:
    for (id_,) in catalog.db.execute(
        """SELECT entry.id FROM entry LEFT JOIN event USING (id)
           WHERE event.id IS NULL OR event.posted != (entry.canonical = entry.id) ORDER BY entry.id"""
    ):
        yield f"the event of article {id_[:16]} is missing, or stands though that is only a copy"


def _canonicals(catalog: Catalog) -> Iterator[str]:
    """Group all articles again, as `tasks.dedupe` does, from the edges and texts in the ledger."""
    entries = {
        ArticleId(row["id"]): row
        for row in catalog.db.execute(
            "SELECT id, text_hash, words, date, correction, littered, digest, canonical FROM entry"
        )
    }
    store = LinkStore(catalog)
    digests = frozenset(id_ for id_, row in entries.items() if row["digest"])
    edged = {row[0] for row in catalog.db.execute("SELECT a FROM edge")}
    binding = [edge for edge in store.edges(edged) if binds(edge, digests)]
    mates: dict[str, ArticleId] = {}
    pairs = [(edge.a, edge.b) for edge in binding]
    pairs += [(mates.setdefault(row["text_hash"], id_), id_) for id_, row in sorted(entries.items())]
    cut = cut_members(binding, {id_: row["words"] for id_, row in entries.items()})
    for group in components(entries, pairs):
        best = canonical(
            Member(
                id=id_,
                words=entries[id_]["words"],
                date=entries[id_]["date"],
                correction=bool(entries[id_]["correction"]),
                cut=id_ in cut,
                littered=bool(entries[id_]["littered"]),
            )
            for id_ in group
        )
        for id_ in sorted(group):
            if (held := entries[id_]["canonical"]) != best:
                yield f"article {id_[:16]} has the canonical copy {held[:16]}, and should have {best[:16]}"


def _derived(catalog: Catalog) -> Iterator[str]:
    """Link all articles in a catalog beside, and compare the ledgers."""
    ids = [ArticleId(row[0]) for row in catalog.db.execute("SELECT id FROM article ORDER BY id")]
    store = LinkStore(catalog)
    with TemporaryDirectory() as folder, Catalog.open(Path(folder, "beside.sqlite3")) as beside:
        other = _Beside(beside, catalog)
        for start in range(0, len(ids), AT_ONCE):
            link(other, ids[start : start + AT_ONCE])
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            if store.entries(some) != other.entries(some):
                yield "the sketches are not those of the texts"
            if {edge.a + edge.b: asdict(edge) for edge in store.edges(some)} != {
                edge.a + edge.b: asdict(edge) for edge in other.edges(some)
            }:
                yield "the links are not those that the texts give"
            if (store.digests(some), store.canonicals(some)) != (
                other.digests(some),
                other.canonicals(some),
            ):
                yield "digests or canonical copies are not those that the texts give"
            held = EventStore(catalog).terms(some)
            if held != {id_: terms_of(articles.get_article(catalog, id_).article) for id_ in some}:
                yield "the terms of events are not those of the texts"


class _Beside(LinkStore):
    """A ledger of its own over the texts of another catalog."""

    def __init__(self, catalog: Catalog, texts: Catalog) -> None:
        super().__init__(catalog)
        self.texts = LinkStore(texts).texts  # type: ignore[method-assign]
