"""The files of a commit, as whoever reads the index looks at them: their names, their checksums, their owner.

Nothing here needs Whoosh, so that a search need not load it. What writes a commit is `index.storage`.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from index.durable import make_folder
from index.errors import IndexDamagedError, IndexVersionError, NewsfoldError, UnsafeIndexError
from index.fields import INDEX_NAME, SCHEMA_VERSION

REPAIR: Final = "Run 'newsfold repair': it builds the index anew from the catalog."
UPGRADE: Final = "Run 'newsfold ingest': it builds the index anew from the catalog."

_TOC: Final = re.compile(r"_articles([0-9]+)_([0-9]+)\.toc")
_SEGMENT: Final = re.compile(r"(articles[0-9]+_[0-9a-z]+)\..+")
_CHUNK: Final = 1 << 20
_LOOKS: Final = 3
_PAUSE: Final = 0.02


def segment_of(name: str) -> str | None:
    """Name the segment that a file belongs to, None where it belongs to none."""
    found = _SEGMENT.fullmatch(name)
    return found[1] if found else None


def toc_name(generation: int) -> str:
    """File name of the TOC of a generation."""
    return f"_{INDEX_NAME}_{generation}.toc"


def latest_generation(directory: Path) -> int | None:
    """Highest committed generation, None where the directory has no index (or is not there).

    Raises IndexVersionError for an index of another schema, IndexDamagedError where segments have no TOC.
    """
    for _ in range(_LOOKS):
        try:
            names = os.listdir(directory)
        except FileNotFoundError:
            return None
        tocs = [(int(found[1]), int(found[2])) for name in names if (found := _TOC.fullmatch(name))]
        if tocs:
            version, generation = max(tocs, key=lambda toc: (toc[0] == SCHEMA_VERSION, *toc))
            if version == SCHEMA_VERSION:
                return generation
            message = (
                f"The index in {directory} has schema {version}; this newsfold needs schema {SCHEMA_VERSION}."
            )
            raise IndexVersionError(message, hint=UPGRADE)
        if not any(name.endswith(".seg") for name in names if segment_of(name)):
            return None
        time.sleep(_PAUSE)  # a commit may have renamed one TOC and deleted the other while we listed
    raise IndexDamagedError(f"The index in {directory} has lost its table of contents.", hint=REPAIR)


def secure(directory: Path, *, create: bool = False) -> None:
    """Refuse a directory that is not ours alone to write; with `create`, make a missing one (mode 0700).

    Raises UnsafeIndexError; a missing directory is no error.
    """
    if create and not directory.exists():
        make_folder(directory, 0o700)
    try:
        status = directory.stat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(status.st_mode):
        raise UnsafeIndexError(
            f"{directory} is not a directory.", hint="Move it away, then run 'newsfold repair'."
        )
    if status.st_uid != os.geteuid():
        message = f"The index directory {directory} belongs to another user (uid {status.st_uid})."
        raise UnsafeIndexError(
            message, hint="Use your own --home, or delete the index and rebuild it as this user."
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        message = f"Others may write to the index directory {directory} (mode {status.st_mode & 0o777:04o})."
        raise UnsafeIndexError(message, hint=f"If you trust what is in it: chmod 700 '{directory}'")


# Checksums are [size, BLAKE2b-256] by file name. The first line of their file is the checksum of the rest.


def checksum(path: Path) -> list[int | str]:
    """Size and BLAKE2b-256 of a file."""
    digest = hashlib.blake2b(digest_size=32)
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return [size, digest.hexdigest()]


def checksum_of(data: bytes) -> list[int | str]:
    """Size and BLAKE2b-256 of what was read from a file."""
    return [len(data), hashlib.blake2b(data, digest_size=32).hexdigest()]


def read_checksums(directory: Path, generation: int) -> dict[str, list[int | str]] | None:
    """Read the checksums of a generation, None where they are missing or damaged."""
    try:
        head, _, rest = (directory / checksums_name(generation)).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    if head != digest(rest):
        return None
    sums: dict[str, list[int | str]] = json.loads(rest)
    return sums


def checksums_name(generation: int) -> str:
    """File name of the checksums of a generation."""
    return f"checksums-{generation}.json"


def digest(data: bytes) -> bytes:
    """Return the checksum of the checksums, their file's first line."""
    return hashlib.blake2b(data, digest_size=32).hexdigest().encode()


@contextmanager
def guarded(directory: Path, *known: type[Exception]) -> Iterator[None]:
    """Turn what damaged bytes raise, which can be anything, into IndexDamagedError; `known` pass through."""
    try:
        yield
    except (NewsfoldError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, known):
            raise
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # EINVAL: a garbled offset was sought
            raise
        message = f"The index in {directory} is damaged ({type(error).__name__}: {error})."
        raise IndexDamagedError(message, hint=REPAIR) from error
