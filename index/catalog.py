"""The catalog: the SQLite ledger of every raw file, article, duplicate link and run.

The catalog is the truth; the full-text index can be rebuilt from it. WAL with ``synchronous=FULL``: what a
committed transaction says survives a power loss.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from index.errors import CatalogDamagedError, NewsfoldError

if TYPE_CHECKING:
    from index.page_sums import Seal

MIGRATIONS: Final = (
    """
    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    CREATE TABLE root (
        id INTEGER PRIMARY KEY,
        path BLOB NOT NULL UNIQUE,
        walked INTEGER NOT NULL DEFAULT 0       -- entries the last scan counted
    );

    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        root INTEGER NOT NULL REFERENCES root,
        path BLOB NOT NULL,                     -- relative to the root, as the disk spells it
        state TEXT NOT NULL CHECK (state IN
            ('pending', 'indexed', 'duplicate', 'rejected', 'ignored', 'deferred', 'missing')),
        reason TEXT NOT NULL DEFAULT '',
        size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, ctime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
        version TEXT REFERENCES version,        -- the bytes whose articles this file holds
        UNIQUE (root, path)
    );
    CREATE INDEX file_by_version ON file (version) WHERE version IS NOT NULL;
    CREATE INDEX file_by_state ON file (state);

    CREATE TABLE version (
        sha256 TEXT PRIMARY KEY,
        size INTEGER NOT NULL,
        encoding TEXT NOT NULL,
        repairs INTEGER NOT NULL,
        guessed INTEGER NOT NULL,
        reject TEXT NOT NULL DEFAULT '',        -- why it gave no article
        detail TEXT NOT NULL DEFAULT '',
        pipeline TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE article (
        id TEXT PRIMARY KEY,
        version TEXT NOT NULL REFERENCES version,
        ordinal INTEGER NOT NULL,
        headline TEXT NOT NULL, standfirst TEXT NOT NULL, byline TEXT NOT NULL, agency TEXT NOT NULL,
        place TEXT NOT NULL, date TEXT, date_evidence TEXT NOT NULL, publisher TEXT NOT NULL,
        span_start INTEGER NOT NULL, span_end INTEGER NOT NULL, confidence REAL NOT NULL,
        lang TEXT NOT NULL, lang_probability REAL NOT NULL, lang_engine TEXT NOT NULL,
        lang_reliable INTEGER NOT NULL, lang_second TEXT,
        words INTEGER NOT NULL,
        text_hash TEXT NOT NULL,                -- of the normalised body
        content_hash TEXT NOT NULL,             -- of the article's own fields, as exported
        body BLOB NOT NULL,                     -- zlib
        sketch BLOB NOT NULL,                   -- FracMinHash of the body, little-endian int64
        pipeline TEXT NOT NULL,
        added TEXT NOT NULL,                    -- when newsfold first stored it, UTC
        indexed INTEGER                         -- index generation that holds it; NULL until committed there
    );
    CREATE INDEX article_by_version ON article (version);

    CREATE TABLE entry (                        -- an article in the duplicate ledger
        id TEXT PRIMARY KEY,
        text_hash TEXT NOT NULL,
        words INTEGER NOT NULL,
        date TEXT,
        correction INTEGER NOT NULL,
        digest INTEGER NOT NULL DEFAULT 0,
        hashes BLOB NOT NULL,                   -- its postings
        canonical TEXT                          -- of its cluster; itself where it stands alone
    ) WITHOUT ROWID;
    CREATE INDEX entry_by_text ON entry (text_hash);
    CREATE INDEX entry_by_canonical ON entry (canonical);

    CREATE TABLE posting (
        hash INTEGER NOT NULL, article BLOB NOT NULL, PRIMARY KEY (hash, article)
    ) WITHOUT ROWID;

    CREATE TABLE edge (
        a TEXT NOT NULL, b TEXT NOT NULL,
        kind TEXT NOT NULL, similarity REAL NOT NULL, evidence TEXT NOT NULL,
        PRIMARY KEY (a, b)
    ) WITHOUT ROWID;
    CREATE INDEX edge_by_b ON edge (b);

    CREATE TABLE index_work (                   -- what the next index commit has to do
        article TEXT PRIMARY KEY, remove INTEGER NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        started TEXT NOT NULL, finished TEXT,
        mode TEXT NOT NULL,                     -- 'prefect' or 'direct'
        state TEXT NOT NULL CHECK (state IN ('running', 'completed', 'failed', 'interrupted')),
        pid INTEGER NOT NULL,
        message TEXT NOT NULL DEFAULT ''
    );
    """,
    """
    CREATE TABLE cut (                          -- text of a version's page that is in no article of it
        version TEXT PRIMARY KEY REFERENCES version,
        text BLOB NOT NULL                      -- zlib
    );

    CREATE TABLE page (                         -- the counted lines of files; see index.repetition
        id INTEGER PRIMARY KEY,
        lines BLOB NOT NULL
    );
    ALTER TABLE file ADD COLUMN page INTEGER REFERENCES page;  -- NULL until its lines are counted
    CREATE INDEX file_by_page ON file (page) WHERE page IS NOT NULL;

    CREATE TABLE line_page (
        line INTEGER NOT NULL, page INTEGER NOT NULL, PRIMARY KEY (line, page)
    ) WITHOUT ROWID;

    CREATE TABLE noted_line (                   -- lines with at least one of the two marks
        line INTEGER PRIMARY KEY,
        common INTEGER NOT NULL,                -- prose on so many pages that it is nobody's own
        repeated INTEGER NOT NULL               -- stands beside several stories: furniture
    );

    CREATE TABLE resegment (                    -- versions whose evidence changed since they were read
        version TEXT PRIMARY KEY
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE entry RENAME TO old_entry;
    DROP INDEX entry_by_text;
    DROP INDEX entry_by_canonical;
    CREATE TABLE entry (                        -- an article in the duplicate ledger
        id TEXT PRIMARY KEY,
        text_hash TEXT NOT NULL,
        words INTEGER NOT NULL,
        date TEXT,
        correction INTEGER NOT NULL,
        littered INTEGER NOT NULL,
        digest INTEGER NOT NULL DEFAULT 0,
        hashes BLOB,                            -- its sketch; NULL: the next run has to link it again
        canonical TEXT                          -- of its cluster; itself where it stands alone
    ) WITHOUT ROWID;
    INSERT INTO entry
        SELECT id, text_hash, words, date, correction, 0, digest, NULL, canonical FROM old_entry;
    DROP TABLE old_entry;
    CREATE INDEX entry_by_text ON entry (text_hash);
    CREATE INDEX entry_by_canonical ON entry (canonical);
    CREATE INDEX entry_to_link ON entry (id) WHERE hashes IS NULL;
    DROP TABLE posting;
    DELETE FROM edge;
    UPDATE article SET sketch = x'';            -- unused from now on: SQLite 3.34 cannot drop a column

    CREATE TABLE hash_run (                     -- postings, see index.hash_runs
        id INTEGER PRIMARY KEY,
        family TEXT NOT NULL,                   -- 'sketch' …
        level INTEGER NOT NULL,                 -- by the number of postings
        start INTEGER NOT NULL,                 -- its first chunk
        firsts BLOB NOT NULL,                   -- first key of each chunk, little-endian uint64
        sizes BLOB NOT NULL                     -- postings of each chunk, little-endian uint32
    );
    CREATE TABLE hash_chunk (
        id INTEGER PRIMARY KEY,
        keys BLOB NOT NULL,                     -- 43 bits of the hash, 20 of the id, little-endian uint64
        lows BLOB NOT NULL                      -- 32 more bits of the id, little-endian uint32
    );

    ALTER TABLE version ADD COLUMN page INTEGER;  -- whose lines it was segmented with, if any file has it
    UPDATE version SET page =
        (SELECT page FROM file WHERE file.version = sha256 AND page IS NOT NULL LIMIT 1);
    CREATE INDEX version_by_page ON version (page);

    CREATE TABLE event (                        -- what of an article tells its event, see index.event_store
        id TEXT PRIMARY KEY,
        hashes BLOB NOT NULL,                   -- of its terms, the most telling first; see index.hashes
        weights BLOB NOT NULL,                  -- a byte a term
        figures BLOB NOT NULL,                  -- two bytes a figure
        day INTEGER,                            -- of its date, 1 is 0001-01-01; NULL where unknown
        posted INTEGER NOT NULL DEFAULT 0       -- its postings stand: it is the canonical copy of its cluster
    ) WITHOUT ROWID;
    """,
)
"""One script a schema version, in order. A script that was released never changes."""

BUSY_SECONDS: Final = 60.0
LOG_BYTES: Final = 4 << 20
"""SQLite's log is emptied after the transaction that makes it so long: SQLite's own measure, 1,000 pages."""


class Catalog:
    """An open catalog. `db` is in autocommit mode; `transaction` makes several statements one.

    What opens it for writing keeps the checksums of its pages (`index.page_sums`).
    """

    def __init__(self, db: sqlite3.Connection, path: Path, seal: Seal | None = None) -> None:
        self.db = db
        self.path = path
        self._seal = seal

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the catalog for writing; make it, or bring it to the newest schema, where needed."""
        from index.page_sums import Seal  # noqa: PLC0415 - what only reads needs no checksums

        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        seal = Seal.take(path)
        try:
            catalog = cls._connect(path)
        except BaseException:
            if seal is not None:
                seal.release()
            raise
        catalog._seal = seal
        try:
            catalog.db.execute("PRAGMA wal_autocheckpoint=0")  # `absorb` does it
            catalog.db.execute(f"PRAGMA journal_size_limit={LOG_BYTES}")
            catalog._migrate()
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """Open an existing catalog for reading; None where there is none yet.

        One of an older schema is brought to the newest first: what reads it knows no other.
        """
        if not path.is_file():
            return None
        catalog = cls._connect(path)
        try:
            if catalog._version() == 0:  # made, and its maker died before the first migration
                catalog.close()
                return None
            if catalog._version() < len(MIGRATIONS):
                from index.page_sums import distrust  # noqa: PLC0415 - as in `open`

                distrust(path)
            catalog._migrate()
            catalog.db.execute("PRAGMA query_only=1")
        except BaseException:
            catalog.close()
            raise
        return catalog

    @classmethod
    def _connect(cls, path: Path) -> Self:
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA foreign_keys=1")
        except sqlite3.DatabaseError as error:
            db.close()
            raise damaged(path, error) from error
        return cls(db, path)

    def _version(self) -> int:
        return int(self.db.execute("PRAGMA user_version").fetchone()[0])

    def _refuse_newer(self) -> None:
        if self._version() > len(MIGRATIONS):
            raise NewsfoldError(
                f"{self.path}: written by a newer newsfold (catalog schema {self._version()}, "
                f"this one knows {len(MIGRATIONS)})",
                hint="upgrade newsfold, or restore a backup made by this version",
            )

    def _migrate(self) -> None:
        self._refuse_newer()
        while (version := self._version()) < len(MIGRATIONS):
            with self.transaction():
                if self._version() == version:  # nobody else migrated while we waited for the lock
                    for statement in _statements(MIGRATIONS[version]):
                        self.db.execute(statement)
                    self.db.execute(f"PRAGMA user_version={version + 1}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All statements inside, or none of them."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            if self.db.in_transaction:  # SQLite itself rolls back on a full disk
                self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
        self.absorb()

    def absorb(self, *, at_least: int = LOG_BYTES) -> None:
        """Move what was committed from SQLite's log into its file, once the log has so many bytes."""
        if self._seal is not None and self._seal.log_bytes() >= at_least:
            self._seal.absorb(self.db)

    def setting(self, name: str, default: str = "") -> str:
        """One value of the catalog's own settings, such as the index generation."""
        row = self.db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row[0])

    def put_setting(self, name: str, value: str) -> None:
        """Store one value."""
        self.db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def drop_setting(self, name: str) -> None:
        """Forget one value."""
        self.db.execute("DELETE FROM setting WHERE name = ?", (name,))

    @property
    def generation(self) -> int:
        """Number of the index generation that answers."""
        return int(self.setting("generation", "1"))

    def close(self) -> None:
        """Close; what is not committed is gone. Raises OSError where the checksums cannot be written."""
        seal, self._seal = self._seal, None
        try:
            if seal is not None:
                seal.absorb(self.db)
            self.db.close()
            if seal is not None:
                seal.close()
        except BaseException:
            self.db.close()
            if seal is not None:
                seal.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, failure: BaseException | None, __: object) -> None:
        if failure is None:
            self.close()
            return
        with suppress(OSError, sqlite3.Error):  # the failure that brought us here is the one to report
            self.close()


_FORBIDDEN: Final = ("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_READONLY")
"""Beginnings of SQLite's names for what the file system does not let it do."""


def damaged(path: Path, error: Exception) -> NewsfoldError:
    """The error for a catalog that SQLite cannot use."""
    message = f"{path}: the catalog cannot be used: {error}"
    if getattr(error, "sqlite_errorname", "").startswith(_FORBIDDEN):
        hint = f"nothing is damaged: check the permissions of {path.parent} and what is in it"
        return NewsfoldError(message, hint=hint)
    return CatalogDamagedError(
        message, hint="'newsfold repair' mends it, or makes it again from what is whole and the raw files"
    )


def is_damage(error: Exception) -> bool:
    """Whether SQLite's error says that bytes of the catalog are not what was written."""
    if isinstance(error, CatalogDamagedError):
        return True
    name = getattr(error, "sqlite_errorname", "")
    lost = ("no such table", "no such column", "Could not decode", "malformed")
    return name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT")) or str(error).startswith(
        lost
    )


def now() -> str:
    """The present moment, UTC, as it is stored: ``2026-03-14T15:09:26+00:00``."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _statements(script: str) -> Iterator[str]:
    """Split a script at its semicolons: `executescript` would commit the transaction around it."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
