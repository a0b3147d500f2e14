"""What `bench.index` measures: each is a context that gives a function, which commits a list of articles.

It gives None where what it needs is not installed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from index import writer
from index.builders import Builders
from index.schema import IndexDocument

# isort: split
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in

Commit = Callable[[list[IndexDocument]], None]


@contextmanager
def whoosh(directory: Path) -> Iterator[Commit]:
    """Whoosh as it is: its own analyzer and schema, texts stored, its own merging; no fsync, no checksums."""
    directory.mkdir()
    analyzer = StemmingAnalyzer(cachesize=50_000)
    schema = Schema(
        id=ID(unique=True, stored=True),
        title=TEXT(stored=True, analyzer=analyzer, field_boost=2.0),
        body=TEXT(stored=True, analyzer=analyzer),
        date=ID(stored=True, sortable=True),
        source=ID(stored=True, sortable=True),
        lang=ID(stored=True),
    )
    index = create_in(directory, schema)

    def commit(documents: list[IndexDocument]) -> None:
        writing = index.writer()
        for one in documents:
            writing.add_document(
                id=one.id,
                title=one.headline,
                body=one.body,
                date=one.date,
                source=", ".join(one.sources),
                lang=one.lang,
            )
        writing.commit()

    yield commit


@contextmanager
def plain(directory: Path) -> Iterator[Commit]:
    """Our index, written by Whoosh's writer."""
    yield lambda documents: writer.apply(directory, documents, kind=writer.PLAIN)


@contextmanager
def fast(directory: Path) -> Iterator[Commit]:
    """Our index, written by the fast writer in this process."""
    yield lambda documents: writer.apply(directory, documents)
    writer.tidy(directory)


@contextmanager
def fast_in_two(directory: Path) -> Iterator[Commit]:
    """Our index, written by the fast writer in two processes."""
    with Builders(2) as builders:
        yield lambda documents: writer.apply(directory, documents, builders=builders)
    writer.tidy(directory)


@contextmanager
def fts5(directory: Path) -> Iterator[Commit | None]:
    """SQLite's full-text index, in C."""
    directory.mkdir()
    with closing(sqlite3.connect(directory / "fts5.sqlite3")) as database:
        try:
            database.execute(
                "CREATE VIRTUAL TABLE article USING fts5(id, title, body, tokenize = 'porter unicode61')"
            )
        except sqlite3.OperationalError:
            yield None
            return

        def commit(documents: list[IndexDocument]) -> None:
            with database:
                rows = ((one.id, one.headline, one.body) for one in documents)
                database.executemany("INSERT INTO article VALUES (?, ?, ?)", rows)

        yield commit


@contextmanager
def tantivy(directory: Path) -> Iterator[Commit | None]:
    """A full-text index in Rust, with one thread."""
    if find_spec("tantivy") is None:
        yield None
        return
    directory.mkdir()
    library = import_module("tantivy")
    builder = library.SchemaBuilder()
    for name in ("id", "title", "body"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw" if name == "id" else "en_stem")
    index = library.Index(builder.build(), path=str(directory))
    writing = index.writer(num_threads=1)

    def commit(documents: list[IndexDocument]) -> None:
        for one in documents:
            writing.add_document(library.Document(id=one.id, title=one.headline, body=one.body))
        writing.commit()

    yield commit
    writing.wait_merging_threads()
