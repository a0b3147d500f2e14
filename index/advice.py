"""What a person is told of words that found nothing: which ones they are, and what may have been meant."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from index.analysis import terms
from index.budget import Budget
from index.errors import QueryError
from index.expand import guesses
from index.postings import Postings
from index.query_tree import Node, Phrase, Term, Words
from index.ranking import TEXT
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.ranking import Concept
    from index.snapshot import Snapshot

SECONDS: Final = 0.2
"""CPU time for looking up what may have been meant; then there is no guess."""
_SHOWN: Final = 10
_GUESSED: Final = 3
"""Unknown words that are guessed at."""


def advice(
    snapshot: Snapshot, root: Node, concept: Callable[[Term | Phrase], Concept | None]
) -> Iterator[str]:
    """Yield sentences about the words and phrases that no article holds; they are safe to print."""
    parts = root.wanted + root.required if isinstance(root, Words) else (root,)
    unknown = [part for part in parts if isinstance(part, Term | Phrase) and _is_nowhere(concept(part))]
    words = [part for part in unknown if isinstance(part, Term)]
    with suppress(QueryError):  # too slow: a search is not refused for want of advice
        postings = Postings(snapshot, Budget(SECONDS))
        for phrase in unknown:
            if isinstance(phrase, Phrase):
                yield from _of_phrase(postings, phrase, words)
        if words:
            yield f"Nowhere in the archive: {', '.join(safe_excerpt(part.text) for part in words[:_SHOWN])}"
        if meant := [found for part in words[:_GUESSED] if (found := _guessed(postings, part))]:
            yield f"Did you mean {'; '.join(meant)}?"


def _is_nowhere(concept: Concept | None) -> bool:
    return concept is not None and not concept.documents


def _of_phrase(postings: Postings, phrase: Phrase, unknown: list[Term]) -> Iterator[str]:
    """Say why a phrase finds nothing; a word of it that is unknown joins the `unknown` ones."""
    fields = (phrase.field,) if phrase.field else TEXT
    missing = [
        word
        for word in dict.fromkeys(terms(phrase.text))
        if not any(postings.size(field, word) for field in fields)
    ]
    if missing:
        unknown += [Term(word, phrase.field) for word in missing]
    else:
        yield (
            "All of these words are in the archive, but nowhere side by side in this order: "
            f"{safe_excerpt(phrase.text)}"
        )


def _guessed(postings: Postings, part: Term) -> str:
    words = terms(part.text)
    if len(words) != 1:
        return ""
    return " or ".join(map(safe_excerpt, guesses(postings, part.field or "body", words[0])))
