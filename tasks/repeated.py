"""Names of lines, by which the lines that stand on many pages are known again (EVIDENCE 2).

A line is named by a key of its folded text, so that pages can be compared without keeping their words.
Which lines of a page are counted stands in `tasks.page_lines`, when one is furniture in `index.repetition`.
"""

from __future__ import annotations

import hashlib

from index.repetition import KEY_BYTES, LineKey


def line_key(line: str) -> LineKey:
    """Name a line by its text, whatever its case and spacing: 48 bits, signed, the same in every process."""
    return key_of(folded(line))


def folded(line: str) -> str:
    """Return a line as its key sees it. Folding twice changes nothing more."""
    return " ".join(line.casefold().split())


def key_of(text: str) -> LineKey:
    """Name a folded line."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
    return LineKey(int.from_bytes(digest, "little", signed=True))
