"""The copies of an article, and why they are copies: the reading side of the duplicate ledger.

The ledger compares texts that share something with each other, not every two copies of a cluster. Where two
were never compared, `via` is the shortest way between them: over matches, and over texts that are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final, Literal

from index.article import ArticleId
from index.catalog import Catalog
from index.copy_ways import Walk, Way
from index.counted import counted
from index.duplicates import Entry, Match
from index.links import LinkStore
from index.members import clusters, copies, duplicate_files, files_of_cluster

__all__ = [
    "WALKED",
    "Copy",
    "clustered",
    "clusters",
    "copies",
    "copies_of",
    "duplicate_files",
    "files_of_cluster",
    "why_canonical",
]

Kind = Literal["same bytes", "same text", "near-duplicate", "contained", "contains", "digest", "in digest"]

WALKED: Final = 100
"""Copies of a cluster that are all followed up. Of a larger cluster only those are that match directly."""

_CHUNK: Final = 500
"""Ids of one IN (…), as in `index.links`."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What another article is to the one that was asked about.

    `kind`: the same bytes in other files (then `id` is that of the one asked about); the same text; a
    near-duplicate; ``contained``, a cut version of it; ``contains``, of which it is a cut version. Two kinds
    are no copies, and are not merged: ``digest``, which holds it among other articles, and ``in digest``, an
    article that it holds. `similarity` is 0..1, None where the two were not compared. `match` is the
    evidence. `via` names the copies between the two, from the one asked about to the other; evidence beside
    it is that of an equal text.
    """

    id: ArticleId
    kind: Kind
    similarity: float | None
    match: Match | None = None
    via: tuple[ArticleId, ...] = ()

    @property
    def merged(self) -> bool:
        """Whether the two are one hit of a search."""
        return self.kind not in {"digest", "in digest"}


_UNKNOWN: Final = Way(1 << 20)
"""The way to a copy in a large cluster that was not followed up."""


def copies_of(
    catalog: Catalog, id_: ArticleId, most: int | None = None, members: Sequence[ArticleId] = ()
) -> list[Copy]:
    """Name the other members of an article's cluster, then the digests around it, the nearest first.

    The canonical copy comes first; of either sort at most `most` are named. Of digests, and of the articles
    in a digest, one a cluster is named. `members` are those of the cluster, where the caller knows them.
    Raises KeyError where the ledger does not know the article.
    """
    store = LinkStore(catalog)
    own = store.canonicals([id_])[id_]
    members = members or copies(catalog, own)
    walk = Walk(store, id_, set(members))
    walk.run(deep=most is None or len(members) <= max(most, WALKED))
    ways = walk.inside
    nearest = sorted(ways.keys() - {id_, own}, key=lambda other: ways[other].rank(other))
    others = chain([own], nearest, (other for other in members if other not in ways and other != own))
    found = [other for other in islice(others, None if most is None else most + 1) if other != id_][:most]
    around = _one_a_cluster(store, walk.outside)[:most]
    entries = store.entries({id_, *found, *around})
    digests = store.digests([id_, *around])
    return [_copy(entries[id_], entries[other], ways.get(other, _UNKNOWN)) for other in found] + [
        _beside(entries[id_], entries[other], walk.outside[other], digests) for other in around
    ]


def clustered(catalog: Catalog, ids: Collection[ArticleId]) -> set[ArticleId]:
    """Return those of `ids` that `copies_of` says anything about: in one pass, for many articles."""
    store = LinkStore(catalog)
    compared = {end for edge in store.edges(ids) for end in (edge.a, edge.b)}
    canonicals = store.canonicals(ids)
    shared = _of_several(catalog, set(canonicals.values()))
    return {id_ for id_, own in canonicals.items() if id_ in compared or own in shared}


def _of_several(catalog: Catalog, canonicals: Collection[ArticleId]) -> set[str]:
    """Return those that stand for others, too."""
    ordered = sorted(canonicals)
    found: set[str] = set()
    for start in range(0, len(ordered), _CHUNK):
        some = ordered[start : start + _CHUNK]
        query = "SELECT DISTINCT canonical FROM entry WHERE id != canonical AND canonical IN ({})"
        found.update(row[0] for row in catalog.db.execute(query.format(", ".join("?" * len(some))), some))
    return found


def why_canonical(catalog: Catalog, canonical: ArticleId) -> str:
    """Say what puts a canonical copy before the others of its cluster (the order is `tasks.clusters`').

    While articles of an older newsfold are linked again, those that wait may name a copy that is none now.
    """
    rows = catalog.db.execute(
        """SELECT id = ?1 AS own, words, date, correction, littered FROM entry
           WHERE canonical = ?1 OR id = ?1""",
        (canonical,),
    ).fetchall()
    own = next(row for row in rows if row["own"])
    if own["correction"]:
        rows = [row for row in rows if row["correction"]]
        return "a correction" if len(rows) == 1 else "the latest or longest of the corrections"
    if own["words"] < max(row["words"] for row in rows):
        return "longer copies have lines of the page in them"
    rows = [row for row in rows if (row["words"], row["littered"]) == (own["words"], own["littered"])]
    if len(rows) == 1:
        return f"the longest, {counted(own['words'], 'word')}"
    earlier = [row for row in rows if not row["own"] and (row["date"] or "9999") <= (own["date"] or "9999")]
    return "as long and as early as others" if earlier else "of the longest the earliest"


def _one_a_cluster(store: LinkStore, outside: dict[ArticleId, Way]) -> list[ArticleId]:
    """Return the nearest member of each cluster outside, its canonical copy before others as near."""
    canonicals = store.canonicals(list(outside))
    nearest: dict[ArticleId, ArticleId] = {}
    ordered = sorted(
        outside, key=lambda id_: (outside[id_].rank(id_)[:2], id_ != canonicals[id_], outside[id_].rank(id_))
    )
    for id_ in ordered:
        nearest.setdefault(canonicals[id_], id_)
    return list(nearest.values())


def _copy(mine: Entry, other: Entry, way: Way) -> Copy:
    kind: Kind = "near-duplicate"
    if way.matches == 0 or (way.match is not None and way.match.kind == "same-text"):
        kind = "same text"
    elif way.match is not None and way.match.kind == "contained":
        kind = "contained" if other.words < mine.words else "contains"
    similarity = way.match.similarity if way.match else 1.0 if way.matches == 0 else None
    return Copy(other.id, kind, similarity, way.match, way.via)


def _beside(mine: Entry, other: Entry, way: Way, digests: frozenset[ArticleId]) -> Copy:
    """Say which of two articles is the digest; of two digests the longer one."""
    mine_first = (mine.id in digests, mine.words, mine.id) > (other.id in digests, other.words, other.id)
    similarity = way.match.similarity if way.match else None
    return Copy(other.id, "in digest" if mine_first else "digest", similarity, way.match, way.via)
