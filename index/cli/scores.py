"""Why an article ranks where it does, for ``search --explain``: what each word adds to its score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from index.cli.layout import wrap
from index.request import Gain, Occurrence
from index.safe import safe_excerpt

ROWS: Final = 4
"""Lines that one word takes at most."""
_BY_STEM: Final = "stem"


def why_lines(gains: Sequence[Gain], width: int | None) -> Iterator[str]:
    """Yield lines about the words that make a score, broken at `width` columns; they are safe to print."""
    for gain in gains:
        line = _told(gain)
        yield from [line] if width is None else wrap(line, width, ROWS)


def why_row(gain: Gain) -> dict[str, Any]:
    """Return the same for JSON."""
    return {
        "word": gain.word,
        "score": round(gain.score, 4),
        "articles": gain.articles,
        "archived": gain.archived,
        "rarity": round(gain.rarity, 4),
        "occurrences": [
            {"field": one.field, "times": round(one.times, 4), "counts": round(one.counts, 4)}
            for one in gain.occurrences
        ],
        "words": gain.words,
        "mean_words": round(gain.mean_words, 1),
    }


def _told(gain: Gain) -> str:
    found = ", ".join(map(_place, gain.occurrences))
    return (
        f"{gain.score:.2f} for {safe_excerpt(gain.word)}: in {gain.articles:,} of {gain.archived:,} articles "
        f"(rarity {gain.rarity:.2f}); {found}; about {gain.words:,} words (mean {gain.mean_words:,.0f})"
    )


def _place(one: Occurrence) -> str:
    where = "by stem" if one.field == _BY_STEM else f"in the {one.field}"
    return f"{one.times:g} {where} (counts {one.counts:.2g})"
