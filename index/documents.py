"""What the index is told about an article: its text, and the files that hold it, with their sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from index.article import ArticleId
from index.articles import cut_of, get_article, paths_of, queue, source_names, text_of
from index.catalog import Catalog
from index.schema import IndexDocument

INDEXED_SOURCES: Final = "sources"
"""The catalog's setting that says by which names of sources the index was written, as JSON."""


def follow_sources(catalog: Catalog, sources: Mapping[str, str]) -> int:
    """Queue the articles that newsfold.toml gives other sources than they have in the index; return how many.

    `sources` are the names of folders in it.
    """
    before = json.loads(catalog.setting(INDEXED_SOURCES, "{}"))
    if before == dict(sources):
        return 0
    publishers: dict[ArticleId, str] = {}
    paths: dict[ArticleId, list[str]] = {}
    rows = catalog.db.execute(
        "SELECT article.id, publisher, path FROM article JOIN file ON file.version = article.version"
    )
    for id_, publisher, path in rows:
        publishers[id_] = publisher
        paths.setdefault(id_, []).append(text_of(path))
    moved = [
        id_
        for id_, publisher in publishers.items()
        if source_names(paths[id_], publisher, before) != source_names(paths[id_], publisher, sources)
    ]
    with catalog.transaction():
        queue(catalog, moved)
        catalog.put_setting(INDEXED_SOURCES, json.dumps(dict(sources), sort_keys=True))
    return len(moved)


def document_of(catalog: Catalog, article: ArticleId, sources: Mapping[str, str]) -> IndexDocument:
    """Put together the index document of an article; the first one of a page answers for its cut text."""
    stored = get_article(catalog, article)
    story = stored.article.story
    version = stored.article.version
    paths = tuple(text_of(path) for _, path in paths_of(catalog, version))
    cut = cut_of(catalog, version) if stored.article.ordinal == 0 else ""
    return IndexDocument(
        id=article,
        headline=story.headline,
        standfirst=story.standfirst,
        body=story.body,
        byline=story.byline,
        agency=story.agency,
        place=story.place,
        date=story.date,
        added=stored.added[:10],
        lang=stored.article.language.code,
        sources=source_names(paths, story.publisher, sources),
        paths=paths,
        cut=cut,
    )
