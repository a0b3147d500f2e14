"""Checksums of the catalog's pages, the log that they are kept by, and the bytes that they mend."""

from __future__ import annotations

import os
import shutil
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import wal
from index.catalog import LOG_BYTES, MIGRATIONS, Catalog
from index.findings import Kind
from index.page_sums import (
    DamagedSumsError,
    changed_pages,
    digest_of,
    is_changing,
    read_sums,
    seal_path,
    sums_of,
    sums_path,
)
from index.rot import find_rot, mend_pages, mended_page


@pytest.fixture
def path(tmp_path):
    return tmp_path / "catalog.sqlite3"


def fill(catalog, name, size=3000):
    with catalog.transaction():
        catalog.put_setting(name, "x" * size)


def undone(catalog, *values):
    """Change settings in a transaction that fails."""

    def change():
        with catalog.transaction():
            for name, value in zip(values[::2], values[1::2], strict=True):
                catalog.put_setting(name, value)
            catalog.put_setting("nothing", None)

    with pytest.raises(sqlite3.IntegrityError):
        change()


def sums(path):
    found = read_sums(path)
    assert found is not None
    return found


def flip(path, at, value=1):
    data = bytearray(path.read_bytes())
    data[at] ^= value
    path.write_bytes(data)


def killed(path, folder, work):
    """What a process leaves that dies after `work`, its connection open."""
    with Catalog.open(path) as catalog:
        work(catalog)
        for name in ("catalog.sqlite3", "catalog.sqlite3-wal", "catalog.seal", "catalog.sums"):
            if (path.parent / name).exists():
                shutil.copy(path.parent / name, folder / name)
    return folder / path.name


def test_a_catalog_that_was_closed_is_sealed(path):
    for number in range(3):
        with Catalog.open(path) as catalog:
            assert read_sums(path) is None
            assert is_changing(path)
            fill(catalog, f"name {number}", 3000 * number)
        assert sums(path).digests == sums_of(path).digests
        assert not is_changing(path)
        assert find_rot(path) == []


