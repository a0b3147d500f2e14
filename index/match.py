"""Evaluates a query against the inverted lists: which documents match, and by which concepts."""

from __future__ import annotations

import re
from functools import reduce
from heapq import nlargest
from operator import and_
from typing import TYPE_CHECKING, Final, NamedTuple

from index import expand
from index.analysis import fold, stem_language, stems_for_query, terms
from index.errors import QueryError
from index.fields import STEM_FIELD
from index.labels import dated, labelled
from index.phrases import Phrases
from index.query_lexer import place
from index.query_tree import (
    MAX_EXPANSIONS,
    And,
    DateRange,
    Everything,
    Fuzzy,
    LabelIs,
    Leaf,
    Node,
    Not,
    Or,
    Pattern,
    Phrase,
    Term,
    Words,
)
from index.ranking import CUT, TEXT, Concept, Part
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from index.postings import Postings

_APOSTROPHE: Final = re.compile("['’‘ʼ`´]")


class Matches(NamedTuple):
    """Documents that match, the concepts that rank them, and what a person should know about the query.

    `leaves` are the words of the query that the concepts stand for, one for one.
    """

    documents: AbstractSet[int]
    concepts: tuple[Concept, ...]
    notes: tuple[str, ...]
    leaves: tuple[Leaf, ...] = ()


