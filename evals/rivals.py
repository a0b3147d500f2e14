"""Other engines for `evals.ranking`: each is a context that gives a function from a question to its answers.

An answer is the number of a document, the best first. Each engine ranks as it comes: BM25 with its own
stemmer for English, titles and texts alike, any of the words. None stands in the place of the function where
the engine is not installed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from index import whooshed  # noqa: F401 - silences what Whoosh's sources make Python warn of

# isort: split
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in
from whoosh.qparser import MultifieldParser, OrGroup

Ask = Callable[[str, int], list[int]]
"""A question, and how many answers are wanted at most."""
Engine = Callable[[Path, Mapping[int, tuple[str, str]]], AbstractContextManager["Ask | None"]]

_WORD: Final = re.compile(r"\w+")


@contextmanager
def whoosh(folder: Path, documents: Mapping[int, tuple[str, str]]) -> Iterator[Ask]:
    """Whoosh as it is."""
    folder.mkdir()
    analyzer = StemmingAnalyzer()
    schema = Schema(id=ID(stored=True), title=TEXT(analyzer=analyzer), body=TEXT(analyzer=analyzer))
    index = create_in(folder, schema)
    writing = index.writer(limitmb=128)
    for number, (title, text) in documents.items():
        writing.add_document(id=str(number), title=title, body=text)
    writing.commit()
    parser = MultifieldParser(["title", "body"], schema, plugins=[], group=OrGroup)

    def ask(question: str, most: int) -> list[int]:
        wanted = parser.parse(" ".join(_WORD.findall(question.lower())))
        return [int(hit["id"]) for hit in searcher.search(wanted, limit=most)]

    with index.searcher() as searcher:
        yield ask


@contextmanager
def fts5(folder: Path, documents: Mapping[int, tuple[str, str]]) -> Iterator[Ask | None]:
    """SQLite's full-text index, with Porter's stemmer."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "fts5.sqlite3")) as database:
        try:
            database.execute(
                "CREATE VIRTUAL TABLE document USING fts5(title, body, tokenize='porter unicode61')"
            )
        except sqlite3.OperationalError:
            yield None
            return
        database.executemany(
            "INSERT INTO document (rowid, title, body) VALUES (?, ?, ?)",
            ((number, *texts) for number, texts in documents.items()),
        )

        def ask(question: str, most: int) -> list[int]:
            words = " OR ".join(f'"{word}"' for word in _WORD.findall(question.lower()))
            query = "SELECT rowid FROM document WHERE document MATCH ? ORDER BY rank LIMIT ?"
            return [row[0] for row in database.execute(query, (words, most))] if words else []

        yield ask


@contextmanager
def tantivy(folder: Path, documents: Mapping[int, tuple[str, str]]) -> Iterator[Ask | None]:
    """A full-text index in Rust, with its stemmer for English."""
    if find_spec("tantivy") is None:
        yield None
        return
    folder.mkdir()
    library = import_module("tantivy")
    builder = library.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "body"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = library.Index(builder.build(), path=str(folder))
    writing = index.writer(num_threads=1)
    for number, (title, text) in documents.items():
        writing.add_document(library.Document(id=str(number), title=title, body=text))
    writing.commit()
    writing.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str, most: int) -> list[int]:
        words = " ".join(_WORD.findall(question.lower()))
        found = searcher.search(index.parse_query(words, ["title", "body"]), most).hits if words else []
        return [int(searcher.doc(place)["id"][0]) for _, place in found]

    yield ask


RIVALS: Final[Mapping[str, Engine]] = {"whoosh": whoosh, "FTS5": fts5, "tantivy": tantivy}
