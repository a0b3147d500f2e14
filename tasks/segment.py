"""Segmentation: every line of a page labelled, and the articles found on it.

Each line is weighed by itself and by its neighbourhood (`lines`, `context`, `trees`); the heaviest stretch of
the page is an article (`stretch`), or several (`stories`); what stands around an article names and dates it
(`metadata`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from index.article import Label, Line, Page, Segmentation, Story
from tasks import html, metadata, stories, trees
from tasks.context import Column, features
from tasks.cues import Cue
from tasks.lines import Fact, measure
from tasks.reasons import reasons
from tasks.repeated import line_key
from tasks.stretch import body_lines, last_resort, log_odds
from tasks.trees import Trees

MOST_LINES: Final = 80_000
MOST_CHARACTERS: Final = 8_000_000
"""What of a page is read. The rest becomes one last line, labelled `other`, so that the work is bounded: a
line takes 2.6 KiB while the page is weighed, and 200,000 took 550 MiB (`bench.hostile --alone`). The pages of
the development data have 478 lines that count, at most."""

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

_NOTICE: Final = int(Cue.LEGAL | Cue.SUBSCRIBE)
_PHOTO: Final = int(Cue.PHOTO)
_RELATED: Final = int(Cue.RELATED)
_MENU: Final = int(Cue.NAVIGATION | Cue.SHARE)
_FOOT: Final = int(Cue.LEGAL | Cue.SUBSCRIBE | Cue.AUTHOR)

BLANK: Final = Line("", Label.BLANK, 1.0)


def segment(page: Page, repeated: Collection[int] = frozenset(), *, explain: bool = False) -> Segmentation:
    r"""Label every line of a page and find its articles; no stories where there are none.

    The lines of a text page are ``page.text.split("\n")``, those of an HTML page the lines of its text.
    `repeated` are the keys (`tasks.repeated`) of its lines that stand on many other pages: evidence against
    them. With `explain` each line of a text page tells its reasons, which costs time. Raises nothing on any
    text.
    """
    if not page.html:
        return segment_text(page.text, repeated, explain=explain)
    extracted = html.extract(page.text, latest=_tomorrow(), repeated=repeated)
    if extracted is not None:
        return extracted
    return segment_text(html.strip_tags(page.text), repeated, explain=explain)


def _tomorrow() -> date:
    """Return the last day an article may carry: the east is ahead of us."""
    return (datetime.now(tz=UTC) + timedelta(days=1)).date()


def segment_text(
    text: str,
    repeated: Collection[int] = frozenset(),
    *,
    explain: bool = False,
    model: Trees | None = None,
) -> Segmentation:
    """Segment plain text. Linear in its length up to `MOST_LINES` and `MOST_CHARACTERS`, constant beyond.

    `model` stands in for the shipped line model, as cross-validation needs.
    """
    raw = text[:MOST_CHARACTERS].split("\n", MOST_LINES)
    unread = len(text) > MOST_CHARACTERS
    if len(raw) > MOST_LINES:
        raw.pop()
        unread = True
    labelled: dict[int, Line] = {}
    found: list[_Article] = []
    if facts := measure(raw):
        scored = _scored(facts, repeated, model or trees.shipped())
        found = _articles(scored)
        labelled = _labelled(scored, found, explain=explain)
    lines = [labelled.get(index) or _wordless(line) for index, line in enumerate(raw)]
    if unread:
        lines.append(Line("", Label.OTHER, 1.0, (f"beyond the {len(raw):,} lines that are read",)))
    return Segmentation(tuple(lines), tuple(article.story for article in found))


def _wordless(line: str) -> Line:
    return Line(line, Label.OTHER, 1.0, ("no words",)) if line.strip() else BLANK


@dataclass(frozen=True, slots=True)
class _Scored:
    """The lines of a page, what stands around each, and the log-odds of being body."""

    facts: Sequence[Fact]
    columns: Mapping[str, Column]
    odds: Column
    model: Trees


@dataclass(frozen=True, slots=True)
class _Article:
    """An article, the places of its lines, and the half-open range of places in which it was looked for."""

    story: Story
    body: Sequence[int]
    named: Mapping[int, Label]
    start: int
    end: int


def _scored(facts: Sequence[Fact], repeated: Collection[int], model: Trees) -> _Scored:
    columns = features(facts)
    if repeated:
        columns["repeated"] = np.array([float(line_key(fact.text) in repeated) for fact in facts])
    return _Scored(facts, columns, log_odds(columns, model), model)


def _articles(page: _Scored) -> list[_Article]:
    body = np.flatnonzero(body_lines(page.odds, page.facts, page.columns)).tolist()
    if not _is_article(page.facts, body):
        body = last_resort(page.facts, page.columns)
    if not _is_article(page.facts, body):
        return []
    kept = frozenset(body)
    parts = stories.parts(page.facts, page.odds, body)
    return [
        article
        for part in parts
        if (article := _article(page, part if not kept.isdisjoint(part.body) else _decoded(page, part)))
    ]


def _decoded(page: _Scored, part: stories.Part) -> stories.Part:
    """Find the body of an article outside the page's heaviest stretch: with the heaviest of its own range."""
    near = slice(part.start, part.end)
    columns = {name: column[near] for name, column in page.columns.items()}
    body = np.flatnonzero(body_lines(page.odds[near], page.facts[near], columns)) + part.start
    return stories.Part(tuple(sorted({*body.tolist(), *part.body})), part.start, part.end)


