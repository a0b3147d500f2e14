"""The names of the index's fields, and the version of their meaning: all that a search needs of the schema.

It stands apart from `index.schema`, which makes Whoosh's fields of them and so needs Whoosh.
"""

from __future__ import annotations

from typing import Final

from index.stemming import STEM_LANGUAGES

SCHEMA_VERSION: Final = 4
"""Raise it when fields or analysis change so that an existing index would answer wrongly."""

INDEX_NAME: Final = f"articles{SCHEMA_VERSION}"
"""Whoosh's name for the index, a part of every file name; so an index of another schema is known unread."""

RANKED_FIELDS: Final = ("headline", "standfirst", "body")
"""Texts of the article itself; they are stemmed, too."""
TEXT_FIELDS: Final = (*RANKED_FIELDS, "byline", "agency", "place", "cut")
"""All fields of text; named like the attributes of `index.schema.IndexDocument`."""

STEM_FIELD: Final = {language: f"stem_{language}" for language in STEM_LANGUAGES}
"""Language key → name of its field."""

BETWEEN_SOURCES: Final = "\0"
"""Between the sources of an article, in their column: no path can hold it."""


def split_sources(value: str) -> list[str]:
    """Cut the column of sources into the sources of one article, sorted; empty where it has none."""
    return value.split(BETWEEN_SOURCES) if value else []
