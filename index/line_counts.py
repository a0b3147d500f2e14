"""The catalog's count of lines across pages: which page holds which line, and which lines are furniture.

The rule stands in `index.repetition`. The tables are a function of the files whose lines are counted, and of
nothing else. Whoever counts holds the transaction, so that the marks on lines, and the list of versions that
were segmented with other marks, change together with the count.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from index.article import PIPELINE, State, VersionId
from index.catalog import Catalog
from index.counted import counted
from index.files import FileId
from index.repetition import (
    COMMON,
    HOLDERS,
    STORIES,
    LineKey,
    PageId,
    PageLines,
    Prose,
    Stories,
    own_prose,
    page_id,
)

MOST_FILES: Final = 1_000
"""Up to which `files_with` counts."""


class LineCounter:
    """Counts lines in one catalog, of which nobody else changes the count meanwhile.

    What it read of the pages it keeps, for the next files of a run meet the same ones.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._stories = Stories(lambda page: _prose(catalog, page))

    def count(self, counted: Iterable[tuple[FileId, PageLines | None]]) -> None:
        """Count the lines of files, in the place of what was counted of them before (None: nothing).

        Decides the marks of all lines that this touches, and notes for `waiting` the versions read with
        others. Where the caller's transaction fails, the counter is of no use any more.
        """
        db, touched = self.catalog.db, _Touched()
        postings: list[tuple[LineKey, PageId]] = []
        left: set[PageId] = set()
        for file, lines in counted:
            (before,) = db.execute("SELECT page FROM file WHERE id = ?", (file,)).fetchone()
            page = None if lines is None else _put_page(self.catalog, lines, touched, postings)
            if before != page:
                db.execute("UPDATE file SET page = ? WHERE id = ?", (page, file))
                if before is not None:
                    left.add(before)
        # in the order of the table, which a large archive has mostly on disk
        db.executemany("INSERT INTO line_page VALUES (?, ?)", sorted(postings))
        for page in sorted(left):
            if _drop_if_unheld(self.catalog, page, touched):
                self._stories.forget(page)
        self._decide_common(touched)
        self._decide_repeated(touched)
        db.execute("DELETE FROM noted_line WHERE NOT common AND NOT repeated")

    def release(self, states: Iterable[State]) -> None:
        """Count no lines any more of the files in these states."""
        names = tuple(states)
        marks = ", ".join("?" * len(names))
        query = f"SELECT id FROM file WHERE page IS NOT NULL AND state IN ({marks})"
        rows = self.catalog.db.execute(query, names)
        if gone := [(FileId(row[0]), None) for row in rows]:
            self.count(gone)

    def _decide_common(self, touched: _Touched) -> None:
        """Mark the lines of prose that are common; touch the pages whose own prose changes by that."""
        before = _noted(self.catalog, touched.prose, "common")
        common = {line for line, pages in _pages(self.catalog, touched.prose) if pages > COMMON}
        _mark(self.catalog, "common", common - before, before - common)
        changed = {page for line in common ^ before for page in _holders(self.catalog, line)}
        for page in sorted(changed):
            touched.add(page, lines_of(self.catalog, page))
            self._stories.forget(page)

    def _decide_repeated(self, touched: _Touched) -> None:
        """Mark the repeated ones among the lines of which other pages, or other prose, are looked at."""
        decided = dict(_looked_at_anew(self.catalog, touched.least))
        before = _noted(self.catalog, decided, "repeated")
        candidates = [line for line, enough in decided.items() if enough]
        repeated = set(_repeated(self.catalog, candidates, self._stories))
        _mark(self.catalog, "repeated", repeated - before, before - repeated)
        for line in sorted(repeated ^ before):
            _queue_holders(self.catalog, line)


class _Touched:
    """Lines that a changed page holds: of each the least such page, and which of them are prose."""

    def __init__(self) -> None:
        self.least: dict[LineKey, PageId] = {}
        self.prose: set[LineKey] = set()

    def add(self, page: PageId, lines: PageLines) -> None:
        """A page came, went, or has other prose of its own."""
        least = self.least
        for line in lines.keys:
            if least.setdefault(line, page) > page:
                least[line] = page
        self.prose.update(lines.prose)


def _put_page(
    catalog: Catalog, lines: PageLines, touched: _Touched, postings: list[tuple[LineKey, PageId]]
) -> PageId:
    """Put a page into the catalog, if it is new; note its postings, which are to be put there later."""
    packed = lines.pack()
    page = page_id(packed)
    known = catalog.db.execute("SELECT 1 FROM page WHERE id = ?", (page,)).fetchone()
    if known is None:
        catalog.db.execute("INSERT INTO page VALUES (?, ?)", (page, packed))
        postings += [(key, page) for key in lines.keys]
        touched.add(page, lines)
    return page


