"""Whether catalog, index and raw files agree, byte for byte."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator

from index import articles, files, line_counts, writer
from index.article import ArticleId, State
from index.catalog import Catalog
from index.errors import NewsfoldError
from index.files import Stat
from index.settings import Home


def find_damage(catalog: Catalog, home: Home, *, read_raw: bool) -> list[str]:
    """Return every disagreement as one line; empty where all is well. Changes nothing."""
    findings = list(_catalog(catalog))
    if not findings:
        findings += _index(catalog, home)
        if read_raw:
            findings += _raw(catalog)
    return findings


def _catalog(catalog: Catalog) -> Iterator[str]:
    for (line,) in catalog.db.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"catalog: {line}"
    for row in catalog.db.execute("PRAGMA foreign_key_check"):
        yield f"catalog: a row of {row[0]} names a row of {row[2]} that is not there"
    balance = files.conservation(catalog)
    if not balance.holds:
        yield f"catalog: the files do not add up: {balance}"
    for (version,) in catalog.db.execute(
        """SELECT sha256 FROM version WHERE reject = '' AND
           NOT EXISTS (SELECT 1 FROM article WHERE article.version = sha256)"""
    ):
        yield f"catalog: version {version[:16]} is no reject and has no article"
    for (article,) in catalog.db.execute(
        "SELECT id FROM article WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = article.id)"
    ):
        yield f"catalog: article {article[:16]} is not in the duplicate ledger"
    yield from _of_nobody(catalog)
    for miscount in line_counts.find_miscounts(catalog):
        yield f"catalog: {miscount}"
    for article, wanted in catalog.db.execute("SELECT id, content_hash FROM article ORDER BY id"):
        yield from _article(catalog, ArticleId(article), wanted)


def _of_nobody(catalog: Catalog) -> Iterator[str]:
    """Yield what the ledgers know of articles that are gone."""
    for table, what in (("entry", "the duplicate ledger"), ("event", "the ledger of events")):
        for (article,) in catalog.db.execute(
            f"SELECT id FROM {table} WHERE NOT EXISTS (SELECT 1 FROM article WHERE article.id = {table}.id)"
        ):
            yield f"catalog: {what} names article {article[:16]}, which is not there"


def _article(catalog: Catalog, article: ArticleId, wanted: str) -> Iterator[str]:
    try:
        stored = articles.get_article(catalog, article)
    except (zlib.error, UnicodeDecodeError, NewsfoldError) as error:
        yield f"catalog: article {article[:16]} cannot be read: {error}"
        return
    if articles.content_hash(stored.article) != wanted:
        yield f"catalog: article {article[:16]} is not what was stored"


def _index(catalog: Catalog, home: Home) -> Iterator[str]:
    folder = home.generation(catalog.generation)
    wanted = {
        row[0]
        for row in catalog.db.execute("SELECT id FROM article WHERE indexed = ?", (catalog.generation,))
    }
    if not folder.is_dir():
        if wanted:
            yield f"index: {folder} is gone; 'newsfold ingest' makes it again"
        return
    try:
        damage = writer.verify_files(folder)
        found = set() if damage else writer.all_ids(folder)
    except NewsfoldError as error:
        yield f"index: {error.message}"
        return
    for finding in damage:
        yield f"index: {finding}; 'newsfold rebuild' makes it again"
    if damage:
        return
    pending = {article for article, _ in articles.queued(catalog, 1 << 40)}
    for article in sorted(wanted - found - pending):
        yield f"index: article {article[:16]} is missing"
    for article in sorted(found - wanted - pending):
        yield f"index: article {article[:16]} is there, and not in the catalog"


def _raw(catalog: Catalog) -> Iterator[str]:
    rows = catalog.db.execute(
        """SELECT root.path, file.path, file.version, size, mtime_ns, ctime_ns, inode
           FROM file JOIN root ON root.id = file.root WHERE file.version IS NOT NULL AND state != ?
           ORDER BY root.path, file.path""",
        (State.MISSING,),
    )
    for root, path, version, *known in rows:
        name = os.fsdecode(os.path.join(root, path))
        try:
            with open(os.path.join(root, path), "rb") as file:
                same = Stat.of(os.fstat(file.fileno())) == Stat(*known)
                digest = hashlib.file_digest(file, "sha256").hexdigest() if same else version
        except OSError as error:
            yield f"raw: {name}: {error.strerror}; the next 'newsfold ingest' will notice"
            continue
        if digest != version:
            yield f"raw: {name}: its bytes changed without a trace in its times: damaged, or tampered with"
