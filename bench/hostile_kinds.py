"""A hostile file and what may become of it; see `bench.hostile`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INDEXED: Final = ("indexed", "duplicate")
REJECTED: Final = ("rejected",)
EITHER: Final = (*INDEXED, *REJECTED)
IGNORED: Final = ("ignored",)
NOT_TEXT: Final = ("binary", "encoding")

MEBI: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Case:
    """One file: its path below the raw folder, its bytes, and what is allowed.

    `probe` must be found where the file is indexed, and `find` in its article; `absent` nowhere. `heavy`
    files are large: they are for the bench.
    """

    path: bytes
    content: bytes = b""
    allow: tuple[str, ...] = INDEXED
    reasons: tuple[str, ...] = ()
    probe: str = ""
    find: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    lang: str = ""
    heavy: bool = False


def text_case(path: str | bytes, text: str, word: str, codec: str = "utf-8", **more: object) -> Case:
    """A case of a page that holds a probe."""
    name = path if isinstance(path, bytes) else path.encode()
    return Case(name, text.encode(codec), probe=word, **more)  # type: ignore[arg-type]
