"""One run over a folder: what becomes of files that are new, changed, renamed, copied, gone."""

import dataclasses
import os
import sqlite3

import pytest

from index import writer
from index.catalog import Catalog
from index.errors import LockedError, NewsfoldError, RootLostError, UsageError
from index.files import Stat
from index.runs import last_runs, only_run
from tasks import commit, scan
from tests.archive import page


def fill(archive, numbers) -> None:
    for number in numbers:
        archive.write(f"{number:03d}.txt", page(number))


def test_new_files_are_indexed_and_a_second_run_does_nothing(archive, monkeypatch):
    fill(archive, range(5))
    report = archive.ingest()
    assert report.new["indexed"] == 5
    assert archive.counts() == {"indexed": 5}
    assert len(archive.export()) == 5

    monkeypatch.setattr(writer, "apply", lambda *_, **__: pytest.fail("a second run must not write"))
    again = archive.ingest()
    assert again.read == 0
    assert again.summary == "nothing new among 5 files"


def test_an_empty_folder_is_fine_and_a_missing_one_is_told(archive):
    assert archive.ingest().walked == 0
    archive.raw.rmdir()
    with pytest.raises(UsageError, match="raw folder"):
        archive.ingest()


def test_a_changed_file_replaces_its_article(archive):
    fill(archive, range(3))
    archive.ingest()
    archive.write("001.txt", page(41))
    archive.ingest()
    assert sorted(row["headline"][:12] for row in archive.export()) == sorted(
        ["Ellery counc", "Marrow counc", "Tarn council"]
    )
    assert archive.run("count", "--quiet", "theatre").stdout == "1\n"
    assert archive.counts() == {"indexed": 3}
    assert archive.run("check").exit_code == 0


def test_a_touched_file_is_read_and_nothing_changes(archive):
    fill(archive, range(2))
    archive.ingest()
    before = archive.outcome()
    os.utime(archive.raw / "000.txt", (1, 1))
    assert archive.ingest().read == 1
    assert archive.outcome() == before


def test_a_renamed_file_keeps_its_article(archive):
    fill(archive, range(3))
    archive.ingest()
    before = {row["id"]: row["hash"] for row in archive.export()}
    (archive.raw / "001.txt").rename(archive.raw / "renamed.txt")
    report = archive.ingest()
    assert (report.gone, report.removed) == (1, 0)
    assert {row["id"]: row["hash"] for row in archive.export()} == before
    assert archive.counts() == {"indexed": 3, "missing": 1}
    assert (
        archive.run("search", "--output", "paths", "file:renamed.txt").stdout.strip().endswith("renamed.txt")
    )
    assert archive.run("count", "file:001.txt", "--quiet").stdout == "0\n"


def test_a_deleted_file_takes_its_article_with_it(archive):
    fill(archive, range(3))
    archive.ingest()
    (archive.raw / "001.txt").unlink()
    report = archive.ingest()
    assert report.removed == 1
    assert len(archive.export()) == 2
    assert archive.run("count", "Marrow", "--quiet").stdout == "0\n"
    assert archive.counts() == {"indexed": 2, "missing": 1}


def test_on_missing_keep_leaves_the_article(archive):
    fill(archive, range(3))
    keep = dataclasses.replace(archive.settings, on_missing="keep")
    archive.ingest(settings=keep)
    (archive.raw / "001.txt").unlink()
    assert archive.ingest(settings=keep).removed == 0
    assert len(archive.export()) == 3
    assert archive.counts() == {"indexed": 2, "missing": 1}
    assert archive.ingest().removed == 1, "the setting changed, the next run acts on it"


def test_a_file_that_comes_back_is_read_again(archive):
    fill(archive, range(3))
    archive.ingest()
    (archive.raw / "001.txt").unlink()
    archive.ingest()
    fill(archive, [1])
    archive.ingest()
    assert archive.counts() == {"indexed": 3}
    assert len(archive.export()) == 3


def test_copies_are_duplicates_of_the_first_by_name_whatever_came_first(archive):
    archive.write("b.txt", page(1))
    archive.ingest()
    archive.write("a.txt", page(1))
    archive.ingest()
    assert archive.states() == {"a.txt": "indexed", "b.txt": "duplicate"}
    (row,) = archive.export()
    assert [os.path.basename(name) for name in row["files"]] == ["a.txt", "b.txt"]
    (archive.raw / "a.txt").unlink()
    archive.ingest()
    assert archive.states() == {"a.txt": "missing", "b.txt": "indexed"}


