"""What the blocks of an HTML page are, beside its body: headline, byline, captions, menus; with reasons."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from index.article import Label
from tasks import bylines, dates
from tasks.agencies import agency
from tasks.html_blocks import BIT, Block
from tasks.html_facts import Facts
from tasks.lines import Fact

ABOVE: Final = 40
"""Blocks above the body in which headline, standfirst, byline and date are looked for."""

BELOW: Final = 3
"""Blocks of the body that may be, or stand above, one of them."""

STAMP: Final = 15
"""Words that a byline or date line has at most."""

STANDFIRST: Final = 8
"""Words from which a block that calls itself a standfirst is one."""

TITLE_WORDS: Final = 40

OPENING: Final = 25
"""Characters before the date of a line that says nothing about its date."""

_HEADINGS: Final = frozenset("h2 h3 h4 h5 h6".split())
_WORDS: Final = re.compile(r"\w+")
_TAIL: Final = re.compile(r"\s(?:[|–—»·:-]|::)\s[^|–—»·]{2,60}$")

_ELEMENTS: Final = (
    ("figcaption", Label.CAPTION, "inside <figcaption>"),
    ("nav", Label.NAV, "inside <nav>"),
    ("footer", Label.FOOTER, "inside <footer>"),
    ("dialog", Label.OTHER, "inside a dialog"),
    ("form", Label.OTHER, "inside a form or button"),
    ("header", Label.NAV, "inside <header>"),
    ("aside", Label.TEASER, "inside <aside>"),
)
"""Elements that name what stands in them, the surest first."""

_CLASSES: Final = (
    ("media", Label.CAPTION, "the page's markup calls it a caption or picture"),
    ("comments", Label.OTHER, "the page's markup calls it comments"),
    ("share", Label.NAV, "the page's markup calls it a share bar"),
    ("sign-up", Label.OTHER, "the page's markup calls it an offer or notice"),
    ("advert", Label.OTHER, "the page's markup calls it an advertisement"),
    ("footing", Label.FOOTER, "the page's markup calls it a footer"),
    ("menus", Label.NAV, "the page's markup calls it a menu"),
    ("related", Label.TEASER, "the page's markup calls it related or a list"),
    ("side", Label.TEASER, "the page's markup calls it a sidebar"),
)
CUT: Final = "not in the main content of the HTML"


class Named(NamedTuple):
    """The lines that tell about the article: label and reason by row, and what they say."""

    rows: Mapping[int, tuple[Label, str]]
    headline: str
    standfirst: str = ""
    byline: str = ""
    agency: str = ""
    date: str | None = None
    date_evidence: str = ""


def name_rows(
    blocks: Sequence[Block], facts: Sequence[Fact], body: Sequence[int], stated: Facts, *, latest: date
) -> Named:
    """Find headline, standfirst, byline, agency and date around the rows `body` (ascending, not empty).

    `blocks` and `facts` go row by row. A row that is named does not belong to the body, whatever `body`
    says. What the page states goes before what its lines say.
    """
    rows: dict[int, tuple[Label, str]] = {}
    top = max(0, body[0] - ABOVE)
    near = range(top, body[:BELOW][-1] + 1)
    title = _headline_row(blocks, facts, [*range(top, body[0]), *body[:BELOW]], stated.titles)
    headline = facts[title].text if title is not None else _shortest(stated.titles)
    for row in [*range(top, body[0]), *body]:
        if headline and facts[row].text == headline:
            rows[row] = Label.HEADLINE, "headline of the page"
    after = [row for row in near if row not in rows and (title is None or row > title)]
    names, wire, day, evidence = ", ".join(stated.authors), "", None, ""
    for row in (row for row in after if facts[row].words <= STAMP):
        text, marks = facts[row].text, blocks[row].near
        stamp = row not in body or not facts[row].ends
        if found := agency(text):
            wire = wire or found
            rows[row] = Label.AGENCY, "credits an agency"
        elif stamp and (said := _byline(text, marks, stated.authors)):
            names = names or said
            rows[row] = Label.BYLINE, "names its author beside the headline"
        elif stamp and facts[row].dated and (found_day := dates.published(text, latest=latest)):
            if day is None and not marks & BIT["related"] and _states_first(text, latest):
                day, evidence = found_day, text[: dates.LONGEST]
            rows[row] = Label.OTHER, "date line"
    stand = next((row for row in after if row not in rows and _is_standfirst(blocks[row], facts[row])), None)
    if stand is not None and stand not in body:
        rows[stand] = Label.STANDFIRST, "the page's markup calls it a summary"
    return Named(
        rows=rows,
        headline=headline,
        standfirst=facts[stand].text if stand is not None and stand not in body else "",
        byline=names,
        agency=wire,
        date=stated.date or (day.isoformat() if day else None),
        date_evidence=stated.date_evidence or evidence,
    )


def cut(block: Block, *, after: bool) -> tuple[Label, str]:
    """Say what a block outside the article is, and how its place on the page tells."""
    for name, label, why in _ELEMENTS:
        if block.inside & BIT[name]:
            return label, why
    for name, label, why in _CLASSES:
        if block.near & BIT[name]:
            return label, why
    return Label.OTHER, f"{CUT}, {'below' if after else 'above or between'} its paragraphs"


def inside(block: Block, fact: Fact) -> tuple[Label, str]:
    """Say what a block of the body is."""
    if block.tag in _HEADINGS and not (fact.ends and fact.prose):
        return Label.SUBHEAD, f"<{block.tag}> in the main content of the HTML"
    return Label.BODY, "main content of the HTML"


def _headline_row(
    blocks: Sequence[Block], facts: Sequence[Fact], rows: Collection[int], titles: Sequence[str]
) -> int | None:
    """Return the row of the headline: a heading that the page's title repeats, or else the last h1."""
    folded = [_folded(title) for title in titles]
    best: tuple[float, int] | None = None
    for row in rows:
        fact, block = facts[row], blocks[row]
        if fact.words > TITLE_WORDS or block.inside & (BIT["nav"] | BIT["footer"]):
            continue
        said = _folded(fact.text)
        share = max((_alike(said, title) for title in folded), default=0.0)
        score = 2 * share + (1.0 if block.tag == "h1" else 0.3 if block.near & BIT["title"] else 0.0)
        if (share >= 0.5 or block.tag == "h1") and (best is None or score >= best[0]):
            best = score, row
    return best[1] if best is not None and best[0] >= 1 else None


def _folded(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text[:500].casefold()))


def _alike(said: tuple[str, ...], title: tuple[str, ...]) -> float:
    """Return the share of words that two titles have in common."""
    one, other = set(said), set(title)
    return len(one & other) / len(one | other) if one and other else 0.0


def _shortest(titles: Sequence[str]) -> str:
    """Return the first title, without the name of the site behind it."""
    return _TAIL.sub("", titles[0]) if titles else ""


def _byline(text: str, marks: int, authors: Sequence[str]) -> str:
    if any(author and author in text for author in authors):
        return ", ".join(authors)
    said = bylines.names(text) or bylines.signature(text)
    return said or (bylines.bare_names(text) if marks & BIT["author"] else "")


def _states_first(text: str, latest: date) -> bool:
    """Whether a line says that its date is the publication's, or opens with it."""
    stated = next(dates.dates_in(text, latest=latest), None)
    return dates.PUBLISHED.search(text) is not None or (stated is not None and stated.start <= OPENING)


def _is_standfirst(block: Block, fact: Fact) -> bool:
    told = block.near & BIT["standfirst"] and not block.near & (BIT["media"] | BIT["related"])
    return bool(told) and fact.words >= STANDFIRST and block.links < 0.5
