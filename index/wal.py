"""SQLite's write-ahead log, read beside SQLite: which pages it holds, and whether its bytes are as written.

The log is a header of 32 bytes, then frames: 24 bytes about a page, and the page. Each frame carries a
checksum over itself and all before it; SQLite silently ends the log at the first that is wrong, because the
end of an interrupted write looks so. Source: https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

_HEADER: Final = 32
_FRAME: Final = 24
_BIG_ENDIAN: Final = 1
"""The last bit of the magic number: checksums are of big-endian words."""
_MAGIC: Final = 0x377F0682
_WORD: Final = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Log:
    """What a log begins with; `salts` change whenever it is begun anew."""

    page_size: int
    salts: bytes
    words: str
    sums: tuple[int, int]


class Frame(NamedTuple):
    """A page as a transaction left it. `size` is that of the database in pages where it commits, else 0."""

    page: int
    size: int
    data: bytes


def log_path(database: Path) -> Path:
    """Where the log of a database lies, if it has one."""
    return database.with_name(f"{database.name}-wal")


def open_log(file: BinaryIO) -> Log | None:
    """Read the header; None where there is no log in the file, or a damaged one."""
    header = file.read(_HEADER)
    if len(header) < _HEADER:
        return None
    magic, _, page_size = struct.unpack(">3I", header[:12])
    words = ">" if magic & _BIG_ENDIAN else "<"
    sums = struct.unpack(">2I", header[24:])
    if magic & ~_BIG_ENDIAN != _MAGIC or _summed((0, 0), header[:24], words) != sums:
        return None
    return Log(page_size, header[16:24], words, (sums[0], sums[1]))


def frames(file: BinaryIO, log: Log, first: int, last: int) -> Iterator[Frame]:
    """Yield the frames `first` to `last` - 1, which SQLite says are there."""
    file.seek(_HEADER + first * (_FRAME + log.page_size))
    for _ in range(first, last):
        page, size = struct.unpack(">2I", file.read(_FRAME)[:8])
        yield Frame(page, size, file.read(log.page_size))


def committed(database: Path) -> tuple[dict[int, bytes], int, str]:
    """Read what the log adds to a database: its pages by number, the pages in all, and what is wrong.

    Without a committed transaction: no pages, and 0. What is wrong is a sentence, empty where all is well: a
    damaged frame that is followed by whole ones was not left by an interrupted write.
    """
    try:
        with log_path(database).open("rb") as file:
            return _committed(file)
    except FileNotFoundError:
        return {}, 0, ""


def _committed(file: BinaryIO) -> tuple[dict[int, bytes], int, str]:
    pages: dict[int, bytes] = {}
    log = open_log(file)
    if log is None:
        file.seek(0, 2)
        return pages, 0, "its header is damaged" if file.tell() > _HEADER else ""
    pending: dict[int, bytes] = {}
    total, number, broken, sums = 0, 0, 0, log.sums
    while (read := _frame(file, log, sums)) is not None:
        number += 1
        frame, sums, whole = read
        if not whole:
            broken = broken or number
        elif broken and frame.size:
            return pages, total, f"frame {broken} is damaged: what was committed from there on is lost"
        elif not broken:
            pending[frame.page] = frame.data
            if frame.size:
                pages.update(pending)
                pending.clear()
                total = frame.size
    return pages, total, ""


def _frame(file: BinaryIO, log: Log, sums: tuple[int, int]) -> tuple[Frame, tuple[int, int], bool] | None:
    """Read the next frame, its checksum, and whether that follows from the one before; None at the end."""
    head, data = file.read(_FRAME), file.read(log.page_size)
    if len(data) < log.page_size:
        return None
    page, size = struct.unpack(">2I", head[:8])
    stored: tuple[int, int] = struct.unpack(">2I", head[16:])
    salted = head[8:16] == log.salts
    if not salted and stored != _summed(sums, head[:8] + data, log.words):
        return None  # of an older log, which this one overwrites
    whole = salted and stored == _summed(sums, head[:8] + data, log.words)
    return Frame(page, size, data), stored, whole


def _summed(sums: tuple[int, int], data: bytes, words: str) -> tuple[int, int]:
    """Continue SQLite's checksum over bytes, a multiple of 8 of them."""
    first, second = sums
    numbers = struct.unpack(f"{words}{len(data) // 4}I", data)
    for one, other in zip(numbers[::2], numbers[1::2], strict=True):
        first = (first + one + second) & _WORD
        second = (second + other + first) & _WORD
    return first, second
