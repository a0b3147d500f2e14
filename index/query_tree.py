"""What a query says, as a small tree of frozen records.

Leaves name what is looked for; `Words`, `And`, `Or` and `Not` join them. `position` counts characters of the
query from 0; it is there for messages and takes no part in comparison.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final, TypeAlias

TEXT_FIELDS: Final = ("headline", "standfirst", "body", "byline", "agency", "place")
LABEL_FIELDS: Final = ("lang", "source", "file", "id")
FIELDS: Final = (*TEXT_FIELDS, *LABEL_FIELDS, "date")

MAX_CHARACTERS: Final = 4_096
MAX_DEPTH: Final = 20
MAX_OPERATORS: Final = 64
MAX_WORDS: Final = 1_024
MAX_PHRASE: Final = 64
"""Words in one phrase."""
MAX_PATTERNS: Final = 16
"""Words with ``*``, ``?`` or ``~`` in one query: each walks through a part of the dictionary."""
MAX_EXPANSIONS: Final = 1_000
"""Words of the archive that one pattern may stand for."""
MIN_LITERALS: Final = 2
MAX_DISTANCE: Final = 2
"""Caps: kit/SECURITY_TESTS.md row 8, attack_queries.py; each query of the kit stays far below a second."""


@dataclass(frozen=True)
class Term:
    """A bare word, by word and stem; in one text field where `field` is not empty, then by word alone."""

    text: str
    field: str = ""
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """Write it in the query language."""
        return _in_field(self.field, self.text)


@dataclass(frozen=True)
class Phrase:
    """Words side by side in this order, within one field of an article."""

    text: str
    field: str = ""
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """Write it in the query language."""
        return _in_field(self.field, f'"{self.text}"')


@dataclass(frozen=True)
class Pattern:
    """A word with ``*`` (any characters) or ``?`` (exactly one); it begins with a literal character."""

    text: str
    field: str = ""
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """Write it in the query language."""
        return _in_field(self.field, self.text)


@dataclass(frozen=True)
class Fuzzy:
    """Words at most `distance` (1 or 2) insertions, deletions, replacements or swaps away."""

    text: str
    distance: int
    field: str = ""
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """Write it in the query language."""
        return _in_field(self.field, f"{self.text}~{self.distance}")


@dataclass(frozen=True)
class LabelIs:
    """``lang:``, ``source:``, ``file:`` or ``id:``; `text` may hold ``*`` and ``?`` (not for ``lang``)."""

    field: str
    text: str
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """Write it in the query language."""
        return _in_field(self.field, self.text)


@dataclass(frozen=True)
class DateRange:
    """Dates from `first` to `last`, both ``YYYY-MM-DD`` and inclusive."""

    first: str
    last: str
    position: int = dataclasses.field(default=0, compare=False)

    def __str__(self) -> str:
        """Write it in the query language."""
        return f"date:[{self.first} TO {self.last}]"


@dataclass(frozen=True)
class Everything:
    """Every article (a lone ``*``)."""

    def __str__(self) -> str:
        """Write it in the query language."""
        return "*"


@dataclass(frozen=True)
class And:
    """All of the parts (written with ``AND``)."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        """Write it in the query language."""
        return " AND ".join(map(_grouped, self.parts))


@dataclass(frozen=True)
class Or:
    """Any of the parts."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        """Write it in the query language."""
        return " OR ".join(map(_grouped, self.parts))


@dataclass(frozen=True)
class Not:
    """Not the part; only beside something positive."""

    part: Node

    def __str__(self) -> str:
        """Write it in the query language."""
        return f"NOT {_grouped(self.part)}"


@dataclass(frozen=True)
class Words:
    """Clauses side by side. `required` are ``+must`` and filters, `excluded` are ``-not``.

    All of `wanted` must match, or any of them where the search was asked for that.
    """

    wanted: tuple[Node, ...]
    required: tuple[Node, ...] = ()
    excluded: tuple[Node, ...] = ()

    def __str__(self) -> str:
        """Write it in the query language."""
        found = [_grouped(part) for part in self.wanted]
        found += [_grouped(part) if is_filter(part) else f"+{_grouped(part)}" for part in self.required]
        return " ".join([*found, *(f"-{_grouped(part)}" for part in self.excluded)])


Leaf: TypeAlias = Term | Phrase | Pattern | Fuzzy | LabelIs | DateRange | Everything
Node: TypeAlias = Leaf | And | Or | Not | Words


@dataclass(frozen=True)
class Query:
    """A parsed query. `notes` tell a person what was read in a way that they may not expect."""

    text: str
    root: Node
    notes: tuple[str, ...] = ()


def is_filter(node: Node) -> bool:
    """Tell whether the node only narrows (language, source, file, id, date) and does not rank."""
    match node:
        case LabelIs() | DateRange() | Everything():
            return True
        case And(parts) | Or(parts):
            return all(map(is_filter, parts))
        case Not(part):
            return is_filter(part)
        case Words(wanted, required, excluded):
            return all(map(is_filter, (*wanted, *required, *excluded)))
        case _:
            return False


def _in_field(field: str, text: str) -> str:
    return f"{field}:{text}" if field else text


def _grouped(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or | Words) else str(node)
