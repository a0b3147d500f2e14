"""Raw pages to measure with: real ones from the evaluation data, or generated ones where that is absent."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals import records

SEGMENTATION: Final = Path("segmentation", "dev.jsonl.xz")
"""Where the evaluation data keep their pages."""

VOCABULARY: Final = 6_000
SITES: Final = 12
COPY_EVERY: Final = 20
"""Of so many generated pages one is a copy, byte for byte, of an earlier one, and one is another's edit."""

_LANGUAGES: Final = {
    "en": (
        "the of and to in a is that for was on with as by said has from at it be were which this are after",
        "an ber con der ex fol gran hol in jun ket lor man nor or pres qual rem ston ton un ver wick yard",
    ),
    "de": (
        "die der und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch wurde hat",
        "ab berg chen dorf ein feld gen haus isch keit land mann nieder ort pfalz recht schaft tung wald",
    ),
    "fr": (
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se avec ont été",
        "au bel ces dé eau fran gour hom is jour lieu ment naî oi port quer ré sou tion ville voir été ence",
    ),
    "es": (
        "de la que el en y a los se del las un por con no una su para es al lo como más fue ha sobre entre",
        "al bra ción des es fran gar hor ido jun la mien nue or pue que res san tar uni vez año dad mente",
    ),
    "ru": (
        "и в не на что с по как из это к за от для его было года были после также при до она они бы",
        "бор вод гор дом ель жен зна иск край лес мест нов обл пер раз стан тор уст фаб ход цен чин ность",
    ),
}
"""Frequent words of a language, and syllables to make the others of."""

_MENU: Final = "Home World Business Sport Culture Weather Video Podcasts Archive Contact Shop Letters".split()
_FOOT: Final = (
    "Share this",
    "Most read",
    "Subscribe to our newsletter",
    "Terms of use",
    "Privacy policy",
    "© All rights reserved",
)


@dataclass(frozen=True, slots=True)
class _Article:
    headline: str
    byline: str
    paragraphs: tuple[str, ...]


def real(data: Path, count: int) -> list[str]:
    """Return up to `count` pages of the evaluation data, every page once before any comes in another form.

    Raises OSError where they cannot be read.
    """
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for record in records.read(data / SEGMENTATION):
        forms[str(record.get("url") or record["id"])].append(record["text"])
    # the first round takes another form of each page, so that none of the converters is preferred
    rounds = max(map(len, forms.values()), default=0)
    found = [
        texts[(number + place) % len(texts)]
        for number in range(rounds)
        for place, texts in enumerate(forms.values())
        if number < len(texts)
    ]
    return found[:count]


def generated(count: int, *, seed: int = 0) -> list[str]:
    """Make `count` pages of invented words: the same ones for the same `seed` and `count`."""
    chance = random.Random(seed)  # noqa: S311 - must be repeatable, not secret
    writers = [_Writer(chance, *words) for words in _LANGUAGES.values()]
    around = [furniture(chance) for _ in range(SITES)]
    articles: list[_Article] = []
    pages: list[str] = []
    for number in range(count):
        above, below = around[chance.randrange(SITES)]
        place = number % COPY_EVERY
        if place == COPY_EVERY - 1:
            pages.append(chance.choice(pages))
            continue
        if place == COPY_EVERY // 2:
            article = _edited(chance, chance.choice(articles))
        else:
            article = chance.choice(writers).article()
        articles.append(article)
        pages.append(_page(article, above, below))
    return pages


def write(pages: Iterable[str], folder: Path, *, start: int = 0) -> None:
    """Write pages as UTF-8 files with numbers from `start`, spread over folders as scrapers would."""
    for number, page in enumerate(pages, start):
        path = folder / f"site-{number % SITES:02d}" / f"{number:06d}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.encode("utf-8", "replace"))


class _Writer:
    """Writes articles of one language: words by Zipf's law, the frequent ones real."""

    def __init__(self, chance: random.Random, frequent: str, syllables: str) -> None:
        self._chance = chance
        parts = syllables.split()
        self._words = frequent.split()
        for _ in range(VOCABULARY):
            self._words.append("".join(chance.choices(parts, k=chance.randint(2, 4))))
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def article(self) -> _Article:
        paragraphs = tuple(
            " ".join(self._sentences(self._chance.randint(2, 4))) for _ in range(self._chance.randint(5, 14))
        )
        names = self._chance.choices(self._words[-VOCABULARY // 2 :], k=2)
        byline = "By " + " ".join(name.capitalize() for name in names)
        return _Article(self._line(self._chance.randint(6, 11)), byline, paragraphs)

    def _sentences(self, count: int) -> Iterator[str]:
        for _ in range(count):
            yield self._line(self._chance.randint(9, 28)) + "."

    def _line(self, words: int) -> str:
        line = " ".join(self._chance.choices(self._words, cum_weights=self._weights, k=words))
        return line[:1].upper() + line[1:]


def furniture(chance: random.Random) -> tuple[list[str], list[str]]:
    """Return a site's lines above and below its articles."""
    menu = chance.sample(_MENU, k=chance.randint(6, len(_MENU)))
    return menu, chance.sample(_FOOT, k=chance.randint(3, len(_FOOT)))


def _edited(chance: random.Random, article: _Article) -> _Article:
    """Re-publish an article: its last paragraph cut, one sentence of another dropped."""
    paragraphs = list(article.paragraphs[:-1])
    place = chance.randrange(len(paragraphs))
    paragraphs[place] = paragraphs[place].partition(". ")[2] or paragraphs[place]
    return _Article(article.headline, article.byline, tuple(paragraphs))


def _page(article: _Article, above: Sequence[str], below: Sequence[str]) -> str:
    body = "\n\n".join(article.paragraphs)
    return "\n".join([*above, "", article.headline, "", article.byline, "", body, "", *below, ""])
