"""What the pipeline's cross-file evidence does to raw pages, for an evaluation that starts from such pages.

Two passes over the whole set: a line that stands in MIN_TEXTS different texts is page furniture. Texts with
the same longest line count once, or the copies of an article would take each other's sentences away.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

MIN_TEXTS: Final = 6


def repeated_lines(texts: Iterable[str]) -> frozenset[bytes]:
    """First pass: the keys of the lines that stand in MIN_TEXTS different texts."""
    seen: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for text in texts:
        lines = [line for line in text.split("\n") if line.strip()]
        if lines:
            longest = _key(max(lines, key=len))
            for key in {_key(line) for line in lines}:
                seen[key].add(longest)
    return frozenset(key for key, owners in seen.items() if len(owners) >= MIN_TEXTS)


def strip_lines(text: str, repeated: frozenset[bytes]) -> str:
    """Second pass: the text without these lines; the whole text where nothing would be left."""
    kept = "\n".join(line for line in text.split("\n") if _key(line) not in repeated)
    return kept if kept.strip() else text


def _key(line: str) -> bytes:
    words = " ".join(line.lower().split())
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest()
