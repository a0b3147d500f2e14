"""What a check can find: a sentence for people, and a kind that says what mends it (`tasks.repair`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Where catalog, index and raw files disagree, or what was changed by itself."""

    PAGES = "catalog bytes"
    """Pages of the catalog's file are not as they were written, or its tables cannot be read."""
    SUMS = "checksums"
    """The checksums of the catalog's pages were changed."""
    LOG = "catalog log"
    """SQLite's log is damaged: what was committed last is lost."""
    ARTICLES = "articles"
    """Rows of versions or articles are wrong or missing: their files have to be read again."""
    LINKS = "links"
    """The ledgers of duplicates and events are not what the articles make of them."""
    LINES = "lines"
    """The count of lines is not what the files make of it."""
    STATES = "states"
    """Files are not in the state that their articles give them, or do not add up."""
    INDEX = "index"
    """The index is damaged, or does not hold what the catalog says."""
    RAW = "raw files"
    """Raw files changed without a trace: nothing of ours can mend that."""
    ROOT = "raw folders"
    """A raw folder is not believed, as by an ingestion: what it held could not be compared."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement."""

    kind: Kind
    what: str

    def __str__(self) -> str:
        return self.what
