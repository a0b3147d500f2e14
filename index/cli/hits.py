"""Hits as a person reads them: one line of facts, the headline, the passage that answers.

On a terminal they are coloured, aligned, linked to their files and broken at its width; elsewhere a hit's
lines are whole, and what was searched for stands between asterisks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from index.articles import SHORT_ID
from index.cli.call import (
    BOLD,
    DATE_STYLE,
    DIM,
    ID_STYLE,
    MATCH_STYLE,
    Call,
    emit,
    emit_json,
    emit_styled,
    file_line,
)
from index.cli.layout import WIDEST, cells, pad, paint_marks, terminal_width, wrap
from index.cli.scores import why_lines
from index.request import Facets, Gain
from index.safe import safe_line
from index.snippet import Span

HEADLINE_WIDTH: Final = 160
"""Characters of a headline that are shown."""
CUT_MARK: Final = "[cut from the page] "
"""Before a passage that is in no article."""
INDENT: Final = "  "
HEADLINE_ROWS: Final = 2
PASSAGE_ROWS: Final = 3
PASSAGE_WIDTH: Final = 200
"""Characters of a passage, unless the terminal is too narrow for them."""
RAGGED: Final = 5
"""Columns at the end of a line that are lost on average because words stay whole."""
FACET_ROWS: Final = 10
"""Values of a facet that are drawn; the others are one row."""
LANGUAGE_WIDTH: Final = 7
"""Columns of the language where stdout is no terminal: the longest code, zh-Hans."""


class Shown(NamedTuple):
    """What is shown of a hit. Texts come from pages, and are not yet safe to print."""

    id: str
    date: str | None
    lang: str
    file: tuple[bytes, bytes] | None
    headline: Sequence[Span]
    passage: Sequence[Span]
    cut: bool = False
    remarks: Sequence[str] = ()
    score: float | None = None
    why: Sequence[Gain] = ()


def passage_width() -> int:
    """Return how many characters of a passage fit two lines of the terminal, or three of a narrow one."""
    width = terminal_width()
    if width is None:
        return PASSAGE_WIDTH
    room = min(WIDEST, width - len(INDENT))
    rows = 2 if room * 2 > PASSAGE_WIDTH // 2 else PASSAGE_ROWS
    return min(PASSAGE_WIDTH, rows * room - rows * RAGGED)


def print_hits(call: Call, hits: Sequence[Shown]) -> None:
    """Print hits, each with an empty line behind it."""
    width = terminal_width()
    lang = max((cells(hit.lang) for hit in hits), default=0) if width else LANGUAGE_WIDTH
    for hit in hits:
        _print_facts(call, hit, lang, width)
        _print_texts(call, hit, width)
        emit()


def _print_facts(call: Call, hit: Shown, lang: int, width: int | None) -> None:
    score = f"  {hit.score:.2f}" if hit.score is not None else ""
    facts = (hit.id[:SHORT_ID], f"{hit.date or 'no date':10}", pad(safe_line(hit.lang), lang))
    used = sum(map(cells, facts)) + 2 * len(facts) + len(score)
    styles = (ID_STYLE, DATE_STYLE if hit.date else DIM, DIM)
    told = "  ".join(call.paint(fact, style) for fact, style in zip(facts, styles, strict=True))
    used = sum(map(cells, facts)) + 2 * len(facts) + len(score)
    for line in file_line(call, told, hit.file, used, width, behind=score):
        emit_styled(line)


def _print_texts(call: Call, hit: Shown, width: int | None) -> None:
    headline = hit.headline or (Span("(no headline)", is_match=False),)
    passage = (Span(CUT_MARK, is_match=False), *hit.passage) if hit.cut else hit.passage
    if width is None:
        emit_styled(INDENT + _in_one_line(call, headline, stars=False))
        emit_styled(INDENT + _in_one_line(call, passage, stars=not call.color))
    else:
        room = min(WIDEST, width - len(INDENT))
        for line in _broken(call, headline, room, HEADLINE_ROWS, BOLD):
            emit_styled(INDENT + line)
        for line in _broken(call, passage, room, PASSAGE_ROWS, ""):
            emit_styled(INDENT + line)
    if hit.remarks:
        emit_styled(INDENT + call.paint(safe_line("; ".join(hit.remarks)), DIM))
    for line in why_lines(hit.why, None if width is None else width - len(INDENT)):
        emit_styled(INDENT + call.paint(line, DIM))


def _in_one_line(call: Call, spans: Iterable[Span], *, stars: bool) -> str:
    """Return text on one line, what was searched for in colour or between asterisks."""
    parts = []
    for span in spans:
        text = safe_line(span.text)
        if span.is_match:
            text = f"*{text}*" if stars else call.paint(text, MATCH_STYLE)
        parts.append(text)
    return "".join(parts)


def _broken(call: Call, spans: Sequence[Span], width: int, most: int, style: str) -> list[str]:
    """Break text into lines, what was searched for marked in them."""
    if not call.color:
        return wrap(_in_one_line(call, spans, stars=not style), width, most)
    texts = [safe_line(span.text) for span in spans]
    marks = [span.is_match for span, text in zip(spans, texts, strict=True) for _ in "".join(text.split())]
    return paint_marks(wrap("".join(texts), width, most), marks, style, MATCH_STYLE)


def print_facets(call: Call, counts: Facets) -> None:
    """Print how many hits there are of each value: as bars on a terminal, a line a facet elsewhere."""
    from index.cli.bars import by_time, draw, most_frequent  # noqa: PLC0415 - few searches draw

    width = terminal_width()
    for name, pairs in counts._asdict().items():
        if call.json:
            emit_json({"facet": name, "counts": {value or "none": number for value, number in pairs}})
        elif width is None:
            told = ", ".join(f"{safe_line(value or 'none')} {number:,}" for value, number in pairs)
            emit(f"{name}: {told}")
        else:
            draw(
                call,
                name,
                by_time(dict(pairs)) if name == "month" else most_frequent(pairs, FACET_ROWS),
                width,
            )
