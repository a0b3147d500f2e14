"""Pages of sites, any number of them: real furniture around real articles, 6 to 8 KB in the median.

What stands above and below the articles of the evaluation data's pages is what a scraper keeps of a site:
menus, teasers, calls to subscribe, footers. Between the two comes an article of `bench.articles`, of which
each is another one, but for the copies; so a page costs what it costs in an archive, where nearly every body
is new and nearly every menu is known.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import articles, pages
from evals import records

ABOVE_BYTES: Final = 1_800
BELOW_BYTES: Final = 2_600
"""So much of the furniture is kept, that next to the article: with articles of 3 KB, pages as scraped."""


ENDLESS: Final = 10**9
"""Articles: as many as are taken."""


@dataclass(frozen=True, slots=True)
class Site:
    """The lines above an article of a site, and those below."""

    above: tuple[str, ...]
    below: tuple[str, ...]


def sites(data: Path) -> list[Site]:
    """Read the furniture of each page of the evaluation data, once. Raises OSError."""
    found: dict[str, Site] = {}
    for record in records.read(data / pages.SEGMENTATION):
        name = str(record.get("url") or record["id"])
        labels = [line["label"] for line in record["lines"]]
        if name not in found and "body" in labels:
            lines = [line["text"] for line in record["lines"]]
            begin = labels.index("title") if "title" in labels else labels.index("body")
            end = len(labels) - labels[::-1].index("body")
            above = list(_within(reversed(lines[: min(begin, end)]), ABOVE_BYTES))[::-1]
            found[name] = Site(tuple(above), tuple(_within(lines[end:], BELOW_BYTES)))
    return list(found.values())


def _within(lines: Iterator[str] | Sequence[str], most: int) -> Iterator[str]:
    for line in lines:
        most -= len(line.encode()) + 1
        if most < 0:
            return
        yield line


def composed(data: Path | None, *, seed: int = 0) -> Iterator[str]:
    """Yield pages without end: the same ones for the same `seed`. Raises OSError where there are no `data`.

    Without `data` the articles are of invented words, and so are the sites.
    """
    chance = random.Random(seed)  # noqa: S311 - must be repeatable, not secret
    around = invented() if data is None else sites(data)
    made = articles.articles(articles.texts(data), ENDLESS, seed=seed)
    return (_page(chance.choice(around), text, number) for number, text in enumerate(made))


def invented() -> list[Site]:
    """Return the sites of `bench.pages`."""
    chance = random.Random(0)  # noqa: S311 - as above
    return [Site(tuple(above), tuple(below)) for above, below in (pages.furniture(chance) for _ in range(12))]


def _page(site: Site, text: str, number: int) -> str:
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    sentence = paragraphs[0].split(". ")[0]
    headline = " ".join(sentence.split()[:9]).rstrip(",.;:")
    day = f"Published {1 + number % 28} March {2004 + number % 20}"
    return "\n".join([*site.above, "", headline, "", day, "", "\n\n".join(paragraphs), "", *site.below, ""])
