"""Python's collector of cycles, told to leave alone work that makes none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Let nobody look for cycles meanwhile.

    The looks take 4 % of the time of building an index, 10 % of that of a search, 15 % of that of a scan.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
