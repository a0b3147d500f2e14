"""How other articles are told of beside one: copies with their evidence, related stories with their links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from index import articles
from index.article import ArticleId
from index.articles import SHORT_ID
from index.catalog import Catalog
from index.cli.call import DATE_STYLE, DIM, ID_STYLE, Call, emit_styled, file_line
from index.cli.layout import Cell, cells, cut, pad, paint, terminal_width, wrap
from index.cli.upper import upper
from index.copies import Copy
from index.counted import counted
from index.duplicates import Related, told
from index.safe import safe_line

HEADLINE_WIDTH: Final = 160
SHORTEST_SOURCE: Final = 3
"""Columns of a source's name on the narrowest terminal."""
KINDS: Final[Mapping[str, str]] = {
    "same text": "the same text",
    "near-duplicate": "near-duplicate",
    "contained": "a cut version",
    "contains": "the longer version",
    "digest": "a digest that holds it and others; not merged",
    "in digest": "one of those in this digest; not merged",
}
"""What another article is to the one that was asked about, for a person."""


class View:
    """What is told of an article beside another: date, headline, files, source."""

    def __init__(self, catalog: Catalog, id_: ArticleId, sources: Mapping[str, str]) -> None:
        stored = articles.get_article(catalog, id_)
        story, version = stored.article.story, stored.article.version
        self.catalog = catalog
        self.sources = sources
        self.id = id_
        self.short = id_[:SHORT_ID]
        self.canonical = stored.canonical
        self.headline = story.headline
        self.date = story.date
        self.lang = stored.article.language.code
        self.source = articles.source_name(catalog, version, story.publisher, sources)
        self.places = articles.paths_of(catalog, version)
        self.files = [path for _, path in self.places]

    def other(self, id_: ArticleId) -> View:
        """Another article of the same archive."""
        return View(self.catalog, id_, self.sources)

    def line(self, call: Call, behind: str = "", indent: int = 0) -> str:
        """Id, date, source and first file on one line, and what stands behind; made for emit_styled.

        On a terminal the file's name is cut so that the line fits behind `indent` columns; on a narrow one it
        has a line of its own.
        """
        when, source, width = f"{self.date or 'no date':10}", safe_line(self.source), terminal_width()
        if width:
            source = cut(source, max(SHORTEST_SOURCE, width - indent - len(self.short) - len(when) - 4))
        facts = (self.short, when, pad(source, 0))
        styles = (ID_STYLE, DATE_STYLE if self.date else DIM, DIM)
        told = [call.paint(fact, style) for fact, style in zip(facts, styles, strict=True)]
        used = indent + sum(map(cells, facts)) + 2 * len(facts) + len(behind)
        place = self.places[0] if self.places else None
        lines = file_line(call, "  ".join(told), place, used, width, behind=behind)
        return f"\n{'':{indent}}".join(lines)

    @property
    def marks(self) -> str:
        """Behind the line of a copy: how many more files have its bytes, and whether a search shows it."""
        more = f"  (+{len(self.files) - 1:,} of the same bytes)" if len(self.files) > 1 else ""
        return more + ("  (shown by search)" if self.id == self.canonical else "")

    @property
    def title(self) -> str:
        """The headline on one line, safe to print."""
        return safe_line(self.headline[:HEADLINE_WIDTH]) or "(no headline)"

    def row(self) -> dict[str, Any]:
        """The fields of a JSON row."""
        return {
            "date": self.date,
            "lang": self.lang,
            "source": self.source,
            "files": [articles.text_of(path) for path in self.files],
            "headline": self.headline,
        }


def emit_indented(text: str, indent: int = 2, style: str = "") -> None:
    """Print one line that is safe to print, in a style (an SGR code); broken where a terminal is narrower."""
    width = terminal_width()
    for line in wrap(text, width - indent) if width else [text]:
        emit_styled(" " * indent + paint(Cell(line, style), color=bool(style)))


def related_to(catalog: Catalog, id_: ArticleId, limit: int, sources: Mapping[str, str]) -> list[Related]:
    """Other reports of the same event, the best first; how they are found lies above, in `tasks.related`."""
    found: list[Related] = upper("tasks.similar:related_rows")(catalog, id_, limit, sources)
    return found


def kind(copy: Copy) -> str:
    """What another article is, on one line: its kind, by way of which other copies, and the similarity."""
    similar = f", similarity {_share(copy.similarity)}" if copy.similarity is not None else ""
    return _way(copy) + similar


def reason(copy: Copy) -> str:
    """Why an article is a copy, on one line: its kind, by way of which other copies, and the evidence."""
    evidence = f": {told(copy.match)}" if copy.match and copy.kind != "same text" else ""
    return _way(copy) + evidence


def _way(copy: Copy) -> str:
    parts = [KINDS[copy.kind]]
    if copy.via:
        parts.append("by way of " + ", ".join(id_[:SHORT_ID] for id_ in copy.via))
    elif copy.similarity is None:
        parts.append("by way of other copies")
    return " ".join(parts)


def linking(found: Related) -> str:
    """What links a related story, on one line, safe to print."""
    parts = [f"score {_share(found.score)}"]
    if found.terms:
        parts.append("by " + ", ".join(safe_line(term) for term in found.terms))
    if found.days:
        parts.append(f"{counted(abs(found.days), 'day')} apart")
    if found.same_source:
        parts.append("same source")
    return "; ".join(parts)


def copy_row(copy: Copy) -> dict[str, Any]:
    """The fields of a JSON row about a copy: what is known of it without reading the article."""
    match = copy.match
    return {
        "id": copy.id,
        "kind": copy.kind,
        "similarity": rounded(copy.similarity),
        "containment": rounded(match.containment) if match else None,
        "coverage": rounded(match.coverage) if match else None,
        "block": match.longest_run if match else None,
        "numbers": match.numbers if match else None,
        "names": match.names if match else None,
        "via": list(copy.via),
    }


def related_row(found: Related) -> dict[str, Any]:
    """The fields of a JSON row about a related story, without those of the article."""
    return {
        "id": found.article,
        "score": rounded(found.score),
        "terms": list(found.terms),
        "days": found.days,
        "same_source": found.same_source,
    }


def _share(value: float) -> str:
    """Two digits, and 1 only where it is all, as `index.duplicates.told` writes them."""
    return "1" if value >= 1 else f"{min(value, 0.99):.2f}".lstrip("0")


def rounded(share: float | None) -> float | None:
    """A share with the digits that mean anything; None stays."""
    return None if share is None else round(share, 4)