def _drop_if_unheld(catalog: Catalog, page: PageId, touched: _Touched) -> bool:
    if catalog.db.execute("SELECT 1 FROM file WHERE page = ? LIMIT 1", (page,)).fetchone() is not None:
        return False
    lines = lines_of(catalog, page)
    catalog.db.executemany(
        "DELETE FROM line_page WHERE line = ? AND page = ?", ((key, page) for key in lines.keys)
    )
    catalog.db.execute("DELETE FROM page WHERE id = ?", (page,))
    # Marks that change from now on cannot be told to the versions that were read with this page.
    catalog.db.execute(
        "INSERT OR IGNORE INTO resegment SELECT sha256 FROM version WHERE page = ? AND pipeline = ?",
        (page, PIPELINE),
    )
    touched.add(page, lines)
    return True


def _looked_at_anew(catalog: Catalog, least: Mapping[LineKey, PageId]) -> Iterator[tuple[LineKey, bool]]:
    """Yield the lines of which a touched page is or was among the first `HOLDERS`; if they have enough.

    All others keep their mark: the rule looks at no further page. On a line of a thousand pages that saves
    all but every fifteenth look.
    """
    rows = catalog.db.execute(
        """SELECT value,
                  (SELECT page FROM line_page WHERE line = value ORDER BY page LIMIT 1 OFFSET ?1),
                  (SELECT 1 FROM line_page WHERE line = value LIMIT 1 OFFSET ?2)
           FROM json_each(?3)""",
        (HOLDERS - 1, STORIES - 1, json.dumps(sorted(least))),
    )
    for line, last, enough in rows:
        if last is None or least[line] <= last:
            yield LineKey(line), bool(enough)


def _pages(catalog: Catalog, lines: Iterable[LineKey]) -> Iterator[tuple[LineKey, int]]:
    """Yield each line with the number of its pages, up to one more than `COMMON`."""
    rows = catalog.db.execute(
        """SELECT value, (SELECT count(*) FROM (SELECT 1 FROM line_page WHERE line = value LIMIT ?))
           FROM json_each(?)""",
        (COMMON + 1, json.dumps(sorted(lines))),
    )
    return ((LineKey(row[0]), row[1]) for row in rows)


def _prose(catalog: Catalog, page: PageId) -> Prose:
    lines = lines_of(catalog, page)
    return own_prose(lines, _noted(catalog, lines.prose, "common"))


def _repeated(catalog: Catalog, lines: Iterable[LineKey], stories: Stories) -> Iterator[LineKey]:
    """Yield those of the lines that are repeated, by the rule."""
    return (line for line in lines if stories.is_repeated(line, _holders(catalog, line, HOLDERS)))


def _holders(catalog: Catalog, line: LineKey, most: int = -1) -> list[PageId]:
    rows = catalog.db.execute("SELECT page FROM line_page WHERE line = ? ORDER BY page LIMIT ?", (line, most))
    return [row[0] for row in rows]


def _mark(catalog: Catalog, name: str, gained: set[LineKey], lost: set[LineKey]) -> None:
    catalog.db.executemany(
        f"""INSERT INTO noted_line (line, common, repeated) VALUES (?1, 'common' = ?2, 'repeated' = ?2)
            ON CONFLICT (line) DO UPDATE SET {name} = 1""",
        ((line, name) for line in sorted(gained)),
    )
    catalog.db.executemany(
        f"UPDATE noted_line SET {name} = 0 WHERE line = ?", ((line,) for line in sorted(lost))
    )


def _noted(catalog: Catalog, lines: Iterable[LineKey], name: str) -> set[LineKey]:
    """Return those of the lines that carry a mark."""
    rows = catalog.db.execute(
        f"SELECT line FROM json_each(?) JOIN noted_line ON line = value WHERE {name}",
        (json.dumps(list(lines)),),
    )
    return {row[0] for row in rows}


def _queue_holders(catalog: Catalog, line: LineKey) -> None:
    """Note the versions of this pipeline whose page holds a line: they were read with other evidence."""
    catalog.db.execute(
        """INSERT OR IGNORE INTO resegment
           SELECT sha256 FROM line_page JOIN version ON version.page = line_page.page
           WHERE line = ? AND pipeline = ?""",
        (line, PIPELINE),
    )