class Evaluation:
    """Evaluates trees against one state of the archive; remembers what each leaf found.

    `languages` are the BCP-47 codes of the archive: a bare word is looked up in their stems too. With
    `boilerplate` it is looked up in the text that was cut from the pages, too, unless it is excluded: so that
    every article that matches without also matches with it.
    """

    def __init__(self, postings: Postings, languages: Iterable[str], *, boilerplate: bool = False) -> None:
        self._postings = postings
        self._fields = (*TEXT, CUT) if boilerplate else TEXT
        self._stemmed = sorted({key for code in languages if (key := stem_language(code))})
        self._any = False
        self._ranking: list[tuple[Leaf, Concept]] = []
        self._notes: list[str] = []
        self._found: dict[tuple[Leaf, tuple[str, ...]], Concept | None] = {}
        self._phrases = Phrases(postings)

    def run(self, root: Node, *, any_words: bool = False) -> Matches:
        """Find what matches. With `any_words`, words side by side need not all occur.

        Raises QueryError where a pattern or a phrase asks for too much.
        """
        self._any = any_words
        self._ranking, self._notes = [], []
        documents = self.documents(root) or set()
        leaves, concepts = tuple(zip(*self._ranking, strict=True)) or ((), ())
        return Matches(documents, concepts, tuple(dict.fromkeys(self._notes)), leaves)

    def documents(self, node: Node) -> AbstractSet[int] | None:
        """Return the matching documents; None for a leaf that holds nothing the archive could know."""
        match node:
            case And(parts):
                return self._all([part for part in parts if not isinstance(part, Not)], _negated(parts))
            case Or(parts):
                return _united([self.documents(part) for part in parts])
            case Words():
                return self._words(node)
            case Not(part):
                return self._postings.everything() - self._outside(part)
            case Everything():
                return self._postings.everything()
            case DateRange(first, last):
                return dated(self._postings, first, last)
            case LabelIs():
                found, note = labelled(self._postings, node)
                self._notes += [note] if note else []
                return found
            case _:
                return self._ranked(node)

    def concept(self, leaf: Term | Phrase | Pattern | Fuzzy) -> Concept | None:
        """Return where the leaf occurs and how often, None if it holds nothing that can be looked up."""
        key = (leaf, self._fields_of(leaf))
        if key not in self._found:
            self._found[key] = self._look_up(leaf)
        return self._found[key]

    def _fields_of(self, leaf: Term | Phrase | Pattern | Fuzzy) -> tuple[str, ...]:
        return (leaf.field,) if leaf.field else self._fields

    def _ranked(self, leaf: Term | Phrase | Pattern | Fuzzy) -> AbstractSet[int] | None:
        concept = self.concept(leaf)
        if concept is None:
            self._notes.append(f"Left out, since signs are not indexed: {safe_excerpt(leaf.text)}")
            return None
        self._ranking.append((leaf, concept))
        return concept.documents

    def _outside(self, node: Node) -> AbstractSet[int]:
        """Evaluate what is excluded: by the article alone, and without rank."""
        kept, fields = len(self._ranking), self._fields
        self._fields = TEXT
        found = self.documents(node)
        self._fields = fields
        del self._ranking[kept:]
        return found or set()

    def _all(self, wanted: Sequence[Node], excluded: Sequence[Node]) -> AbstractSet[int] | None:
        days = [node for node in wanted if isinstance(node, DateRange)]
        found = [part for node in wanted if node not in days and (part := self.documents(node)) is not None]
        if not found and not days:
            return None if wanted else self._without(self._postings.everything(), excluded)
        documents = _common(found) if found else None
        for span in days:
            documents = dated(self._postings, span.first, span.last, documents)
        return self._without(documents or set(), excluded)

    def _without(self, found: AbstractSet[int], excluded: Sequence[Node]) -> AbstractSet[int]:
        for node in excluded:
            found = found - self._outside(node)
        return found

    def _words(self, node: Words) -> AbstractSet[int] | None:
        if not self._any or not node.wanted:
            return self._all((*node.wanted, *node.required), node.excluded)
        found = _united([self.documents(part) for part in node.wanted])
        needed = self._all(node.required, ()) if node.required else None
        if needed is None:
            return None if found is None else self._without(found, node.excluded)
        # +must words stand for themselves: the others then only rank. Mere filters still need one of them.
        if found is not None and not any(map(_ranks, node.required)):
            needed = needed & found
        return self._without(needed, node.excluded)

    # What a leaf stands for

    def _look_up(self, leaf: Term | Phrase | Pattern | Fuzzy) -> Concept | None:
        match leaf:
            case Term():
                return self._term(leaf)
            case Phrase():
                words = terms(leaf.text)
                return Concept(self._phrase(words, leaf)) if words else None
            case Pattern():
                return self._pattern(leaf)
            case Fuzzy():
                return self._fuzzy(leaf)

    def _term(self, leaf: Term) -> Concept | None:
        words = terms(leaf.text)
        if not words:
            return None
        if len(words) == 1 and is_spaceless(words[0]):
            # The index holds pairs of such characters; a single one is the beginning or the end of pairs.
            return self._expanded(leaf, lambda field: self._pairs_with(field, words[0]))
        neutral = self._phrase(words, leaf)
        if leaf.field or (len(words) > 1 and not _APOSTROPHE.search(leaf.text)):
            return Concept(neutral)
        stems = stems_for_query(leaf.text, self._stemmed).items()
        return Concept(neutral, [self._together(STEM_FIELD[language], found) for language, found in stems])

    def _together(self, field: str, words: Sequence[str]) -> Part:
        """Look up stems; where a word has several, a document must hold all and counts the least."""
        different = list(dict.fromkeys(words))
        if len(different) == 1:
            return Part(self._postings.runs(field, different[0]))
        lists = [self._postings.weights(field, word) for word in different]
        documents = sorted(set(lists[0]).intersection(*lists[1:]))
        return Part([(documents, [min(found[doc] for found in lists) for doc in documents])])

    def _phrase(self, words: Sequence[str], leaf: Term | Phrase | Pattern) -> dict[str, list[Part]]:
        """Look up words that stand side by side; a single word is the shortest phrase."""
        found: dict[str, list[Part]] = {}
        for field in self._fields_of(leaf):
            if len(words) == 1:
                found[field] = [Part(self._postings.runs(field, words[0]))]
            else:
                together = self._phrases.find(field, words)
                found[field] = [Part([(list(together), list(together.values()))] if together else [])]
        return found

    def _pattern(self, leaf: Pattern) -> Concept:
        pieces = [piece for piece in re.split(r"[*?]+", leaf.text) if piece]
        spaceless = any(map(is_spaceless, leaf.text))
        if spaceless and len(pieces) == 1 and leaf.text.endswith("*"):
            return Concept(self._phrase(terms(pieces[0]), leaf))
        if spaceless or any(terms(piece) != [fold(piece)] for piece in pieces):
            raise QueryError(
                f"{safe_excerpt(leaf.text)} {place(leaf.position)} is not one word of letters and digits.",
                position=leaf.position,
                hint="* and ? stand within one word, as in coun* or wor?d; not in Chinese, Japanese or Thai.",
            )
        pattern = re.sub(r"[^*?]+", lambda piece: fold(piece.group()), leaf.text)
        return self._expanded(leaf, lambda field: self._expand(field, pattern, leaf.position))

    def _pairs_with(self, field: str, character: str) -> dict[str, float]:
        """Return the pairs that begin or end with a character, the commonest of them where they are many."""
        found = [
            word
            for word in self._postings.far_words(field)
            if word.startswith(character) or (len(word) == 2 and word[1] == character)
        ]
        if len(found) > MAX_EXPANSIONS:
            found = nlargest(MAX_EXPANSIONS, found, key=lambda word: self._postings.size(field, word))
            self._notes.append(
                f"Looked up: the {MAX_EXPANSIONS:,} commonest pairs of characters with "
                f"{safe_excerpt(character)}, not all"
            )
        return dict.fromkeys(found, 1.0)

    def _expand(self, field: str, pattern: str, position: int) -> dict[str, float]:
        return dict.fromkeys(expand.matching(self._postings, field, pattern, position), 1.0)

    def _fuzzy(self, leaf: Fuzzy) -> Concept:
        words = terms(leaf.text)
        if len(words) != 1 or is_spaceless(words[0][0]):
            raise QueryError(
                f"{safe_excerpt(leaf.text)}~ {place(leaf.position)} is not a single word of letters.",
                position=leaf.position,
                hint="~ finds words that are spelt nearly alike; not in Chinese, Japanese, Korean or Thai.",
            )
        exact = words[0]

        def near(field: str) -> dict[str, float]:
            found = expand.similar(self._postings, field, exact, leaf.distance, leaf.position)
            return {word: 1.0 if word == exact else NEAR_WEIGHT for word in found}

        return self._expanded(leaf, near)

    def _expanded(
        self, leaf: Term | Pattern | Fuzzy, words_in: Callable[[str], Mapping[str, float]]
    ) -> Concept:
        """Look up all the words that a leaf stands for in each field; each counts once in an article."""
        return Concept(
            {
                field: [
                    Part([(documents, None) for documents, _ in self._postings.runs(field, word)], factor)
                    for word, factor in words_in(field).items()
                ]
                for field in self._fields_of(leaf)
            }
        )


NEAR_WEIGHT: Final = 0.5
"""An occurrence of a word that is only spelt nearly so; it comes after the exact one."""


def is_spaceless(character: str) -> bool:
    """Tell whether the index holds pairs of such characters instead of words."""
    return not character.isascii() and len(terms(character * 3)) == 2


def _negated(parts: Iterable[Node]) -> list[Node]:
    return [part.part for part in parts if isinstance(part, Not)]


def _common(found: Iterable[AbstractSet[int]]) -> AbstractSet[int]:
    different = {id(part): part for part in found}  # a word that is written twice has one set
    return reduce(and_, sorted(different.values(), key=len))


def _united(found: Sequence[AbstractSet[int] | None]) -> AbstractSet[int] | None:
    known = {id(part): part for part in found if part is not None}
    return frozenset().union(*known.values()) if known else None


def _ranks(node: Node) -> bool:
    return not isinstance(node, LabelIs | DateRange | Everything)
