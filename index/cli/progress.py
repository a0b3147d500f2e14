"""A run's progress for a person: a bar where stderr is a terminal, a few lines elsewhere."""

from __future__ import annotations

import sys
from typing import Any, Self

import click

from index.counted import counted
from index.safe import safe


class TerminalProgress:
    """Shows how far a run is, on stderr; see `tasks.steps.Progress`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._task: Any = None

    def total(self, files: int, verb: str = "read") -> None:
        """Begin, or begin anew."""
        if not files or self._quiet:
            return
        if not sys.stderr.isatty():
            self.say(f"{counted(files, 'file')} to be {verb}")
            return
        if self._bar is not None:
            self._bar.reset(self._task, total=files, description=verb)
            return
        from rich.console import Console  # noqa: PLC0415 - costs 80 ms, and only a terminal needs it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task(verb, total=files)
        self._bar.start()

    def advance(self, files: int) -> None:
        """Go on."""
        if self._bar is not None:
            self._bar.advance(self._task, files)

    def say(self, message: str) -> None:
        """Print a line, unless quiet."""
        if not self._quiet:
            click.echo(safe(message), err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
