"""What of an article tells its event: the few words that another outlet's report of it would use too.

Its most frequent words but for the function words of its language, those of headline and lead first. No table
of how rare words are in general is needed: the archive says so when it is asked (`tasks.related`).
Scripts without spaces give a term for every two characters.

Tried by `evals.related` and left out (recall at a precision of .9): document frequencies of 10,000 news
articles as a prior (.32 to .49, without .56), stems (.58, without .59), pairs of capitalised words as terms
(.55, without .55), a logistic regression on twelve measures of agreement (.29, the cosine alone .45).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from index.article import Article
from index.event_store import EventTerms
from index.hashes import HASH_MASK
from tasks.normalise import clean, is_unspaced, tokens
from tasks.stopwords import words_of

# Chosen with the thresholds of tasks.related by `python -m evals.related`, which see.
TERMS: Final = 32
"""Terms kept of an article."""
LEADING: Final = 1.3
"""What a word of the headline or among the first `LEAD` weighs more."""
LEAD: Final = 100
BODY: Final = 12_000
"""Characters read: an event is told at the beginning, and a huge text costs no more than a long one."""
HEADLINE: Final = 1_000
FIGURES: Final = 12
"""Figures kept, those of smallest hash, so that two articles keep the same ones."""

_LONGEST: Final = 40
_LONGEST_NAME: Final = 100
"""Characters of a name that are shown: a text may be one word of 12,000 letters, or one name."""
_OWNER: Final = "'s"
_FULL_WEIGHT: Final = 255
_FIGURE_MASK: Final = (1 << 16) - 1
_FIGURE: Final = re.compile(r"\d[\d.,]*\d")
_DIGITS: Final = frozenset("0123456789")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LISTS: Final = {
    "af": "Afrikaans", "sq": "Albanian", "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "hr": "Croatian",
    "bs": "Croatian", "cs": "Czech", "da": "Danish",
    "nl": "Dutch", "en": "English", "et": "Estonian",
    "fi": "Finnish", "fr": "French", "de": "German", "el": "Greek", "he": "Hebrew", "hi": "Hindi",
    "hu": "Hungarian", "is": "Icelandic", "id": "Indonesian", "it": "Italian", "ko": "Korean",
    "lv": "Latvian",
    "lt": "Lithuanian", "no": "Norwegian_Bokmal", "nb": "Norwegian_Bokmal", "nn": "Norwegian_Bokmal",
    "fa": "Persian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sr": "Serbian",
    "sk": "Slovak", "sl": "Slovenian", "es": "Spanish", "sw": "Swahili", "sv": "Swedish", "tl": "Tagalog",
    "fil": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese",
}  # fmt: skip
"""Of each language (BCP-47, first part) the list of `tasks.stopwords`."""


def terms_of(article: Article) -> EventTerms:
    """Return what of an article tells its event."""
    story = article.story
    return event_terms(story.headline, story.body, story.date, article.language.code)


def event_terms(headline: str, body: str, day: str | None = None, language: str = "und") -> EventTerms:
    """Return the `TERMS` most telling words of an article with their weights, its figures and its day.

    `day` is ISO ``YYYY-MM-DD`` (None, or none that exists: unknown); `language` is a BCP-47 code. Linear in
    `HEADLINE` and `BODY` characters. Raises nothing.
    """
    headline, body = headline[:HEADLINE], body[:BODY]
    heading = {_bare(word) for word in _words(headline)}
    words = _words(body)
    counts = Counter(words)
    for owner in [word for word in counts if word.endswith(_OWNER)]:
        counts[_bare(owner)] += counts.pop(owner)
    counts.update(heading)
    leading = heading.union(map(_bare, words[:LEAD]))
    common = function_words(language)
    told = [word for word in counts if word not in common and 1 < len(word) <= _LONGEST]
    heavy = [word for word in told if counts[word] > 1 or word in leading]  # the others weigh least
    some = heavy if len(heavy) >= TERMS else told
    weighed = sorted(
        [(-_weight(counts[word]) * (LEADING if word in leading else 1), -len(word), word) for word in some]
    )[:TERMS]
    norm = math.sqrt(sum(weight * weight for weight, _, _ in weighed))
    kept = {_hashed(word): round(-weight / norm * _FULL_WEIGHT) for weight, _, word in weighed}
    return EventTerms(tuple(kept), tuple(kept.values()), _figures(told), _ordinal(day))


def surfaces(headline: str, body: str, hashes: Collection[int]) -> dict[int, str]:
    """Return, for those of the term hashes that an article holds, how it spells them.

    Capitalised neighbours are one name ("White Helmets"), which stands for the terms of all its words.
    """
    wanted = frozenset(hashes)
    found: dict[int, str] = {}
    for text in (body[:BODY], headline[:HEADLINE]):
        for piece, mine in _names(clean(text), wanted):
            for hash_ in mine:
                found.setdefault(hash_, piece[:_LONGEST_NAME])
    return found


@cache
def function_words(language: str) -> frozenset[str]:
    """Return the function words of a language, as tokens; none where no list serves it."""
    name = _LISTS.get(language.split("-", maxsplit=1)[0].lower())
    return frozenset(tokens("\n".join(words_of(name)))) if name else frozenset()


def _words(text: str) -> list[str]:
    """Return the words of a text in comparable form; of unspaced scripts each two neighbours."""
    found = tokens(text)
    if text.isascii() or not any(map(is_unspaced, {word for word in found if len(word) == 1})):
        return found
    pairs = (a + b for a, b in pairwise(found) if is_unspaced(a) and is_unspaced(b))
    return [*(word for word in found if not is_unspaced(word)), *pairs]


def _bare(word: str) -> str:
    return word.removesuffix(_OWNER)


def _terms(piece: str) -> list[tuple[str, int]]:
    """Return the words of a text with their hashes."""
    return [(word, _hashed(word)) for word in map(_bare, _words(piece))]


def _names(text: str, wanted: frozenset[int]) -> Iterator[tuple[str, list[int]]]:
    """Yield the wanted words of a text as they are spelt, with their hashes; neighbours together."""
    name: list[str] = []
    mine: list[int] = []
    for piece in text.split():
        terms = _terms(piece)
        hashes = [hash_ for _, hash_ in terms if hash_ in wanted]
        bare = piece.strip("\"'()[]<>.,;:!?")
        if len(hashes) == 1 and bare[:1].isupper():
            name.append(bare)
            mine += hashes
            if bare[-1:] == piece[-1:]:
                continue
            hashes = []
        if name:
            yield " ".join(name).removesuffix("'s"), mine
            name, mine = [], []
        if len(terms) == 1 and hashes:
            yield bare, hashes
        elif hashes:
            yield from ((word, [hash_]) for word, hash_ in terms if hash_ in wanted)
    if name:
        yield " ".join(name).removesuffix("'s"), mine


def _figures(words: Iterable[str]) -> tuple[int, ...]:
    """Hash the figures of two digits and more, but for years, which every article of a year has in common."""
    figures = (match.group() for word in words if word[0] in _DIGITS and (match := _FIGURE.match(word)))
    hashes = {_hashed(figure) & _FIGURE_MASK for figure in figures if not _YEAR.fullmatch(figure)}
    return tuple(sorted(hashes)[:FIGURES])


def _ordinal(day: str | None) -> int | None:
    try:
        return date.fromisoformat(day).toordinal() if day else None
    except ValueError:
        return None


@cache
def _weight(count: int) -> float:
    return 1 + math.log(count)


@lru_cache(maxsize=1 << 16)
def _hashed(word: str) -> int:
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8, person=b"event")
    return int.from_bytes(digest.digest(), "little") & HASH_MASK
