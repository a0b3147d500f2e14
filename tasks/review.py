"""What `newsfold review` prints: pages beside the articles made of them, and the least certain lines."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from index import articles
from index.article import KEPT, Line, Reject
from index.articles import SHORT_ID, StoredArticle
from index.catalog import Catalog
from index.cli.call import Call, emit, emit_json, emit_styled
from index.cli.layout import Cell, beside, paint, terminal_width, wrap
from index.doubtful import Doubt, doubtful
from index.errors import NotFoundError
from index.safe import safe_line
from tasks.explain import first_readable
from tasks.explain_text import DIM, PIPED_WIDTH, STYLES
from tasks.judged import Judged, judge, least_sure

WIDE: Final = 120
"""Columns of a terminal from which page and article stand side by side."""
MOST_LINES: Final = 400
"""Lines shown of one page, blank ones not counted."""
MOST_ROWS: Final = 12
"""Rows of the terminal that one line of a page, or one paragraph, may take."""
WHY: Final = 3
"""Lines named as least certain."""
CUT: Final = "- "
KEPT_MARK: Final = "  "


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A page with its stored articles; `why_not` says why there is no page, if there is none."""

    file: str
    confidence: float
    stored: Sequence[StoredArticle]
    judged: Judged | None
    why_not: str = ""


def review(call: Call, catalog: Catalog, sample: int, below: float | None, seed: str | None) -> int:
    """Print the pages of a sample; exit code 1 where there is none."""
    found = doubtful(catalog, sample, below=below, seed=seed)
    if not found:
        call.note("no article is that uncertain" if below is not None else "no article in the archive")
    for number, doubt in enumerate(found, 1):
        reviewed = _look(catalog, doubt)
        if call.json:
            emit_json(_row(reviewed))
        else:
            _print(call, reviewed, f"{number} of {len(found)}")
    return 0 if found else 1


def _look(catalog: Catalog, doubt: Doubt) -> Reviewed:
    stored = [
        articles.get_article(catalog, article) for article in articles.articles_of(catalog, doubt.version)
    ]
    paths = [os.path.join(*path) for path in articles.paths_of(catalog, doubt.version)]
    name = os.fsdecode(paths[0]) if paths else "(its file is gone)"
    try:
        path, data = first_readable(paths)
    except NotFoundError as error:
        return Reviewed(name, doubt.confidence, stored, None, f"the raw file is gone ({error.message})")
    name = os.fsdecode(path)
    if hashlib.sha256(data).hexdigest() != doubt.version:
        why = "the raw file has changed since; 'newsfold ingest' reads it again"
        return Reviewed(name, doubt.confidence, stored, None, why)
    judged = judge(data, catalog)
    if isinstance(judged, Reject):
        why = f"this newsfold rejects it ({judged.reason}); 'newsfold rebuild' does, too"
        return Reviewed(name, doubt.confidence, stored, None, why)
    return Reviewed(name, doubt.confidence, stored, judged)


def _doubts(reviewed: Reviewed) -> list[tuple[int, Line]]:
    return least_sure(reviewed.judged.segmentation.lines, WHY) if reviewed.judged else []


def _row(reviewed: Reviewed) -> dict[str, Any]:
    lines = reviewed.judged.segmentation.lines if reviewed.judged else ()
    return {
        "file": reviewed.file,
        "version": reviewed.stored[0].article.version,
        "confidence": round(reviewed.confidence, 4),
        "error": reviewed.why_not or None,
        "articles": [_article_row(stored) for stored in reviewed.stored],
        "least_certain": [{"line": number, **_line_row(line)} for number, line in _doubts(reviewed)],
        "page": [{"line": number, **_line_row(line)} for number, line in enumerate(lines, 1)],
    }


def _article_row(stored: StoredArticle) -> dict[str, Any]:
    story = stored.article.story
    return {
        "id": stored.article.id,
        "canonical": stored.canonical,
        "confidence": story.confidence,
        "headline": story.headline,
        "standfirst": story.standfirst,
        "byline": story.byline,
        "date": story.date,
        "lang": stored.article.language.code,
        "body": story.body,
    }


def _line_row(line: Line) -> dict[str, Any]:
    return {
        "label": line.label.value,
        "confidence": round(line.confidence, 3),
        "reasons": list(line.reasons),
        "text": line.text,
    }


