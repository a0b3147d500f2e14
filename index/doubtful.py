"""Which pages a person should look at: those whose articles are least certain, or a sample by chance."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from index.article import VersionId
from index.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Doubt:
    """A file version whose articles are shown in searches, and the least confidence (0..1) of them."""

    version: VersionId
    confidence: float


def doubtful(
    catalog: Catalog, most: int, *, below: float | None = None, seed: str | None = None
) -> list[Doubt]:
    """Return at most `most` versions, the least certain first, equal ones by the id of their article.

    Copies are left out: the canonical article stands for its cluster. With `below` only what is less certain.
    With `seed` the versions are drawn at random: the same seed draws the same from the same archive.
    """
    rows = catalog.db.execute(
        """SELECT version, min(confidence) AS least FROM article JOIN entry ON entry.id = article.id
           WHERE canonical = article.id AND (?1 IS NULL OR confidence < ?1)
           GROUP BY version ORDER BY least, min(article.id) LIMIT ?2""",
        (below, most if seed is None else -1),
    )
    found = [Doubt(VersionId(row[0]), row[1]) for row in rows]
    if seed is None:
        return found
    drawn = set(sorted((doubt.version for doubt in found), key=lambda version: _lot(seed, version))[:most])
    return [doubt for doubt in found if doubt.version in drawn]


def _lot(seed: str, version: str) -> bytes:
    return hashlib.sha256(f"{seed}:{version}".encode("utf-8", "surrogateescape")).digest()
