"""A terminal for tests: what a command prints on it, as a person's terminal would get it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import threading
from collections.abc import Iterator

from hypothesis import strategies as st

from index.cli.main import run

CODES = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;(?:file://[!-~]*)?\x1b\\")
"""What this program may send: colours, and links to files."""
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer a terminal."""
MIXED = st.text(st.sampled_from("abc/. \u0301語市الع😀-.\u200d\u1161"), max_size=120)
"""Text of wide, narrow and joining characters."""
VARIABLES = (
    "NO_COLOR CLICOLOR_FORCE FORCE_HYPERLINK PAGER LESS TERM_PROGRAM VTE_VERSION KITTY_WINDOW_ID WT_SESSION "
    "KONSOLE_VERSION DOMTERM COLUMNS LINES"
).split()


@contextlib.contextmanager
def terminal(columns: int = 80, lines: int = 24, **variables: str) -> Iterator[list[str]]:
    """Make stdout and stderr a terminal; the list holds, afterwards, the one text that it was sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    received: list[bytes] = []
    reader = threading.Thread(target=_drain, args=(master, received))
    reader.start()
    before = dict(os.environ)
    streams = sys.stdout, sys.stderr
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ.update({"TERM": "xterm-256color", "PAGER": "", "COLUMNS": str(columns), "LINES": str(lines)})
    os.environ.update(variables)
    out: list[str] = []
    with open(slave, "w", encoding="utf-8", buffering=1, closefd=False) as screen:
        sys.stdout = sys.stderr = screen
        try:
            yield out
        finally:
            screen.flush()
            sys.stdout, sys.stderr = streams
            os.environ.clear()
            os.environ.update(before)
            os.close(slave)
            reader.join(10)
            os.close(master)
            out.append(b"".join(received).decode().replace("\r\n", "\n"))


def _drain(master: int, received: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # Linux: nobody holds the other end any more
        while data := os.read(master, 1 << 16):
            received.append(data)


def on_terminal(*arguments: str, columns: int = 80, lines: int = 24, **variables: str) -> str:
    """Run ``newsfold`` in this process on a terminal; return what that was sent."""
    with terminal(columns, lines, **variables) as out:
        run(list(arguments))
    return out[0]


def plain(text: str) -> str:
    """Return text without the codes that this program may send."""
    return CODES.sub("", text)
