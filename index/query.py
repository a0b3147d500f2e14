"""The query language: from the text that a person types to a tree (see docs/query-language.md).

Grammar, loosest first::

    any     = words ("OR" words)*
    words   = both+                          all of them, side by side
    both    = signed ("AND" signed)*
    signed  = ("+" | "-" | "NOT")? single
    single  = "(" any ")" | field ":" "(" any ")" | field ":" value | phrase | word
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.errors import QueryError
from index.query_lexer import Kind, Token, place, tokens
from index.query_tree import (
    MAX_DEPTH,
    MAX_OPERATORS,
    MAX_PATTERNS,
    MAX_WORDS,
    And,
    Fuzzy,
    Node,
    Not,
    Or,
    Pattern,
    Query,
    Term,
    Words,
    is_filter,
)
from index.query_values import has_words, read_phrase, read_range, read_word
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Callable

_OPERATORS: Final = frozenset({Kind.AND, Kind.OR, Kind.NOT, Kind.PLUS, Kind.MINUS, Kind.OPEN})
_JOINING: Final = frozenset({Kind.AND, Kind.OR})
_ENDING: Final = frozenset({Kind.OR, Kind.CLOSE, Kind.END})


def parse(text: str) -> Query:
    """Read a query.

    Raises QueryError, with the place and what would be right, for everything that cannot be read; never
    another exception. Time is linear in the length of the text, which is capped.
    """
    return _Parser(list(tokens(text))).query(text)


def plain_words(text: str) -> Query:
    """Take a text as words alone, without operators: for titles and sentences from elsewhere.

    What is beyond MAX_WORDS is left out. Raises QueryError where there are no words.
    """
    words = tuple(Term(word) for word in text.split() if has_words(word))[:MAX_WORDS]
    if not words:
        raise QueryError("There are no words to search for.")
    return Query(text, Words(words))


class _Parser:
    """Walks over the tokens once; depth and number of everything are capped before it starts."""

    def __init__(self, stream: list[Token]) -> None:
        self._stream = stream
        self._at = 0
        self._depth = 0
        self._field = ""
        self._punctuation: list[str] = []
        self._patterns = 0
        self._mixed = False
        self._check_caps()

    def query(self, text: str) -> Query:
        root = self._any()
        if self._here.kind is Kind.CLOSE:
            raise QueryError(
                f"The parenthesis {place(self._here.position)} closes nothing.", position=self._here.position
            )
        if root is None:
            raise _no_words(self._punctuation)
        if _excludes(root):
            raise QueryError(
                "The query only says what not to find.",
                position=0,
                hint="Add a word to find, or * for every article: * -council",
            )
        return Query(text, root, tuple(self._notes()))

    def _check_caps(self) -> None:
        kinds = [token.kind for token in self._stream]
        _cap(sum(kind in _OPERATORS for kind in kinds), MAX_OPERATORS, "operators and parentheses")
        _cap(
            sum(len(token.text.split()) for token in self._stream if token.kind in (Kind.WORD, Kind.PHRASE)),
            MAX_WORDS,
            "words",
        )

    @property
    def _here(self) -> Token:
        return self._stream[self._at]

    def _take(self) -> Token:
        token = self._stream[self._at]
        self._at += 1
        return token

    def _any(self) -> Node | None:
        start = self._here
        parts = [self._words()]
        while self._here.kind is Kind.OR:
            operator = self._take()
            self._needs_operands(operator, parts[-1])
            parts.append(self._words())
            self._needs_operands(operator, parts[-1])
        found = [part for part in parts if part is not None]
        if len(found) > 1 and any(map(_excludes, found)):
            raise QueryError(
                f"OR cannot join what is excluded (after {place(start.position)[3:]}).",
                position=start.position,
                hint="Write what to find on both sides: (bridge OR river) -council",
            )
        if len(found) > 1 and any(isinstance(part, Words) for part in found):
            self._mixed = True
        return _joined(found, Or)

    def _words(self) -> Node | None:
        wanted: list[Node] = []
        required: list[Node] = []
        excluded: list[Node] = []
        while self._here.kind not in _ENDING:
            signed = self._here.kind
            node = self._both()
            if node is None:
                continue
            if isinstance(node, Not):
                excluded.append(node.part)
            elif signed is Kind.PLUS or is_filter(node):
                required.append(node)
            else:
                wanted.append(node)
        if not excluded and len(wanted) + len(required) < 2:
            return next(iter((*wanted, *required)), None)
        return Words(tuple(wanted), tuple(required), tuple(excluded))

    def _both(self) -> Node | None:
        if self._here.kind in _JOINING:
            self._needs_operands(self._here, None)
        parts = [self._signed()]
        while self._here.kind is Kind.AND:
            operator = self._take()
            self._needs_operands(operator, parts[-1])
            if self._here.kind in _JOINING or self._here.kind in _ENDING:
                self._needs_operands(operator, None)
            parts.append(self._signed())
            self._needs_operands(operator, parts[-1])
        found = [part for part in parts if part is not None]
        if len(found) > 1 and all(isinstance(part, Not) for part in found):
            return Not(Or(tuple(part.part for part in found if isinstance(part, Not))))
        return _joined(found, And)

    def _needs_operands(self, operator: Token, operand: Node | None) -> None:
        if operand is None:
            raise QueryError(
                f"{operator.text} {place(operator.position)} needs a word on both sides.",
                position=operator.position,
                hint=f'To find the word itself, write {operator.text.lower()} or "{operator.text}".',
            )

    def _signed(self) -> Node | None:
        if self._here.kind not in (Kind.PLUS, Kind.MINUS, Kind.NOT):
            return self._single()
        sign = self._take()
        if self._here.kind not in (Kind.WORD, Kind.PHRASE, Kind.FIELD, Kind.OPEN):
            raise QueryError(
                f"{sign.text} {place(sign.position)} needs a word after it.",
                position=sign.position,
                hint='To find the word itself, write not or "NOT".' if sign.kind is Kind.NOT else "",
            )
        node = self._single()
        if node is None or sign.kind is Kind.PLUS:
            return node
        if _excludes(node):
            raise QueryError(
                f"{sign.text} {place(sign.position)} excludes an exclusion.", position=sign.position
            )
        return Not(node)

    def _single(self) -> Node | None:
        token = self._take()
        match token.kind:
            case Kind.OPEN:
                return self._group(token)
            case Kind.FIELD:
                return self._in_field(token)
            case Kind.PHRASE:
                return self._read(read_phrase, token)
            case Kind.WORD:
                return self._read(read_word, token)
            case _:  # AND or OR where something to find should stand
                self._needs_operands(token, None)
                return None

    def _group(self, opening: Token) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QueryError(
                f"Parentheses stand more than {MAX_DEPTH} deep ({place(opening.position)}).",
                position=opening.position,
            )
        node = self._any()
        if self._take().kind is not Kind.CLOSE:
            raise QueryError(
                f"The parenthesis {place(opening.position)} is never closed.",
                position=opening.position,
                hint="Close it with ), or leave it out.",
            )
        if node is None or _excludes(node):
            says = "hold nothing to find" if node is None else "only say what not to find"
            raise QueryError(f"The parentheses {place(opening.position)} {says}.", position=opening.position)
        self._depth -= 1
        return node

    def _in_field(self, field: Token) -> Node | None:
        if self._field:
            raise QueryError(
                f"{field.text}: {place(field.position)} stands inside {self._field}:( ).",
                position=field.position,
            )
        self._field = field.text
        node: Node | None
        if self._here.kind is Kind.RANGE:
            token = self._take()
            node = read_range(token.text, token.position)
        else:
            node = self._single()
        self._field = ""
        if node is None:
            raise QueryError(f"{field.text}: {place(field.position)} names no word.", position=field.position)
        return node

    def _read(self, reader: Callable[[str, int, str], Node | None], token: Token) -> Node | None:
        node = reader(token.text, token.position, self._field)
        if node is None:
            self._punctuation.append(token.text)
        self._patterns += isinstance(node, Pattern | Fuzzy | Or)
        _cap(self._patterns, MAX_PATTERNS, "words with *, ? or ~")
        return node

    def _notes(self) -> list[str]:
        notes = []
        if self._punctuation:
            shown = " ".join(dict.fromkeys(map(safe_excerpt, self._punctuation)))
            notes.append(f"Left out, having neither letters nor digits: {shown[:120]}")
        if self._mixed:
            notes.append("OR binds loosest: a b OR c is (a b) OR c; parentheses say otherwise: a (b OR c)")
        return notes


def _joined(parts: list[Node], join: type[And | Or]) -> Node | None:
    if len(parts) > 1:
        return join(tuple(parts))
    return parts[0] if parts else None


def _excludes(node: Node) -> bool:
    """Tell whether the node only says what not to find."""
    return isinstance(node, Not) or (isinstance(node, Words) and not node.wanted and not node.required)


def _no_words(punctuation: list[str]) -> QueryError:
    if not punctuation:
        return QueryError(
            "The query is empty.", position=0, hint="Write the words to find: newsfold search council bridge"
        )
    shown = safe_excerpt(" ".join(punctuation))
    return QueryError(
        f"There are no words in the query: {shown} has neither letters nor digits.",
        position=0,
        hint="Write the words to find: newsfold search council bridge",
    )


def _cap(count: int, most: int, what: str) -> None:
    if count > most:
        raise QueryError(
            f"The query has {count:,} {what}; at most {most:,} are read.",
            hint="Search for the few words that matter.",
        )
