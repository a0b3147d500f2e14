"""Cuts the passage out of an article that shows best why it was found, with the words marked.

One linear pass over the text: each word is looked up once and remembered, so that it costs next to nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from index.analysis import fold, stem_language, stems_for_query, terms
from index.expand import glob, similar_to
from index.query_tree import And, Fuzzy, Node, Or, Pattern, Phrase, Query, Term, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCANNED: Final = 200_000
"""Characters of an article that are searched for a passage."""

_SPLIT: Final = r"\s!-&(-/:-@\[-`{-~¡«·»¿،؛؟।॥‐-‗‚-‟†-⁞\u3000-\u3004\u3008-\u3020\u3030！-／：-＠［-｀｛-･"
_TOKEN: Final = re.compile(
    r"[^\W\d](?:\.[^\W\d]){1,10}(?!\w)"  # U.S.
    r"|\d{1,20}(?:[.,]\d{1,20}){0,10}(?!\w)"  # 8,000.50
    rf"|[^{_SPLIT}]{{1,200}}"
)
_PLAIN_BREAK: Final = re.compile(rf"(?![.,])[{_SPLIT}]")
"""What no token holds; an apostrophe, a point or a comma may stand within one."""
"""Characters of a token, with some to spare."""
_SPACE: Final = re.compile(r"\s+")
_LEAD: Final = 30
"""Characters of context before the first marked word."""


class Span(NamedTuple):
    """A piece of text, and whether it is a word that was searched for. Not yet safe to print."""

    text: str
    is_match: bool


class Highlighter:
    """Knows which words of an article answer a query, by spelling, stem, pattern or nearness."""

    def __init__(self, query: Query) -> None:
        self._leaves = list(dict.fromkeys(_positive(query.root)))
        self._known: dict[str, dict[str, int]] = {}
        self._terms: dict[str, int] = {}
        for number, leaf in enumerate(self._leaves):
            if isinstance(leaf, Term | Phrase):
                self._terms.update((term, number) for term in terms(leaf.text))
        self._loose = [
            (number, leaf) for number, leaf in enumerate(self._leaves) if isinstance(leaf, Pattern | Fuzzy)
        ]
        self._stems: dict[str, dict[str, int]] = {}
        self._heads = _beginnings(
            {word[0] for word in self._terms} | {fold(one.text)[0] for _, one in self._loose}
        )

    def find(self, text: str, lang: str = "") -> list[tuple[int, int, int]]:
        """Return (start, end, which word of the query) of every match; `lang` is the text's BCP-47 code."""
        language = stem_language(lang) or ""
        known = self._known.setdefault(language, {})
        anywhere = language in _CHANGE_BEGINNINGS
        found: list[tuple[int, int, int]] = []
        for place in _TOKEN.finditer(text) if anywhere else _tokens_at(self._heads, text):
            token = place.group()
            which = known.get(token)
            if which is None:
                which = known[token] = self._which(token, language)
            if which == _INSIDE:
                found += self._inside(token, place.start())
            elif which != _NOT:
                found.append((place.start(), place.end(), which))
        return found

    def _which(self, token: str, language: str) -> int:
        words = [token.lower()] if token.isascii() and token.isalnum() else terms(token)
        for word in words:
            if word in self._terms:
                return _INSIDE if len(words) > 1 and _is_pairs(token, words) else self._terms[word]
        if language and words:
            stems = self._stems_of(language)
            for stem in stems_for_query(token, (language,))[language]:
                if stem in stems:
                    return stems[stem]
        for number, leaf in self._loose:
            if any(_loosely(leaf, word) for word in words):
                return number
        return _NOT

    def _stems_of(self, language: str) -> dict[str, int]:
        if language not in self._stems:
            self._stems[language] = {
                stem: number
                for number, leaf in enumerate(self._leaves)
                if isinstance(leaf, Term) and not leaf.field
                for stem in stems_for_query(leaf.text, (language,))[language]
            }
        return self._stems[language]

    def _inside(self, token: str, start: int) -> Iterator[tuple[int, int, int]]:
        """Find pairs of characters in a run without spaces; neighbours make one match."""
        begin, end, which = 0, 0, _NOT
        for at, pair in enumerate(terms(token)):
            if pair not in self._terms:
                continue
            if which >= 0 and at > end - 1:
                yield start + begin, start + end, which
                which = _NOT
            if which < 0:
                begin, which = at, self._terms[pair]
            end = at + 2
        if which >= 0:
            yield start + begin, start + end, which


