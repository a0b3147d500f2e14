"""A fresh catalog made of what is whole in a damaged one; the next run reads all raw files into it.

What is taken over has proved itself: an article whose fields have the hash that was stored with it and
whose id is that of its version. So the articles of files that are gone stay, and so does what no raw file
tells: when an article first came, which files there were, the history of runs. All of that waits in the
fresh catalog as if an older newsfold had written it; the machinery for upgrades makes the rest: it reads
the files, counts their lines, links the articles and fills a new generation of the index, while the old one
answers.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from index import articles, files, wal
from index.article import Article, VersionId, article_id
from index.articles import Version
from index.catalog import Catalog, now
from index.durable import fsync_path
from index.errors import CatalogDamagedError
from index.integrity import is_sound_run
from index.page_sums import distrust
from index.settings import Home
from tasks import generations

PIPELINE: Final = "salvaged"
"""Of the versions taken over: no pipeline's, so that their files are read again."""
KEPT: Final = "damaged"
"""The folder that keeps the damaged catalog; that of the next one is `damaged-2`, and so on."""

_ROWS: Final = 500
"""Rows read at once; where one of them cannot be read, they are read in halves."""
_BLIND: Final = 1 << 17
"""Up to which number rows are tried where the table does not tell its last."""
_MOST: Final = 1 << 26
"""Up to which number rows are tried at all: the last number may be damaged, too."""
_FAILURES: Final = 20_000
"""Attempts after which what is left of a table is given up."""


@dataclass(slots=True)
class Salvaged:
    """What was taken over, and what could not be read.

    `lost` are rows by table, and `whole_tables` those of which it is not even known how many rows they had.
    `nameless` are articles of which no file is known any more: they stay only if a raw file still has them.
    `kept` is the folder with the damaged catalog; None where there was no file to keep.
    """

    articles: int = 0
    files: int = 0
    runs: int = 0
    nameless: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    whole_tables: list[str] = field(default_factory=list)
    kept: Path | None = None

    def __str__(self) -> str:
        told = f"{self.articles:,} articles, {self.files:,} files and {self.runs:,} runs were whole"
        gone = ", ".join(
            f"much or all of {table}" if table in self.whole_tables else f"{count:,} rows of {table}"
            for table, count in self.lost.items()
            if count
        )
        told += f"; {self.nameless:,} articles are of files whose names are lost" if self.nameless else ""
        return f"{told}; not readable: {gone}" if gone else told


def salvage(home: Home) -> Salvaged:
    """Put a fresh catalog in the place of the damaged one, which is kept. The caller holds the lock.

    A death at any moment leaves the old catalog or the new one in place; the old one may then lack its log,
    which `finish_swap` gives back to it. Raises OSError.
    """
    finish_swap(home)
    folder = home.spool / "mending"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    fresh = folder / home.catalog.name
    with Catalog.open(fresh) as catalog:
        done = _Salvage(home.catalog, catalog).run(_newest(home))
        generations.begin(catalog)
    done.kept = _swap(home, fresh)
    shutil.rmtree(folder)
    return done


def _newest(home: Home) -> int:
    """Number of the newest generation of the index that there is; 1 where there is none."""
    folder = home.generation(0).parent
    names = os.listdir(folder) if folder.is_dir() else []
    return max((int(name) for name in names if name.isdecimal() and name.isascii()), default=1)


def finish_swap(home: Home) -> None:
    """Undo a swap that died before its rename: the catalog gets its log back, and no second name is left.

    To be called under the lock, before the catalog is opened for writing: without its log, the catalog lacks
    what was committed last. A log that somebody wrote to since is left as it is. Raises OSError.
    """
    if not home.catalog.exists():
        return
    for kept in sorted(home.state.glob(f"{KEPT}*")):
        copy = kept / home.catalog.name
        if copy.exists() and copy.samefile(home.catalog):
            _give_back(wal.log_path(copy), wal.log_path(home.catalog))
            shutil.rmtree(kept)
            fsync_path(home.state)


