"""The one door to Whoosh: every other module takes its Whoosh names from here.

Whoosh 2.7.4 is of 2016 and its sources hold invalid escapes, which Python 3.12+ reports as SyntaxWarning when
it compiles them. Whoosh also imports its reader, searcher and codec lazily, so that such a warning could
appear in the middle of a search. All modules that newsfold needs are therefore imported here at once, with
those two kinds of warning silenced.

The fast writer needs names from inside Whoosh that a fork may not have: `FAST_POSSIBLE` says whether this
Whoosh has them and is the version whose format it writes.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    from whoosh import matching, query, scoring, versionstring
    from whoosh.codec import whoosh3 as _codec  # noqa: F401  (imported lazily by Whoosh otherwise)
    from whoosh.collectors import Collector
    from whoosh.columns import VarBytesColumn
    from whoosh.fields import ID, FieldType, Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.formats import Existence, Positions
    from whoosh.index import TOC, EmptyIndexError, FileIndex, LockError
    from whoosh.reading import EmptyReader, IndexReader, SegmentReader
    from whoosh.searching import Searcher
    from whoosh.writing import SegmentWriter

    try:
        from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec
        from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC as POSTINGS_MAGIC
        from whoosh.columns import TranslatingColumnReader
        from whoosh.compat import dumps, load, loads
        from whoosh.util.numeric import byte_to_length, length_to_byte

        FAST_POSSIBLE = versionstring() == "2.7.4"
    except ImportError:
        FAST_POSSIBLE = False

__all__ = [
    "FAST_POSSIBLE",
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