def _article(page: _Scored, part: stories.Part) -> _Article | None:
    facts, body = page.facts, list(part.body)
    if not _is_article(facts, body):
        return None
    found = metadata.read(facts, body, latest=_tomorrow(), after=part.start, before=part.end)
    body = [place for place in body if place not in found.labels]
    if not _is_article(facts, body):
        return None
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
        confidence=_confidence(page, body, part),
    )
    return _Article(story, body, found.labels, part.start, part.end)


def _is_article(facts: Sequence[Fact], body: Sequence[int]) -> bool:
    """Whether the lines make an article: words enough, a sentence, not only notices about cookies."""
    told = [facts[place] for place in body if not facts[place].cues & _NOTICE]
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


def _confidence(page: _Scored, body: Sequence[int], part: stories.Part) -> float:
    """Return the F1 to be expected of the body: what it holds too much, and what was cut of its range."""
    near = slice(part.start, part.end)
    words = page.columns["words"][near]
    chance = _probability(page.odds[near])
    kept = np.array(body) - part.start
    hit = float((chance[kept] * words[kept]).sum())
    return round(2 * hit / float(words[kept].sum() + (chance * words).sum()), 4)


def _probability(odds: Column) -> Column:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float64)


def _labelled(page: _Scored, articles: Sequence[_Article], *, explain: bool) -> dict[int, Line]:
    """Return the labelled lines by their number on the page."""
    facts = page.facts
    kept = {place for article in articles for place in article.body}
    named = {place: label for article in articles for place, label in article.named.items()}
    told: Sequence[tuple[str, ...]] = [()] * len(facts)
    if explain:
        told = reasons(facts, page.columns, [place in kept for place in range(len(facts))], page.model)
    sure = _probability(page.odds).tolist()
    doubled = page.columns["near copy"].tolist()
    edges = _edges(articles, len(facts))
    lines = {}
    for place, fact in enumerate(facts):
        chance = sure[place] if place in kept else 1 - sure[place]
        why = told[place]
        if place in named:
            label, why = named[place], (_NAMED[named[place]],)
        elif place in kept:
            label = _inside_label(fact)
        else:
            first, last = edges[place]
            after = place > last
            caption = doubled[place] or fact.cues & _PHOTO or (fact.credit and not after)
            label = Label.CAPTION if caption else _outside_label(fact, before=place < first, after=after)
        lines[fact.line] = Line(fact.text, label, round(chance, 4), why)
    return lines


def _edges(articles: Sequence[_Article], count: int) -> list[tuple[int, int]]:
    """Return for each place the first and last place of the body of the article it stands near."""
    edges = [(count, -1)] * count
    for article in articles:
        size = article.end - article.start
        edges[article.start : article.end] = [(article.body[0], article.body[-1])] * size
    return edges


def _inside_label(fact: Fact) -> Label:
    return (
        Label.SUBHEAD
        if fact.words <= 12 and not fact.ends and fact.cjk < 0.3 and not fact.bullet
        else Label.BODY
    )


def _outside_label(fact: Fact, *, before: bool, after: bool) -> Label:
    """Name the furniture; the choice among its kinds is a courtesy to the reader of `explain`."""
    if fact.cues & _RELATED:
        return Label.TEASER
    if fact.cues & _MENU or fact.words < 4:
        return Label.NAV
    if after:
        return Label.FOOTER if fact.cues & _FOOT else Label.TEASER
    return Label.NAV if before else Label.OTHER
