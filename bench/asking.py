"""What `bench.query` asks: questions, and engines that answer them with ten hits and their passages.

An engine is a context that gives a function from a question to the number of hits shown, None for a question
that it has no words for; None in its place where the engine is not installed.
"""

from __future__ import annotations

import random
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench import indexers
from index import search, snippet
from index.schema import IndexDocument
from index.snapshot import open_snapshot

# isort: split
from whoosh.index import open_dir
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser

KINDS: Final = (
    *("seldom", "middling", "often", "two words", "three words", "four words", "phrase", "long phrase"),
    *("prefix", "wildcard", "fuzzy", "fuzzy 2", "headline", "date", "or", "not"),
)
HITS: Final = 10
_COMMIT: Final = 2_000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: words, and how they are meant (one of KINDS)."""

    kind: str
    words: tuple[str, ...]


Answer = Callable[[Question], int | None]


def question(
    kind: str, chance: random.Random, taken: Sequence[Sequence[str]], bands: Mapping[str, Sequence[str]]
) -> Question:
    """Make up a question of a kind from the words of articles, and from words by how often they occur."""
    one = chance.choice(taken)
    at = chance.randrange(len(one) - 3)
    middling = [word for word in bands["middling"] if len(word) > 5] or list(bands["middling"])
    match kind:
        case "seldom" | "middling" | "often":
            words = [chance.choice(bands[kind])]
        case "two words" | "or":
            words = [chance.choice(bands["middling"]), chance.choice(bands["middling"])]
        case "three words":
            words = [chance.choice(bands["often"]), chance.choice(bands["middling"]), chance.choice(one)]
        case "four words":
            words = chance.sample(list(one), 4)
        case "phrase":
            words = list(one[at : at + 2])
        case "long phrase":
            words = list(one[at : at + 3])
        case "not":
            words = [chance.choice(bands["middling"]), chance.choice(bands["often"])]
        case "date":
            words = [chance.choice(bands["often"]), f"{chance.randrange(2012, 2018)}"]
        case _:
            words = [chance.choice(middling)]
    return Question(kind, tuple(words))


def as_query(asked: Question) -> str:
    """Write a question in newsfold's query language, which is nearly Whoosh's."""
    words = asked.words
    match asked.kind:
        case "phrase" | "long phrase":
            return f'"{" ".join(words)}"'
        case "prefix":
            return f"{words[0][:4]}*"
        case "wildcard":
            return f"{words[0][:3]}?{words[0][4:]}"
        case "fuzzy":
            return f"{words[0]}~"
        case "fuzzy 2":
            return f"{words[0]}~2"
        case "headline":
            return f"headline:{words[0]}"
        case "date":
            return f"{words[0]} date:[{words[1]}-01-01 TO {words[1]}-12-31]"
        case "or":
            return " OR ".join(words)
        case "not":
            return f"{words[0]} NOT {words[1]}"
        case _:
            return " ".join(words)


def _chunks(documents: Iterable[IndexDocument]) -> Iterator[list[IndexDocument]]:
    rest = iter(documents)
    while some := list(islice(rest, _COMMIT)):
        yield some


@contextmanager
def newsfold(folder: Path, documents: Iterable[IndexDocument]) -> Iterator[Answer]:
    """Our search; texts are compressed, as the catalog keeps them."""
    texts: dict[str, tuple[str, bytes]] = {}
    with indexers.fast(folder) as commit:
        missing = not folder.is_dir()
        for some in _chunks(documents):
            texts |= {one.id: (one.headline, zlib.compress(one.body.encode())) for one in some}
            if missing:
                commit(some)

    def answer(asked: Question) -> int:
        result = search.search(snapshot, search.SearchRequest(as_query(asked), limit=HITS), {}, ("en",))
        highlighter = snippet.Highlighter(result.query)
        for hit in result.hits:
            headline, body = texts[hit.id]
            snippet.mark(headline, highlighter, "en")
            snippet.snippet(zlib.decompress(body).decode(), highlighter, "en")
        return len(result.hits)

    with open_snapshot(folder) as snapshot:
        yield answer


@contextmanager
def whoosh(folder: Path, documents: Iterable[IndexDocument]) -> Iterator[Answer]:
    """Whoosh as it is, with the index of `bench.indexers.whoosh`."""
    if not folder.is_dir():
        with indexers.whoosh(folder) as commit:
            for some in _chunks(documents):
                commit(some)
    index = open_dir(str(folder))
    parser = MultifieldParser(["title", "body"], index.schema, plugins=None)
    parser.add_plugin(FuzzyTermPlugin())

    def answer(asked: Question) -> int:
        text = as_query(asked).replace("headline:", "title:")
        hits = searcher.search(parser.parse(text), limit=HITS)
        for hit in hits:
            hit.highlights("title")
            hit.highlights("body")
        return int(hits.scored_length())

    with index.searcher() as searcher:
        yield answer


@contextmanager
def fts5(folder: Path, documents: Iterable[IndexDocument]) -> Iterator[Answer | None]:
    """SQLite's full-text index with its own snippets."""
    missing = not folder.is_dir()
    if missing:
        with indexers.fts5(folder) as commit:
            if commit is None:
                yield None
                return
            for some in _chunks(documents):
                commit(some)
    with closing(sqlite3.connect(folder / "fts5.sqlite3")) as database:

        def answer(asked: Question) -> int | None:
            if asked.kind in {"wildcard", "fuzzy", "fuzzy 2", "date"}:
                return None
            text = as_query(asked).replace("headline:", "title:")
            rows = database.execute(
                "SELECT id, snippet(article, 2, '*', '*', '…', 32) FROM article WHERE article MATCH ? "
                f"ORDER BY rank LIMIT {HITS}",
                (text,),
            )
            return len(rows.fetchall())

        yield answer


@contextmanager
def tantivy(folder: Path, documents: Iterable[IndexDocument]) -> Iterator[Answer | None]:
    """A full-text index in Rust, with its own snippets; patterns and misspelt words in the texts alone."""
    if find_spec("tantivy") is None:
        yield None
        return
    if not folder.is_dir():
        with indexers.tantivy(folder) as commit:
            for some in _chunks(documents):
                if commit is not None:
                    commit(some)
    library: Any = import_module("tantivy")
    index = library.Index.open(str(folder))
    searcher = index.searcher()

    def answer(asked: Question) -> int | None:
        if asked.kind == "date":
            return None
        wanted = _tantivy_query(library, index, asked)
        hits = searcher.search(wanted, HITS).hits
        if hits:
            cutter = library.SnippetGenerator.create(searcher, wanted, index.schema, "body")
            for _, address in hits:
                cutter.snippet_from_doc(searcher.doc(address)).to_html()
        return len(hits)

    yield answer


def _tantivy_query(library: Any, index: Any, asked: Question) -> Any:
    if asked.kind in {"prefix", "wildcard"}:
        pattern = as_query(asked).replace("*", ".*").replace("?", ".")
        return library.Query.regex_query(index.schema, "body", pattern)
    if asked.kind in {"fuzzy", "fuzzy 2"}:
        distance = 2 if asked.kind == "fuzzy 2" else 1
        return library.Query.fuzzy_term_query(index.schema, "body", asked.words[0], distance)
    text = as_query(asked).replace("headline:", "title:")
    return index.parse_query(text, ["title", "body"], conjunction_by_default=asked.kind != "or")