def test_a_republished_article_is_a_duplicate_and_takes_over_when_the_original_goes(archive):
    archive.write("original.txt", page(3))
    archive.write(
        "copy.txt", page(3, furniture="Menu\nWeather\nObituaries\nLog in", edit="The mayor was pleased.")
    )
    archive.ingest()
    states = archive.states()
    assert sorted(states.values()) == ["duplicate", "indexed"]
    canonical = next(name for name, state in states.items() if state == "indexed")
    other = next(name for name, state in states.items() if state == "duplicate")
    assert len(archive.export()) == 2
    assert archive.run("count", "Hask", "--quiet").stdout == "1\n"
    assert "also in 1 other file" in archive.run("search", "Hask").stdout
    (archive.raw / canonical).unlink()
    archive.ingest()
    assert archive.states() == {canonical: "missing", other: "indexed"}


def test_rejects_have_a_reason_and_stop_nobody(archive):
    archive.write("empty.txt", b"")
    archive.write("blank.txt", b" \n\t\n")
    archive.write("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    archive.write("menu.txt", "Home\nNews\nSport\nWeather\nContact\n")
    fill(archive, [1])
    report = archive.ingest()
    assert report.new == {"indexed": 1, "duplicate": 0, "rejected": 4, "deferred": 0}
    reasons = {
        row["path"]: row["reason"].split(":")[0] for row in archive.rows("files", "--state", "rejected")
    }
    assert reasons == {
        "empty.txt": "empty",
        "blank.txt": "blank",
        "picture.txt": "binary",
        "menu.txt": "no-article",
    }
    assert archive.ingest().read == 0, "rejects are not read again"
    assert archive.ingest(retry=True).read == 4


def test_max_rejects_fails_the_run_after_the_work(archive):
    archive.write("empty.txt", b"")
    fill(archive, [1])
    with pytest.raises(NewsfoldError, match="rejected"):
        archive.ingest(max_rejects=0)
    assert archive.counts() == {"indexed": 1, "rejected": 1}


def test_what_is_no_page_is_ignored_and_counted(archive):
    fill(archive, [1])
    archive.write(".hidden.txt", page(2))
    archive.write("x.txt.part", page(3))
    archive.write("report.pdf", b"%PDF-1.4")
    (archive.raw / "link.txt").symlink_to(archive.raw / "001.txt")
    archive.ingest()
    assert archive.counts() == {"indexed": 1, "ignored": 4}


def test_a_file_that_is_excluded_later_leaves_the_archive(archive):
    fill(archive, [1, 2])
    archive.ingest()
    archive.ingest(settings=dataclasses.replace(archive.settings, exclude=("001*",)))
    assert archive.states() == {"001.txt": "ignored", "002.txt": "indexed"}
    assert len(archive.export()) == 1


def test_a_file_still_being_written_is_deferred_and_read_later(archive, monkeypatch):
    path = archive.write("slow.txt", "Half a")
    real = scan.still_same

    def writes_on(name: bytes, before: Stat) -> bool:
        path.write_text(page(7), encoding="utf-8")
        return real(name, before)

    monkeypatch.setattr(scan, "still_same", writes_on)
    assert archive.ingest().new["deferred"] == 1
    assert archive.counts() == {"deferred": 1}
    assert archive.export() == []
    monkeypatch.setattr(scan, "still_same", real)
    archive.ingest()
    assert archive.counts() == {"indexed": 1}


def test_files_are_read_before_the_second_look_and_those_that_it_finds_changed_leave_nothing(
    archive, monkeypatch
):
    """Nothing waits for the second look that can be done before it, and nothing half-written is counted."""
    archive.write("still.txt", page(1))
    moving = archive.write("moving.txt", page(2))
    real, read = scan.still_same, []

    def writes_on(name: bytes, before: Stat) -> bool:
        read.extend(path.name for path in archive.home.spool.rglob("*.jsonl"))
        if name.endswith(b"/moving.txt"):
            moving.write_text(page(3), encoding="utf-8")
        return real(name, before)

    monkeypatch.setattr(scan, "still_same", writes_on)
    report = archive.ingest()
    assert read, "workers had answered"
    assert (report.read, report.new["indexed"], report.new["deferred"]) == (1, 1, 1)
    assert archive.states() == {"moving.txt": "deferred", "still.txt": "indexed"}
    with Catalog.read(archive.home.catalog) as catalog:
        assert catalog.db.execute("SELECT count(*) FROM page").fetchone()[0] == 1
    monkeypatch.setattr(scan, "still_same", real)
    archive.ingest()
    assert archive.states() == {"moving.txt": "indexed", "still.txt": "indexed"}


@pytest.mark.parametrize("what", ["emptied", "gone", "halved"])
def test_a_lost_root_removes_nothing(archive, what):
    fill(archive, range(60))
    archive.ingest()
    before = archive.outcome()
    for number in range(60 if what != "halved" else 30):
        (archive.raw / f"{number:03d}.txt").unlink()
    if what == "gone":
        archive.raw.rmdir()
    with pytest.raises(RootLostError) as caught:
        archive.ingest()
    assert caught.value.exit_code == 3
    assert "--accept-missing" in str(caught.value)
    assert archive.outcome() == before
    if what != "gone":
        archive.ingest(accept_missing=True)
        assert archive.counts()["missing"] == (30 if what == "halved" else 60)


def test_a_lost_root_does_not_stop_the_others(archive, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text(page(1), encoding="utf-8")
    both = dataclasses.replace(archive.settings, roots=(archive.raw, other))
    fill(archive, [2])
    archive.ingest(settings=both)
    (other / "x.txt").unlink()
    fill(archive, [3])
    with pytest.raises(RootLostError, match="other"):
        archive.ingest(settings=both)
    assert archive.counts() == {"indexed": 3}


def test_roots_that_are_not_scanned_keep_their_states(archive, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text(page(1), encoding="utf-8")
    fill(archive, [2])
    archive.ingest()
    archive.ingest(settings=dataclasses.replace(archive.settings, roots=(other,)))
    assert archive.counts() == {"indexed": 2}


def test_two_runs_at_once(archive):
    fill(archive, [1])
    with only_run(archive.home), pytest.raises(LockedError) as caught:
        archive.ingest()
    assert caught.value.exit_code == 75
    archive.ingest()


def test_names_of_every_kind_come_back_as_they_were(archive):
    names = [b"caf\xe9.txt", b"line\nbreak.txt", b"-rf.txt", "新聞.txt".encode(), b"\x1b[31m.txt"]
    for number, name in enumerate(names):
        archive.write(name, page(number))
    archive.ingest()
    rows = archive.rows("files")
    assert sorted(bytes.fromhex(row["path_hex"]) for row in rows) == sorted(names)
    assert {row["state"] for row in rows} == {"indexed"}
    assert "\x1b" not in archive.run("files").stdout


def test_the_raw_files_are_never_touched(archive):
    fill(archive, range(3))
    before = {path: (path.read_bytes(), path.stat()) for path in archive.raw.iterdir()}
    archive.ingest()
    assert {path: (path.read_bytes(), path.stat()) for path in archive.raw.iterdir()} == before


def test_an_older_pipeline_still_answers_says_so_and_is_renewed(archive):
    fill(archive, range(3))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE article SET pipeline = 'old'")
        catalog.db.execute("UPDATE version SET pipeline = 'old'")
    assert archive.run("count", "council", "--quiet").stdout == "3\n"
    assert "3 articles were made by another" in archive.run("status").stdout
    assert archive.ingest().read == 0, "only rebuild makes them again"
    before = archive.outcome()
    archive.ingest(rebuild=True)
    assert archive.outcome() == before
    assert "made by another" not in archive.run("status").stdout
    assert archive.run("check").exit_code == 0


def test_an_index_that_is_gone_is_built_anew(archive):
    fill(archive, range(3))
    archive.ingest()
    folder = archive.home.generation(1)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert archive.run("check").exit_code == 1
    archive.ingest()
    assert archive.run("check").exit_code == 0
    assert archive.run("count", "council", "--quiet").stdout == "3\n"


def test_a_failure_of_the_disk_is_told_and_the_next_run_completes(archive, monkeypatch):
    fill(archive, range(3))

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(commit.writer, "apply", full)
    with pytest.raises(NewsfoldError, match="no space left") as caught:
        archive.ingest()
    assert caught.value.exit_code == 3
    assert archive.counts() == {"pending": 3}
    assert archive.export() == []
    monkeypatch.undo()
    archive.ingest()
    assert archive.counts() == {"indexed": 3}
    with Catalog.open(archive.home.catalog) as catalog:
        assert [run.state for run in last_runs(catalog, 2)] == ["completed", "failed"]


def test_a_run_that_does_not_add_up_fails(archive):
    fill(archive, range(3))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("INSERT INTO root (path, walked) VALUES (x'2f6e6f', 1)")
    with pytest.raises(NewsfoldError, match="do not add up"):
        archive.ingest()
    assert archive.run("check").exit_code == 1


def test_a_full_database_is_told(archive, monkeypatch):
    fill(archive, [1])

    def full(*_args, **_options):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("tasks.ingest.store", full)
    with pytest.raises(NewsfoldError, match="no space left"):
        archive.ingest()
