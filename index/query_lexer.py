"""Cuts the text of a query into tokens: parentheses, operators, signs, fields, phrases, ranges and words."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from index.errors import QueryError
from index.query_tree import FIELDS, MAX_CHARACTERS
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSERS: Final = {
    '"': '"',
    "＂": '＂"',
    "“": '”“"',
    "”": '”"',
    "„": '“”"',
    "‟": '”“"',
    "«": "»",
    "»": "«»",
    "「": "」",
    "『": "』",
}
"""Opening quotation mark and what may close it, in Europe's and East Asia's ways of quoting."""

_WORD: Final = re.compile(rf"[^\s(){''.join(_CLOSERS)}]+")
_FIELD: Final = re.compile(r"([^\W\d][\w.-]*):(?!//)")
_FIELD_LIKE: Final = re.compile(r"[a-z_][a-z_-]+", re.IGNORECASE | re.ASCII)
_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto", "www", "doi", "urn", "tel"})
_RANGE: Final = re.compile(r"\[[^\[\]\n]{0,80}\]")
_BARE_RANGE: Final = re.compile(r"\[\S+\s+TO\s+\S+\]")


class Kind(Enum):
    """What a token is."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    PLUS = "+"
    MINUS = "-"
    FIELD = "field"
    PHRASE = "phrase"
    RANGE = "range"
    WORD = "word"
    END = "end"


class Token(NamedTuple):
    """A piece of the query; `text` is the word, the phrase without its marks, or the field's name."""

    kind: Kind
    text: str
    position: int


_OPERATORS: Final = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_SIGNS: Final = {"+": Kind.PLUS, "-": Kind.MINUS, "(": Kind.OPEN, ")": Kind.CLOSE}
_FOREIGN_OPERATORS: Final = {"&&": "AND", "||": "OR", "|": "OR"}


def place(position: int) -> str:
    """Say where, as a person counts."""
    return f"at character {position + 1}"


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a query and a last one of kind END.

    Raises QueryError for what can only be a mistake: too long, undecodable, an unclosed quotation mark, an
    unknown field, an operator of another language.
    """
    _check_text(text)
    at, end = 0, len(text)
    while at < end:
        character = text[at]
        if character.isspace() or character == "\ufeff":
            at += 1
        elif character in "()":
            yield Token(_SIGNS[character], character, at)
            at += 1
        elif character in _CLOSERS:
            token, at = _phrase(text, at)
            yield token
        elif character in "+-" and _starts_word(text, at + 1):
            yield Token(_SIGNS[character], character, at)
            at += 1
        elif field := _field(text, at):
            yield field
            value, at = _field_value(text, at + len(field.text) + 1, field)
            if value:
                yield value
        else:
            token, at = _word(text, at)
            yield token
    yield Token(Kind.END, "", end)


def _check_text(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"The query is too long: {len(text):,} characters, at most {MAX_CHARACTERS:,} are read.",
            position=MAX_CHARACTERS,
            hint="Search for the few words that matter.",
        )
    if broken := re.search("[\ud800-\udfff]", text):
        raise QueryError(
            f"The query is no valid UTF-8 {place(broken.start())}: {safe_excerpt(broken.group())}.",
            position=broken.start(),
            hint="Check the encoding of your terminal.",
        )


def _starts_word(text: str, at: int) -> bool:
    """Tell a sign before a word from a dash between words."""
    return at < len(text) and not text[at].isspace() and text[at] not in "+-)"


def _phrase(text: str, at: int) -> tuple[Token, int]:
    closers = _CLOSERS[text[at]]
    close = min((found for mark in closers if (found := text.find(mark, at + 1)) >= 0), default=-1)
    if close < 0:
        raise QueryError(
            f"The quotation mark {text[at]} {place(at)} is never closed.",
            position=at,
            hint=f"Close the phrase with {closers[0]}, or leave the mark out.",
        )
    after = re.compile(r"[~^*]\S*").match(text, close + 1)
    if after:
        raise QueryError(
            f"{safe_excerpt(after.group())} {place(close + 1)} cannot follow a phrase.",
            position=close + 1,
            hint="A phrase finds its words side by side; without quotation marks they are found anywhere.",
        )
    return Token(Kind.PHRASE, text[at + 1 : close], at), close + 1


def _field(text: str, at: int) -> Token | None:
    found = _FIELD.match(text, at)
    if not found:
        return None
    name = found.group(1).casefold()
    if name in FIELDS:
        return Token(Kind.FIELD, name, at)
    value_follows = found.end() < len(text) and not text[found.end()].isspace()
    if not value_follows or not _FIELD_LIKE.fullmatch(name) or name in _SCHEMES:
        return None
    raise _unknown_field(name, at)


def _unknown_field(name: str, at: int) -> QueryError:
    from difflib import get_close_matches  # noqa: PLC0415 - a mistake may cost the import, a search not

    near = get_close_matches(name, FIELDS, n=1, cutoff=0.5)
    guess = f"Did you mean {near[0]}:? " if near else ""
    return QueryError(
        f"There is no field {safe_excerpt(name)}: ({place(at)}).",
        position=at,
        hint=f"{guess}Fields are {', '.join(FIELDS)}. To search for the words, put a space after the colon.",
    )


def _field_value(text: str, at: int, field: Token) -> tuple[Token | None, int]:
    """Read what follows ``name:``; None where a parenthesis opens, which the parser takes up."""
    if at >= len(text) or text[at].isspace() or text[at] == ")":
        raise QueryError(
            f"Nothing follows {field.text}: {place(field.position)}.",
            position=field.position,
            hint=f"Write the value right after the colon: {_EXAMPLES.get(field.text, 'headline:council')}",
        )
    if text[at] == "(":
        return None, at
    if text[at] in _CLOSERS:
        return _phrase(text, at)
    if text[at] in "[{":
        return _range(text, at, field)
    found = _WORD.match(text, at)
    assert found is not None  # noqa: S101 - neither space, parenthesis nor quotation mark stands here
    return Token(Kind.WORD, found.group(), at), found.end()


_EXAMPLES: Final = {
    "date": "date:2016-12",
    "lang": "lang:de",
    "source": 'source:"Daily News"',
    "file": "file:wire/2016/*",
    "id": "id:3fa2",
}


def _range(text: str, at: int, field: Token) -> tuple[Token, int]:
    found = _RANGE.match(text, at)
    if field.text != "date" or not found:
        raise QueryError(
            f"This is no range that can be searched ({place(at)}).",
            position=at,
            hint="A range is one of dates: date:[2016-12-01 TO 2016-12-31]",
        )
    return Token(Kind.RANGE, found.group()[1:-1], at), found.end()


def _word(text: str, at: int) -> tuple[Token, int]:
    found = _WORD.match(text, at)
    assert found is not None  # noqa: S101 - neither space, parenthesis nor quotation mark stands here
    word = found.group()
    if word in _OPERATORS:
        return Token(_OPERATORS[word], word, at), found.end()
    if word in _FOREIGN_OPERATORS:
        raise QueryError(
            f"{word} {place(at)} is no operator here.", position=at, hint=f"Write {_FOREIGN_OPERATORS[word]}."
        )
    if _BARE_RANGE.match(text, at):
        raise QueryError(
            f"A range needs the field date: before it ({place(at)}).",
            position=at,
            hint="date:[2016-12-01 TO 2016-12-31]",
        )
    return Token(Kind.WORD, word, at), found.end()
