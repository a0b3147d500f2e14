import shutil
import sqlite3

import pytest

from index import reading
from index.catalog import Catalog
from tasks.maintain import Merged, check, merge, vacuum
from tests.archive import page


def segments(archive) -> int:
    with Catalog.open(archive.home.catalog) as catalog:
        return len(reading.segments(archive.home.generation(catalog.generation)))


def test_a_sound_archive_agrees_byte_for_byte(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    assert check(archive.home, read_raw=True) == ()


def test_changed_bytes_of_the_index_are_found(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    folder = archive.home.generation(1)
    victim = next(path for path in sorted(folder.iterdir()) if path.suffix == ".seg")
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    (finding,) = check(archive.home, read_raw=False)
    assert "newsfold repair" in finding


def test_changed_bytes_of_a_raw_file_are_found_where_raw_files_are_read(archive):
    path = archive.write("a.txt", page(1))
    archive.ingest()
    with sqlite3.connect(archive.home.catalog) as db:
        db.execute("UPDATE version SET sha256 = sha256")  # the catalog itself is left alone
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"bridge", b"fridge"))
    with Catalog.open(archive.home.catalog) as catalog:  # as if the disk had changed them: same stat
        after = path.stat()
        catalog.db.execute(
            "UPDATE file SET mtime_ns = ?, ctime_ns = ?", (after.st_mtime_ns, after.st_ctime_ns)
        )
    assert before.st_size == after.st_size
    assert len(check(archive.home, read_raw=True)) == 1
    assert check(archive.home, read_raw=False) == ()


def test_nothing_is_done_where_nothing_was_ingested(archive):
    assert check(archive.home, read_raw=True) == ()
    assert merge(archive.home, archive.settings) == Merged(0, 0)
    assert vacuum(archive.home).note == "none yet"


def test_merging_leaves_fewer_segments_and_every_article(archive):
    for number in range(9):
        archive.write(f"{number}.txt", page(number))
        archive.ingest()
    before = segments(archive)
    export = archive.export()
    for name in range(8):
        (archive.raw / f"{name}.txt").unlink()
    archive.ingest(accept_missing=True)
    done = merge(archive.home, archive.settings)
    assert (done.before >= done.after, done.after) == (True, segments(archive))
    assert done.after <= before
    assert [row["id"] for row in archive.export()] == [
        row["id"] for row in export if row["files"][0].endswith("8.txt")
    ]
    assert check(archive.home, read_raw=True) == ()
    assert merge(archive.home, archive.settings) == Merged(done.after, done.after)


def test_unused_space_goes_back_and_nothing_is_lost(archive):
    for number in range(60):
        archive.write(f"{number}.txt", page(number))
    archive.ingest()
    for number in range(1, 60):
        (archive.raw / f"{number}.txt").unlink()
    archive.ingest(accept_missing=True)
    rows = archive.export()
    done = vacuum(archive.home)
    assert done.after < 0.8 * done.before
    assert archive.export() == rows
    assert check(archive.home, read_raw=True) == ()
    assert "unused" in vacuum(archive.home).note


def test_a_full_disk_is_told_and_the_catalog_left_alone(archive, monkeypatch):
    archive.write("a.txt", page(1))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("CREATE TABLE ballast (data)")
        catalog.db.execute("INSERT INTO ballast VALUES (zeroblob(4000000))")
        catalog.db.execute("DROP TABLE ballast")
    usage = shutil.disk_usage(archive.home.state)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    done = vacuum(archive.home)
    assert "too little space" in str(done)
    assert done.after == done.before
    monkeypatch.undo()
    assert vacuum(archive.home).after < done.before


@pytest.mark.parametrize("step", [merge, vacuum])
def test_a_step_that_is_repeated_changes_nothing(archive, step):
    archive.write("a.txt", page(1))
    archive.ingest()
    arguments = (archive.settings,) if step is merge else ()
    step(archive.home, *arguments)
    rows = archive.outcome()
    step(archive.home, *arguments)
    assert archive.outcome() == rows
