"""Calls that only inform somebody, made beside the work: they never hold it up.

Prefect's client waits a minute for an answer and asks eight times; its server on SQLite answers nothing while
somebody holds the database. What a run shows of itself must not make it last longer, nor keep the archive's
lock from the next one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextvars import copy_context
from typing import Final, TypeAlias

from index.safe import safe_line

GIVE_UP_SECONDS: Final = 10.0
"""How long the end of a run waits for what informs of it. A server at rest takes 0.05 s for an artifact, on a
busy machine a second."""

RunLogger: TypeAlias = logging.Logger | logging.LoggerAdapter[logging.Logger]


class Aside:
    """Makes calls one after the other in a thread, in the context in which this was made.

    Of calls that have not begun only the newest is made: use one for what replaces what was told before.
    Those that fail, and those that are given up, are said in `log` as `what`.
    """

    def __init__(self, what: str, log: RunLogger) -> None:
        self._what = what
        self._log = log
        self._context = copy_context()
        self._changed = threading.Condition()
        self._next: Callable[[], object] | None = None
        self._busy = False

    def tell(self, call: Callable[[], object]) -> None:
        """Have a call made soon; returns at once."""
        with self._changed:
            self._next = call
            if not self._busy:
                self._busy = True
                # a daemon: a call that nobody answers keeps no process alive
                threading.Thread(target=self._context.run, args=(self._work,), daemon=True).start()

    def finish(self, seconds: float | None = None) -> bool:
        """Wait until everything is told, `GIVE_UP_SECONDS` if not so long; return whether it is."""
        seconds = GIVE_UP_SECONDS if seconds is None else seconds
        with self._changed:
            told = self._changed.wait_for(lambda: not self._busy, seconds)
            self._next = None
        if not told:
            self._log.warning("%s: given up, no answer within %.0f s", self._what, seconds)
        return told

    def _work(self) -> None:
        while True:
            with self._changed:
                call, self._next = self._next, None
                if call is None:
                    self._busy = False
                    self._changed.notify_all()
                    return
            try:
                call()
            except Exception as error:  # noqa: BLE001 - whatever a foreign client raises, the run goes on
                self._log.warning("%s: %s", self._what, safe_line(f"{type(error).__name__}: {error}"))
