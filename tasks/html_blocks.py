"""HTML source as a list of blocks: the lines of its text, each with where it stands in the tree.

One walk, without recursion. What an element says about itself (its name, role, class and id) is kept as
bits; class names are cues, never verdicts: a model weighs them (`tasks.html_context`).
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

UNSEEN: Final = frozenset("script style noscript template svg title".split())
"""Elements whose text nobody reads. The parser leaves an article in <head> where no <body> begins."""

BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote body br button caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol option p pre"
    " section select summary table tbody td textarea tfoot th thead title tr ul".split()
)
"""Elements that begin and end a line of the page."""

CLASS_CHARACTERS: Final = 200
"""Characters of class and id that are read."""

_PLACES: Final = {
    "nav": "nav menu",
    "header": "header",
    "footer": "footer",
    "aside": "aside",
    "figure": "figure",
    "figcaption": "figcaption",
    "form": "form button label select textarea",
    "table": "table",
    "list": "ul ol",
    "article": "article",
    "main": "main",
    "quote": "blockquote",
    "dialog": "dialog",
    "details": "details",
}
_ROLES: Final = {
    "navigation": "nav",
    "contentinfo": "footer",
    "complementary": "aside",
    "dialog": "dialog",
    "alertdialog": "dialog",
}
_START, _END = r"(?:^|[\W_])", r"(?:$|[\W_])"
_CLASSES: Final = {
    "menus": r"nav|menu|breadcrumb|pagination|pager|toolbar|topbar|masthead|skip",
    "footing": r"footer|copyright|colophon|legal|imprint",
    "side": rf"sidebar|rail|aside|widget|{_START}side",
    "related": r"related|recommend|more-|read-?more|also|popular|trending|latest|most-|teaser|promo|outbrain"
    r"|taboola|next|similar|suggest|card|carousel|river|feed|list",
    "share": r"share|social|follow|facebook|twitter|whatsapp",
    "comments": r"comment|disqus|discussion|respond|reply",
    "sign-up": r"newsletter|subscri|sign-?up|paywall|donat|cta|banner|popup|modal|cookie|consent|gdpr|login"
    r"|regist|premium|membership|offer",
    "advert": rf"{_START}(?:ad|ads|advert\w{{0,20}}|sponsor\w{{0,20}}|dfp|commercial)(?:$|[\W_\d])",
    "media": r"caption|credit|photo|image|picture|gallery|figure|slide|video|media|player",
    "author": rf"byline|author|contributor|writer|bio{_END}",
    "date": r"date|time|publish|timestamp",
    "about": rf"meta|info|tags?{_END}|categor|label|kicker|topic|eyebrow|section-name|keyword",
    "title": r"title|headline|heading",
    "standfirst": rf"standfirst|sub-?title|sub-?head|dek{_END}|deck|lead|lede|summary|intro|teaser|excerpt"
    r"|abstract|sapo|vorspann",
    "content": r"article-?_?body|story-?_?body|body-?_?(?:text|copy|content)"
    r"|(?:entry|post|article|story|text|rich|main|page|news)[-_]{0,3}(?:content|text)|articletext|paragraph"
    rf"|richtext|{_START}(?:body|content|text|prose){_END}",
    "story": r"article|story|post|entry",
    "embed": r"embed|tweet|instagram|iframe|widget",
    "box": r"box|note|disclaimer|about|callout|toc|contents|faq|correction",
}
MARKS: Final = (*_PLACES, "hidden", "article body", *_CLASSES)
"""What the bits of a block stand for, the lowest first."""

BIT: Final = {name: 1 << place for place, name in enumerate(MARKS)}
_PLACE_BITS: Final = {tag: BIT[name] for name, tags in _PLACES.items() for tag in tags.split()}
_CUES: Final = tuple((BIT[name], re.compile(pattern)) for name, pattern in _CLASSES.items())
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HIDDEN: Final = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden")


class Block(NamedTuple):
    """One line of the page.

    `tag` is the block element it stands in, `inside` the marks of all elements around it, `near` those of
    the nearest three; `links` the share of its characters in links, 0..1; `parent` and `upper` number the
    elements around `tag`'s; `look` is what blocks of one kind share: tag, its class, its parent's class.
    """

    text: str
    tag: str
    inside: int
    near: int
    links: float
    parent: int
    upper: int
    look: tuple[str, str, str]
    depth: int


class _Open(NamedTuple):
    number: int
    tag: str
    own: int
    inside: int
    look: str


def parsed(source: str) -> Any | None:
    """Return the tree of HTML source without its comments; None where the source is empty."""
    from lxml import etree, html  # type: ignore[import-untyped]  # noqa: PLC0415 - most pages are text

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):  # an empty document
        return None


def blocks(tree: Any) -> list[Block]:
    """Return the blocks of a tree in the order of the page. Linear in its size."""
    from lxml import etree  # noqa: PLC0415

    walk = _Walk()
    events = etree.iterwalk(tree, events=("start", "end"))
    for event, element in events:
        tag = element.tag
        if not isinstance(tag, str):  # an entity or instruction that the parser kept
            if event == "end":
                walk.read(element.tail)
        elif tag in UNSEEN:
            if event == "start":
                events.skip_subtree()
            else:
                walk.read(element.tail)
        elif event == "start":
            walk.enter(element, tag)
        else:
            walk.leave(element, tag)
    walk.end_line()
    return walk.found


class _Walk:
    """The state of one walk: the open elements and the line that is being read."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self._path: list[_Open] = []
        self._text: list[str] = []
        self._linked = self._links = self._number = 0
        self._marks: dict[str, int] = {}

    def enter(self, element: Any, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.end_line()
        self._number += 1
        own = _PLACE_BITS.get(tag, 0)
        look = ""
        if element.attrib:
            own |= self._attributes(element.attrib)
            look = element.get("class", "")[:CLASS_CHARACTERS]
        inside = own | (self._path[-1].inside if self._path else 0)
        self._path.append(_Open(self._number, tag, own, inside, look))
        self._links += tag == "a"
        self.read(element.text)

    def leave(self, element: Any, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self.end_line()
        self._path.pop()
        self._links -= tag == "a"
        self.read(element.tail)

    def read(self, text: str | None) -> None:
        if text:
            self._text.append(text)
            self._linked += len(text.strip()) if self._links else 0

    def end_line(self) -> None:
        text = " ".join("".join(self._text).split())
        if text:
            self._add(text)
        self._text.clear()
        self._linked = 0

    def _add(self, text: str) -> None:
        around = [element for element in self._path if element.tag in BLOCK_TAGS and element.tag != "br"][-3:]
        holder = around[-1] if around else _Open(0, "body", 0, 0, "")
        parent = around[-2] if len(around) > 1 else _Open(0, "", 0, 0, "")
        upper = around[0] if len(around) > 2 else _Open(0, "", 0, 0, "")
        self.found.append(
            Block(
                text=text,
                tag=holder.tag,
                inside=self._path[-1].inside if self._path else 0,
                near=holder.own | parent.own | upper.own,
                links=min(1.0, self._linked / len(text)),
                parent=parent.number,
                upper=upper.number,
                look=(holder.tag, holder.look, parent.look),
                depth=len(self._path),
            )
        )

    def _attributes(self, attributes: Any) -> int:
        marks = 0
        named = f"{attributes.get('class', '')} {attributes.get('id', '')}"[:CLASS_CHARACTERS]
        if named != " ":
            known = self._marks.get(named)
            if known is None:
                known = self._marks[named] = _class_marks(named)
            marks |= known
        style = attributes.get("style", "")[:CLASS_CHARACTERS]
        if "hidden" in attributes or attributes.get("aria-hidden") == "true" or _HIDDEN.search(style):
            marks |= BIT["hidden"]
        if "articlebody" in attributes.get("itemprop", "")[:CLASS_CHARACTERS].lower():
            marks |= BIT["article body"]
        role = _ROLES.get(attributes.get("role", ""))
        return marks | (BIT[role] if role else 0)


def _class_marks(named: str) -> int:
    folded = _CAMEL.sub("-", named).lower()
    marks = 0
    for bit, pattern in _CUES:
        if pattern.search(folded):
            marks |= bit
    return marks
