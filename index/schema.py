"""What the full-text index knows of an article: its fields, and how an article becomes their values.

Analysis runs once per article, here, and not in Whoosh: the fields take lists of terms that are ready.
Nothing but the id is stored, since texts live in the catalog.

=============================  =============================================================================
``id``                         the article's id, one term; stored, and as a column (document number → id)
``headline standfirst body``   neutral terms with positions
``byline agency place``        the same; ``agency`` is also a column, as given
``cut``                        the same, of what was cut from the page (`index.articles.cut_of`), with the
                               first article of a version alone; looked up only when asked for
``stem_en`` … (one a language) stems of headline, standfirst and body in the article's language, with counts
``lang``                       BCP-47 code as given; also a column
``source``                     every source of the article's files, folded, so that any letter case
                               matches; the column holds them as given (`index.fields.split_sources`)
``path``                       of every file: the whole path, each part of it and each word in it, all folded
``date``, ``added``            ``YYYY-MM-DD``: order of strings is order of days; ``date`` is also a column
=============================  =============================================================================
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from index.analysis import fold, neutral, stem, stem_language, terms, words
from index.article import ArticleId
from index.fields import BETWEEN_SOURCES, RANKED_FIELDS, SCHEMA_VERSION, STEM_FIELD, TEXT_FIELDS
from index.positions import CompactPositions
from index.whooshed import ID, Existence, FieldType, Schema

__all__ = [
    "RANKED_FIELDS",
    "SCHEMA_VERSION",
    "STEM_FIELD",
    "TEXT_FIELDS",
    "IndexDocument",
    "build_schema",
    "fields_of",
    "keys_of",
    "path_keys",
    "texts_of",
    "validate",
]

# Caps against a hostile file; the longest honest article of the evaluation corpora has about 20,000 words.
TERM_CAP: Final = 100_000
"""Terms of one field."""
VOCABULARY_CAP: Final = 50_000
"""Different terms of one article (headline, standfirst and body together)."""
PATH_CAP: Final = 5_000
"""Terms of the field ``path`` of one article."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEPARATOR: Final = re.compile(r"[/\\]+")


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """An article as the index takes it. `date` and `added` are ``YYYY-MM-DD``; `lang` is BCP-47.

    `sources` are those of all its files, and `cut` is the text of the page around it.
    """

    id: ArticleId
    headline: str
    standfirst: str
    body: str
    byline: str
    agency: str
    place: str
    date: str | None
    added: str
    lang: str
    sources: tuple[str, ...]
    paths: tuple[str, ...]
    cut: str = ""


class TermsField(FieldType):  # type: ignore[misc]  # Whoosh is untyped
    """Takes a list of terms; keeps where each one stands, for phrases."""

    def __init__(self, *, column: bool = False) -> None:
        self.format = CompactPositions()
        self.scorable = True
        self.stored = self.unique = False
        self.set_sortable(column)

    def index(self, value: Sequence[str], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, encoded positions) for each different term."""
        places: dict[str, list[int]] = {}
        for position, term in enumerate(value):
            places.setdefault(term, []).append(position)
        encode = self.format.encode
        for term, positions in places.items():
            yield term.encode(), len(positions), float(len(positions)), encode(positions)

    def process_text(self, qstring: str, mode: str = "", **_options: Any) -> Iterator[str]:  # noqa: ARG002
        """Analyse text as the field's values were analysed (Whoosh's own query tools call this)."""
        return iter(terms(qstring))


class CountsField(FieldType):  # type: ignore[misc]  # Whoosh is untyped
    """Takes a list of terms; keeps how often each one occurs, as the weight of its posting."""

    def __init__(self) -> None:
        self.format = Existence()
        self.scorable = True
        self.stored = self.unique = False

    def index(self, value: Sequence[str], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, nothing) for each different term."""
        for term, count in Counter(value).items():
            yield term.encode(), count, float(count), b""


