"""A page explained to a person: its articles, its lines with label and reasons, its bytes."""

from __future__ import annotations

from typing import Final

from index.article import KEPT, Label, Language, Story
from index.cli.call import Call, emit, emit_styled
from index.cli.layout import Cell, paint, terminal_width, wrap
from index.counted import counted
from index.safe import safe_line
from tasks.account import Account, ranges_of, shares, sizes_of
from tasks.engines import named
from tasks.language import language_shares
from tasks.spans import Row

PIPED_WIDTH: Final = 100
"""Characters of a line's text where stdout is no terminal: one row a line, for grep."""
MOST_ROWS: Final = 40
"""Rows of the terminal that one line of a page may take; --json has all of it."""
GUTTER: Final = 26
"""Columns left of the text: number, label and confidence, or a range of bytes below them."""

DIM: Final = "2"
STYLES: Final = {
    Label.HEADLINE: "1",
    Label.STANDFIRST: "",
    Label.BYLINE: "36",
    Label.AGENCY: "36",
    Label.SUBHEAD: "1",
    Label.BODY: "",
}
"""SGR codes of the text of lines that were kept; all others are dim."""
LABEL_STYLES: Final = {
    Label.CAPTION: "33",
    Label.TEASER: "35",
    Label.NAV: "34",
    Label.FOOTER: "34",
    Label.OTHER: "2",
}
"""SGR codes of the labels of lines that were cut; the others are green."""


def print_text(call: Call, explained: Account) -> None:
    """Print a page for a person, in colour and wrapped on a terminal, one row a line elsewhere."""
    page = explained.judged.page
    guessed = ", guessed" if page.guessed else ""
    repaired = f", {page.repairs} bytes repaired" if page.repairs else ""
    kind = "HTML" if page.html else "text"
    emit(f"{safe_line(explained.name)}: {kind}, {page.encoding}{guessed}{repaired}")
    _print_stories(call, explained)
    emit()
    width = terminal_width()
    for part in explained.parts:
        if part.line is None or not part.line.text.strip():
            continue
        if width is None:
            emit(_piped(part))
        else:
            for line in _wrapped(part, width, color=call.color):
                emit_styled(line)
    emit()
    for line in wrap(_summary(explained), width or PIPED_WIDTH):
        emit(line)


def _print_stories(call: Call, explained: Account) -> None:
    stories = explained.judged.segmentation.stories
    if not stories:
        emit("no article on this page")
    ranges = ranges_of(explained.parts, stories)
    told = zip(stories, explained.languages, ranges, strict=True)
    for number, (story, language, place) in enumerate(told, 1):
        name = f"article {number} of {len(stories)}" if len(stories) > 1 else "article"
        emit_styled(f"{name}: {call.bold(safe_line(story.headline) or '(no headline)')}")
        emit(
            f"  language {language.code} ({language.probability:.2f}), date {story.date or 'none'}"
            f" ({safe_line(story.date_evidence) or 'none that can be believed'})"
        )
        if language.second:
            emit(f"  languages: {_languages(story, language)}")
        bytes_ = f", bytes {place[0]:,} to {place[1]:,}" if place else ""
        emit(f"  lines {story.span[0] + 1:,} to {story.span[1]:,}{bytes_}; confidence {story.confidence:.2f}")


def _languages(story: Story, language: Language) -> str:
    found = language_shares(f"{story.headline}\n\n{story.body}", named(language.engine))
    return ", ".join(f"{code} {share:.0%}".replace("%", " %") for code, share in found.items())


def _piped(part: Row) -> str:
    line = part.line
    if line is None:
        return ""
    text = line.text if len(line.text) <= PIPED_WIDTH else line.text[: PIPED_WIDTH - 1] + "…"
    reasons = f"   [{safe_line('; '.join(line.reasons))}]" if line.reasons else ""
    place = f"{part.place.start}-{part.place.end}" if part.place else "-"
    return (
        f"{part.number:>5}  {line.label:10} {line.confidence:4.2f}  {place:>13}  {safe_line(text)}{reasons}"
    )


def _wrapped(part: Row, width: int, *, color: bool) -> list[str]:
    """Return the rows of a line for a terminal: its text, and below it the bytes and the reasons."""
    line = part.line
    if line is None:
        return []
    room = width - GUTTER
    label = paint(Cell(f"{line.label:10}", LABEL_STYLES.get(line.label, "32")), color=color)
    style = STYLES.get(line.label, DIM)
    text = [Cell(row, style) for row in wrap(safe_line(line.text), room, MOST_ROWS)]
    why = [Cell(row, DIM) for row in wrap(safe_line("; ".join(line.reasons)), room)]
    place = f"{part.place.start:,}-{part.place.end:,}" if part.place else "not found in the source"
    shown = [f"{part.number:>6}  {label} {line.confidence:4.2f}   {paint(text[0], color=color)}"]
    shown += [" " * GUTTER + paint(row, color=color) for row in text[1:]]
    below = paint(Cell(f"{place:>{GUTTER - 3}}   ", DIM), color=color)
    shown.append((below + paint(why[0], color=color)).rstrip())
    return shown + [" " * GUTTER + paint(row, color=color) for row in why[1:]]


def _summary(explained: Account) -> str:
    lines, sizes = sizes_of(explained.parts)
    kept = {label.value for label in KEPT}
    grouped = {"article": sum(size for name, size in sizes.items() if name in kept)}
    others = sorted((name for name in sizes if name not in kept), key=lambda name: (-sizes[name], name))
    grouped |= {name: sizes[name] for name in others if sizes[name]}
    percent = shares(grouped)
    told = ", ".join(f"{percent[name]} % {name} ({size:,})" for name, size in grouped.items())
    lost = sum(part.place is None for part in explained.parts)
    missing = f"; {counted(lost, 'line')} not found in the source" if lost else ""
    return f"{counted(sum(lines.values()), 'line')}, {counted(explained.size, 'byte')}: {told}{missing}"
