"""What HTML says about its article outside the text: JSON-LD, meta elements, times, title.

A page's own statements come before anything that is guessed from its lines. Only nodes of JSON-LD that
describe the page's main article are read: a list of related stories states the facts of other things.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from html import unescape
from itertools import islice
from typing import Any, Final, NamedTuple

MOST_SCRIPTS: Final = 50
MOST_JSON: Final = 1_000_000
"""Scripts of JSON-LD, and characters of each, that are read."""

MOST_NODES: Final = 2_000
MOST_AUTHORS: Final = 12
MOST_HEADS: Final = 9
SHORTEST_START: Final = 12
"""Characters from which a headline is recognised as the beginning of a title, or a title as its own."""

EARLIEST: Final = date(1990, 1, 1)
"""Before this day metadata hold placeholders (the epoch 1970-01-01): no page of the web is older."""

LONGEST: Final = 500
"""Characters of a field."""

_ARTICLE: Final = re.compile(
    r"(?:[a-z]{0,20}article|blogposting|report|liveblogposting|review)", re.IGNORECASE
)
_DOORS: Final = ("@graph", "mainEntity", "mainEntityOfPage")
_META_TITLES: Final = ("og:title", "twitter:title", "dc.title", "title")
_META_AUTHORS: Final = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl")
_META_DATES: Final = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "publish-date",
    "publishdate",
    "pubdate",
    "publication_date",
    "date",
)
_META_SITES: Final = ("og:site_name", "application-name", "publisher", "dc.publisher")
_TIMES: Final = "//*[contains(@itemprop, 'datePublished') or (self::time and @pubdate)]"
_DAY: Final = re.compile(r"\s{0,9}(\d{4})-(\d{2})-(\d{2})(?!\d)")
_LETTERS: Final = re.compile(r"\w+")
_MARKUP: Final = re.compile(r"<[^<>]{0,200}>")


class Facts(NamedTuple):
    """What the page states; empty where it states nothing. `date` is ISO, from `EARLIEST` to the latest day.

    `date_evidence` names where the date stands, and what stands there. `titles` are the best first.
    """

    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    date: str | None = None
    date_evidence: str = ""
    publisher: str = ""


def stated(tree: Any, *, latest: date) -> Facts:
    """Read a tree's statements; no date after `latest` is believed. Linear in the page."""
    meta = _meta(tree)
    title = next((_plain(element.text) for element in tree.iter("title")), "")
    heads = (_plain("".join(islice(head.itertext(), 50))) for head in islice(tree.iter("h1"), MOST_HEADS))
    article = _own(list(_articles(tree)), [*(meta.get(name, "") for name in _META_TITLES), title, *heads])
    titles = [_field(article.get("headline")), *(meta.get(name, "") for name in _META_TITLES), title]
    authors = tuple(_names(article.get("author"))) or _first_name(meta)
    day, evidence = _date(article, meta, tree, latest)
    publisher = next(iter(_names(article.get("publisher"))), "")
    sites = (publisher, *(meta.get(name, "") for name in _META_SITES))
    return Facts(
        titles=tuple(dict.fromkeys(filter(None, titles))),
        authors=authors,
        date=day,
        date_evidence=evidence,
        publisher=next((site for site in sites if site and not _is_address(site)), ""),
    )


def _own(articles: Sequence[Mapping[str, Any]], titles: Sequence[str]) -> Mapping[str, Any]:
    """Return the article that the page's titles name, or the only one; else none: a list of others.

    A title may be longer than the headline by the site's name, or shorter where it was cut.
    """
    heads = [_folded(_field(article.get("headline"))) for article in articles]
    named = [folded for title in titles if (folded := _folded(title))]
    for title in named:
        if title in heads:
            return articles[heads.index(title)]
    for title in named:
        for article, head in zip(articles, heads, strict=True):
            if min(len(head), len(title)) >= SHORTEST_START and _begins(title, head):
                return article
    alone = len(articles) == 1 or (len(set(heads)) == 1 and heads[0])
    return articles[0] if alone else {}


def _begins(text: str, other: str) -> bool:
    return text.startswith(other) or other.startswith(text)


def _folded(text: str) -> str:
    return " ".join(_LETTERS.findall(text.casefold()))


def _articles(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the nodes of JSON-LD that are the page's own articles."""
    scripts = (script for script in tree.iter("script") if "ld+json" in script.get("type", ""))
    for script in islice(scripts, MOST_SCRIPTS):
        text = script.text or ""
        try:
            root = json.loads(text, strict=False) if len(text) <= MOST_JSON else None
        except (ValueError, RecursionError):  # broken JSON states nothing
            continue
        yield from filter(_is_article, _nodes(root))


def _nodes(root: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects that a document of JSON-LD is made of, without those that they only mention."""
    waiting = deque([root])
    for _ in range(MOST_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, list):
            waiting.extend(node[:MOST_NODES])
        elif isinstance(node, dict):
            yield node
            waiting.extend(node[door] for door in _DOORS if door in node)


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(kind, str) and _ARTICLE.fullmatch(kind[:40]) for kind in listed[:9])


def _meta(tree: Any) -> dict[str, str]:
    """Return the first content of each name, property or itemprop of the meta elements, lower case."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = _plain(element.get("content"))
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()[:60]
            if name and content:
                found.setdefault(name, content)
    return found


def _names(value: Any) -> list[str]:
    """Return the names of JSON-LD persons or organisations, however they are written."""
    listed = value[:MOST_AUTHORS] if isinstance(value, list) else [value]
    names = [_field(item.get("name") if isinstance(item, dict) else item) for item in listed]
    return list(dict.fromkeys(name for name in names if name and not _is_address(name)))


def _first_name(meta: Mapping[str, str]) -> tuple[str, ...]:
    name = next((meta[key] for key in _META_AUTHORS if key in meta and not _is_address(meta[key])), "")
    return (name,) if name else ()


def _date(
    article: Mapping[str, Any], meta: Mapping[str, str], tree: Any, latest: date
) -> tuple[str | None, str]:
    """Return the first day of publication that is stated, and where."""
    places = [("JSON-LD datePublished", _field(article.get("datePublished")))]
    places += [(f"meta {name}", meta[name]) for name in _META_DATES if name in meta]
    places += [
        ("time datePublished", element.get("datetime") or element.get("content") or "")
        for element in tree.xpath(_TIMES)[:9]
    ]
    for where, text in places:
        day = _day(text, latest)
        if day is not None:
            return day.isoformat(), f"{where}: {text[:60]}"
    return None, ""


def _day(text: str, latest: date) -> date | None:
    found = _DAY.match(text)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:  # the 31st of June
        return None
    return day if EARLIEST <= day <= latest else None


def _field(value: Any) -> str:
    return _plain(value) if isinstance(value, str) else ""


def _plain(text: str | None) -> str:
    """Return a field's text on one line, without the markup and entities that some pages put there."""
    return " ".join(_MARKUP.sub("", unescape((text or "")[:LONGEST])).split())


def _is_address(text: str) -> bool:
    return text.startswith(("http:", "https:", "www.", "@")) or "/" in text
