"""Finds the words of the archive that a pattern or a misspelt word stands for.

The dictionary is sorted, so that only the part which shares the literal beginning is read. Both ways of
comparing are bounded by (length of word) x (length of pattern), whatever the pattern: no regular expressions.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Final

from index.errors import QueryError
from index.query_lexer import place
from index.query_tree import MAX_EXPANSIONS
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.postings import Postings

MAX_SCANNED: Final = 100_000
"""Words of the dictionary that one pattern may be compared with; about a third of a second."""


def matching(postings: Postings, field: str, pattern: str, position: int) -> list[str]:
    """Return the field's terms that match the pattern (``*`` any characters, ``?`` one).

    Raises QueryError beyond MAX_EXPANSIONS matches or MAX_SCANNED comparisons.
    """
    start = pattern[: min(at for mark in "*?" if (at := (pattern + "*?").find(mark)) >= 0)]
    rest = pattern[len(start) :]
    beginning = takewhile(lambda term: term.startswith(start), postings.dictionary(field, start))
    if rest == "*":
        return _capped(beginning, pattern, position)
    if not rest:
        return [term for term in beginning if term == start][:1]
    scanned = _limited(beginning, pattern, position)
    return _capped((term for term in scanned if glob(rest, term[len(start) :])), pattern, position)


def similar(postings: Postings, field: str, word: str, distance: int, position: int) -> list[str]:
    """Return the field's terms within `distance` of the word that begin with the same letter.

    Distance is that of optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    """
    start = word[0]
    beginning = takewhile(lambda term: term.startswith(start), postings.dictionary(field, start))
    near = _near(word, distance, _limited(beginning, word, position))
    return _capped(near, word, position)


def similar_to(word: str, distance: int, other: str) -> bool:
    """Tell whether two words are that near and begin with the same letter."""
    return word[:1] == other[:1] and other in _near(word, distance, (other,))


def glob(pattern: str, text: str) -> bool:
    """Tell whether the whole text matches the pattern; at most len(pattern) x len(text) steps."""
    at = in_text = 0
    star, resume = -1, 0
    while in_text < len(text):
        if at < len(pattern) and pattern[at] in ("?", text[in_text]) and pattern[at] != "*":
            at += 1
            in_text += 1
        elif at < len(pattern) and pattern[at] == "*":
            star, resume = at, in_text
            at += 1
        elif star >= 0:
            resume += 1
            at, in_text = star + 1, resume
        else:
            return False
    return not pattern[at:].strip("*")


def _near(word: str, distance: int, terms: Iterable[str]) -> Iterator[str]:
    """Yield the near ones of sorted terms, keeping the table's rows for what neighbours share."""
    rows = [list(range(len(word) + 1))]
    previous, dead = "", ""
    for term in terms:
        if abs(len(term) - len(word)) > distance or (dead and term.startswith(dead)):
            continue
        shared = _shared(previous, term, len(rows) - 1)
        del rows[shared + 1 :]
        previous, dead = term, ""
        for at in range(shared, len(term)):
            rows.append(_next_row(rows, word, term, at))
            if min(rows[-1]) > distance and min(rows[-2]) >= distance:
                dead = term[: at + 1]
                break
        else:
            if rows[-1][-1] <= distance:
                yield term


def _shared(left: str, right: str, most: int) -> int:
    count = 0
    for one, other in zip(left[:most], right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _next_row(rows: list[list[int]], word: str, term: str, at: int) -> list[int]:
    above = rows[-1]
    letter = term[at]
    row = [at + 1]
    for column, expected in enumerate(word):
        cost = min(above[column + 1] + 1, row[column] + 1, above[column] + (letter != expected))
        if at and column and letter == word[column - 1] and term[at - 1] == expected:
            cost = min(cost, rows[-2][column - 1] + 1)
        row.append(cost)
    return row


def _limited(terms: Iterable[str], pattern: str, position: int) -> Iterator[str]:
    for count, term in enumerate(terms):
        if count >= MAX_SCANNED:
            raise _too_many(pattern, position, f"would be compared with more than {MAX_SCANNED:,} words")
        yield term


def _capped(terms: Iterable[str], pattern: str, position: int) -> list[str]:
    found: list[str] = []
    for term in terms:
        if len(found) >= MAX_EXPANSIONS:
            raise _too_many(
                pattern, position, f"stands for more than {MAX_EXPANSIONS:,} words of the archive"
            )
        found.append(term)
    return found


def _too_many(pattern: str, position: int, why: str) -> QueryError:
    return QueryError(
        f"{safe_excerpt(pattern)} {place(position)} {why}.",
        position=position,
        hint="Write more of its letters.",
    )
