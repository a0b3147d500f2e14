"""What an archive answers, and whether it is what one run over its files makes of them."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from index.articles import cut_of
from index.catalog import Catalog
from index.line_counts import waiting
from index.links import LinkStore
from tasks import candidates
from tests.archive import Archive
from tests.linked_pages import PAGES

QUERIES = (
    ("weighbridge",),  # stands in the notice alone
    ("river OR ferry OR study", "--all"),
    ("chess OR lynx OR october", "--sort", "date"),
    ("headline:ferry OR weir", "--all", "--include-boilerplate"),
)

Files = dict[str, str]
"""What the raw folder holds: the text of each file by its name."""


def everything(archive: Archive) -> dict:
    """All that must not depend on history: all but when newsfold first saw an article."""
    assert archive.run("check", "--quiet").exit_code == 0
    archive.counts()
    with Catalog.open(archive.home.catalog) as catalog:
        assert not waiting(catalog)
        store = LinkStore(catalog)
        ids = [row[0] for row in catalog.db.execute("SELECT id FROM article ORDER BY id")]
        versions = [row[0] for row in catalog.db.execute("SELECT sha256 FROM version ORDER BY sha256")]
        return {
            "articles": rows(archive, "export"),
            "files": [row for row in rows(archive, "files") if row["state"] != "missing"],
            "edges": [asdict(edge) for edge in store.edges(ids)],
            "digests": sorted(store.digests(ids)),
            "entries": {id_: asdict(entry) for id_, entry in store.entries(ids).items()},
            "canonicals": dict(store.canonicals(ids)),
            "cut": {version: cut_of(catalog, version) for version in versions},
            "lines": [tuple(row) for row in catalog.db.execute("SELECT * FROM noted_line ORDER BY line")],
            "answers": [rows(archive, "search", *query) for query in QUERIES],
        }


def rows(archive: Archive, *arguments: str) -> list[dict]:
    """What a command prints as JSON, without when files were written and articles first seen."""
    printed = archive.run(*arguments, "--json").stdout.replace(str(archive.raw), "raw")
    return [
        {key: value for key, value in json.loads(line).items() if key not in {"added", "mtime"}}
        for line in printed.splitlines()
    ]


def write(archive: Archive, files: Files) -> None:
    for name, text in files.items():
        archive.write(name, text)


@cache
def _at_once(files: tuple[tuple[str, str], ...], _: int) -> dict:
    with tempfile.TemporaryDirectory() as name:
        archive = Archive(Path(name))
        write(archive, dict(files))
        archive.ingest()
        return everything(archive)


def at_once(files: Files) -> dict:
    """What one run over all files makes of them."""
    return _at_once(tuple(sorted(files.items())), candidates.HUBS)


def assert_as_at_once(archive: Archive, files: Files) -> None:
    found = everything(archive)
    for part, value in at_once(files).items():
        assert found[part] == value, part


def bring(archive: Archive, files: Files) -> None:
    """Ingest files one by one, in the order given."""
    for name, text in files.items():
        archive.write(name, text)
        archive.ingest()


def take(archive: Archive, files: Files, *names: str) -> Files:
    """Delete files and ingest; return those that are left."""
    for name in names:
        (archive.raw / name).unlink()
    archive.ingest(accept_missing=True)
    return {name: text for name, text in files.items() if name not in names}


@dataclass(frozen=True)
class Links:
    """The ledger with files for articles; copies of one version under the name that sorts first."""

    edges: frozenset[tuple[str, str]]
    digests: frozenset[str]
    canonical: dict[str, str]

    def one(self, *names: str) -> bool:
        """Whether these are copies of one article."""
        return len({self.canonical[name] for name in names}) == 1

    def edge(self, a: str, b: str) -> bool:
        return (min(a, b), max(a, b)) in self.edges


def links(archive: Archive) -> Links:
    exported = rows(archive, "export")
    name = {row["id"]: os.path.relpath(row["files"][0], "raw") for row in exported}
    assert len(set(name.values())) == len(name), "one article a file"
    with Catalog.open(archive.home.catalog) as catalog:
        store = LinkStore(catalog)
        edges = [sorted((name[edge.a], name[edge.b])) for edge in store.edges(list(name))]
        return Links(
            edges=frozenset((a, b) for a, b in edges),
            digests=frozenset(name[id_] for id_ in store.digests(list(name))),
            canonical={name[row["id"]]: name[row["canonical"]] for row in exported},
        )


def some(*names: str) -> Files:
    return {name: PAGES[name] for name in names}
