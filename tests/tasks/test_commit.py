from __future__ import annotations

import pytest

from index.catalog import Catalog
from index.links import waiting
from tasks import commit
from tests.archive import page


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
