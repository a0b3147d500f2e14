"""Articles to fill a duplicate ledger with: any number of them, the same ones each time.

Real texts are used again in another wording: every word is replaced by another that is about as frequent, so
that no sentence occurs twice while the vocabulary and its distribution stay. A part of the articles are
copies of earlier ones, as they stand, cut, or edited.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bench import pages
from evals import records

CORPUS: Final = Path("corpus", "corpus10k.jsonl.xz")
"""Where the evaluation data keep their articles."""
COPY_EVERY: Final = 5
"""Of so many articles one is a copy of an earlier one …"""
RECENT: Final = 5_000
"""… of so many: outlets print a story within days."""
GENERATED: Final = 1_000
_ALIKE: Final = 50
"""Words whose ranks are so close are exchanged."""


def texts(data: Path | None) -> list[str]:
    """Read the evaluation data's articles, or make some where `data` is None. Raises OSError."""
    if data is None:
        return pages.generated(GENERATED)
    return [record["body"] for record in records.read(data / CORPUS)]


def articles(sources: Sequence[str], count: int, *, seed: int = 0) -> Iterator[str]:
    """Yield `count` articles made of `sources`: the same ones for the same `seed`, whatever the `count`."""
    chance = random.Random(seed)  # noqa: S311 - must be repeatable, not secret
    recent: deque[str] = deque(maxlen=RECENT)
    originals = _originals(sources, chance)
    for number in range(count):
        if number % COPY_EVERY == COPY_EVERY - 1:
            yield _copy(chance.choice(recent), number // COPY_EVERY % 4, chance)
        else:
            recent.append(next(originals))
            yield recent[-1]


def _originals(sources: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Yield the sources, and then again and again in other words."""
    yield from sources
    counts = Counter(word for text in sources for word in text.split())
    ranked = [word for word, _ in counts.most_common()]
    while True:
        exchanged = dict(zip(ranked, _shuffled(ranked, chance), strict=True))
        for text in sources:
            yield "\n".join(" ".join(map(exchanged.__getitem__, line.split())) for line in text.split("\n"))


def _shuffled(ranked: Sequence[str], chance: random.Random) -> list[str]:
    found: list[str] = []
    for start in range(0, len(ranked), _ALIKE):
        some = list(ranked[start : start + _ALIKE])
        chance.shuffle(some)
        found += some
    return found


def _copy(text: str, kind: int, chance: random.Random) -> str:
    """Return a text as it is, without its end, without a sentence, or with a new beginning."""
    if kind == 0:
        return text
    if kind == 1:
        return text[: int(len(text) * chance.uniform(0.5, 0.9))]
    sentences = text.split(". ")
    if kind == 2 and len(sentences) > 2:
        del sentences[chance.randrange(len(sentences))]
        return ". ".join(sentences)
    return (
        f"Our own correspondent adds to this report number {chance.randrange(10**6)} from the agency.\n{text}"
    )