def _print(call: Call, reviewed: Reviewed, place: str) -> None:
    width = terminal_width()
    ids = ", ".join(stored.article.id[:SHORT_ID] for stored in reviewed.stored)
    emit_styled(call.bold(f"{place}  {safe_line(reviewed.file)}"))
    emit(f"  {ids}  confidence {reviewed.confidence:.2f}")
    if reviewed.why_not:
        emit(f"  {safe_line(reviewed.why_not)}")
    for number, line in _doubts(reviewed):
        reasons = f" ({'; '.join(line.reasons)})" if line.reasons else ""
        told = f"line {number:,}, {line.label} {line.confidence:.2f}: {line.text[:PIPED_WIDTH]}{reasons}"
        for row in wrap(safe_line(told), (width or PIPED_WIDTH) - 2, 3):
            emit(f"  {row}")
    emit()
    if width is not None and width >= WIDE and reviewed.judged is not None:
        _print_beside(call, reviewed, reviewed.judged, width)
    else:
        _print_stacked(call, reviewed, width or PIPED_WIDTH)
    emit()


def _page_cells(judged: Judged, width: int) -> Iterator[tuple[int, list[Cell]]]:
    """Yield the written lines of a page, as cells, with their numbers from 0; at most `MOST_LINES`."""
    shown = 0
    for number, line in enumerate(judged.segmentation.lines):
        if not line.text.strip():
            continue
        if shown == MOST_LINES:
            more = f"… more lines; 'newsfold explain' shows the page from line {number + 1:,} on"
            yield number, [Cell(row, DIM) for row in wrap(more, width)]
            return
        shown += 1
        mark = KEPT_MARK if line.label in KEPT else CUT
        rows = wrap(safe_line(line.text), width - len(mark), MOST_ROWS)
        yield number, [Cell(mark + row, STYLES.get(line.label, DIM)) for row in rows]


def _blocks(stored: StoredArticle) -> Iterator[tuple[str, str]]:
    """Yield the parts of an article as a reader meets them, each with its style."""
    story = stored.article.story
    yield story.headline or "(no headline)", "1"
    about = (stored.article.id[:SHORT_ID], story.date or "no date", stored.article.language.code)
    yield "  ".join([*about, *filter(None, (story.byline, story.agency, story.place))]), "36"
    if story.standfirst:
        yield story.standfirst, "3"
    paragraphs = story.body.split("\n\n")
    for paragraph in paragraphs[:MOST_LINES]:
        yield paragraph, ""
    if len(paragraphs) > MOST_LINES:
        yield f"… more paragraphs; 'newsfold show {stored.article.id[:SHORT_ID]}' has all", DIM


def _print_beside(call: Call, reviewed: Reviewed, judged: Judged, width: int) -> None:
    """Set each part of the article beside the line that it begins with, as far as there is room."""
    column = (width - 3) // 2
    left: list[Cell] = []
    tops: dict[int, int] = {}
    for number, cells in _page_cells(judged, column):
        tops[number] = len(left)
        left += cells
    right: list[Cell] = []
    kept = _Kept(judged.segmentation.lines)
    for stored in reviewed.stored:
        for text, style in _blocks(stored):
            top = tops.get(kept.find(text), 0)
            right += [Cell()] * (top - len(right))
            right += [Cell(row, style) for row in wrap(safe_line(text), width - column - 3, MOST_ROWS)]
        right.append(Cell())
    for line in beside(left, right, column, color=call.color):
        emit_styled(line)


class _Kept:
    """The kept lines of a page, found by what an article's part begins with, in the order of the page."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = [
            (number, text)
            for number, line in enumerate(lines)
            if line.label in KEPT and (text := line.text.strip())
        ][:MOST_LINES]
        self._next = 0

    def find(self, text: str) -> int:
        """Return the number of the line, -1 where no line further down begins so."""
        for place in range(self._next, len(self._lines)):
            number, line = self._lines[place]
            if text.startswith(line):
                self._next = place + 1
                return number
        return -1


def _print_stacked(call: Call, reviewed: Reviewed, width: int) -> None:
    if reviewed.judged is not None:
        for _, cells in _page_cells(reviewed.judged, width):
            for cell in cells:
                emit_styled(paint(cell, color=call.color))
    for stored in reviewed.stored:
        emit()
        emit("article")
        for text, style in _blocks(stored):
            for row in wrap(safe_line(text), width - 2, MOST_ROWS):
                emit_styled("  " + paint(Cell(row, style), color=call.color))