def _give_back(kept: Path, log: Path) -> None:
    """Put a log in its place again, unless there is one that holds anything."""
    if not kept.exists() or (log.exists() and log.stat().st_size):
        return
    for path in _logs(log.parent / log.name.removesuffix("-wal")):
        path.unlink(missing_ok=True)  # empty, and its index: both made by who only read
    os.link(kept, log)
    fsync_path(log.parent)


def _logs(catalog: Path) -> tuple[Path, Path]:
    return wal.log_path(catalog), catalog.with_name(f"{catalog.name}-shm")


def _folder(home: Home) -> Path:
    """Make the folder for a damaged catalog: no earlier one is given up. An empty one is used again."""
    for number in itertools.count(1):
        kept = home.state / (KEPT if number == 1 else f"{KEPT}-{number}")
        if not kept.exists() or (kept.is_dir() and not os.listdir(kept)):
            break
    kept.mkdir(mode=0o700, exist_ok=True)
    return kept


def _swap(home: Home, fresh: Path) -> Path | None:
    """Rename the fresh catalog to the place of the damaged one; return where that is kept, if it was there.

    The logs are removed before the rename: SQLite would replay them into the fresh catalog. A death between
    the two is what `finish_swap` is for.
    """
    distrust(home.catalog)
    logs = _logs(home.catalog)
    old = [path for path in (home.catalog, *logs) if path.exists()]
    kept = _folder(home) if old else None
    if kept is not None:
        for path in old:
            os.link(path, kept / path.name)
        fsync_path(kept)
    fsync_path(home.state)
    for path in logs:
        path.unlink(missing_ok=True)
    wal.log_path(fresh).unlink(missing_ok=True)  # closed: all is in the file
    fsync_path(fresh)
    fresh.replace(home.catalog)
    fsync_path(home.state)
    return kept


