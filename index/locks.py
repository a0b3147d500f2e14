"""Asking whether a file is locked, without taking the lock away from anybody."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


def is_locked(path: Path) -> bool:
    """Whether a living process holds `path` by flock; one that is not there is free. Raises OSError.

    For an instant it is held shared: whoever wants the lock then has to ask again (`index.runs.PATIENCE`).
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