def _beginnings(heads: set[str]) -> re.Pattern[str]:
    """Make the pattern of what a matching word can begin with: these letters, or what may fold to them."""
    letters = "".join(
        sorted({re.escape(form) for head in heads for form in (head, head.upper()) if len(form) == 1})
    )
    at_word_start = rf"[{letters}](?<![^\W_].)|" if letters else ""
    return re.compile(rf"{at_word_start}(?=[^\0-\x7f])[^\W_]+")


def _tokens_at(heads: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Yield the tokens in which a word begins so, and some others; each part of the text is read once."""
    done = 0
    for head in heads.finditer(text):
        at = head.start()
        if at < done:
            continue
        if at == 0 or _PLAIN_BREAK.match(text, at - 1):
            token = _TOKEN.match(text, at)
            if token:
                done = token.end()
                yield token
            continue
        begin = max(done, text.rfind(" ", done, at) + 1, text.rfind("\n", done, at) + 1)
        for token in _TOKEN.finditer(text, begin):
            if token.start() > at:
                break
            done = token.end()
            yield token
            if done > at:
                break
        done = max(done, at)


_CHANGE_BEGINNINGS: Final = frozenset({"ar", "ga", "id", "st", "yi"})
"""Languages whose stemmer takes off prefixes: a stem may begin with another letter than its word."""
_NOT: Final = -1
_INSIDE: Final = -2


def mark(text: str, highlighter: Highlighter, lang: str = "") -> list[Span]:
    """Mark the words of a short text, such as a headline."""
    return _marked(text, 0, len(text), highlighter.find(text, lang))


def snippet(body: str, highlighter: Highlighter, lang: str = "", width: int = 200) -> list[Span]:
    """Cut the best passage of about `width` characters out of `body`.

    Best is the one with most different words of the query, then most matches, then the earliest. Where
    nothing matches it is the beginning. Whitespace becomes single spaces; an ellipsis stands where text was
    cut.
    """
    text = body[:SCANNED]
    found = highlighter.find(text, lang)
    start = _best_start(found, width) if found else 0
    begin = _word_start(text, max(0, start - _LEAD)) if start > _LEAD else 0
    end = _word_end(text, min(len(text), begin + width))
    spans = _marked(text, begin, end, found)
    if begin:
        spans.insert(0, Span("… ", is_match=False))
    if end < len(body.rstrip()):
        spans.append(Span(" …", is_match=False))
    return spans


def _best_start(found: list[tuple[int, int, int]], width: int) -> int:
    room = max(1, width - _LEAD)
    counts: dict[int, int] = {}
    best, where, last = (0, 0), found[0][0], 0
    for first, (start, _, which) in enumerate(found):
        while last < len(found) and found[last][1] <= start + room:
            counts[found[last][2]] = counts.get(found[last][2], 0) + 1
            last += 1
        value = (len(counts), last - first)
        if value > best:
            best, where = value, start
        if last > first:
            counts[which] -= 1
            if not counts[which]:
                del counts[which]
        else:
            last = first + 1
    return where


def _word_start(text: str, at: int) -> int:
    """Move forward to the beginning of a word, unless there are no spaces (Chinese)."""
    if at == 0 or text[at - 1].isspace():
        return at
    found = _SPACE.search(text, at, min(len(text), at + _LEAD))
    return found.end() if found else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    back = max(text.rfind(" ", max(0, at - _LEAD), at), text.rfind("\n", max(0, at - _LEAD), at))
    return back if back > 0 else at


def _marked(text: str, begin: int, end: int, found: Iterable[tuple[int, int, int]]) -> list[Span]:
    spans: list[Span] = []
    at = begin
    for start, stop, _ in found:
        if start < begin or stop > end:
            continue
        if start > at:
            spans.append(_plain(text[at:start]))
        spans.append(Span(_SPACE.sub(" ", text[start:stop]), is_match=True))
        at = stop
    if at < end:
        spans.append(_plain(text[at:end]))
    return spans


def _plain(text: str) -> Span:
    return Span(_SPACE.sub(" ", text), is_match=False)


def _positive(node: Node) -> Iterator[Term | Phrase | Pattern | Fuzzy]:
    match node:
        case Term() | Phrase() | Pattern() | Fuzzy():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _positive(part)
        case Words(wanted, required):
            for part in (*wanted, *required):
                yield from _positive(part)
        case _:
            return


def _is_pairs(token: str, words: list[str]) -> bool:
    return len(words) == len(token) - 1 and all(len(word) == 2 for word in words)


def _loosely(leaf: Pattern | Fuzzy, word: str) -> bool:
    if isinstance(leaf, Pattern):
        return glob(fold(leaf.text), word)
    return similar_to(fold(leaf.text), leaf.distance, word)
