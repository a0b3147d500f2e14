"""Long output for a person goes through a pager: only on a terminal, and only where it fills more than that.

$PAGER is used, or ``less -FRX``; PAGER=cat or an empty one means none. Nothing is started for what fits the
screen.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Final, TextIO

from index.cli.layout import cells, without_codes

if TYPE_CHECKING:
    import subprocess

DEFAULT: Final = "less"
LESS: Final = "FRX"
"""What less is told unless LESS says else: quit if it fits, pass colours, leave the text on the screen."""
_KEPT_FREE: Final = 1
"""Rows of the screen for the prompt that comes back."""


class Paged:
    """A stand-in for stdout that holds back one screen of text, and gives more than that to a pager.

    What is said beside the data (`note`) keeps its place among it where stderr is the same terminal.
    """

    def __init__(self, stdout: TextIO, command: list[str]) -> None:
        import shutil  # noqa: PLC0415 - only for a terminal

        size = shutil.get_terminal_size()
        self.encoding = stdout.encoding
        self.errors = stdout.errors
        self._stdout = stdout
        self._command = command
        self._columns = max(1, size.columns)
        self._room = max(1, size.lines - _KEPT_FREE)
        self._held: list[tuple[IO[str], str]] = []
        self._rows = 0
        self._pager: subprocess.Popen[str] | None = None

    def isatty(self) -> bool:
        """A terminal, as far as the look of the text is concerned."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of the terminal."""
        return self._stdout.fileno()

    def write(self, text: str) -> int:
        """Take text for stdout."""
        self._take(self._stdout, text)
        return len(text)

    def note(self, text: str) -> None:
        """Take a line for stderr."""
        if sys.stderr.isatty():
            self._take(sys.stderr, f"{text}\n")
        else:
            sys.stderr.write(f"{text}\n")

    def flush(self) -> None:
        """Nothing: text is held until it is known where it goes."""

    def _take(self, stream: IO[str], text: str) -> None:
        if self._pager is not None:
            self._send(text)
            return
        self._held.append((stream, text))
        self._rows += sum(
            -(-cells(without_codes(line)) // self._columns) or 1 for line in text.split("\n")[:-1]
        )
        if self._rows > self._room:
            self._start()

    def _start(self) -> None:
        import subprocess  # noqa: PLC0415 - most output fits the screen

        try:
            self._pager = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=self._stdout.fileno(),
                encoding=self.encoding,
                errors=self.errors,
                env={"LESS": LESS, **os.environ},
            )
        except OSError as error:
            sys.stderr.write(f"newsfold: the pager {self._command[0]!a}: {error.strerror}\n")
            self.close()
            self._room = sys.maxsize
            return
        held, self._held = self._held, []
        self._send("".join(text for _, text in held))

    def _send(self, text: str) -> None:
        """Hand text on; BrokenPipeError where the reader has seen enough."""
        if self._pager is not None and self._pager.stdin is not None:
            self._pager.stdin.write(text)

    def close(self) -> None:
        """Write what is held, and wait until the reader has put the pager away."""
        held, self._held = self._held, []
        for stream, text in held:
            stream.write(text)
            stream.flush()
        if self._pager is None:
            return
        if self._pager.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._pager.stdin.close()
        while True:
            # the pager shares the terminal: what interrupts us is meant for it
            with contextlib.suppress(KeyboardInterrupt):
                self._pager.wait()
                return


@contextlib.contextmanager
def paged(*, wanted: bool = True) -> Iterator[None]:
    """Let what is printed meanwhile go through a pager, if stdout is a terminal and `wanted`."""
    command = _command() if wanted and sys.stdout.isatty() else []
    if not command:
        yield
        return
    before = sys.stdout
    stream = Paged(before, command)
    sys.stdout = stream
    try:
        yield
    finally:
        sys.stdout = before
        stream.close()


def _command() -> list[str]:
    """Return the pager to start, empty for none."""
    import shlex  # noqa: PLC0415 - only for a terminal
    import shutil  # noqa: PLC0415

    named = os.environ.get("PAGER")
    if named is None:
        named = DEFAULT if os.environ.get("TERM") != "dumb" and shutil.which(DEFAULT) else ""
    try:
        command = shlex.split(named)
    except ValueError:
        command = []
    return [] if command == ["cat"] else command
