"""A batch: the files that one worker reads in one go, and what it made of each.

A file is read twice: its lines are counted, and when those of all files are, its articles are made.
Results travel as one spool file of JSON lines; its path and SHA-256 are the result of the task. It is not
forced to the disk: the run that made it reads it, and one that died with its machine reads the files again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index.article import PIPELINE, Article, Language, Reject, RejectReason, Story, VersionId
from index.articles import Version
from index.errors import NewsfoldError
from index.event_store import EventTerms
from index.files import FileId, Stat
from index.repetition import NO_LINES, PageLines
from index.settings import ENGINES
from tasks.decode import MAX_BYTES, decode
from tasks.engines import named
from tasks.event_terms import terms_of
from tasks.extract import extract
from tasks.page_lines import Repeated, nothing_repeated, page_lines
from tasks.reading import UnreadableError, read_raw

BATCH_FILES: Final = 200
BATCH_BYTES: Final = 8 << 20
"""A batch is closed at either: enough work to hide the cost of a Prefect task, little to do again."""
LAST_FILES: Final = 50
"""Files of the last batches, if there are so many for each worker."""


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


def count(job: FileJob) -> Outcome:
    """Read one file and find the lines of its page that are counted; none where it is no page."""
    read = _read(job)
    if isinstance(read, Outcome):
        return read
    sha256, data = read
    page = decode(data)
    lines = NO_LINES if isinstance(page, Reject) else page_lines(page)
    return Outcome(job.file, sha256=sha256, lines=lines)


def process(
    job: FileJob, known: Callable[[VersionId], bool], repeated: Repeated = nothing_repeated
) -> Outcome:
    """Read one file and make its articles, unless `known` says that its bytes need no reading.

    `repeated` is asked which lines of the page stand on many pages.
    """
    read = _read(job)
    if isinstance(read, Outcome):
        return read
    sha256, data = read
    if job.counted not in {None, sha256}:
        return Outcome(job.file, deferred="changed while it was read")
    if known(sha256):
        return Outcome(job.file, sha256=sha256)
    found = extract(sha256, data, repeated, named(job.engine))
    version = Version(
        sha256=sha256,
        size=len(data),
        encoding=found.encoding,
        repairs=found.repairs,
        guessed=found.guessed,
        reject=found.reject,
        pipeline=PIPELINE,
        cut=found.cut,
    )
    events = tuple(map(terms_of, found.articles))
    return Outcome(job.file, sha256=sha256, version=version, articles=found.articles, events=events)


def _read(job: FileJob) -> tuple[VersionId, bytes] | Outcome:
    """Return the bytes of a file and their name, or the outcome that says why there are none."""
    if job.stat.size > MAX_BYTES:
        detail = f"{job.stat.size:,} bytes, the limit is {MAX_BYTES:,}"
        return Outcome(job.file, unread=Reject(RejectReason.TOO_LARGE, detail))
    try:
        data = read_raw(job.path, job.stat)
    except UnreadableError as error:
        return Outcome(job.file, deferred=str(error))
    return VersionId(hashlib.sha256(data).hexdigest()), data


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
