"""The look that changes nothing."""

import os

import pytest

from index.catalog import Catalog
from index.runs import start_run
from tasks.looks import Looks
from tasks.peek import peek
from tests.archive import page


@pytest.fixture
def looks():
    return Looks(1.0)


def test_before_the_first_run_every_page_waits(archive, looks):
    archive.write("a.txt", page(1))
    archive.write("deep/b.txt", page(2))
    archive.write("c.txt.part", "half")
    found = peek(archive.home, archive.settings, looks)
    assert looks.waiting() == looks.untold() == 2
    assert (found.gone, found.noted, found.lost, found.unfinished) == (0, 1, (), False)
    assert not archive.home.catalog.exists()


def test_an_archive_that_is_up_to_date_has_nothing_waiting(archive, looks):
    archive.write("a.txt", page(1))
    part = archive.write("c.txt.part", "half")
    archive.ingest()
    part.write_text("half and more")
    found = peek(archive.home, archive.settings, looks)
    assert looks.waiting() == 0
    assert (found.gone, found.noted, found.lost, found.unfinished) == (0, 0, (), False)


def test_what_is_gone_is_told_from_what_held_nothing(archive, looks):
    archive.write("a.txt", page(1))
    archive.write("b.txt", page(2))
    archive.write("c.txt.part", "half")
    archive.ingest()
    (archive.raw / "a.txt").unlink()
    (archive.raw / "c.txt.part").unlink()
    found = peek(archive.home, archive.settings, looks)
    assert (found.gone, found.noted) == (1, 1)
    assert archive.state("a.txt") == "indexed"


def test_a_root_that_lost_everything_is_not_believed(archive, looks):
    archive.write("a.txt", page(1))
    archive.ingest()
    (archive.raw / "a.txt").unlink()
    assert peek(archive.home, archive.settings, looks).lost == (archive.raw,)
    archive.raw.rmdir()
    found = peek(archive.home, archive.settings, looks)
    assert (found.gone, found.lost) == (0, (archive.raw,))


def test_a_run_that_died_is_noticed(archive, looks):
    archive.write("a.txt", page(1))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        start_run(catalog, "direct")
    assert peek(archive.home, archive.settings, looks).unfinished


def test_a_file_that_could_not_be_read_is_no_news_of_the_file_system(archive, looks):
    path = archive.write("a.txt", page(1))
    archive.ingest()
    os.utime(path, (1, 1))
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE file SET state = 'deferred'")
    peek(archive.home, archive.settings, looks)
    assert (looks.waiting(), looks.untold()) == (1, 1)
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE file SET state = 'deferred'")
    other = Looks(1.0)
    peek(archive.home, archive.settings, other)
    assert (other.waiting(), other.untold()) == (1, 0)
