"""Numbers with what they count, in the words of a person."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """Say how many there are: ``0 files``, ``1 file``, ``1,200 files``.

    `several` is needed where it is not `one` with an s.
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
