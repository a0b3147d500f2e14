from __future__ import annotations

import pytest

from index.catalog import Catalog
from index.links import waiting
from tasks import commit, ingest
from tests.archive import page
from tests.faults import FaultError, Faults


def forget_sketches(archive) -> None:
    """Leave the ledger as the migration from the second schema leaves it."""
    with Catalog.open(archive.home.catalog) as catalog, catalog.transaction():
        catalog.db.execute("UPDATE entry SET hashes = NULL")
        for table in ("edge", "hash_run", "hash_chunk"):
            catalog.db.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("at_once", [1, 2, 1_000])
def test_a_ledger_of_an_older_newsfold_is_linked_again_by_the_next_run(archive, monkeypatch, at_once):
    monkeypatch.setattr(commit, "RELINK", at_once)
    for number in range(3):
        archive.write(f"{number}.txt", page(number))
    archive.write("copy.txt", page(1, edit="Another end was printed elsewhere, which nobody had expected."))
    archive.ingest()
    before = archive.outcome()
    forget_sketches(archive)
    archive.write("late.txt", page(2, edit="The late edition has another end, and it tells nothing new."))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        assert waiting(catalog, 10) == []
    assert len(archive.run("search", "--output", "ids", "council").stdout.split()) == 3
    (archive.raw / "late.txt").unlink()
    archive.ingest()
    after = archive.outcome()
    assert after["articles"] == before["articles"]
    assert [row for row in after["files"] if row["path"] != "late.txt"] == before["files"]


def test_before_that_run_the_old_clusters_answer(archive):
    archive.write("1.txt", page(1))
    archive.write("copy.txt", page(1, edit="Another end was printed elsewhere, which nobody had expected."))
    archive.ingest()
    before = archive.export()
    found = archive.run("search", "council").stdout
    forget_sketches(archive)
    kept = ("id", "hash", "canonical", "body", "files")
    assert [[row[key] for key in kept] for row in archive.export()] == [
        [row[key] for key in kept] for row in before
    ]
    assert archive.run("search", "council").stdout == found
    assert archive.run("show", before[0]["id"]).exit_code == 0


@pytest.mark.parametrize("option", ["retry", "rebuild"])
def test_articles_that_a_dead_run_left_without_a_file_leave_ledger_and_index(archive, monkeypatch, option):
    archive.write("1.txt", page(1))
    archive.write("copy.txt", page(1, edit="Another end was printed elsewhere, which nobody had expected."))
    archive.write("blank.txt", " ")
    archive.ingest()
    archive.write("1.txt", page(2))
    with monkeypatch.context() as patched:
        Faults(patched, 1, ((ingest, "release"),))
        with pytest.raises(FaultError):
            archive.ingest()
    archive.ingest(**{option: True})
    assert archive.run("check").exit_code == 0
    archive.write("late.txt", page(1, edit="The late edition has another end, and it tells nothing new."))
    archive.ingest()
    (copies,) = {len(row["duplicates"]) for row in archive.export() if "plan 1 " in row["headline"]}
    assert copies == 1
    with Catalog.open(archive.home.catalog) as catalog:
        for table in ("entry", "event"):
            ids = {row[0] for row in catalog.db.execute(f"SELECT id FROM {table}")}
            assert ids == {row["id"] for row in archive.export()}


@pytest.mark.parametrize("table", ["entry", "event"])
def test_check_finds_what_the_ledgers_know_of_articles_that_are_gone(archive, table):
    archive.write("1.txt", page(1))
    archive.ingest()
    assert archive.run("check").exit_code == 0
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute(f"UPDATE {table} SET id = ?", ("f" * 40,))
    found = archive.run("check")
    assert found.exit_code == 1
    assert "names article ffffffffffffffff, which is not there" in found.stdout