@settings(deadline=None, max_examples=15)
@given(steps=st.lists(st.tuples(st.sampled_from("fdvrcw"), st.integers(1, 40_000)), max_size=8))
def test_any_history_of_changes_keeps_the_checksums(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("any") / "catalog.sqlite3"
    reader = None
    for number, (step, size) in enumerate(steps):
        with Catalog.open(path) as catalog:
            if step == "f":
                fill(catalog, f"name {number}", size)
            elif step == "d":
                catalog.db.execute("DELETE FROM setting WHERE length(value) < ?", (size,))
            elif step == "v":
                catalog.db.execute("VACUUM")
            elif step == "r":
                undone(catalog, f"name {number}", "y" * size * 100)
            elif step == "w":
                catalog.absorb(at_least=0)
                catalog.put_setting(f"name {number}", "z" * size)
            elif reader is None:
                reader = Catalog.read(path)  # keeps the log from being emptied
            else:
                reader.close()
                reader = None
    if reader is not None:
        reader.close()
    if steps:
        assert changed_pages(path, sums(path)) == []
        assert len(sums(path)) * sums(path).page_size == path.stat().st_size


def test_the_log_is_emptied_while_a_long_run_goes_on(path):
    with Catalog.open(path) as catalog:
        for number in range(12):
            fill(catalog, f"name {number}", LOG_BYTES // 2)
        assert wal.log_path(path).stat().st_size < 4 * LOG_BYTES
    assert find_rot(path) == []


@pytest.mark.parametrize("at", [0, 17, 100, 5000, 50_000, -1, -4096])
def test_every_changed_byte_is_found_and_put_right(path, at):
    with Catalog.open(path) as catalog:
        fill(catalog, "long", 90_000)
    whole = path.read_bytes()
    flip(path, at, 64)
    (finding,) = find_rot(path)
    assert finding.kind is Kind.PAGES
    assert mend_pages(path, sums(path))
    assert path.read_bytes() == whole


def test_bytes_that_changed_do_not_get_a_checksum_by_a_later_run(path):
    with Catalog.open(path) as catalog:
        fill(catalog, "long", 90_000)
    flip(path, 70_000)
    for number in range(3):
        with Catalog.open(path) as catalog:
            fill(catalog, f"name {number}")
    assert [finding.kind for finding in find_rot(path)] == [Kind.PAGES]


def test_a_file_that_lost_its_end_or_has_more_is_found(path):
    with Catalog.open(path) as catalog:
        fill(catalog, "long", 90_000)
    whole = path.read_bytes()
    path.write_bytes(whole[:-4096])
    assert len(find_rot(path)) == 1
    path.write_bytes(whole + bytes(4096))
    assert len(find_rot(path)) == 1
    path.unlink()
    (finding,) = find_rot(path)
    assert "gone" in finding.what


@pytest.mark.parametrize("which", [sums_path, seal_path])
def test_changed_checksums_are_found_and_no_fault_of_the_catalog(path, which):
    with Catalog.open(path):
        pass
    flip(which(path), 9)
    with pytest.raises(DamagedSumsError):
        read_sums(path)
    assert [finding.kind for finding in find_rot(path)] == [Kind.SUMS]


def test_after_a_kill_the_next_run_makes_all_checksums_anew(path, tmp_path):
    with Catalog.open(path) as catalog:
        fill(catalog, "before")
    folder = tmp_path / "dead"
    folder.mkdir()
    dead = killed(path, folder, lambda catalog: fill(catalog, "during", 50_000))
    assert read_sums(dead) is None
    assert find_rot(dead) == []
    with Catalog.open(dead) as catalog:
        assert len(catalog.setting("during")) == 50_000
    assert changed_pages(dead, sums(dead)) == []


def test_a_damaged_log_is_told_from_the_end_of_a_write(path, tmp_path):
    def work(catalog):
        for number in range(4):
            fill(catalog, f"name {number}", 9000)

    for number, (at, kinds) in enumerate({20: [Kind.LOG], 100: [Kind.LOG], 40: [Kind.LOG], -1: []}.items()):
        folder = tmp_path / f"dead{number}"
        folder.mkdir()
        log = wal.log_path(killed(path, folder, work))
        flip(log, at)
        assert [finding.kind for finding in find_rot(folder / path.name)] == kinds


def test_a_log_reads_as_sqlite_reads_it(path, tmp_path):
    folder = tmp_path / "dead"
    folder.mkdir()

    def work(catalog):
        fill(catalog, "one", 30_000)
        catalog.db.execute("PRAGMA cache_size=1")  # so that what is undone was in the log
        undone(catalog, *(value for number in range(40) for value in (f"gone {number}", "y" * 9000)))
        fill(catalog, "two")

    dead = killed(path, folder, work)
    pages, total, wrong = wal.committed(dead)
    assert wrong == ""
    with Catalog.open(dead) as catalog:
        assert catalog.db.execute("SELECT count(*) FROM setting").fetchone()[0] == 2
    data = dead.read_bytes()
    assert len(data) == 4096 * total
    assert all(data[4096 * (page - 1) : 4096 * page] == content for page, content in pages.items())


@given(st.binary(max_size=300))
def test_any_bytes_are_a_log_without_an_exception(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("log") / "catalog.sqlite3"
    wal.log_path(path).write_bytes(data)
    assert wal.committed(path)[:2] == ({}, 0)


def test_a_page_that_changed_in_two_places_is_not_guessed_at():
    page = os.urandom(64)
    other = bytes((page[0] ^ 1, *page[1:63], page[63] ^ 1))
    assert mended_page(page, digest_of(page[:-1] + bytes((page[63] ^ 77,)))) is not None
    assert mended_page(other, digest_of(page)) is None


def test_a_second_connection_leaves_the_seal_to_the_first(path):
    with Catalog.open(path) as first:
        with Catalog.open(path) as second:
            fill(second, "by the second")
        fill(first, "by the first")
        assert is_changing(path)
    assert find_rot(path) == []


def test_a_reader_that_migrates_leaves_the_checksums_to_the_next_run(path, monkeypatch):
    with monkeypatch.context() as older:
        older.setattr("index.catalog.MIGRATIONS", MIGRATIONS[:-1])
        with Catalog.open(path) as catalog:
            fill(catalog, "old")
    reader = Catalog.read(path)
    assert reader is not None
    reader.close()
    assert find_rot(path) == []
    with Catalog.open(path) as catalog:
        assert catalog.setting("old")
    assert changed_pages(path, sums(path)) == []


def test_what_is_committed_is_on_the_disk(path):
    with Catalog.open(path) as catalog:
        assert catalog.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert catalog.db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL
        assert catalog.db.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == 0
