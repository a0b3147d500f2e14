"""Prefect's server as the desk runs it: its garbage is collected beside its event loop.

``python -m flows.desk_server server start --host HOST --port PORT`` is ``python -m prefect server start …``.

On SQLite a plain server stands still for 60 s now and then (Prefect 3.8.8). A writer that waits for the
database sits in SQLite for up to 60 s (Prefect's busy_timeout), in a thread, with the mutex of its
connection. When the event loop collects garbage meanwhile, and an old cursor of that connection is among it
(a refused write leaves one in the cycles of its traceback), then the loop waits for the mutex; and the writer
waits for a transaction that only the loop could end. In a thread of its own the collection waits alone: it
does so without Python's global lock.
"""

from __future__ import annotations

import gc
import runpy
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

PAUSE_SECONDS: Final = 1.0
"""Between two collections: what only they free is little, most of it what errors leave behind."""
FULL_EVERY: Final = 30
"""Every so many times the old objects are looked at too, which takes 0.2 to 0.5 s of CPU."""

OLD: Final = 2
YOUNG: Final = 1


def generations() -> Iterator[int]:
    """Which objects each collection looks at: the young ones, and now and then all."""
    return (OLD if number % FULL_EVERY == 0 else YOUNG for number in count(1))


def collect_beside(pause: Callable[[float], None] = time.sleep) -> threading.Thread:
    """Collect garbage in a thread of its own from now on, and in no other."""
    gc.disable()
    thread = threading.Thread(target=_forever, args=(pause,), name="garbage", daemon=True)
    thread.start()
    return thread


def _forever(pause: Callable[[float], None]) -> None:
    for generation in generations():
        pause(PAUSE_SECONDS)
        gc.collect(generation)


def main() -> None:
    """Run the `prefect` command with our arguments."""
    collect_beside()
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
