"""A disk that is nearly full: told in time, and no run begins that could only end half way."""

import shutil

import pytest

from index import space
from index.catalog import Catalog
from index.errors import NewsfoldError
from index.runs import last_runs
from tests.archive import page


@pytest.fixture
def nearly_full(monkeypatch):
    """Say that so many bytes are free."""

    def say(free):
        real = shutil.disk_usage("/")
        monkeypatch.setattr(shutil, "disk_usage", lambda _: real._replace(free=free))

    return say


def test_no_run_begins_below_the_floor_and_searches_go_on(archive, nearly_full):
    archive.write("a.txt", page(1))
    archive.ingest()
    before = archive.outcome()
    archive.write("b.txt", page(2))
    nearly_full(space.FLOOR - 1)
    with pytest.raises(NewsfoldError, match=r"only 64\.0 MiB are free on the disk of .*newsfold") as caught:
        archive.ingest()
    assert caught.value.exit_code == 3
    assert "free some space" in caught.value.hint
    assert archive.outcome() == before
    with Catalog.open(archive.home.catalog) as catalog:
        assert [run.state for run in last_runs(catalog, 5)] == ["completed"]
    for line in ("search council", "count council", "status", "files", "check --no-raw"):
        assert archive.run(*line.split()).exit_code == 0, line
    nearly_full(space.FLOOR)
    archive.ingest()
    assert archive.counts() == {"indexed": 2}


def test_the_first_run_is_refused_with_one_message(archive, nearly_full):
    archive.write("a.txt", page(1))
    nearly_full(0)
    refused = archive.run("--raw", str(archive.raw), "ingest", "--direct")
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert len(refused.stderr.splitlines()) == 2
    assert not archive.home.catalog.exists()


@pytest.mark.parametrize(
    ("free", "told"),
    [
        (space.FLOOR - 1, "BAD free space       64.0 MiB"),
        (space.LITTLE - 1, "BAD free space       1.0 GiB"),
        (space.LITTLE, "ok  free space       1.0 GiB"),
    ],
)
def test_doctor_tells_how_much_is_free(archive, nearly_full, monkeypatch, free, told):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    nearly_full(free)
    found = archive.run("doctor").stdout
    assert told in found
    assert ("no run begins below 64.0 MiB" in found) is (free < space.FLOOR)


def test_a_disk_that_cannot_be_asked_is_told(archive, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    def fail(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    found = archive.run("doctor")
    assert found.exit_code == 1
    assert "BAD free space" in found.stdout
