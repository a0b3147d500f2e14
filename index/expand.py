"""Finds the words of the archive that a pattern or a misspelt word stands for.

The dictionary is sorted, so that only the part which shares the literal beginning is read, and of that only
what can still become near. Both ways of comparing are bounded by (length of word) x (length of pattern),
whatever the pattern: no regular expressions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from index.errors import QueryError
from index.postings import Postings, within
from index.query_lexer import place
from index.query_tree import MAX_EXPANSIONS
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from index.budget import Budget

_GUESSES: Final = 3
_GUESSED_LETTERS: Final = 4
"""Words of fewer letters are not guessed at: nearly every short word is near."""


def matching(postings: Postings, field: str, pattern: str, position: int) -> list[str]:
    """Return the field's terms that match the pattern (``*`` any characters, ``?`` one).

    Raises QueryError beyond MAX_EXPANSIONS matches, or where that takes too long.
    """
    start = pattern[: min(at for mark in "*?" if (at := (pattern + "*?").find(mark)) >= 0)]
    rest = pattern[len(start) :]
    if not rest:
        return [start] if postings.size(field, start) else []
    beginning = postings.words(field, start)
    if rest == "*":
        return _capped(beginning, pattern, position)
    pieces = [piece for piece in re.split(r"[*?]+", rest) if piece]
    tail = pieces[-1] if pieces and rest.endswith(pieces[-1]) else ""
    likely = [term for term in beginning if term.endswith(tail)]
    for piece in pieces:
        likely = [term for term in likely if piece in term]
    return _capped(_globbed(rest, len(start), likely, postings.budget), pattern, position)


def similar(postings: Postings, field: str, word: str, distance: int, position: int) -> list[str]:
    """Return the field's terms within `distance` of the word that begin with the same letter.

    Distance is that of optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    Raises QueryError as `matching` does.
    """
    near = _near(word, distance, postings.words(field, word[0]), postings.budget)
    return _capped([term for term, _ in near], word, position)


def guesses(postings: Postings, field: str, word: str) -> list[str]:
    """Return words of the field that a person may have meant, the likeliest first; for an unknown word."""
    if len(word) < _GUESSED_LETTERS:
        return []
    most = 1 if len(word) < 2 * _GUESSED_LETTERS else 2
    found = _near(word, most, postings.words(field, word[0]), postings.budget)
    ranked = sorted((distance, -postings.size(field, term), term) for term, distance in found)
    return [term for _, _, term in ranked[:_GUESSES]]


def similar_to(word: str, distance: int, other: str) -> bool:
    """Tell whether two words are that near and begin with the same letter."""
    return word[:1] == other[:1] and any(True for _ in _near(word, distance, (other,)))


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


def _globbed(pattern: str, skipped: int, terms: Iterable[str], budget: Budget) -> Iterator[str]:
    for term in terms:
        budget.step()
        if glob(pattern, term[skipped:]):
            yield term


def _near(
    word: str, distance: int, terms: Sequence[str], budget: Budget | None = None
) -> Iterator[tuple[str, int]]:
    """Yield the near ones of sorted terms, and how near they are.

    The table's rows are kept for what neighbours share; what begins as no near word can is jumped over. Of a
    row only the columns near the diagonal are worked out (Ukkonen 1985).
    """
    rows = [list(range(len(word) + 1))]
    previous, number = "", 0
    while number < len(terms):
        term = terms[number]
        number += 1
        if budget is not None:
            budget.step()
        shared = _shared(previous, term, len(rows) - 1)
        del rows[shared + 1 :]
        previous = term
        for at in range(shared, len(term)):
            rows.append(_next_row(rows, word, term, at, distance))
            if min(rows[-1]) > distance and min(rows[-2]) >= distance:
                _, number = within(terms, term[: at + 1], number)
                break
        else:
            if rows[-1][-1] <= distance:
                yield term, rows[-1][-1]


def _shared(left: str, right: str, most: int) -> int:
    count = 0
    for one, other in zip(left[:most], right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _next_row(rows: list[list[int]], word: str, term: str, at: int, most: int) -> list[int]:
    """Return the row of the table below `rows`; what is farther than `most` from the diagonal is beyond."""
    above, letter = rows[-1], term[at]
    beyond = most + 1
    begin, end = max(0, at - most), min(len(word), at + most + 1)
    row = [beyond] * (len(word) + 1)
    row[0] = min(at + 1, beyond)
    for column in range(begin, end):
        expected = word[column]
        cost = above[column] + (letter != expected)
        if above[column + 1] < cost:
            cost = above[column + 1] + 1
        if row[column] < cost:
            cost = row[column] + 1
        if at and column and letter == word[column - 1] and term[at - 1] == expected:
            cost = min(cost, rows[-2][column - 1] + 1)
        row[column + 1] = cost
    return row


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
