"""Mending what a check found, so far that an ordinary run completes it.

========================  ============================================================================
what is wrong             what is done
========================  ============================================================================
a byte of a page          put right, by the checksum of the page (`index.rot.mended_page`)
more of the catalog       a fresh one, of what is whole and of the raw files (`tasks.salvage`)
articles, counted lines   the same
copies, events            every article is linked again, from the stored texts
states of files           decided again, from the stored articles; the rejected ones are read again
the log of the catalog    SQLite goes back to the last whole commit; the files after it are read again
the index                 a new generation, from the catalog
the checksums             made anew
raw files                 nothing: they are not ours. Restore them, or `touch` them to take them as they are
========================  ============================================================================

Each of these is one transaction, or one rename. A repair that dies is simply repeated.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from index import files
from index.catalog import Catalog, is_damage
from index.errors import CatalogDamagedError
from index.findings import Finding, Kind
from index.links import forget_links
from index.page_sums import DamagedSumsError, changed_pages, distrust, read_sums
from index.rot import mend_pages
from index.runs import only_run
from index.settings import Home
from tasks import generations
from tasks.commit import read_again
from tasks.maintain import find
from tasks.salvage import finish_swap, salvage


@dataclass(frozen=True, slots=True)
class Mended:
    """What was found, and what was done about it, in sentences; a run has to follow where anything was."""

    found: tuple[Finding, ...]
    done: tuple[str, ...]


def mend(home: Home, *, deep: bool = False) -> Mended:
    """Check, and mend what can be mended without reading raw files; the next run does the rest.

    A repair that died while it swapped catalogs is undone first. Raises LockedError where a run is at work,
    OSError.
    """
    with only_run(home):
        finish_swap(home)
        found = find(home, read_raw=True, deep=deep)
        kinds = {finding.kind for finding in found}
        done: list[str] = []
        if Kind.PAGES in kinds and _byte_by_byte(home):
            done.append("the bytes of the catalog that had changed are as they were")
            again = find(home, read_raw=True, deep=deep)
            found += [finding for finding in again if finding not in found]
            kinds = {finding.kind for finding in again}
        if Kind.SUMS in kinds:
            distrust(home.catalog)
            done.append("the checksums of the catalog are made anew")
        if kinds & {Kind.PAGES, Kind.ARTICLES, Kind.LINES} or not _in_place(home, kinds, done):
            salvaged = salvage(home)
            done.append(f"a fresh catalog: {salvaged}")
            if salvaged.kept is not None:
                done.append(f"the damaged one is kept in {salvaged.kept}: delete it when you miss nothing")
    return Mended(tuple(found), tuple(done))


def _byte_by_byte(home: Home) -> bool:
    """Put single changed bytes of pages right; return whether all pages are as they were."""
    if not home.catalog.is_file():
        return False
    try:
        sums = read_sums(home.catalog)
    except DamagedSumsError:
        return False
    if sums is None or not changed_pages(home.catalog, sums):
        return False
    return mend_pages(home.catalog, sums)


def _in_place(home: Home, kinds: set[Kind], done: list[str]) -> bool:
    """Mend rows; return whether the catalog can be used at all."""
    if not kinds & {Kind.LINKS, Kind.STATES, Kind.INDEX, Kind.LOG}:
        return True
    try:
        with Catalog.open(home.catalog) as catalog:
            _rows(catalog, kinds, done)
    except (CatalogDamagedError, sqlite3.DatabaseError) as error:
        if not is_damage(error):
            raise
        return False
    return True


def _rows(catalog: Catalog, kinds: set[Kind], done: list[str]) -> None:
    if Kind.STATES in kinds:  # file and version contradict each other: only the bytes tell which is right
        read_again(catalog, rejected=True, outdated=False)
    with catalog.transaction():
        if Kind.LINKS in kinds:
            forget_links(catalog)
            done.append("copies and events are linked again")
        if kinds & {Kind.LINKS, Kind.STATES}:
            files.unsettle_all(catalog)
            catalog.db.execute(files.WALKED_BY_ROWS)
            done.append("the states of the files are decided again")
    if kinds & {Kind.INDEX, Kind.LOG}:
        generations.begin(catalog)
        done.append("a new generation of the index is built from the catalog")
