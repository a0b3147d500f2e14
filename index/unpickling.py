"""Reads the pickles that are Whoosh's format; nothing else here is ever pickled.

Only files in a folder that is ours alone to write are read (`index.commits.secure`).
"""

from __future__ import annotations

import copyreg
import pickle
from collections import defaultdict
from io import BytesIO
from typing import Any, Final

load: Final = pickle.load
loads: Final = pickle.loads
"""For postings, tuples of numbers and bytes: in a tenth of the time that `unpickled` takes."""


class StrangePickleError(pickle.UnpicklingError):
    """A pickle names a class or function that no table of contents needs."""


class Plain:
    """An object of whatever class, with its attributes."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


_KNOWN: Final = {
    ("whoosh.codec.whoosh3", "W3Segment"): Plain,
    ("whoosh.codec.whoosh3", "W3Codec"): Plain,
    ("copy_reg", "_reconstructor"): copyreg._reconstructor,  # type: ignore[attr-defined]
    ("__builtin__", "object"): object,
    ("__builtin__", "set"): set,
    ("copyreg", "_reconstructor"): copyreg._reconstructor,  # type: ignore[attr-defined]
    ("builtins", "object"): object,
    ("builtins", "set"): set,
    ("collections", "defaultdict"): defaultdict,
    ("__builtin__", "int"): int,
    ("builtins", "int"): int,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return what the few names of a record stand for. Raises StrangePickleError for others."""
        if (module, name) not in _KNOWN:
            raise StrangePickleError(f"{module}.{name}")
        return _KNOWN[module, name]


def unpickled(data: bytes | memoryview) -> Any:
    """Read a pickle at the beginning of `data`. Raises StrangePickleError where it names anything else."""
    return _Unpickler(BytesIO(data)).load()
