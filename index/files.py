"""The catalog's rows of raw files: what was seen on disk, and the one state that each file is in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, NewType

from index.article import RejectReason, State, VersionId
from index.catalog import Catalog

RootId = NewType("RootId", int)
FileId = NewType("FileId", int)

SEEN: Final = "seen, not read yet"
STORED: Final = "in the catalog, on its way into the index"
"""Reasons of the state pending; a file that is STORED needs no second reading."""


WALKED_BY_ROWS: Final = (
    "UPDATE root SET walked = (SELECT count(*) FROM file WHERE file.root = root.id AND state != 'missing')"
)
"""Makes the walker's count what the rows say, where it was lost; the next scan counts again."""

_RESTING: Final = (
    f"(state IN ('indexed', 'duplicate', 'rejected') OR (state = 'pending' AND reason = '{STORED}'))"
)
"""Of a file whose bytes were read as they are, so far as the last scan saw."""


_STATES: Final = {state.value: state for state in State}

_LAST: Final = (1 << 63) - 1
"""SQLite's largest integer; as nanoseconds, the year 2262."""


class Stat(NamedTuple):
    """What `os.stat` says of a file: the shortcut that saves reading it again.

    A tuple, for a scan of 100,000 files makes and compares twice as many.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, result: os.stat_result) -> Stat:
        """Pick the four numbers out of a stat result, as the catalog can store them.

        Anybody can date a file to the year 2400, and some file systems number files up to 2^64.
        """
        modified, changed = result.st_mtime_ns, result.st_ctime_ns
        if max(modified, changed) > _LAST or min(modified, changed) < -_LAST:
            modified, changed = (max(-_LAST, min(moment, _LAST)) for moment in (modified, changed))
        return cls(result.st_size, modified, changed, result.st_ino & _LAST)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A raw file as the catalog knows it; `path` is relative to its root."""

    id: FileId
    path: bytes
    state: State
    reason: str
    stat: Stat
    version: VersionId | None


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A raw file that was read before, by its absolute path."""

    id: FileId
    path: bytes
    stat: Stat
    version: VersionId


def root_id(catalog: Catalog, path: bytes) -> RootId:
    """Number of a raw folder, given on first sight."""
    catalog.db.execute("INSERT OR IGNORE INTO root (path) VALUES (?)", (path,))
    return RootId(catalog.db.execute("SELECT id FROM root WHERE path = ?", (path,)).fetchone()[0])


def files_of(catalog: Catalog, root: RootId) -> dict[bytes, FileRow]:
    """Every file ever seen below a root, by path."""
    rows = catalog.db.execute(
        "SELECT id, path, state, reason, size, mtime_ns, ctime_ns, inode, version FROM file WHERE root = ?",
        (root,),
    )
    return {
        path: FileRow(id_, path, _STATES[state], reason, Stat(*stat), version)
        for id_, path, state, reason, *stat, version in rows
    }


def ids_of(catalog: Catalog, root: RootId, paths: Iterable[bytes]) -> list[FileId]:
    """Numbers of files of a root that were seen, in the order of `paths`."""
    query = "SELECT id FROM file WHERE root = ? AND path = ?"
    return [FileId(catalog.db.execute(query, (root, path)).fetchone()[0]) for path in paths]


def put_seen(
    catalog: Catalog, root: RootId, seen: Iterable[tuple[bytes, Stat, State, str]], *, walked: int
) -> None:
    """Write what a scan saw (path, stat, state, reason) and how many entries it walked."""
    catalog.db.executemany(
        """INSERT INTO file (root, path, state, reason, size, mtime_ns, ctime_ns, inode)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (root, path) DO UPDATE SET state = excluded.state, reason = excluded.reason,
               size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns,
               inode = excluded.inode""",
        (
            (root, path, state, reason, stat.size, stat.mtime_ns, stat.ctime_ns, stat.inode)
            for path, stat, state, reason in seen
        ),
    )
    catalog.db.execute("UPDATE root SET walked = ? WHERE id = ?", (walked, root))


def set_state(catalog: Catalog, files: Iterable[FileId], state: State, reason: str = "") -> None:
    """Move files to a state."""
    catalog.db.executemany(
        "UPDATE file SET state = ?, reason = ? WHERE id = ?", ((state, reason, file) for file in files)
    )


def hold(catalog: Catalog, file: FileId, version: VersionId | None) -> VersionId | None:
    """Let a file hold the articles of a version (None: of none); return the version it held before."""
    (before,) = catalog.db.execute("SELECT version FROM file WHERE id = ?", (file,)).fetchone()
    catalog.db.execute("UPDATE file SET version = ? WHERE id = ?", (version, file))
    return VersionId(before) if before is not None and before != version else None


def rests_on(catalog: Catalog, file: FileId, version: VersionId) -> bool:
    """Whether a file holds a version and waits for nothing but, perhaps, the index."""
    row = catalog.db.execute(
        f"SELECT 1 FROM file WHERE id = ? AND version = ? AND {_RESTING}", (file, version)
    ).fetchone()
    return row is not None


def uncounted(catalog: Catalog) -> list[KnownFile]:
    """Files whose articles an older newsfold made before it counted lines."""
    return _known_files(catalog, f"file.version IS NOT NULL AND file.page IS NULL AND {_RESTING}")


def to_segment_again(catalog: Catalog) -> list[KnownFile]:
    """One file, the first by root and name, for each version whose evidence changed since it was read.

    A version is left out that only files hold which are gone or cannot be read now: its turn comes when one
    is there again.
    """
    found = _known_files(catalog, f"file.version IN (SELECT version FROM resegment) AND {_RESTING}")
    return list({file.version: file for file in reversed(found)}.values())[::-1]


def _known_files(catalog: Catalog, condition: str) -> list[KnownFile]:
    rows = catalog.db.execute(
        f"""SELECT file.id, root.path, file.path, size, mtime_ns, ctime_ns, inode, version
            FROM file JOIN root ON root.id = file.root WHERE {condition} ORDER BY root.path, file.path"""
    )
    return [
        KnownFile(FileId(row[0]), os.path.join(row[1], row[2]), Stat(*row[3:7]), VersionId(row[7]))
        for row in rows
    ]


def holders_in(catalog: Catalog, states: Iterable[State]) -> list[FileId]:
    """Files in these states that hold a version."""
    names = tuple(states)
    marks = ", ".join("?" * len(names))
    rows = catalog.db.execute(f"SELECT id FROM file WHERE version IS NOT NULL AND state IN ({marks})", names)
    return [FileId(row[0]) for row in rows]


def settle(catalog: Catalog) -> None:
    """Give every file that waited for the index its final state.

    Of the files that hold one version the first by root and name stands for it: it is `indexed` where one of
    the version's articles is the canonical copy of its cluster. Every other one is a `duplicate`; no answer
    depends on which file came first.
    """
    rows = catalog.db.execute(
        "SELECT id, version FROM file WHERE state = 'pending' AND reason = ?", (STORED,)
    ).fetchall()
    for file, version in rows:
        state, reason = settled_state(catalog, file, version)
        set_state(catalog, [file], state, reason)


def settled_state(catalog: Catalog, file: int, version: str) -> tuple[State, str]:
    """Say in which state, and why, a file is that holds a version of which all is in the index."""
    db = catalog.db
    reject, detail = db.execute("SELECT reject, detail FROM version WHERE sha256 = ?", (version,)).fetchone()
    if reject:
        return State.REJECTED, reject_text(reject, detail)
    (first,) = db.execute(
        """SELECT file.id FROM file JOIN root ON root.id = file.root
           WHERE version = ? ORDER BY state = 'missing', root.path, file.path LIMIT 1""",
        (version,),
    ).fetchone()
    if first != file:
        return State.DUPLICATE, "same bytes"
    articles = db.execute(
        "SELECT id, canonical FROM article JOIN entry USING (id) WHERE version = ?", (version,)
    ).fetchall()
    if any(article == canonical for article, canonical in articles):
        return State.INDEXED, ""
    same = db.execute(
        "SELECT count(DISTINCT text_hash) = 1 FROM article WHERE id IN (?, ?)", tuple(articles[0])
    ).fetchone()[0]
    return State.DUPLICATE, "same text" if same else "near-duplicate"


def reject_text(reason: RejectReason | str, detail: str) -> str:
    """A reject's reason as one text: ``binary: PNG image``."""
    return f"{reason}: {detail}" if detail else str(reason)


