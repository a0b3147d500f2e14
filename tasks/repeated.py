"""Names of lines, by which the lines that stand on many pages are known again (EVIDENCE 2).

A line is named by a key of its folded text, so that pages can be compared without keeping their words.
Which lines of a page are counted stands in `tasks.page_lines`, when one is furniture in `index.repetition`.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from index.repetition import KEY_BYTES, LineKey

REMEMBERED: Final = 8_192
REMEMBERED_LENGTH: Final = 400
"""Lines whose keys are remembered, and their characters at most: a page is asked for them twice."""


def line_key(line: str) -> LineKey:
    """Name a line by its text, whatever its case and spacing: 48 bits, signed, the same in every process."""
    return key_of(folded(line))


def folded(line: str) -> str:
    """Return a line as its key sees it. Folding twice changes nothing more."""
    return " ".join(line.casefold().split())


def key_of(text: str) -> LineKey:
    """Name a folded line."""
    return _remembered(text) if len(text) <= REMEMBERED_LENGTH else _key(text)


def _key(text: str) -> LineKey:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()
    return LineKey(int.from_bytes(digest, "little", signed=True))


_remembered = lru_cache(maxsize=REMEMBERED)(_key)
