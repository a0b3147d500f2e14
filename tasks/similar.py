"""Related stories for the command line: `tasks.related` on a catalog, without what is told as a digest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from index.article import ArticleId
from index.articles import get_article
from index.catalog import Catalog
from index.duplicates import Related
from index.event_store import EventStore
from index.links import LinkStore
from tasks.related import related, related_of_all

RelatedOf = Callable[[Sequence[ArticleId]], Mapping[ArticleId, list[Related]]]


def related_rows(catalog: Catalog, id_: ArticleId, limit: int, sources: Mapping[str, str]) -> list[Related]:
    """Return at most `limit` other reports of an article's event, best first, with the words that link them.

    `sources` names outlets by folder, as newsfold.toml does. A digest that holds the article is none, nor are
    the articles that a digest holds.
    """
    store = EventStore(catalog, sources)
    story = get_article(catalog, store.canonical(id_)).article.story
    beside = _matched(catalog, [id_])[id_]
    found = related(store, id_, limit + len(beside), text=(story.headline, story.body))
    return [one for one in found if one.article not in beside][:limit]


def related_in_bulk(catalog: Catalog, limit: int, sources: Mapping[str, str]) -> RelatedOf:
    """Return what `related_rows` does for many articles, without the words.

    Reads the events of the whole archive once; then a call costs the same for each article.
    """
    snapshot = EventStore(catalog, sources).snapshot()

    def related_of(ids: Sequence[ArticleId]) -> dict[ArticleId, list[Related]]:
        beside = _matched(catalog, ids)
        most = limit + max((len(others) for others in beside.values()), default=0)
        return {
            id_: [one for one in found if one.article not in beside[id_]][:limit]
            for id_, found in related_of_all(snapshot, ids, most)
        }

    return related_of


def _matched(catalog: Catalog, ids: Collection[ArticleId]) -> dict[ArticleId, set[ArticleId]]:
    """Name the canonical copies of the clusters in which each article, or its canonical copy, has a match."""
    store = LinkStore(catalog)
    own = store.canonicals(ids)
    edges = store.edges({*own, *own.values()})
    canonicals = store.canonicals({end for edge in edges for end in (edge.a, edge.b)})
    beside: dict[ArticleId, set[ArticleId]] = {}
    for edge in edges:
        beside.setdefault(edge.a, set()).add(canonicals[edge.b])
        beside.setdefault(edge.b, set()).add(canonicals[edge.a])
    return {id_: beside.get(id_, set()) | beside.get(own.get(id_, id_), set()) for id_ in ids}
