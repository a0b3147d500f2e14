"""What a search costs from a new process: CPU of `newsfold search` beside that of starting at all.

``python -m bench.startup HOME [--query QUERY] [--rounds N]``

HOME is an archive that was ingested, QUERY a word that it answers. Beside the command run Python alone,
Python that only imports what a search with Whoosh as it is takes, ``newsfold --version``, and scripts that
put the question to SQLite's FTS5, and to tantivy where it is installed: the same articles, ten snippets.
The median of the rounds counts, as a ratio to Whoosh's imports; seconds alone say more about the machine.
Everything runs once before, so that the compiled modules are there.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

from bench import indexers
from bench.processes import run_python
from index import articles
from index.catalog import Catalog
from index.schema import IndexDocument
from index.settings import Home

ROUNDS: Final = 10
BASELINE: Final = "Whoosh imported"
_COMMIT: Final = 2_000

_FTS5: Final = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
print(database.execute("SELECT id, snippet(article, 2, '*', '*', '…', 32) FROM article WHERE article MATCH ? "
                       "ORDER BY rank LIMIT 10", sys.argv[2:]).fetchall())
"""
_TANTIVY: Final = """
import sys, tantivy
index = tantivy.Index.open(sys.argv[1])
searcher = index.searcher()
query = index.parse_query(sys.argv[2], ["title", "body"])
cutter = tantivy.SnippetGenerator.create(searcher, query, index.schema, "body")
for _, address in searcher.search(query, 10).hits:
    print(cutter.snippet_from_doc(searcher.doc(address)).to_html())
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.startup", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("home", type=Path, metavar="HOME")
    parser.add_argument("--query", default="council", help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="default: %(default)s")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as folder:
        calls = commands(options.home, options.query) | others(options.home, options.query, Path(folder))
        found = measure(calls, options.rounds)
    base = found[BASELINE]
    report = {name: {"cpu_ms": round(cpu, 1), "ratio": round(cpu / base, 2)} for name, cpu in found.items()}
    for name, figures in report.items():
        print(f"{name:20}{figures['cpu_ms']:9.1f} ms CPU{figures['ratio']:7.2f} x {BASELINE}")
    print(json.dumps(report))
    return 0


def commands(home: Path, query: str) -> dict[str, list[str]]:
    """Return what is run, as arguments of Python."""
    whoosh = "import whoosh.index, whoosh.qparser, whoosh.highlight, whoosh.codec.whoosh3"
    return {
        "Python alone": ["-c", "pass"],
        BASELINE: ["-W", "ignore", "-c", whoosh],
        "newsfold --version": ["-m", "index.cli.main", "--version"],
        "newsfold search": ["-m", "index.cli.main", "search", "--quiet", "--home", str(home), query],
    }


def others(home: Path, query: str, folder: Path) -> dict[str, list[str]]:
    """Index the articles of an archive with the other engines that are there; returns what asks them."""
    calls: dict[str, list[str]] = {}
    engines = (
        ("FTS5", indexers.fts5, folder / "fts5", folder / "fts5" / "fts5.sqlite3", _FTS5),
        ("tantivy", indexers.tantivy, folder / "tantivy", folder / "tantivy", _TANTIVY),
    )
    for name, engine, into, index, script in engines:
        with engine(into) as commit:
            if commit is None:
                continue
            rest = _documents(home)
            while some := list(islice(rest, _COMMIT)):
                commit(some)
        calls[name] = ["-c", script, str(index), query]
    return calls


def _documents(home: Path) -> Iterator[IndexDocument]:
    catalog = Catalog.read(Home(home).catalog)
    if catalog is None:
        return
    with catalog:
        for stored in articles.all_articles(catalog):
            story = stored.article.story
            yield IndexDocument(
                *(stored.article.id, story.headline, story.standfirst, story.body, "", "", ""),
                *(story.date, stored.added[:10], stored.article.language.code, (), ()),
            )


def measure(calls: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Run each call in turn, `rounds` times and once before; returns the medians of CPU milliseconds."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    took: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, arguments in calls.items():
            cpu = 1000 * run_python(arguments, environ=environ).cpu
            if number:
                took[name].append(cpu)
    return {name: median(several) for name, several in took.items()}


if __name__ == "__main__":
    raise SystemExit(main())
