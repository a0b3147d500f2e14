"""The runs of a watcher as flow runs: shown by a thread of its own, so that no run waits for Prefect.

Prefect's client asks a server that does not answer again for minutes, and its server on SQLite may not answer
for a minute. A run is at work meanwhile, and ends, and is shown when the server can take it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Full, Queue, SimpleQueue
from typing import Final, TypeAlias

from flows.figures import Before
from index.errors import NewsfoldError
from index.safe import safe_line
from tasks.run_report import RunReport
from tasks.steps import READ, Progress

MOST_WAITING: Final = 100
"""So many runs wait to be shown, those of three or four minutes; further ones are left out, and counted."""

Say: TypeAlias = Callable[[str], None]
Told: TypeAlias = Callable[[Progress], None] | RunReport | BaseException
"""What is told of a run: a word to whoever shows its progress, and at last how it ended."""


class Ongoing:
    """One run: the thread at work tells of it (as `tasks.steps.Progress`), another follows it to its end.

    `before` is how the archive was when it began. What is said reaches `say` at once.
    """

    def __init__(self, before: Before, say: Say) -> None:
        self.before = before
        self.failed = False
        self._say = say
        self._told: SimpleQueue[Told] = SimpleQueue()

    def total(self, files: int, verb: str = READ) -> None:
        """So many files will be read, or `verb`."""
        self._told.put(lambda progress: progress.total(files, verb))

    def advance(self, files: int) -> None:
        """So many more were read."""
        self._told.put(lambda progress: progress.advance(files))

    def say(self, message: str) -> None:
        """Something a person wants to know."""
        self._say(message)
        self._told.put(lambda progress: progress.say(message))

    def ended(self, outcome: RunReport | BaseException) -> None:
        """The run is over: what it did, or what it died of."""
        self.failed = isinstance(outcome, BaseException)
        self._told.put(outcome)

    def follow(self, progress: Progress) -> RunReport:
        """Hand what is told to `progress` until the run is over; return its report or raise its failure."""
        while True:
            told = self._told.get()
            if isinstance(told, RunReport):
                return told
            if isinstance(told, BaseException):
                raise told
            told(progress)


class Showing:
    """Shows one run after the other by `show`, which follows it to its end."""

    def __init__(self, show: Callable[[Ongoing], None], say: Say) -> None:
        self._show = show
        self._say = say
        self._waiting: Queue[Ongoing | None] = Queue(MOST_WAITING)
        self._left_out = 0
        self._thread: threading.Thread | None = None

    @contextmanager
    def run(self, before: Before) -> Iterator[Ongoing]:
        """Have the run that is at work in here shown; the caller tells its report."""
        ongoing = Ongoing(before, self._say)
        self._begin(ongoing)
        try:
            yield ongoing
        except BaseException as error:
            ongoing.ended(error)
            raise

    def close(self, seconds: float) -> None:
        """Wait until all runs are shown, so long at most."""
        if self._thread is None:
            return
        deadline = time.monotonic() + seconds
        try:
            self._waiting.put(None, timeout=seconds)
        except Full:
            return
        self._thread.join(max(0.0, deadline - time.monotonic()))

    def _begin(self, ongoing: Ongoing) -> None:
        if self._thread is None:
            # a daemon: what is left to show keeps no process alive
            self._thread = threading.Thread(target=self._forever, name="showing", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(ongoing)
        except Full:
            if not self._left_out:
                self._say("Prefect's server does not keep up: runs go on, and are not shown")
            self._left_out += 1
        else:
            if self._left_out:
                self._say(f"Prefect's server takes runs again; not shown: {self._left_out}")
            self._left_out = 0

    def _forever(self) -> None:
        while (ongoing := self._waiting.get()) is not None:
            try:
                self._show(ongoing)
            except BaseException as error:  # noqa: BLE001 - an interrupted run raises what interrupted it
                if not ongoing.failed:  # else the watcher tells what the run died of
                    self._say(f"a run was not shown: {_words(error)}")


def _words(error: BaseException) -> str:
    told = error.message if isinstance(error, NewsfoldError) else f"{type(error).__name__}: {error}"
    return safe_line(told)


_followed: ContextVar[Ongoing | None] = ContextVar("followed", default=None)


@contextmanager
def following(run: Ongoing) -> Iterator[None]:
    """Let the flow of this context show a run that is at work elsewhere, and begin none of its own."""
    token = _followed.set(run)
    try:
        yield
    finally:
        _followed.reset(token)


def followed() -> Ongoing | None:
    """The run that the flow of this context shows; None where it shall run the steps itself."""
    return _followed.get()
