"""What a worker does with one file.

A file is read twice: its lines are counted, and when those of all files are, its articles are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from index.article import PIPELINE, Reject, RejectReason, VersionId
from index.articles import Version
from index.repetition import NO_LINES
from tasks.batch import FileJob, Outcome
from tasks.decode import MAX_BYTES, decode
from tasks.engines import named
from tasks.event_terms import terms_of
from tasks.extract import extract
from tasks.page_lines import Repeated, nothing_repeated, page_lines
from tasks.reading import UnreadableError, read_raw


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
