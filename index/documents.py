"""What the index is told about an article: its text, and the files that hold it."""

from __future__ import annotations

from collections.abc import Mapping

from index.article import ArticleId
from index.articles import cut_of, get_article, paths_of, source_name, text_of
from index.catalog import Catalog
from index.schema import IndexDocument


def document_of(catalog: Catalog, article: ArticleId, sources: Mapping[str, str]) -> IndexDocument:
    """Put together the index document of an article; the first one of a page answers for its cut text."""
    stored = get_article(catalog, article)
    story = stored.article.story
    version = stored.article.version
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
        source=source_name(catalog, version, story.publisher, sources),
        paths=tuple(text_of(path) for _, path in paths_of(catalog, version)),
        cut=cut,
    )
