"""Segmentation: every line of a page labelled, and the article found on it.

Each line is scored by itself and by its neighbourhood (`lines`, `context`, `weights`); the heaviest stretch
of the page is the article (`stretch`); what stands around it names and dates it (`metadata`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from index.article import Label, Line, Page, Segmentation, Story
from tasks import html, metadata
from tasks.context import Column, features
from tasks.cues import Cue
from tasks.lines import Fact, has, measure
from tasks.repeated import line_key
from tasks.stretch import body_lines, log_odds, reasons

MOST_LINES: Final = 200_000
MOST_CHARACTERS: Final = 8_000_000
"""What of a page is read. The rest becomes one last line, labelled `other`, so that the work is bounded."""

FEWEST_WORDS: Final = 12
"""Words, at least one sentence among them, without which a page holds no article."""

_NAMED: Final = {
    Label.HEADLINE: "shares the body's words, stands above it",
    Label.STANDFIRST: "sentence between headline and body",
    Label.BYLINE: "names beside the body",
    Label.AGENCY: "agency beside the body",
    Label.OTHER: "date line",
    Label.NAV: "section name above the headline",
}
"""Why `metadata` named a line."""

BLANK: Final = Line("", Label.BLANK, 1.0)


def segment(page: Page, repeated: Collection[int] = frozenset()) -> Segmentation:
    r"""Label every line of a page and find its article; no stories where there is none.

    The lines of a text page are ``page.text.split("\n")``, those of an HTML page the lines of its text.
    `repeated` are the keys (`tasks.repeated`) of its lines that stand on many other pages: evidence against
    them. Raises nothing on any text.
    """
    if not page.html:
        return segment_text(page.text, repeated)
    extracted = html.extract(page.text, latest=_tomorrow(), repeated=repeated)
    return extracted if extracted is not None else segment_text(html.strip_tags(page.text), repeated)


def _tomorrow() -> date:
    """Return the last day an article may carry: the east is ahead of us."""
    return (datetime.now(tz=UTC) + timedelta(days=1)).date()


def segment_text(text: str, repeated: Collection[int] = frozenset()) -> Segmentation:
    """Segment plain text. Linear in its length up to `MOST_LINES` and `MOST_CHARACTERS`, constant beyond."""
    raw = text[:MOST_CHARACTERS].split("\n", MOST_LINES)
    unread = len(text) > MOST_CHARACTERS
    if len(raw) > MOST_LINES:
        raw.pop()
        unread = True
    facts = measure(raw)
    columns = features(facts) if facts else {}
    if repeated:
        columns["repeated"] = np.array([float(line_key(fact.text) in repeated) for fact in facts])
    labelled, story = _article(facts, columns) if facts else ({}, None)
    lines = [
        labelled.get(index, BLANK if not line.strip() else _wordless(line)) for index, line in enumerate(raw)
    ]
    if unread:
        lines.append(Line("", Label.OTHER, 1.0, (f"beyond the {len(raw):,} lines that are read",)))
    return Segmentation(tuple(lines), (story,) if story is not None else ())


def _wordless(line: str) -> Line:
    return Line(line, Label.OTHER, 1.0, ("no words",)) if line.strip() else BLANK


def _article(facts: Sequence[Fact], columns: Mapping[str, Column]) -> tuple[dict[int, Line], Story | None]:
    odds = log_odds(columns)
    body = np.flatnonzero(body_lines(odds, facts, columns)).tolist()
    if not _is_article(facts, body):
        return _labelled(facts, columns, odds, [], {}), None
    found = metadata.read(facts, body, latest=_tomorrow())
    body = [place for place in body if place not in found.labels]
    if not _is_article(facts, body):
        return _labelled(facts, columns, odds, [], {}), None
    used = sorted({*body, *found.labels})
    story = Story(
        headline=found.headline,
        body=_paragraphs(facts, body),
        standfirst=found.standfirst,
        byline=found.byline,
        agency=found.agency,
        place=found.place,
        date=found.date,
        date_evidence=found.date_evidence,
        publisher=found.publisher,
        span=(facts[used[0]].line, facts[used[-1]].line + 1),
        confidence=_confidence(facts, odds, body),
    )
    return _labelled(facts, columns, odds, body, found.labels), story


def _is_article(facts: Sequence[Fact], body: Sequence[int]) -> bool:
    """Whether the lines make an article: words enough, a sentence, not only notices about cookies."""
    told = [facts[place] for place in body if not has(facts[place], Cue.LEGAL, Cue.SUBSCRIBE)]
    return sum(fact.words for fact in told) >= FEWEST_WORDS and any(
        fact.ends and fact.words >= 6 for fact in told
    )


def _paragraphs(facts: Sequence[Fact], body: Sequence[int]) -> str:
    """Join the body's lines; one that goes on in the next (hard-wrapped text) is one paragraph with it."""
    parts: list[str] = []
    for order, place in enumerate(body):
        fact = facts[place]
        before = facts[body[order - 1]] if order else None
        wrapped = (
            before is not None
            and before.line + 1 == fact.line
            and not before.ends
            and before.words > 6
            and fact.text[0].islower()
        )
        parts.append(("\n\n" if parts and not wrapped else " " if parts else "") + fact.text)
    return "".join(parts)


def _confidence(facts: Sequence[Fact], odds: Column, body: Sequence[int]) -> float:
    """Mean probability of the body's lines, by words."""
    words = np.array([facts[place].words for place in body])
    return round(float((_probability(odds[body]) * words).sum() / words.sum()), 4)


def _probability(odds: Column) -> Column:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float64)


def _labelled(
    facts: Sequence[Fact],
    columns: Mapping[str, Column],
    odds: Column,
    body: Sequence[int],
    named: Mapping[int, Label],
) -> dict[int, Line]:
    """Return the labelled lines by their number on the page."""
    kept = np.zeros(len(facts), dtype=np.bool_)
    kept[list(body)] = True
    told = reasons(columns, kept)
    sure = _probability(odds).tolist()
    start, end = (body[0], body[-1]) if body else (len(facts), -1)
    lines = {}
    for place, fact in enumerate(facts):
        chance = max(0.5, sure[place] if kept[place] else 1 - sure[place])
        why = told[place]
        if place in named:
            label, why = named[place], (_NAMED[named[place]],)
        elif kept[place]:
            label = _inside_label(fact)
        else:
            label = _outside_label(fact, columns, place, before=place < start, after=place > end)
        lines[fact.line] = Line(fact.text, label, round(chance, 4), why)
    return lines


def _inside_label(fact: Fact) -> Label:
    return (
        Label.SUBHEAD
        if fact.words <= 12 and not fact.ends and fact.cjk < 0.3 and not fact.bullet
        else Label.BODY
    )


def _outside_label(
    fact: Fact, columns: Mapping[str, Column], place: int, *, before: bool, after: bool
) -> Label:
    """Name the furniture; the choice among its kinds is a courtesy to the reader of `explain`."""
    if columns["near copy"][place] or has(fact, Cue.PHOTO) or (fact.credit and not after):
        return Label.CAPTION
    if has(fact, Cue.LEGAL, Cue.SUBSCRIBE) and after:
        return Label.FOOTER
    if has(fact, Cue.RELATED):
        return Label.TEASER
    if has(fact, Cue.NAVIGATION, Cue.SHARE) or fact.words < 4:
        return Label.NAV
    if after:
        return Label.TEASER if columns["tails before"][place] else Label.FOOTER
    return Label.NAV if before else Label.OTHER
