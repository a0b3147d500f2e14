"""The one door to Whoosh: every other module takes its Whoosh names from here.

Whoosh 2.7.4 is of 2016 and its sources hold invalid escapes, which Python 3.12+ reports as SyntaxWarning when
it compiles them. Whoosh also imports its reader, searcher and codec lazily, so that such a warning could
appear in the middle of a search. All modules that newsfold needs are therefore imported here at once, with
those two kinds of warning silenced.

Two names that Whoosh imports and newsfold never calls take a third of the time that a short search has:
``urlretrieve`` (with http, email and ssl) and the English variations of words. They are imported when called.
And Whoosh copies each file that it has mapped into memory: `index.views` does without.

The fast writer needs names from inside Whoosh that a fork may not have: `FAST_POSSIBLE` says whether this
Whoosh has them and is the version whose format it writes.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any, Final

from index.views import View

FAST_WITH: Final = "2.7.4"
"""The Whoosh whose format the fast writer writes."""

_LATE: Final = {"urllib.request": "urlretrieve", "whoosh.lang.morph_en": "variations"}


@contextmanager
def _late(names: Mapping[str, str]) -> Iterator[None]:
    """Let modules that are not loaded yet be imported for one function each, which loads them when called."""
    stands = {module: ModuleType(module) for module in names if module not in sys.modules}
    for module, stand in stands.items():
        setattr(stand, names[module], _loading(module, names[module]))
    sys.modules.update(stands)
    try:
        yield
    finally:
        for module in stands:
            del sys.modules[module]


def _loading(module: str, name: str) -> Callable[..., Any]:
    def load_and_call(*values: Any, **options: Any) -> Any:
        return getattr(import_module(module), name)(*values, **options)

    return load_and_call


with warnings.catch_warnings(), _late(_LATE):
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh import matching, query, scoring, versionstring
    from whoosh.codec import whoosh3 as _codec  # noqa: F401  (imported lazily by Whoosh otherwise)
    from whoosh.collectors import Collector
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import ID, FieldType, Schema
    from whoosh.filedb import structfile
    from whoosh.filedb.filestore import FileStorage
    from whoosh.formats import Existence, Positions
    from whoosh.index import TOC, EmptyIndexError, FileIndex, LockError
    from whoosh.reading import EmptyReader, IndexReader, SegmentReader
    from whoosh.searching import Searcher
    from whoosh.util.numeric import byte_to_length, length_to_byte
    from whoosh.writing import SegmentWriter

    try:
        from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec
        from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC as POSTINGS_MAGIC
        from whoosh.columns import TranslatingColumnReader
        from whoosh.compat import dumps, load, loads

        FAST_POSSIBLE = versionstring() == FAST_WITH
    except ImportError:
        FAST_POSSIBLE = False

if FAST_POSSIBLE:
    structfile.BytesIO = View  # or every search would copy the whole index

__all__ = [
    "FAST_POSSIBLE",
    "FAST_WITH",
    "ID",
    "LENGTHS_COLUMN",
    "POSTINGS_MAGIC",
    "TOC",
    "Collector",
    "EmptyIndexError",
    "EmptyReader",
    "Existence",
    "FieldType",
    "FileIndex",
    "FileStorage",
    "IndexReader",
    "LockError",
    "Positions",
    "Schema",
    "Searcher",
    "SegmentReader",
    "SegmentWriter",
    "TranslatingColumnReader",
    "VarBytesColumn",
    "W3Codec",
    "byte_to_length",
    "dumps",
    "length_to_byte",
    "load",
    "loads",
    "matching",
    "query",
    "scoring",
    "versionstring",
]
