"""The count of lines in the catalog is a function of the files that are counted, and of nothing else."""

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import line_counts, repetition
from index.article import PIPELINE, State, VersionId
from index.articles import Version, known_version, put_version
from index.catalog import Catalog
from index.files import FileId, Stat, put_seen, root_id
from index.line_counts import (
    LineCounter,
    files_with,
    find_miscounts,
    lines_counted,
    repeated_lines,
    rests_on_page,
    waiting,
)
from index.repetition import COMMON, LONG, STORIES, LineKey, PageLines, Stories, page_id

MENU, TERMS = LineKey(1), LineKey(2)
SITE = PageLines({TERMS: 40}, frozenset([MENU]))


@pytest.fixture
def catalog(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite3") as opened:
        yield opened


def files(catalog, count: int) -> list[FileId]:
    """Rows of files that hold a version each, as if read before."""
    root = root_id(catalog, b"/raw")
    seen = [(b"%d.txt" % number, Stat(1, 1, 1, number), State.INDEXED, "") for number in range(count)]
    put_seen(catalog, root, seen, walked=count)
    for number in range(count):
        version = Version(version_of(number), 1, "utf-8", 0, guessed=False, reject=None, pipeline=PIPELINE)
        put_version(catalog, version)
        catalog.db.execute("UPDATE file SET version = ? WHERE path = ?", (version.sha256, b"%d.txt" % number))
    return [FileId(row[0]) for row in catalog.db.execute("SELECT id FROM file ORDER BY inode")]


def version_of(number: int) -> VersionId:
    return VersionId(f"{number:064x}")


def site_page(number: int) -> PageLines:
    """A page of one site with a story of its own."""
    own = {LineKey(1000 * (number + 1) + line): LONG + 20 for line in range(6)}
    return PageLines(SITE.prose | own, SITE.short)


def count(catalog, pages: dict[FileId, PageLines | None], counter: LineCounter | None = None) -> None:
    """Count pages, then let the versions of their files be segmented with them, as a run does."""
    with catalog.transaction():
        (counter or LineCounter(catalog)).count(pages.items())
        for file in pages:
            (version,) = catalog.db.execute("SELECT version FROM file WHERE id = ?", (file,)).fetchone()
            rests_on_page(catalog, version, file)


def tables(catalog) -> dict[str, list[tuple]]:
    names = ("page", "line_page", "noted_line")
    return {name: [tuple(row) for row in catalog.db.execute(f"SELECT * FROM {name}")] for name in names}


def test_a_line_becomes_furniture_with_enough_stories_and_those_read_before_wait(catalog):
    rows = files(catalog, STORIES)
    count(catalog, {row: site_page(number) for number, row in enumerate(rows[:-1])})
    assert not repeated_lines(catalog, [MENU, TERMS])
    assert not waiting(catalog)
    count(catalog, {rows[-1]: site_page(STORIES)})
    assert repeated_lines(catalog, [MENU, TERMS, LineKey(1000)]) == {MENU, TERMS}
    assert waiting(catalog) == [version_of(number) for number in range(STORIES - 1)]
    assert not known_version(catalog, version_of(0), PIPELINE), "it is to be read again"
    assert not list(find_miscounts(catalog))


def test_it_is_no_furniture_any_more_when_the_stories_go(catalog):
    rows = files(catalog, STORIES + 1)
    count(catalog, {row: site_page(number) for number, row in enumerate(rows[:-1])})
    catalog.db.execute("DELETE FROM resegment")
    catalog.db.execute("UPDATE file SET state = 'missing' WHERE id = ?", (rows[0],))
    with catalog.transaction():
        LineCounter(catalog).release([State.MISSING])
    assert not repeated_lines(catalog, [MENU, TERMS])
    # those with the lines, and the one that let go: what is told of its lines from now on cannot reach it
    assert waiting(catalog) == [version_of(number) for number in range(STORIES)]
    assert files_with(catalog, [MENU, LineKey(1000)]) == {MENU: STORIES - 1}
    assert not list(find_miscounts(catalog))


def test_versions_of_another_pipeline_do_not_wait(catalog):
    rows = files(catalog, STORIES)
    catalog.db.execute("UPDATE version SET pipeline = 'old'")
    count(catalog, {row: site_page(number) for number, row in enumerate(rows)})
    assert repeated_lines(catalog, [MENU]) == {MENU}
    assert not waiting(catalog)


def test_copies_of_a_page_are_one_page_and_several_files(catalog):
    rows = files(catalog, 12)
    count(catalog, dict.fromkeys(rows, site_page(1)))
    assert files_with(catalog, [MENU]) == {MENU: 12}
    assert catalog.db.execute("SELECT count(*) FROM page").fetchone()[0] == 1
    assert not repeated_lines(catalog, [MENU])


def test_a_change_of_what_is_common_reaches_the_other_lines_of_the_page(catalog):
    """Wire copy that one paper too many carries proves no more that its pages differ."""
    shared = {LineKey(-number): 100 for number in range(1, 7)}
    rows = files(catalog, COMMON + STORIES)
    carriers = [PageLines(shared | {LineKey(5000 + n): 20}, frozenset([MENU])) for n in range(COMMON + 1)]
    others = [site_page(number) for number in range(STORIES - 1)]
    count(catalog, dict(zip(rows, [*carriers[:-1], *others], strict=False)))
    assert repeated_lines(catalog, [MENU]) == {MENU}
    count(catalog, {rows[-1]: carriers[-1]})
    assert not list(find_miscounts(catalog))


def test_the_lines_of_a_file_are_kept(catalog):
    one, other = files(catalog, 2)
    count(catalog, {one: site_page(1), other: None})
    assert lines_counted(catalog, one) == site_page(1)
    assert lines_counted(catalog, other) is None


def test_damage_is_found(catalog):
    rows = files(catalog, COMMON + 2)
    count(catalog, {row: site_page(number) for number, row in enumerate(rows)})
    assert not list(find_miscounts(catalog))
    for damage in (
        "DELETE FROM line_page WHERE line = 1 AND page = (SELECT min(page) FROM line_page)",
        "INSERT INTO line_page SELECT 77, min(id) FROM page",
        "DELETE FROM noted_line WHERE line = 1",
        "UPDATE noted_line SET common = 0 WHERE line = 2",
        "INSERT INTO noted_line VALUES (1000, 0, 1)",
        "UPDATE page SET lines = x'0500'",
        "UPDATE file SET page = NULL WHERE inode = 3",
    ):
        catalog.db.execute("BEGIN")
        catalog.db.execute(damage)
        assert list(find_miscounts(catalog)), damage
        catalog.db.execute("ROLLBACK")


PAGES = [site_page(number) for number in range(7)]
PAGES += [PageLines(page.prose | {LineKey(-9): 30}, page.short) for page in PAGES[:4]]
PAGES += [PageLines({LineKey(-n): 30 for n in range(20, 30)}, frozenset([LineKey(n)])) for n in range(11)]
HISTORY = st.lists(
    st.dictionaries(st.integers(0, 13), st.none() | st.sampled_from(PAGES), max_size=8), max_size=6
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(HISTORY)
def test_any_history_ends_in_the_same_tables(history):
    final = {number: page for step in history for number, page in step.items()}
    outcomes = []
    for steps in (history, [final]):
        with tempfile.TemporaryDirectory() as folder, Catalog.open(Path(folder) / "c.sqlite3") as catalog:
            rows = files(catalog, 14)
            counter = LineCounter(catalog)
            for step in steps:
                count(catalog, {rows[number]: page for number, page in step.items()}, counter)
            assert not list(find_miscounts(catalog))
            outcomes.append(tables(catalog))
    assert outcomes[0] == outcomes[1]


def test_pages_beyond_those_that_are_looked_at_change_nothing(catalog, monkeypatch):
    """Of a line on many pages only the first are looked at: of the others none is read, and all may go."""
    monkeypatch.setattr(line_counts, "HOLDERS", STORIES)
    pages = sorted((site_page(number) for number in range(COMMON)), key=lambda page: page_id(page.pack()))
    rows = files(catalog, COMMON)
    counter = LineCounter(catalog)
    for row, page in zip(rows[:STORIES], pages[:STORIES], strict=True):
        count(catalog, {row: page}, counter)
    assert repeated_lines(catalog, [MENU]) == {MENU}
    with monkeypatch.context() as patched:
        patched.setattr(line_counts.Stories, "is_repeated", _unasked)
        count(catalog, dict(zip(rows[STORIES:], pages[STORIES:], strict=True)), counter)
        count(catalog, dict.fromkeys(rows[STORIES:]), counter)
    count(catalog, {rows[0]: None}, counter)
    assert not repeated_lines(catalog, [MENU])
    assert not list(find_miscounts(catalog))


def _unasked(_stories, line, holders):
    assert line not in {MENU, TERMS}
    return Stories(lambda _: repetition.Prose({}, {}, 0, 0)).is_repeated(line, ())


@pytest.mark.parametrize("answered", [2, 2_000])
def test_answers_that_are_kept_never_outlive_the_pages_they_are_about(catalog, monkeypatch, answered):
    """Pages of few lines, changed two at a time under one counter: what it remembers is wrong soon."""
    monkeypatch.setattr(repetition, "ANSWERED", answered)
    chance, rows = random.Random(7), files(catalog, 40)
    counter = LineCounter(catalog)

    def any_page():
        prose = {LineKey(1000 + line): LONG + 1 for line in chance.sample(range(20), 3)}
        return PageLines(prose, frozenset(map(LineKey, chance.sample(range(12), 2))))

    count(catalog, {row: any_page() for row in rows}, counter)
    for _ in range(25):
        count(catalog, {row: any_page() for row in chance.sample(rows, 2)}, counter)
        assert not list(find_miscounts(catalog))


def test_a_small_memory_decides_the_same(catalog, monkeypatch):
    monkeypatch.setattr(repetition, "REMEMBERED", 2)
    monkeypatch.setattr(repetition, "MEASURED", 3)
    rows = files(catalog, 12)
    pages = [site_page(number) for number in range(12)]
    random.Random(1).shuffle(pages)
    count(catalog, dict(zip(rows, pages, strict=True)))
    assert repeated_lines(catalog, [MENU, TERMS]) == {MENU, TERMS}
    assert not list(find_miscounts(catalog))