class KeysField(FieldType):  # type: ignore[misc]  # Whoosh is untyped
    """Takes a collection of exact keys; keeps which there are, without rank."""

    def __init__(self, *, column: bool = False) -> None:
        self.format = Existence()
        self.scorable = self.stored = self.unique = False
        self.set_sortable(column)

    def index(self, value: Sequence[str], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (key, 1, 1, nothing) for each different key."""
        for key in dict.fromkeys(value):
            yield key.encode(), 1, 1.0, b""


def build_schema() -> Schema:
    """Make the schema of `SCHEMA_VERSION`."""
    return Schema(
        id=ID(stored=True, unique=True, sortable=True),
        headline=TermsField(),
        standfirst=TermsField(),
        body=TermsField(),
        byline=TermsField(),
        agency=TermsField(column=True),
        place=TermsField(),
        cut=TermsField(),
        lang=ID(sortable=True),
        source=KeysField(column=True),
        path=KeysField(),
        date=ID(sortable=True),
        added=ID(),
        **{name: CountsField() for name in STEM_FIELD.values()},
    )


def fields_of(document: IndexDocument) -> dict[str, object]:
    """Analyse an article into what a Whoosh writer's ``add_document`` takes; empty fields are left out.

    Raises ValueError for an id, language or day that the index could not find again.
    """
    validate(document)
    return {**keys_of(document), **texts_of(document)}


def keys_of(document: IndexDocument) -> dict[str, Any]:
    """Return the values of the fields that are not text; empty ones are left out.

    What a column holds in another form stands under ``_stored_`` and the field's name, as Whoosh wants it.
    """
    sources = sorted({_printable(source).replace(BETWEEN_SOURCES, " ") for source in document.sources} - {""})
    values: dict[str, Any] = {
        "id": document.id,
        "lang": document.lang,
        "source": list(dict.fromkeys(key for source in sources if (key := fold(source)))),
        "path": path_keys(document.paths),
        "date": document.date,
        "added": document.added,
    }
    if values["source"]:
        values["_stored_source"] = BETWEEN_SOURCES.join(sources)
    if terms(document.agency):
        values["_stored_agency"] = _printable(document.agency)
    return {name: value for name, value in values.items() if value}


def texts_of(document: IndexDocument) -> dict[str, list[str]]:
    """Return the terms of the text fields and of the stems; empty fields are left out."""
    found = [words(getattr(document, name))[:TERM_CAP] for name in RANKED_FIELDS]
    found = _within_vocabulary(found)
    values = {name: neutral(text) for name, text in zip(RANKED_FIELDS, found, strict=True)}
    for name in TEXT_FIELDS[len(RANKED_FIELDS) :]:
        values[name] = terms(getattr(document, name))[:TERM_CAP]
    language = stem_language(document.lang)
    if language is not None:
        values[STEM_FIELD[language]] = stem([word for text in found for word in text], language)
    return {name: value for name, value in values.items() if value}


def path_keys(paths: Sequence[str]) -> list[str]:
    """Keys under which files are found: whole paths, their parts, the words of the parts; all folded."""
    keys: dict[str, None] = {}
    for path in paths:
        folded = fold(_printable(path))
        keys |= dict.fromkeys((folded, *_SEPARATOR.split(folded), *terms(folded)))
        if len(keys) > PATH_CAP:
            break
    return [key for key in keys if key][:PATH_CAP]


def validate(document: IndexDocument) -> None:
    """Raise ValueError for an id, language or day that the index could not find again."""
    if not document.id or not document.id.isascii() or not document.id.isalnum():
        raise ValueError(f"article id {document.id!r} is not letters and digits")
    if not document.lang or not document.lang.isascii():
        raise ValueError(f"article {document.id}: language {document.lang!r} is no BCP-47 code")
    for day in (document.date, document.added):
        if day is not None and not _DAY.fullmatch(day):
            raise ValueError(f"article {document.id}: {day!r} is no day (YYYY-MM-DD)")


def _within_vocabulary(texts: Sequence[list[str]]) -> list[list[str]]:
    """Leave out what would be the article's `VOCABULARY_CAP` + 1st different word, and those after it."""
    known: set[str] = set()
    kept: list[list[str]] = []
    for text in texts:
        fresh = dict.fromkeys(word for word in text if word not in known)
        if len(known) + len(fresh) <= VOCABULARY_CAP:
            known.update(fresh)
            kept.append(text)
        else:
            known.update(list(fresh)[: VOCABULARY_CAP - len(known)])
            kept.append([word for word in text if word in known])
    return kept


def _printable(text: str) -> str:
    """Replace what UTF-8 cannot hold (lone surrogates)."""
    return text.encode("utf-8", "replace").decode()
