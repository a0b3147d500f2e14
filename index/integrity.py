"""Whether catalog, index and raw files agree, byte for byte.

What this looks at is a matter of rows and files. What the ledgers of copies and events should say is derived
anew by `tasks.ledger_check`; whether the catalog's own bytes changed, `index.rot` says.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from index import articles, files, line_counts
from index.article import ArticleId, RejectReason, State, article_id
from index.catalog import Catalog, is_damage
from index.counted import counted
from index.errors import CatalogDamagedError, NewsfoldError
from index.files import Stat
from index.findings import Finding, Kind
from index.index_check import find_in_index
from index.settings import Home

Section = Callable[[Catalog], Iterator[Finding]]
NotBelieved = Callable[[Catalog], Mapping[bytes, str]]
"""Which raw folders are not believed, by path, and why: the rule is `tasks.discover.lost`."""

GARBLED: Final = (TypeError, ValueError, OverflowError, AttributeError, LookupError, zlib.error)
"""What is raised over values that newsfold never wrote."""

_RESTING: Final = (State.INDEXED, State.DUPLICATE, State.REJECTED)
_ENDS: Final = ("running", "completed", "failed", "interrupted")


def find_damage(
    catalog: Catalog, home: Home, *, read_raw: bool, not_believed: NotBelieved = lambda _: {}
) -> list[Finding]:
    """Return every disagreement; empty where all is well. Changes nothing.

    Of a raw folder that is not believed one line is told, and none of its files.

    Where SQLite cannot make sense of its tables, only that is told; where newsfold cannot make sense of a
    value, the section that met it ends there.
    """
    sections: list[Section] = [_tables, _types, _values, _runs, _files, _lines, _articles]
    sections.append(lambda one: find_in_index(one, home))
    if read_raw:
        sections.append(partial(_raw, not_believed=not_believed))
    found: list[Finding] = []
    for section in sections:
        try:
            found += section(catalog)
        except GARBLED as error:
            found.append(garbled(error))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            found.append(Finding(Kind.PAGES, f"catalog: {error}"))
        if any(finding.kind is Kind.PAGES for finding in found):
            break
    return found


def garbled(error: Exception) -> Finding:
    """Report values that cannot be what was stored; of a kind that is mended by a fresh catalog."""
    return Finding(Kind.ARTICLES, f"catalog: a row holds what cannot be: {type(error).__name__}: {error}")


def is_sound_run(row: sqlite3.Row) -> bool:
    """Whether a row of runs holds values of the right types, and times that can be read."""
    texts = (row["mode"], row["state"], row["message"])
    return (
        all(isinstance(text, str) for text in texts)
        and row["state"] in _ENDS
        and isinstance(row["pid"], int)
        and _is_moment(row["started"])
        and (row["finished"] is None or _is_moment(row["finished"]))
    )


def _is_moment(told: Any) -> bool:
    try:
        return datetime.fromisoformat(told).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _types(catalog: Catalog) -> Iterator[Finding]:
    """Find values of another type than their column: SQLite stores them, and newsfold never does."""
    tables = catalog.db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
    ).fetchall()
    for (table,) in tables:
        wrong = " OR ".join(
            f"typeof({name}) NOT IN ('{kind.lower()}', '{kind.lower() if needed else 'null'}')"
            for _, name, kind, needed, *_ in catalog.db.execute(f"PRAGMA table_info({table})").fetchall()
        )
        (count,) = catalog.db.execute(f"SELECT count(*) FROM {table} WHERE {wrong}").fetchone()
        if count:
            what = f"catalog: {counted(count, 'row')} of {table} with values of a wrong type"
            yield Finding(Kind.ARTICLES, what)


def _values(catalog: Catalog) -> Iterator[Finding]:
    """Find values of the right type that newsfold never stores, where no hash or ledger tells."""
    reasons = ("", *RejectReason)
    marks = ", ".join("?" * len(reasons))
    for (version,) in catalog.db.execute(
        f"SELECT sha256 FROM version WHERE reject NOT IN ({marks}) OR (reject = '' AND detail != '')", reasons
    ):
        yield Finding(Kind.ARTICLES, f"catalog: version {version[:16]} is rejected for no known reason")
    for (version,) in catalog.db.execute(
        """SELECT sha256 FROM version WHERE reject != '' AND
           EXISTS (SELECT 1 FROM article WHERE article.version = sha256)"""
    ):
        yield Finding(Kind.ARTICLES, f"catalog: version {version[:16]} is a reject, and has articles")
    for article, added in catalog.db.execute("SELECT id, added FROM article"):
        if not _is_moment(added):
            yield Finding(Kind.ARTICLES, f"catalog: article {article[:16]} came at no moment that there is")


def _runs(catalog: Catalog) -> Iterator[Finding]:
    for row in catalog.db.execute("SELECT * FROM run ORDER BY id"):
        if not is_sound_run(row):
            yield Finding(Kind.ARTICLES, f"catalog: the row of run {row['id']} holds what cannot be")


def _tables(catalog: Catalog) -> Iterator[Finding]:
    for (line,) in catalog.db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield Finding(Kind.PAGES, f"catalog: {line}")
    for row in catalog.db.execute("PRAGMA foreign_key_check"):
        what = f"catalog: a row of {row[0]} names a row of {row[2]} that is not there"
        yield Finding(Kind.ARTICLES, what)


def _files(catalog: Catalog) -> Iterator[Finding]:
    """Find files that do not add up, or whose state is not what their articles give them."""
    balance = files.conservation(catalog)
    if not balance.holds:
        yield Finding(Kind.STATES, f"catalog: the files do not add up: {balance}")
    marks = ", ".join("?" * len(_RESTING))
    rows = catalog.db.execute(
        f"""SELECT id, path, state, reason, version FROM file WHERE state IN ({marks}) AND NOT EXISTS
            (SELECT 1 FROM file AS kept WHERE kept.version = file.version AND kept.state = 'missing')""",
        _RESTING,
    ).fetchall()
    for row in rows:
        name = os.fsdecode(row["path"])
        if row["version"] is None:
            if row["state"] != State.REJECTED:
                yield Finding(Kind.STATES, f"catalog: {name} is {row['state']} and holds nothing")
            continue
        try:
            state, reason = files.settled_state(catalog, row["id"], row["version"])
        except (TypeError, IndexError):  # its version or articles are not there, which is told elsewhere
            continue
        if (state, reason) != (row["state"], row["reason"]):
            yield Finding(Kind.STATES, f"catalog: {name} is {row['state']}, and should be {state} ({reason})")


def _lines(catalog: Catalog) -> Iterator[Finding]:
    for miscount in line_counts.find_miscounts(catalog):
        yield Finding(Kind.LINES, f"catalog: {miscount}")


def _articles(catalog: Catalog) -> Iterator[Finding]:
    for (version,) in catalog.db.execute(
        """SELECT sha256 FROM version WHERE reject = '' AND
           NOT EXISTS (SELECT 1 FROM article WHERE article.version = sha256)"""
    ):
        what = f"catalog: version {version[:16]} is no reject and has no article"
        yield Finding(Kind.ARTICLES, what)
    for article, version, ordinal in catalog.db.execute(
        """SELECT id, version, ordinal FROM article
           WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = article.id)"""
    ):
        yield Finding(Kind.LINKS, f"catalog: article {article[:16]} is not in the duplicate ledger")
        if article_id(version, ordinal) != article:
            yield Finding(Kind.ARTICLES, f"catalog: article {article[:16]} is not what was stored")
    for table, what in (("entry", "the duplicate ledger"), ("event", "the ledger of events")):
        for (article,) in catalog.db.execute(
            f"SELECT id FROM {table} WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = {table}.id)"
        ):
            yield Finding(Kind.LINKS, f"catalog: {what} names article {article[:16]}, which is not there")
    query = "SELECT id, content_hash FROM article WHERE id IN (SELECT id FROM entry) ORDER BY id"
    for article, wanted in catalog.db.execute(query):
        yield from _article(catalog, ArticleId(article), wanted)
    for (version,) in catalog.db.execute("SELECT version FROM cut ORDER BY version"):
        try:
            articles.cut_of(catalog, version)
        except CatalogDamagedError as error:
            yield Finding(Kind.ARTICLES, f"catalog: {error.message}")


def _article(catalog: Catalog, article: ArticleId, wanted: str) -> Iterator[Finding]:
    try:
        stored = articles.get_article(catalog, article).article
    except NewsfoldError as error:
        yield Finding(Kind.ARTICLES, f"catalog: {error.message}")
        return
    named = article_id(stored.version, stored.ordinal)
    if articles.content_hash(stored) != wanted or named != article:
        yield Finding(Kind.ARTICLES, f"catalog: article {article[:16]} is not what was stored")


def _raw(catalog: Catalog, *, not_believed: NotBelieved) -> Iterator[Finding]:
    doubtful = not_believed(catalog)
    for root, why in sorted(doubtful.items()):
        what = f"raw folder not believed, none of its files was compared: {os.fsdecode(root)}: {why}"
        yield Finding(Kind.ROOT, what)
    rows = catalog.db.execute(
        """SELECT root.path, file.path, file.version, size, mtime_ns, ctime_ns, inode
           FROM file JOIN root ON root.id = file.root WHERE file.version IS NOT NULL AND state != ?
           ORDER BY root.path, file.path""",
        (State.MISSING,),
    )
    for root, path, version, *known in rows:
        if root in doubtful:
            continue
        name = os.fsdecode(os.path.join(root, path))
        try:
            # whatever stands there now: no link is followed, no pipe waited for
            handle = os.open(os.path.join(root, path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with open(handle, "rb") as file:
                same = Stat.of(os.fstat(file.fileno())) == Stat(*known)
                digest = hashlib.file_digest(file, "sha256").hexdigest() if same else version
        except OSError as error:
            yield Finding(Kind.RAW, f"raw: {name}: {error.strerror}; the next 'newsfold ingest' will notice")
            continue
        if digest != version:
            what = f"raw: {name}: its bytes changed without a trace in its times: damaged, or tampered with"
            yield Finding(Kind.RAW, what)
