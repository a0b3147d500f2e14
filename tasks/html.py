"""Articles out of HTML source, by trafilatura; and the text of HTML where that finds none.

The source is foreign: its size and the depth of its nesting are looked at before any parser sees it.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.article import Label, Line, Segmentation, Story
from tasks import html_facts, html_labels
from tasks.agencies import agency
from tasks.datelines import CONTEXT, dateline
from tasks.html_blocks import Block, blocks, parsed
from tasks.html_context import Column, body_of, features, kept_by, probabilities
from tasks.html_labels import Named
from tasks.lines import Fact, measure
from tasks.repeated import line_key

LOGGER: Final = logging.getLogger(__name__)

MOST_CHARACTERS: Final = 4_000_000
"""HTML source beyond which no tree is built: the text way takes over."""

MOST_TAGS: Final = 40_000
"""Tags beyond which no tree is built. The 464 development pages have 1,652 (median), 8,093 at most."""

MOST_COMPARED: Final = 10_000
"""Tags up to which trafilatura may ask jusText for a second opinion, which takes quadratic time: 5,000
paragraphs of one word cost 3 s, 29,000 cost 126 s."""

DEEPEST: Final = 400
"""Nested elements beyond which no tree is built: parsers and trafilatura recurse."""

MOST_ATTRIBUTES: Final = 1_000
"""Attributes of one tag beyond which no tree is built: libxml2 walks the list of them for each that it adds;
100,000 cost 34 s of CPU, and the page is parsed three times. Real tags have a dozen."""

FEWEST_WORDS: Final = 12
"""Words of a body; a page with less is left to the text way."""

TOPIC: Final = 15
"""Paragraphs in which a doubtful place of the dateline is looked for."""

BLANK: Final = Line("", Label.BLANK, 1.0)

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>")
_ATTRIBUTE: Final = r"[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"?+|'[^']*+'?+|[^\s>\"'][^\s>]*+)?+)?+"
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_OPENING: Final = re.compile(rf"<[a-zA-Z][^\s/>]*+((?:[\s/]++|{_ATTRIBUTE})*+)")
"""A tag as the HTML standard cuts it into attributes; possessive, so that it is linear."""
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


def extract(source: str, *, latest: date, repeated: Collection[int] = frozenset()) -> Segmentation | None:
    """Return the article of HTML source and its page's lines labelled, or None where none is found.

    None also where the source is too large or too deep for a parser. `latest` is the last day believed as
    date; `repeated` are the keys of lines that stand on many pages (`tasks.repeated`): they are no body.
    The lines are the blocks of the page with a blank line between two of them.
    """
    page = measured(source)
    if page is None:
        return None
    texts = [fact.text for fact in page.facts]
    words = np.array([fact.words for fact in page.facts])
    chances = probabilities(page.columns)
    furniture = np.array([bool(repeated) and line_key(text) in repeated for text in texts])
    chances[furniture] = 0.0
    kept = np.where(furniture, 0.0, page.columns["kept"])
    body = np.flatnonzero(body_of(texts, chances, words, kept) & ~furniture).tolist()
    if not body:
        return None
    stated = html_facts.stated(page.tree, latest=latest)
    told = [page.blocks[fact.line] for fact in page.facts]
    named = html_labels.name_rows(told, page.facts, body, stated, latest=latest)
    body = [row for row in body if row not in named.rows]
    if words[body].sum() < FEWEST_WORDS:
        return None
    story = _story(
        page.facts, body, named, stated.publisher, float(np.average(chances[body], weights=words[body]))
    )
    return Segmentation(_labelled(page, body, named.rows, chances, furniture), (story,))


def _story(facts: Sequence[Fact], body: Sequence[int], named: Named, publisher: str, sure: float) -> Story:
    paragraphs = [facts[row].text for row in body]
    filed = dateline(paragraphs[0], "\n".join([named.headline, *paragraphs[1:TOPIC]])[:CONTEXT])
    credited = agency(named.byline)
    used = sorted({*body, *named.rows})
    return Story(
        headline=named.headline,
        body="\n\n".join(paragraphs),
        standfirst=named.standfirst,
        byline="" if credited else named.byline,
        agency=named.agency or credited or filed.agency,
        place=filed.place,
        date=named.date,
        date_evidence=named.date_evidence,
        publisher=publisher,
        span=(2 * facts[used[0]].line, 2 * facts[used[-1]].line + 1),
        confidence=round(sure, 4),
    )


def _labelled(
    page: Measured,
    body: Collection[int],
    named: Mapping[int, tuple[Label, str]],
    chances: Column,
    furniture: NDArray[np.bool_],
) -> tuple[Line, ...]:
    """Label every block, with a blank line between two."""
    lines = [Line(block.text, Label.OTHER, 1.0, ("no words",)) for block in page.blocks]
    kept, last = set(body), max(body)
    for row, fact in enumerate(page.facts):
        block = page.blocks[fact.line]
        sure = float(chances[row])
        if row in named:
            label, why = named[row]
        elif row in kept:
            label, why = html_labels.inside(block, fact)
        elif furniture[row]:
            label, why = html_labels.cut(block, after=row > last)[0], "stands on many other pages"
        else:
            label, why = html_labels.cut(block, after=row > last)
        believed = max(0.5, sure if row in kept else 1 - sure)
        lines[fact.line] = Line(fact.text, label, round(believed, 4), (why,))
    return tuple(chain.from_iterable((line, BLANK) for line in lines))[:-1]


class Measured(NamedTuple):
    """A page that may hold an article: its tree, all its blocks, and those with words, measured.

    ``facts[i].line`` is the place in `blocks` of the row ``i`` of `columns`.
    """

    tree: Any
    blocks: tuple[Block, ...]
    facts: tuple[Fact, ...]
    columns: dict[str, Column]


def measured(source: str) -> Measured | None:
    """Return the blocks of HTML source with their features; None where there is no article to be found.

    None also where the source is too large, has too many tags or attributes or is too deep for a parser.
    """
    tags = source.count("<")
    if len(source) > MOST_CHARACTERS or tags > MOST_TAGS or _depth(source) > DEEPEST or _crowded(source):
        return None
    tree = parsed(source)
    if tree is None:
        return None
    found = blocks(tree)
    facts = measure([block.text for block in found])
    main = _main_content(tree, fast=tags > MOST_COMPARED) if facts else ""
    if not main:
        return None
    told = [found[fact.line] for fact in facts]
    kept = kept_by([fact.text for fact in facts], main)
    return Measured(tree, tuple(found), tuple(facts), features(told, facts, kept))


def _main_content(tree: Any, *, fast: bool) -> str:
    """Run trafilatura; empty where it finds nothing or fails on what it was given."""
    import trafilatura  # noqa: PLC0415 - costs 0.3 s, and most pages are text
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        document: Any = trafilatura.bare_extraction(tree, include_comments=False, fast=fast)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        etree.LxmlError,
    ):
        LOGGER.warning("trafilatura failed on a page: read as text", exc_info=True)
        return ""
    return (document.text or "") if document is not None else ""


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


def _crowded(source: str) -> bool:
    """Say whether a tag has more attributes than any that people write."""
    return any(
        sum(1 for _ in _ATTRIBUTES.finditer(tag[1])) > MOST_ATTRIBUTES
        for tag in _OPENING.finditer(source)
        if len(tag[1]) > 2 * MOST_ATTRIBUTES
    )


def _depth(source: str) -> int:
    """Return how deep the elements nest, about: those that need no end tag are not counted."""
    depth = deepest = 0
    for tag in _TAG.finditer(source):
        if tag[2].lower() not in _UNNESTED:
            depth = max(0, depth - 1) if tag[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest
