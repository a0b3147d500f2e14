import sqlite3
from pathlib import Path

import pytest

from index import catalog as module
from index.articles import cut_of, known_version
from index.catalog import MIGRATIONS, Catalog, damaged
from index.errors import NewsfoldError
from index.files import uncounted


def test_there_is_none_before_the_first_run(tmp_path):
    assert Catalog.read(tmp_path / "catalog.sqlite3") is None
    assert not list(tmp_path.iterdir())


def test_a_new_one_has_the_newest_schema_and_is_durable(tmp_path):
    with Catalog.open(tmp_path / "s" / "catalog.sqlite3") as catalog:
        assert catalog.db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert catalog.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert catalog.db.execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_catalog_whose_maker_died_reads_as_none(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    sqlite3.connect(path).close()
    path.write_bytes(b"")
    assert Catalog.read(path) is None


def test_an_older_catalog_is_migrated_once(tmp_path, monkeypatch):
    path = tmp_path / "catalog.sqlite3"
    with Catalog.open(path) as catalog:
        catalog.put_setting("kept", "yes")
    monkeypatch.setattr(module, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (x INTEGER);"))
    for _ in range(2):
        with Catalog.open(path) as catalog:
            assert catalog.setting("kept") == "yes"
            assert catalog.db.execute("SELECT count(*) FROM later").fetchone()[0] == 0


def first_schema(path) -> None:
    """A catalog as the first release left it, with a file and its article's version."""
    db = sqlite3.connect(path)
    db.executescript(MIGRATIONS[0])
    db.execute("INSERT INTO root VALUES (1, x'2f72', 1)")
    db.execute("INSERT INTO version VALUES ('aa', 5, 'utf-8', 0, 0, 'no-article', 'd', '1')")
    db.execute("INSERT INTO file VALUES (1, 1, x'61', 'rejected', 'r', 5, 1, 2, 3, 'aa')")
    db.execute("PRAGMA user_version=1")
    db.commit()
    db.close()


@pytest.mark.parametrize("way", [Catalog.open, Catalog.read])
def test_a_catalog_of_the_first_schema_keeps_its_rows_and_waits_to_be_counted(tmp_path, way):
    path = tmp_path / "catalog.sqlite3"
    first_schema(path)
    with way(path) as catalog:
        assert cut_of(catalog, "aa") == ""
        assert [(file.path, file.version) for file in uncounted(catalog)] == [(b"/r/a", "aa")]
        assert known_version(catalog, "aa", "1")
        assert catalog.db.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    path = tmp_path / "catalog.sqlite3"
    Catalog.open(path).close()
    monkeypatch.setattr(
        module, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE later (x INTEGER);\nCREATE TABEL y;")
    )
    with pytest.raises(sqlite3.Error):
        Catalog.open(path)
    monkeypatch.undo()
    with Catalog.open(path) as catalog:
        tables = {row[0] for row in catalog.db.execute("SELECT name FROM sqlite_master")}
        assert "later" not in tables


def test_a_newer_catalog_is_refused(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    with Catalog.open(path) as catalog:
        catalog.db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    with pytest.raises(NewsfoldError, match="newer newsfold"):
        Catalog.open(path)
    with pytest.raises(NewsfoldError, match="newer newsfold"):
        Catalog.read(path)


def test_a_file_that_is_no_catalog_is_told(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(b"not a database, certainly not one of ours" * 40)
    with pytest.raises(NewsfoldError, match="cannot be used"):
        Catalog.open(path)


def test_what_must_not_be_written_is_not_called_damaged():
    path = Path("/x/catalog.sqlite3")
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorname = "SQLITE_READONLY_DIRECTORY"
    assert "permissions of /x" in damaged(path, error).hint
    assert "newsfold repair" in damaged(path, sqlite3.DatabaseError("file is not a database")).hint


def test_a_transaction_is_all_or_nothing(tmp_path):
    with Catalog.open(tmp_path / "catalog.sqlite3") as catalog:
        with pytest.raises(sqlite3.Error), catalog.transaction() as db:
            db.execute("INSERT INTO setting VALUES ('a', '1'), ('a', '2')")
        assert catalog.setting("a") == ""


def test_a_reader_cannot_write(tmp_path):
    path = tmp_path / "catalog.sqlite3"
    Catalog.open(path).close()
    with Catalog.read(path) as catalog, pytest.raises(sqlite3.OperationalError):
        catalog.put_setting("a", "1")
