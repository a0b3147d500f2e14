r"""The one filter between foreign text and a terminal, a log or a message.

Raw files, file names and queries are untrusted. Characters that steer a terminal or reorder what a person
reads (CWE-150) become visible escapes such as ``\x1b`` or ``\u202e``. Joiners that ordinary Persian, Hindi
or emoji text needs stay.
"""

from __future__ import annotations

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and newline, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u2028\u2029"  # line and paragraph separator
    "\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible operators, byte order mark, interlinear marks
    "\ud800-\udfff"  # lone surrogates: bytes that are no UTF-8
    "\ufffe\uffff\U000e0000-\U000e007f"  # noncharacters, tags
    "]"
)
_BREAKS: Final = re.compile("[\t\n]")


def safe(text: str) -> str:
    """Return `text` with every dangerous character escaped; tab and newline stay.

    Linear in the length; applying it twice changes nothing more. A byte smuggled in as a lone surrogate
    (``os.fsdecode``) is shown as that byte.
    """
    return _UNSAFE.sub(_escape, text)


def safe_line(text: str) -> str:
    """Like `safe`, on one line: tab and newline are escaped too."""
    return _BREAKS.sub(_escape, safe(text))


def safe_excerpt(text: str, width: int = 40) -> str:
    """Like `safe_line`, cut to about `width` characters, for quoting a query or a name in a message."""
    return safe_line(text if len(text) <= width else text[: width - 1] + "…")


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code in (9, 10):
        return "\\t" if code == 9 else "\\n"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
