"""Lines that stand on many pages: the furniture of a site shows itself by repetition (EVIDENCE 2).

A line is named by a key of its folded text, so that pages can be compared without keeping their words.
"""

from __future__ import annotations

import hashlib


def line_key(line: str) -> int:
    """Name a line by its text, whatever its case and spacing: 64 bits, signed, the same in every process."""
    folded = " ".join(line.casefold().split())
    return int.from_bytes(hashlib.blake2b(folded.encode(), digest_size=8).digest(), "little", signed=True)
