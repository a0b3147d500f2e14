"""Reading a raw file: whole or not at all, never through a link, never one that changes meanwhile."""

from __future__ import annotations

import os
import stat

from index.files import Stat


class UnreadableError(Exception):
    """The file could not be read now; the message says why. It will be tried again."""


def read_raw(path: bytes, expected: Stat) -> bytes:
    """Return the bytes of the regular file at `path`, which must be as `expected` before and after.

    Raises UnreadableError where it is gone, changed, no regular file, or cannot be read.
    """
    try:
        # O_NONBLOCK: a FIFO that took the file's place must not hold us for ever
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise UnreadableError("vanished before it could be read") from None
    except OSError as error:
        raise UnreadableError(f"cannot be opened: {error.strerror}") from error
    with os.fdopen(handle, "rb", buffering=0) as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode) or Stat.of(before) != expected:
            raise UnreadableError("changed after it was found")
        try:
            data = _read_all(handle, expected.size)
        except OSError as error:
            raise UnreadableError(f"cannot be read: {error.strerror}") from error
        if len(data) != expected.size or Stat.of(os.fstat(file.fileno())) != expected:
            raise UnreadableError("changed while it was read")
    return data


def _read_all(handle: int, size: int) -> bytes:
    chunks = []
    left = size + 1  # one more than expected tells whether it grew
    while left > 0 and (chunk := os.read(handle, min(left, 1 << 20))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)