def unsettle(catalog: Catalog, versions: Iterable[str]) -> None:
    """Mark the files that hold these versions for `settle`: something about their articles changed."""
    catalog.db.executemany(
        """UPDATE file SET state = 'pending', reason = ?
           WHERE version = ? AND state IN ('indexed', 'duplicate', 'rejected')""",
        ((STORED, version) for version in versions),
    )


def unsettle_all(catalog: Catalog) -> None:
    """Mark every file for `settle`; one that holds nothing, though its state says so, is read again."""
    catalog.db.execute(
        """UPDATE file SET state = 'pending', reason = ?
           WHERE version IS NULL AND state IN ('indexed', 'duplicate')""",
        (SEEN,),
    )
    catalog.db.execute(
        """UPDATE file SET state = 'pending', reason = ?
           WHERE version IS NOT NULL AND state IN ('indexed', 'duplicate', 'rejected')""",
        (STORED,),
    )


def see_again(catalog: Catalog, *, rejected: bool, pipeline: str | None) -> None:
    """Mark files for another reading: the rejected ones, or those that another `pipeline` read."""
    if rejected:
        catalog.db.execute(
            """UPDATE file SET state = 'pending', reason = ?, version = NULL WHERE state = 'rejected'
               AND NOT EXISTS (SELECT 1 FROM article WHERE article.version = file.version)""",
            (SEEN,),
        )
    if pipeline is not None:
        catalog.db.execute(
            """UPDATE file SET state = 'pending', reason = ?
               WHERE state IN ('indexed', 'duplicate', 'rejected')
               AND version IN (SELECT sha256 FROM version WHERE pipeline != ?)""",
            (SEEN, pipeline),
        )


