"""How the copies of an article hang together: the shortest way to each, over matches and equal texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from index.article import ArticleId
from index.duplicates import Edge, Match
from index.links import LinkStore


class Way(NamedTuple):
    """How an article was reached: over so many matches, over these copies; `match` only where it was one."""

    matches: int
    via: tuple[ArticleId, ...] = ()
    match: Match | None = None

    def rank(self, id_: ArticleId) -> tuple[int, int, float, ArticleId]:
        """Sort key: the nearest first, of those the most similar."""
        return self.matches, len(self.via), -(self.match.similarity if self.match else 1.0), id_


class Walk:
    """Breadth first from one article over its cluster; `outside` are matches that made no copy."""

    def __init__(self, store: LinkStore, start: ArticleId, members: Collection[ArticleId]) -> None:
        self._store = store
        self._start = start
        self._members = members
        self.inside: dict[ArticleId, Way] = {start: Way(0)}
        self.outside: dict[ArticleId, Way] = {}

    def run(self, *, deep: bool) -> None:
        """Reach every member; or, not `deep`, those with the same text and those compared directly."""
        level = [self._start]
        while level:
            mates = self._equal_texts(level)
            level = self._matches(sorted({*level, *mates}) if deep else level)
            if not deep:
                return

    def _equal_texts(self, level: Iterable[ArticleId]) -> list[ArticleId]:
        entries = self._store.entries(list(level))
        mates = self._store.same_text({entry.text_hash for entry in entries.values()})
        fresh: dict[ArticleId, Way] = {}
        for id_, entry in entries.items():
            way = self.inside[id_]
            for mate in mates[entry.text_hash]:
                if mate not in self.inside:
                    _keep_best(fresh, mate, way._replace(via=self._over(id_)))
        self.inside.update(fresh)
        return list(fresh)

    def _matches(self, level: Sequence[ArticleId]) -> list[ArticleId]:
        here = set(level)
        fresh: dict[ArticleId, Way] = {}
        for edge in self._store.edges(level):
            for near, far in ((edge.a, edge.b), (edge.b, edge.a)):
                if near in here:
                    self._follow(edge, near, far, fresh)
        self.inside.update(fresh)
        return sorted(fresh)

    def _follow(self, edge: Edge, near: ArticleId, far: ArticleId, fresh: dict[ArticleId, Way]) -> None:
        matches = self.inside[near].matches + 1
        way = Way(matches, self._over(near), edge.match if matches == 1 else None)
        if far not in self._members:
            _keep_best(self.outside, far, way)
        elif far not in self.inside:
            _keep_best(fresh, far, way)
        elif near == self._start and self.inside[far].match is None:  # an equal text that was compared, too
            self.inside[far] = self.inside[far]._replace(match=edge.match)

    def _over(self, near: ArticleId) -> tuple[ArticleId, ...]:
        return () if near == self._start else (*self.inside[near].via, near)


def _keep_best(ways: dict[ArticleId, Way], id_: ArticleId, way: Way) -> None:
    known = ways.get(id_)
    if known is None or (way.rank(id_), way.via) < (known.rank(id_), known.via):
        ways[id_] = way