class _Salvage:
    """One salvage at work."""

    def __init__(self, damaged: Path, catalog: Catalog) -> None:
        self._damaged = damaged
        self._catalog = catalog
        self._done = Salvaged()
        self._versions: set[str] = set()

    def run(self, generation: int) -> Salvaged:
        """Take over what is whole; the articles stand in a generation of the index."""
        with self._catalog.transaction():
            self._catalog.put_setting("generation", str(generation))
        if not self._damaged.exists():
            return self._done
        address = f"{self._damaged.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            self._articles(db, generation)
            with self._catalog.transaction():
                self._files(db)
                self._runs(db)
        return self._done

    def _articles(self, db: sqlite3.Connection, generation: int) -> None:
        for rows in self._rows(db, "article", "*, id AS canonical"):
            with self._catalog.transaction():
                for row in rows:
                    if (article := _proved(row)) is not None:
                        self._put(db, article, row, generation)
                    else:
                        self._lose("article")

    def _put(self, db: sqlite3.Connection, article: Article, row: sqlite3.Row, generation: int) -> None:
        known = self._catalog.db.execute("SELECT 1 FROM article WHERE id = ?", (article.id,)).fetchone()
        if known is not None:
            return
        if article.version not in self._versions:
            articles.put_version(self._catalog, self._version(db, article.version))
            self._versions.add(article.version)
        articles.put_article(self._catalog, article, _moment(row["added"]))
        self._catalog.db.execute("UPDATE article SET indexed = ? WHERE id = ?", (generation, article.id))
        self._catalog.db.execute(
            "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, 0, 0, 0, NULL, ?1)",
            (article.id, article.text_hash, article.words, article.story.date),
        )
        self._done.articles += 1

    def _version(self, db: sqlite3.Connection, sha256: VersionId) -> Version:
        """Read a version; of one that cannot be read, only the name is known."""
        row, cut = None, ""
        with suppress(sqlite3.DatabaseError):
            row = db.execute("SELECT * FROM version WHERE sha256 = ?", (sha256,)).fetchone()
        with suppress(sqlite3.DatabaseError, CatalogDamagedError):
            cut = articles.cut_of(Catalog(db, self._damaged), sha256)
        if row is None:
            self._lose("version")
            return Version(sha256, 0, "utf-8", 0, guessed=False, reject=None, pipeline=PIPELINE, cut=cut)
        return Version(
            sha256,
            _number(row["size"]),
            str(row["encoding"]),
            _number(row["repairs"]),
            guessed=bool(row["guessed"]),
            reject=None,
            pipeline=PIPELINE,
            cut=cut,
        )

    def _files(self, db: sqlite3.Connection) -> None:
        """Take over the files: those that are gone as they are, the others to be read again."""
        roots: dict[int, files.RootId] = {}
        for rows in self._rows(db, "root", "id, path"):
            for row in rows:
                if _is_path(row["path"]):
                    roots[row["id"]] = files.root_id(self._catalog, row["path"])
                else:
                    self._lose("root")
        for rows in self._rows(db, "file", "root, path, state, version"):
            for row in rows:
                if row["root"] in roots and _is_path(row["path"]):
                    self._file(roots[row["root"]], row)
                else:
                    self._lose("file")
        self._catalog.db.execute(files.WALKED_BY_ROWS)
        self._done.nameless = sum(
            len(articles.articles_of(self._catalog, version)) for version in articles.orphans(self._catalog)
        )

    def _file(self, root: files.RootId, row: sqlite3.Row) -> None:
        missing = row["state"] == "missing"
        version = row["version"] if row["version"] in self._versions else None
        state, reason = ("missing", "") if missing else ("pending", files.SEEN)
        self._catalog.db.execute(
            """INSERT OR IGNORE INTO file
               (root, path, state, reason, size, mtime_ns, ctime_ns, inode, version)
               VALUES (?, ?, ?, ?, 0, 0, 0, 0, ?)""",
            (root, row["path"], state, reason, version),
        )
        self._done.files += 1

    def _runs(self, db: sqlite3.Connection) -> None:
        for rows in self._rows(db, "run", "*"):
            for row in rows:
                if is_sound_run(row):
                    self._catalog.db.execute("INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(row))
                    self._done.runs += 1
                else:
                    self._lose("run")

    def _rows(self, db: sqlite3.Connection, table: str, columns: str) -> Iterator[list[sqlite3.Row]]:
        """Yield the rows of a table that can be read, some at a time, and count the others."""
        try:
            last = min(_number(db.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0]), _MOST)
        except sqlite3.DatabaseError:
            last = _BLIND
            self._done.whole_tables.append(table)
        query = f"SELECT {columns} FROM {table} WHERE rowid BETWEEN ? AND ?"
        self._done.lost[table] = self._done.lost.get(table, 0)
        failures = 0
        ranges = [(start, min(start + _ROWS - 1, last)) for start in range(1, last + 1, _ROWS)][::-1]
        while ranges and failures < _FAILURES:
            low, high = ranges.pop()
            try:
                yield db.execute(query, (low, high)).fetchall()
            except sqlite3.DatabaseError:
                failures += 1
                if low == high:
                    self._lose(table)
                else:
                    middle = (low + high) // 2
                    ranges += [(middle + 1, high), (low, middle)]

    def _lose(self, table: str) -> None:
        self._done.lost[table] = self._done.lost.get(table, 0) + 1


def _proved(row: sqlite3.Row) -> Article | None:
    """Make the article of a row; None where it is not what was stored."""
    try:
        article = articles.stored_of(row).article
        named = article_id(article.version, article.ordinal)
        return (
            article
            if (articles.content_hash(article), named) == (row["content_hash"], row["id"]) and _typed(article)
            else None
        )
    except (CatalogDamagedError, UnicodeError, TypeError, ValueError, OverflowError, AttributeError):
        return None


def _typed(article: Article) -> bool:
    """Whether the fields that the hash does not cover have the types that they should have."""
    language = article.language
    texts = (article.version, article.text_hash, article.pipeline, language.engine, language.second or "")
    numbers = (article.story.confidence, language.probability)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(number, float) for number in numbers)
        and isinstance(article.words, int)
    )


def _is_path(value: Any) -> bool:
    return isinstance(value, bytes) and b"\0" not in value


def _moment(told: Any) -> str:
    """When an article was first stored, if that can still be read; else now."""
    try:
        datetime.fromisoformat(told)
    except (TypeError, ValueError):
        return now()
    return min(str(told), now())


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
