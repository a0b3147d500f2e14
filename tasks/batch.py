"""A batch: the files that one worker reads in one go, and what `tasks.page_work` made of each.

Results travel as one spool file of JSON lines; its path and SHA-256 are the result of the task. It is not
forced to the disk: the run that made it reads it, and one that died with its machine reads the files again.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.article import Article, Language, Reject, RejectReason, Story, VersionId
from index.articles import Version
from index.errors import NewsfoldError
from index.event_store import EventTerms
from index.files import FileId, Stat
from index.repetition import PageLines
from index.settings import ENGINES

BATCH_FILES: Final = 200
BATCH_BYTES: Final = 8 << 20
"""A batch is closed at either: enough work to hide the cost of a Prefect task, little to do again."""
LAST_FILES: Final = 50
"""Files of the last batches, if there are so many for each worker."""

READY: Final = "ready"
"""What a worker says when it can take a batch."""

SPOOL_FAILED: Final = "spool_failed"
CATALOG_FAILED: Final = "catalog_failed"
"""Keys of an answer that is no result."""


@dataclass(frozen=True, slots=True)
class FileJob:
    """A stable file to read: absolute path and the stat that its bytes must match.

    `counted` names the bytes whose lines were counted: they become articles. None: count them. `engine` is
    the name of what names their languages.
    """

    file: FileId
    path: bytes
    stat: Stat
    counted: VersionId | None = None
    engine: str = ENGINES[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; exactly one of three.

    `deferred` says why it could not be read now; `unread` rejects it without a version (too large, poison);
    else `sha256` names its bytes: with their `lines` where those were to be counted, else with `version`,
    `articles` and what tells their `events` where this pipeline had not made them before.
    """

    file: FileId
    deferred: str = ""
    unread: Reject | None = None
    sha256: VersionId | None = None
    version: Version | None = None
    articles: tuple[Article, ...] = ()
    events: tuple[EventTerms, ...] = ()
    lines: PageLines | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Where a batch's outcomes are spooled, their digest, and figures for the report."""

    spool: str
    sha256: str
    files: int
    articles: int
    rejected: int
    deferred: int
    cpu_seconds: float


def make_batches(jobs: Sequence[FileJob], *, workers: int) -> list[tuple[FileJob, ...]]:
    """Cut jobs into batches, by number and bytes; smaller ones at the end, so that all workers end together.

    Guided self-scheduling (Polychronopoulos and Kuck 1987): a batch is a share of what is left.
    """
    fewest = min(LAST_FILES, -(-len(jobs) // (2 * workers)))
    batches: list[tuple[FileJob, ...]] = []
    start = 0
    while start < len(jobs):
        most = max(fewest, min(BATCH_FILES, (len(jobs) - start) // (2 * workers)))
        end, size = start + 1, jobs[start].stat.size
        while end < min(start + most, len(jobs)) and size + jobs[end].stat.size <= BATCH_BYTES:
            size += jobs[end].stat.size
            end += 1
        batches.append(tuple(jobs[start:end]))
        start = end
    return batches


def encode_batch(batch: tuple[FileJob, ...], spool: Path) -> str:
    """Write a batch as the line a worker reads; its results shall go to `spool`."""
    jobs = [[job.file, job.path.hex(), job.counted, job.engine, *job.stat] for job in batch]
    return json.dumps({"spool": str(spool), "jobs": jobs})


def decode_result(line: str) -> BatchResult:
    """Read a worker's answer; raises what its spool (OSError) or the catalog (sqlite3.Error) raised there."""
    told = json.loads(line)
    if SPOOL_FAILED in told:
        raise OSError(*told[SPOOL_FAILED])
    if CATALOG_FAILED in told:
        raise sqlite3.DatabaseError(told[CATALOG_FAILED])
    return BatchResult(**told)


def finish(spool: Path, outcomes: Sequence[Outcome], *, cpu_seconds: float) -> BatchResult:
    """Spool the outcomes of a batch and sum them up."""
    return BatchResult(
        spool=str(spool),
        sha256=_write_spool(spool, outcomes),
        files=len(outcomes),
        articles=sum(len(outcome.articles) for outcome in outcomes),
        rejected=sum(1 for o in outcomes if o.unread or (o.version and o.version.reject)),
        deferred=sum(1 for outcome in outcomes if outcome.deferred),
        cpu_seconds=cpu_seconds,
    )


def _write_spool(path: Path, outcomes: Iterable[Outcome]) -> str:
    """Write outcomes as JSON lines; return the SHA-256 of the file."""
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for outcome in outcomes:
            line = json.dumps(outcome, default=_plain, ensure_ascii=True).encode() + b"\n"
            digest.update(line)
            out.write(line)
    return digest.hexdigest()


def read_spool(path: Path, sha256: str) -> Iterator[Outcome]:
    """Yield the outcomes of a spool file, after checking that it is whole.

    Raises NewsfoldError where the file is not the one whose digest the worker reported.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise NewsfoldError(
            f"{path}: the results of a batch were damaged on disk", hint="run 'newsfold ingest' again"
        )
    for line in data.splitlines():
        yield _outcome(json.loads(line))


def _plain(value: Any) -> Any:
    """Say one of our data classes in terms of JSON, one level deep; `asdict` would copy every number."""
    if isinstance(value, PageLines):
        return value.pack().hex()
    return {name: getattr(value, name) for name in value.__slots__}


def _outcome(record: dict[str, Any]) -> Outcome:
    return Outcome(
        file=record["file"],
        deferred=record["deferred"],
        unread=_reject(record["unread"]),
        sha256=record["sha256"],
        version=_version(record["version"]),
        articles=tuple(map(_article, record["articles"])),
        events=tuple(map(_event, record["events"])),
        lines=None if record["lines"] is None else PageLines.unpack(bytes.fromhex(record["lines"])),
    )


def _reject(record: dict[str, Any] | None) -> Reject | None:
    return None if record is None else Reject(RejectReason(record["reason"]), record["detail"])


def _version(record: dict[str, Any] | None) -> Version | None:
    return None if record is None else Version(**{**record, "reject": _reject(record["reject"])})


def _event(record: dict[str, Any]) -> EventTerms:
    lists = {name: tuple(record[name]) for name in ("hashes", "weights", "figures")}
    return EventTerms(**lists, day=record["day"])


def _article(record: dict[str, Any]) -> Article:
    story = Story(**{**record["story"], "span": tuple(record["story"]["span"])})
    return Article(**{**record, "story": story, "language": Language(**record["language"])})
