"""What the terminal behind stdout takes: colours, links, block characters.

Colours follow NO_COLOR (https://no-color.org) and CLICOLOR_FORCE (https://bixense.com/clicolors):
`--no-color` wins, then NO_COLOR, then CLICOLOR_FORCE, then TERM=dumb; without any a terminal gets colours.
Links (OSC 8) go where colours go, but only to a terminal known to show them: FORCE_HYPERLINK=1 says that
one does, 0 that it does not.
"""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from typing import Final

_PROGRAMS: Final = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "Tabby", "zed"})
"""TERM_PROGRAM of terminals that show OSC 8 links."""
_TERMS: Final = re.compile("xterm-kitty|xterm-ghostty|alacritty|foot|wezterm|contour")
_VARIABLES: Final = ("KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "DOMTERM")
"""Set, by whatever value, in terminals that show OSC 8 links."""
_VTE: Final = 5000
"""VTE_VERSION from which on links are shown: 0.50."""
_TMUX: Final = (3, 4)
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
"""Bytes of a path that stand in a URL as they are (RFC 3986)."""
_VERSION: Final = re.compile(r"(\d{1,4})\.(\d{1,4})")


def takes_color(*, no_color: bool = False) -> bool:
    """Whether what goes to stdout may be coloured."""
    if no_color or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


def takes_links(*, no_color: bool = False) -> bool:
    """Whether stdout is a terminal that makes a link of an OSC 8 sequence."""
    if not takes_color(no_color=no_color) or os.environ.get("TERM") == "dumb" or not sys.stdout.isatty():
        return False
    if forced := os.environ.get("FORCE_HYPERLINK"):
        return forced != "0"
    if os.environ.get("TERM_PROGRAM") == "tmux":  # what it passes on says nothing of the terminal around it
        return _version(os.environ.get("TERM_PROGRAM_VERSION", "")) >= _TMUX
    vte = os.environ.get("VTE_VERSION", "")
    return (
        (vte.isascii() and vte.isdigit() and int(vte[:9]) >= _VTE)
        or os.environ.get("TERM_PROGRAM") in _PROGRAMS
        or _TERMS.match(os.environ.get("TERM", "")) is not None
        or any(name in os.environ for name in _VARIABLES)
    )


def _version(text: str) -> tuple[int, int]:
    found = _VERSION.match(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def link(text: str, path: bytes) -> str:
    """Make `text`, safe and perhaps styled, a link to the file at an absolute path."""
    return f"\x1b]8;;file://{_host()}{_quoted(path)}\x1b\\{text}\x1b]8;;\x1b\\"


@cache
def _host() -> str:
    """Name this machine, as the OSC 8 convention asks, so that no terminal opens the path on another one."""
    return _quoted(os.uname().nodename.encode("utf-8", "replace"))


def _quoted(path: bytes) -> str:
    """Percent-encode a path; what `urllib.parse.quote` does costs a search 5 ms of imports."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in path)


def takes_blocks() -> bool:
    """Whether stdout can carry block characters and an ellipsis."""
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "").startswith("utf")
