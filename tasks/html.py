"""Articles out of HTML source, by trafilatura; and the text of HTML where that finds none.

The source is foreign: its size and the depth of its nesting are looked at before any parser sees it.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from index.article import Label, Line, Segmentation, Story
from tasks.agencies import agency
from tasks.datelines import CONTEXT, dateline
from tasks.repeated import line_key

LOGGER: Final = logging.getLogger(__name__)

MOST_CHARACTERS: Final = 4_000_000
"""HTML source beyond which no tree is built: the text way takes over."""

DEEPEST: Final = 200
"""Nested elements beyond which no tree is built: parsers and trafilatura recurse."""

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_DECLARATION: Final = re.compile(r"<[!?][^<>]*>")
_UNNESTED: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th"
    " option path".split()
)
_BLOCK: Final = frozenset(
    "address article aside blockquote br caption dd div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5"
    " h6 header hr li main nav ol p pre section table td th title tr ul option".split()
)
_UNSEEN_NAMES: Final = ("script", "style", "noscript", "template", "svg", "head")
_UNSEEN: Final = re.compile(rf"<({'|'.join(_UNSEEN_NAMES)})(?![\w-])[^<>]*>?", re.IGNORECASE)
_CLOSED: Final = {name: re.compile(rf"</{name}(?![\w-])[^<>]*>?", re.IGNORECASE) for name in _UNSEEN_NAMES}
_SPACE: Final = re.compile(r"[ \t\r\f\v\xa0]+")
_LIST_MARK: Final = re.compile(r"^[-•*]\s")


def extract(source: str, *, latest: date, repeated: Collection[int] = frozenset()) -> Segmentation | None:
    """Return the article of HTML source and its page's lines labelled, or None where none is found.

    None also where the source is too large or too deep for a parser. `latest` is the last day believed as
    date; `repeated` are the keys of lines that stand on many pages (`tasks.repeated`): they are no body.
    """
    if len(source) > MOST_CHARACTERS or _depth(source) > DEEPEST:
        return None
    document = _parsed(source, latest)
    if document is None:
        return None
    title = _one_line(document.title or "")
    body = [
        paragraph
        for line in (document.text or "").split("\n")
        if (paragraph := _one_line(_LIST_MARK.sub("", line.strip())))
        and paragraph != title
        and not (repeated and line_key(paragraph) in repeated)
    ]
    if not body:
        return None
    lines, span = _labelled(strip_tags(source), body, title)
    filed = dateline(body[0], "\n".join([title, *body[1:]])[:CONTEXT])
    author = _one_line((document.author or "").replace(";", ","))
    day = _day(document.date, latest)
    story = Story(
        headline=title,
        body="\n\n".join(body),
        byline="" if agency(author) else author,
        agency=agency(author) or filed.agency,
        place=filed.place,
        date=day,
        date_evidence="HTML metadata" if day else "",
        publisher=_one_line(document.sitename or ""),
        span=span,
    )
    return Segmentation(lines, (story,))


def _parsed(source: str, latest: date) -> Any | None:
    """Run trafilatura; None where it finds nothing or fails on what it was given."""
    import trafilatura  # noqa: PLC0415 - costs 0.3 s, and most pages are text
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        return trafilatura.bare_extraction(
            source,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={
                "original_date": True,
                "extensive_search": False,
                "max_date": latest.isoformat(),
            },
        )
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        etree.LxmlError,
    ):
        LOGGER.warning(
            "trafilatura failed on a page of %d characters: read as text", len(source), exc_info=True
        )
        return None


def _day(stated: str | None, latest: date) -> str | None:
    try:
        day = date.fromisoformat(stated or "")
    except ValueError:  # no date, or none that names a day
        return None
    return day.isoformat() if day <= latest else None


def _labelled(text: str, body: list[str], title: str) -> tuple[tuple[Line, ...], tuple[int, int]]:
    """Label the page's lines by whether trafilatura kept them; the span is the range of those it did."""
    kept = set(body)
    lines, places = [], []
    for place, raw in enumerate(text.split("\n")):
        line = _one_line(raw)
        if not line:
            lines.append(Line("", Label.BLANK, 1.0))
        elif line in kept:
            places.append(place)
            lines.append(Line(line, Label.BODY, 1.0, ("main content of the HTML",)))
        elif line == title:
            lines.append(Line(line, Label.HEADLINE, 1.0, ("title of the HTML",)))
        else:
            lines.append(Line(line, Label.OTHER, 0.5, ("not in the main content of the HTML",)))
    return tuple(lines), (places[0], places[-1] + 1) if places else (0, len(lines))


def strip_tags(source: str) -> str:
    """Return the text of HTML source, a line a block, without scripts, styles and comments. Linear."""
    shown = _without_unseen(_without_comments(source))
    flat = _DECLARATION.sub("", shown).replace("\n", " ")  # line ends of the source are only spaces
    text = _TAG.sub(lambda tag: "\n" if tag[2].lower() in _BLOCK else "", flat)
    lines = (_SPACE.sub(" ", line).strip() for line in html.unescape(text).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _without_comments(source: str) -> str:
    """Cut comments by search, not by a regex: an unclosed one must not cost a scan for each opening."""
    parts, start = [], 0
    while (opened := source.find("<!--", start)) >= 0:
        parts.append(source[start:opened])
        closed = source.find("-->", opened + 4)
        if closed < 0:
            return "".join(parts)
        start = closed + 3
    return "".join([*parts, source[start:]])


def _without_unseen(source: str) -> str:
    """Cut elements whose text nobody reads; of an unclosed one only the tag goes, and it is searched once."""
    parts: list[str] = []
    start, unclosed = 0, set[str]()
    while opened := _UNSEEN.search(source, start):
        name = opened[1].lower()
        closed = None if name in unclosed else _CLOSED[name].search(source, opened.end())
        parts.append(source[start : opened.start()])
        if closed is None:
            unclosed.add(name)
        start = closed.end() if closed else opened.end()
    return "".join([*parts, source[start:]])


def _depth(source: str) -> int:
    """Return how deep the elements nest, about: those that need no end tag are not counted."""
    depth = deepest = 0
    for tag in _TAG.finditer(source):
        if tag[2].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _one_line(text: str) -> str:
    return " ".join(text.split())
