"""Clocks that are wrong, jump, or were never set: nothing is lost, and nothing read again and again."""

import os
from datetime import UTC, datetime

import pytest

from index import catalog as catalog_module
from index.catalog import Catalog
from index.cli import overview
from index.files import Stat
from index.runs import last_runs
from tests.archive import page

FAR: dict[str, int] = {
    "tomorrow": 1_900_000_000,
    "2038": 2**31,
    "the end of ext4 (2446)": 15_032_385_535,
    "beyond 64 bits of nanoseconds": 2**40,
    "before 1970": -86_400,
    "1901": -(2**31),
}


@pytest.fixture
def clock(monkeypatch):
    """Set the wall clock of the catalog, and that of who reads it."""

    def put(moment):
        class Set(datetime):
            @classmethod
            def now(cls, tz=None):
                return moment.astimezone(tz)

        monkeypatch.setattr(catalog_module, "datetime", Set)
        monkeypatch.setattr(overview, "datetime", Set)

    return put


@pytest.mark.parametrize("seconds", FAR.values(), ids=FAR)
def test_a_file_of_any_date_is_read_once_and_again_when_it_changes(archive, seconds):
    """Regression: a file of the year 2262 or later ended every run with a traceback."""
    archive.write("b.txt", page(2))
    path = archive.write("a.txt", page(1))
    os.utime(path, (seconds, seconds))
    assert archive.ingest().read == 2
    assert archive.ingest().read == 0
    assert archive.run("check").exit_code == 0
    rows = archive.rows("files")
    assert {row["state"] for row in rows} == {"indexed"}
    assert all(datetime.fromisoformat(row["mtime"]).tzinfo for row in rows)
    path.write_text(page(1).replace("Monday", "Sunday"))  # of the same length, and the same date after it
    os.utime(path, (seconds, seconds))
    assert archive.ingest().read == 1
    assert "Sunday" in "".join(row["body"] for row in archive.export())
    assert archive.ingest().read == 0


def test_a_clock_that_goes_back_between_runs_loses_nothing(archive, clock):
    clock(datetime(2031, 5, 1, 12, tzinfo=UTC))
    archive.write("a.txt", page(1))
    archive.ingest()
    for day, number in ((2, 2), (1, 3)):
        clock(datetime(2026, 1, day, tzinfo=UTC))
        archive.write(f"{number}.txt", page(number))
        assert archive.ingest().read == 1
        assert archive.ingest().read == 0
    assert archive.counts() == {"indexed": 3}
    assert archive.run("check", "--deep").exit_code == 0
    with Catalog.open(archive.home.catalog) as catalog:
        started = [run.started[:10] for run in last_runs(catalog, 9)]
        states = {run.state for run in last_runs(catalog, 9)}
    assert started == ["2026-01-01", "2026-01-01", "2026-01-02", "2026-01-02", "2031-05-01"], (
        "the newest run is the last one, whatever the clock said"
    )
    assert states == {"completed"}
    assert len(archive.rows("search", "council")) == 3
    assert len(archive.rows("search", "council", "--added-since", "2026-01-02")) == 2
    assert archive.run("status").exit_code == 0


def test_a_clock_that_goes_back_during_a_run_gives_no_negative_duration(archive, clock):
    archive.write("a.txt", page(1))
    clock(datetime(2031, 5, 1, tzinfo=UTC))

    def jump(step):
        clock(datetime(2026, 5, 1, tzinfo=UTC))

    archive.ingest(before=jump)
    assert archive.counts() == {"indexed": 1}
    (run,) = archive.rows("status")[0]["runs"]
    assert (run["state"], run["started"][:4], run["finished"][:4]) == ("completed", "2031", "2026")
    shown = archive.run("status")
    assert shown.exit_code == 0
    assert "-" not in shown.stdout.split("completed")[-1]
    assert archive.run("check").exit_code == 0
    assert archive.ingest().read == 0


def test_an_article_keeps_the_day_it_first_came_though_the_clock_went_back(archive, clock):
    clock(datetime(2026, 5, 1, tzinfo=UTC))
    archive.write("a.txt", page(1))
    archive.ingest()
    clock(datetime(2020, 1, 1, tzinfo=UTC))
    os.utime(archive.raw / "a.txt")
    archive.ingest(rebuild=True)
    assert len(archive.rows("search", "council", "--added-since", "2026-05-01")) == 1


def test_a_run_that_died_in_the_future_is_ended_by_the_next(archive, clock):
    clock(datetime(2099, 1, 1, tzinfo=UTC))
    archive.write("a.txt", page(1))

    def die(step):
        if step == "batch":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.ingest(before=die)
    clock(datetime(2026, 1, 1, tzinfo=UTC))
    archive.ingest()
    assert archive.counts() == {"indexed": 1}
    assert [run["state"] for run in archive.rows("status")[0]["runs"]] == ["completed", "interrupted"]


@pytest.mark.parametrize("inode", [2**63 - 1, 2**63, 2**64 - 1])
def test_numbers_of_any_file_system_can_be_stored(tmp_path, inode):
    (tmp_path / "a.txt").touch()
    told = list(os.stat(tmp_path / "a.txt"))
    told[1] = inode
    found = Stat.of(os.stat_result(told, {"st_mtime_ns": 2**80, "st_ctime_ns": -(2**80)}))
    assert all(-(2**63) <= number < 2**63 for number in found)
    told[1] = inode - 1
    assert Stat.of(os.stat_result(told, {"st_mtime_ns": 2**80, "st_ctime_ns": -(2**80)})) != found