def walked_total(catalog: Catalog) -> int:
    """Entries that the last scan of every root counted, by the walker's own counter."""
    return int(catalog.db.execute("SELECT coalesce(sum(walked), 0) FROM root").fetchone()[0])


def state_counts(catalog: Catalog) -> dict[State, int]:
    """Files per state, all states named."""
    counted = dict(catalog.db.execute("SELECT state, count(*) FROM file GROUP BY state").fetchall())
    return {state: counted.get(state.value, 0) for state in State}


@dataclass(frozen=True, slots=True)
class Conservation:
    """The equation that must hold at any instant: entries walked + missing = the sum of the states."""

    walked: int
    states: dict[State, int]

    @property
    def missing(self) -> int:
        """Files that were there and are gone."""
        return self.states[State.MISSING]

    @property
    def holds(self) -> bool:
        """Whether both sides agree."""
        return self.walked + self.missing == sum(self.states.values())

    def __str__(self) -> str:
        states = " + ".join(f"{count:,} {state}" for state, count in self.states.items() if count) or "0"
        sign = "=" if self.holds else "≠"
        total = sum(self.states.values())
        return f"{self.walked:,} walked + {self.missing:,} missing {sign} {total:,} = {states}"


def conservation(catalog: Catalog) -> Conservation:
    """Both sides of the equation, in one moment."""
    if catalog.db.in_transaction:
        return Conservation(walked_total(catalog), state_counts(catalog))
    catalog.db.execute("BEGIN")
    try:
        return Conservation(walked_total(catalog), state_counts(catalog))
    finally:
        catalog.db.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class FileReport:
    """One row of ``newsfold files``: a raw file and what became of it."""

    root: bytes
    path: bytes
    state: State
    reason: str
    version: str | None
    size: int
    mtime_ns: int
    encoding: str | None
    articles: tuple[tuple[str, str, str], ...]
    """(article id, canonical id, language) of each article it holds."""


def reports(catalog: Catalog, state: State | None = None) -> Iterator[FileReport]:
    """Every raw file, by root and name; of one state where it is given."""
    rows = catalog.db.execute(
        """SELECT root.path AS root, file.path AS path, state, reason, file.version AS version,
                  file.size AS size, mtime_ns, version.encoding AS encoding
           FROM file JOIN root ON root.id = file.root LEFT JOIN version ON version.sha256 = file.version
           WHERE ?1 IS NULL OR state = ?1 ORDER BY root.path, file.path""",
        (state,),
    )
    for row in rows:
        articles = catalog.db.execute(
            """SELECT id, canonical, lang FROM article JOIN entry USING (id)
               WHERE version = ? ORDER BY ordinal""",
            (row["version"],),
        ).fetchall()
        yield FileReport(
            root=row["root"],
            path=row["path"],
            state=State(row["state"]),
            reason=row["reason"],
            version=row["version"],
            size=row["size"],
            mtime_ns=row["mtime_ns"],
            encoding=row["encoding"],
            articles=tuple((article[0], article[1], article[2]) for article in articles),
        )