def rests_on_page(catalog: Catalog, version: VersionId, file: FileId) -> None:
    """Note with the lines of which page, counted for `file`, a version was segmented."""
    catalog.db.execute(
        "UPDATE version SET page = (SELECT page FROM file WHERE id = ?) WHERE sha256 = ?", (file, version)
    )


def lines_of(catalog: Catalog, page: PageId) -> PageLines:
    """Return the counted lines of a page that is in the catalog."""
    (packed,) = catalog.db.execute("SELECT lines FROM page WHERE id = ?", (page,)).fetchone()
    return PageLines.unpack(packed)


def lines_counted(catalog: Catalog, file: FileId) -> PageLines | None:
    """Return the lines that are counted for a file, None where none are. Raises ValueError for damage."""
    row = catalog.db.execute(
        "SELECT page.id, lines FROM file JOIN page ON page.id = file.page WHERE file.id = ?", (file,)
    ).fetchone()
    if row is not None and page_id(row[1]) != row[0]:
        raise ValueError(f"page {row[0]}: its lines are damaged")
    return None if row is None else PageLines.unpack(row[1])


def repeated_lines(catalog: Catalog, lines: Collection[LineKey]) -> frozenset[LineKey]:
    """Return those of the lines that stand beside different stories in the archive."""
    return frozenset(_noted(catalog, lines, "repeated"))


def files_with(catalog: Catalog, lines: Collection[LineKey]) -> Mapping[LineKey, int]:
    """Count the files that hold each line, up to `MOST_FILES`; lines that no file holds are absent.

    Only lines that `tasks.page_lines` counts are ever held.
    """
    counts: dict[LineKey, int] = {}
    for line in lines:
        (count,) = catalog.db.execute(
            """SELECT count(*) FROM (SELECT 1 FROM line_page JOIN file ON file.page = line_page.page
               WHERE line = ? LIMIT ?)""",
            (line, MOST_FILES),
        ).fetchone()
        if count:
            counts[line] = count
    return counts


def waiting(catalog: Catalog) -> list[VersionId]:
    """Versions to segment again because the evidence about their lines changed."""
    return [VersionId(row[0]) for row in catalog.db.execute("SELECT version FROM resegment ORDER BY version")]


def served(catalog: Catalog, version: VersionId) -> None:
    """Take a version off the list: it was segmented again, or is in the catalog no more."""
    catalog.db.execute("DELETE FROM resegment WHERE version = ?", (version,))


def find_miscounts(catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with the count, a line each: pages against postings, marks against the rule."""
    keys = 0
    for page, packed in catalog.db.execute("SELECT id, lines FROM page ORDER BY id"):
        try:
            lines = PageLines.unpack(packed)
        except ValueError:
            lines = None
        if lines is None or page_id(packed) != page:
            yield f"page {page}: its lines are damaged"
            continue
        keys += len(lines.keys)
        if (held := _held(catalog, page, lines)) != len(lines.keys):
            yield f"page {page}: {held:,} of {counted(len(lines.keys), 'line')} counted"
    (known,) = catalog.db.execute("SELECT count(*) FROM line_page").fetchone()
    if known != keys:
        yield f"{counted(known, 'line')} counted, the pages hold {keys:,}"
        return
    query = "SELECT id FROM page WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.page = page.id)"
    for (page,) in catalog.db.execute(query):
        yield f"page {page}: its lines are counted, and no file holds it"
    for name, wanted in _marks_by_rule(catalog):
        found = {row[0] for row in catalog.db.execute(f"SELECT line FROM noted_line WHERE {name}")}
        if wrong := len(found ^ wanted):
            yield f"{counted(wrong, 'line')} wrongly marked as {name}, or wrongly not"


def _held(catalog: Catalog, page: PageId, lines: PageLines) -> int:
    """Count the lines of a page that have their posting."""
    row = catalog.db.execute(
        "SELECT count(*) FROM json_each(?) JOIN line_page ON line = value WHERE page = ?",
        (json.dumps(list(lines.keys)), page),
    ).fetchone()
    return int(row[0])


def _marks_by_rule(catalog: Catalog) -> Iterator[tuple[str, set[LineKey]]]:
    """Yield each mark with the lines that the rule gives it, from the postings alone."""
    rows = catalog.db.execute(
        "SELECT line, count(*), min(page) FROM line_page GROUP BY line HAVING count(*) >= ?",
        (min(STORIES, COMMON + 1),),
    ).fetchall()
    yield "common", {row[0] for row in rows if row[1] > COMMON and row[0] in lines_of(catalog, row[2]).prose}
    stories = Stories(lambda page: _prose(catalog, page))
    yield "repeated", set(_repeated(catalog, (row[0] for row in rows), stories))
