"""What a check finds, kind by kind, and that a repair with the run after it makes the archive what it was."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3

import pytest

from index import rot, wal
from index.catalog import Catalog
from index.findings import Kind
from index.page_sums import read_sums
from index.runs import last_runs, only_run
from tasks import salvage, scan
from tasks.maintain import find
from tasks.repair import mend
from tests.archive import Archive
from tests.damage import blob, body_of_another, fill, in_index, sql

FAULTS = {
    "an article without its row": (
        Kind.ARTICLES,
        sql("DELETE FROM article WHERE id = (SELECT min(id) FROM article)"),
    ),
    "an article without its version": (
        Kind.ARTICLES,
        sql("DELETE FROM version WHERE sha256 = (SELECT version FROM article ORDER BY id LIMIT 1)"),
    ),
    "another text": (Kind.ARTICLES, body_of_another),
    "an unreadable text": (Kind.ARTICLES, blob("article", "body", "id")),
    "another headline": (
        Kind.ARTICLES,
        sql("UPDATE article SET headline = 'x' WHERE id = (SELECT min(id) FROM article)"),
    ),
    "an unreadable cut text": (Kind.ARTICLES, blob("cut", "text", "version")),
    "an article without an entry": (
        Kind.LINKS,
        sql("DELETE FROM entry WHERE id = (SELECT min(id) FROM entry)"),
    ),
    "an entry of nobody": (
        Kind.LINKS,
        sql("INSERT INTO entry SELECT 'ffff', text_hash, 1, NULL, 0, 0, 0, x'', 'ffff' FROM entry LIMIT 1"),
    ),
    "an event of nobody": (Kind.LINKS, sql("INSERT INTO event VALUES ('ffff', x'', x'', x'', NULL, 0)")),
    "an article without its event": (
        Kind.LINKS,
        sql("DELETE FROM event WHERE id = (SELECT min(id) FROM event)"),
    ),
    "an event that stands though it is a copy": (Kind.LINKS, sql("UPDATE event SET posted = NOT posted")),
    "copies that are apart": (Kind.LINKS, sql("UPDATE entry SET canonical = id")),
    "articles that are no copies": (
        Kind.LINKS,
        sql("UPDATE entry SET canonical = (SELECT min(id) FROM entry)"),
    ),
    "an entry with another text": (Kind.LINKS, sql("UPDATE entry SET text_hash = 'x'")),
    "links that are gone": (Kind.LINKS, sql("DELETE FROM edge")),
    "another sketch": (Kind.LINKS, blob("entry", "hashes", "id")),
    "another posting": (Kind.LINKS, blob("hash_chunk", "lows", "id")),
    "postings out of order": (Kind.LINKS, blob("hash_chunk", "keys", "id")),
    "a lost run of postings": (Kind.LINKS, sql("DELETE FROM hash_run WHERE family = 'event'")),
    "a wrong state": (Kind.STATES, sql("UPDATE file SET state = 'duplicate', reason = 'same text'")),
    "a state of nothing": (Kind.STATES, sql("UPDATE file SET version = NULL WHERE path = x'612e747874'")),
    "another reason of a reject": (
        Kind.STATES,
        sql("UPDATE version SET reject = 'empty' WHERE reject != ''"),
    ),
    "more of a reason": (Kind.STATES, sql("UPDATE version SET detail = 'x' WHERE reject != ''")),
    "another reason of a file": (
        Kind.STATES,
        sql("UPDATE file SET reason = 'empty' WHERE state = 'rejected'"),
    ),
    "a reason that there is not": (
        Kind.ARTICLES,
        sql("UPDATE version SET reject = 'blanj' WHERE reject = 'blank'"),
    ),
    "a reject with articles": (
        Kind.ARTICLES,
        sql("UPDATE version SET reject = 'binary' WHERE sha256 = (SELECT max(version) FROM article)"),
    ),
    "a reject without its reason": (Kind.ARTICLES, sql("UPDATE version SET reject = '' WHERE reject != ''")),
    "a moment that there is not": (Kind.ARTICLES, sql("UPDATE article SET added = replace(added, ':', '+')")),
    "a root that does not add up": (
        Kind.STATES,
        sql("INSERT INTO root (path, walked) VALUES (x'2f6e6f', 3)"),
    ),
    "a line that is not counted": (
        Kind.LINES,
        sql("DELETE FROM line_page WHERE line = (SELECT min(line) FROM line_page)"),
    ),
    "a wrong mark": (
        Kind.LINES,
        sql("INSERT OR REPLACE INTO noted_line SELECT line, 1, 0 FROM line_page LIMIT 1"),
    ),
    "an article that never got into the index": (
        Kind.INDEX,
        sql("UPDATE article SET indexed = NULL WHERE id = (SELECT min(id) FROM article)"),
    ),
    "an article that the index lost": (Kind.INDEX, in_index(lambda one: ([], [one.id]))),
    "an article that only the index has": (
        Kind.INDEX,
        in_index(lambda one: ([dataclasses.replace(one, id="f" * 40)], [])),
    ),
    "another language in the index": (
        Kind.INDEX,
        in_index(lambda one: ([dataclasses.replace(one, lang="cy")], [])),
    ),
}


@pytest.fixture
def filled(archive, monkeypatch):
    monkeypatch.setattr(salvage, "_FAILURES", 300)  # how long it tries to read what is lost
    monkeypatch.setattr(rot, "MENDED", 0)  # how many pages it tries to put right
    return fill(archive)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory):
    """One archive for all faults, each of which is mended, and what it is before and after each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        archive = fill(Archive(tmp_path_factory.mktemp("lasting")))
        yield archive, archive.outcome()


def kinds(archive, **options):
    return {finding.kind for finding in find(archive.home, read_raw=True, **options)}


def test_nothing_is_done_where_nothing_is_damaged(filled):
    before = filled.outcome()
    assert find(filled.home, read_raw=True, deep=True) == []
    assert mend(filled.home).done == ()
    assert filled.outcome() == before
    assert "nothing is damaged" in filled.run("repair", "--direct").stderr


@pytest.mark.parametrize("fault", FAULTS)
def test_every_disagreement_is_found_and_mended(lasting, fault):
    archive, before = lasting
    kind, change = FAULTS[fault]
    change(archive)
    assert kind in {finding.kind for finding in mend(archive.home).found}
    archive.ingest()
    assert find(archive.home, read_raw=True, deep=True) == []
    assert archive.outcome() == before


def test_what_only_the_texts_tell_is_found_by_a_deep_check(filled):
    sql(
        "UPDATE entry SET words = words + 1",
        "UPDATE edge SET evidence = replace(evidence, '0.', '0.1')",
    )(filled)
    assert kinds(filled, deep=True) == {Kind.LINKS}
    before = filled.outcome()
    assert mend(filled.home, deep=True).done
    filled.ingest()
    assert kinds(filled, deep=True) == set()
    assert filled.outcome() == before


def test_changed_raw_bytes_are_named_and_left_alone(filled):
    path = filled.raw / "3.txt"
    path.write_bytes(path.read_bytes().replace(b"bridge", b"fridge"))
    after = path.stat()
    with Catalog.open(filled.home.catalog) as catalog:  # as if the disk had changed them: same times
        catalog.db.execute(
            "UPDATE file SET mtime_ns = ?, ctime_ns = ?, inode = ? WHERE path = x'332e747874'",
            (after.st_mtime_ns, after.st_ctime_ns, after.st_ino),
        )
    mended = mend(filled.home)
    assert [finding.kind for finding in mended.found] == [Kind.RAW]
    assert mended.done == ()
    done = filled.run("repair", "--direct")
    assert done.exit_code == 1
    assert "3.txt" in done.stdout
    assert b"fridge" in path.read_bytes()


def wreck(archive, at, size):
    """Overwrite a part of the catalog."""
    data = bytearray(archive.home.catalog.read_bytes())
    data[at : at + size] = b"\xa5" * size
    archive.home.catalog.write_bytes(data)


def test_a_catalog_of_which_a_part_is_lost_is_made_again_and_kept_aside(filled):
    before = filled.outcome()
    pages = filled.home.catalog.stat().st_size // 4096
    for number, lost in enumerate(((1, 2), (pages // 2, pages // 2 + 4), (0, 1), (0, pages)), 1):
        wreck(filled, lost[0] * 4096, (lost[1] - lost[0]) * 4096)
        assert kinds(filled) == {Kind.PAGES}
        assert filled.run("check").exit_code == 1
        damaged = filled.home.catalog.read_bytes()
        assert "fresh catalog" in " ".join(mend(filled.home).done)
        folder = salvage.KEPT if number == 1 else f"{salvage.KEPT}-{number}"
        assert (filled.home.state / folder / "catalog.sqlite3").read_bytes() == damaged
        filled.ingest()
        assert find(filled.home, read_raw=True, deep=True) == []
        assert filled.outcome() == before


def test_a_single_changed_byte_is_put_right_and_nothing_read_again(filled, monkeypatch):
    monkeypatch.setattr(rot, "MENDED", 1)
    whole = filled.home.catalog.read_bytes()
    filled.home.catalog.write_bytes(whole[:50_000] + bytes((whole[50_000] ^ 16,)) + whole[50_001:])
    (done,) = mend(filled.home).done
    assert "as they were" in done
    assert filled.home.catalog.read_bytes() == whole


@pytest.mark.parametrize("value", ["SELECT max(added) FROM article", "SELECT max(reject) FROM version"])
def test_a_bit_within_a_value_that_no_hash_covers_is_put_right(archive, value):
    """What the value then says may be possible, too: the checksum of the page tells."""
    fill(archive)
    with Catalog.open(archive.home.catalog) as catalog:
        (stored,) = catalog.db.execute(value).fetchone()
    before = archive.outcome(), archive.home.catalog.read_bytes()
    data = bytearray(before[1])
    at = data.rindex(stored.encode())  # "2026…" becomes "2027…", or "blank" "clank"
    data[at + (3 if stored[0] == "2" else 0)] ^= 1
    archive.home.catalog.write_bytes(data)
    assert kinds(archive) == {Kind.PAGES}
    assert mend(archive.home).done == ("the bytes of the catalog that had changed are as they were",)
    assert archive.home.catalog.read_bytes() == before[1]
    assert archive.outcome() == before[0]


def test_a_catalog_that_is_gone_is_made_again(filled):
    before = filled.outcome()
    filled.home.catalog.unlink()
    assert kinds(filled) == {Kind.PAGES}
    mend(filled.home)
    filled.ingest()
    assert filled.outcome() == before
    assert kinds(filled) == set()


def test_articles_of_files_that_are_gone_survive_the_loss_of_the_catalog(filled):
    keeping = dataclasses.replace(filled.settings, on_missing="keep")
    (filled.raw / "2.txt").unlink()
    filled.ingest(settings=keeping)
    with Catalog.open(filled.home.catalog) as catalog:
        catalog.db.execute("UPDATE article SET added = '2020-02-02T02:02:02+00:00'")
    before = filled.outcome()
    assert filled.state("2.txt").value == "missing"
    sql("DROP TABLE edge", "CREATE TABLE edge (x)")(filled)
    mend(filled.home)
    filled.ingest(settings=keeping)
    assert filled.outcome() == before
    assert kinds(filled) == set()
    with Catalog.open(filled.home.catalog) as catalog:
        assert {row[0][:4] for row in catalog.db.execute("SELECT added FROM article")} == {"2020"}
        assert len(last_runs(catalog, 9)) == 3


def test_rows_that_cannot_be_read_are_counted_and_the_others_taken_over(filled, monkeypatch):
    monkeypatch.setattr(salvage, "_ROWS", 4)
    with sqlite3.connect(filled.home.catalog) as db:
        victims = [row[0] for row in db.execute("SELECT id FROM article ORDER BY rowid LIMIT 2")]
        db.execute("UPDATE article SET headline = CAST(x'ff' AS TEXT) WHERE id = ?", (victims[0],))
        db.execute("UPDATE article SET headline = 'x' WHERE id = ?", (victims[1],))
        total = db.execute("SELECT count(*) FROM article").fetchone()[0]
    db.close()
    with only_run(filled.home):
        done = salvage.salvage(filled.home)
    assert (done.articles, done.lost["article"]) == (total - 2, 2)
    assert "2 rows of article" in str(done)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE root SET path = 7000000000000 WHERE id = 1",
        "UPDATE file SET path = 7 WHERE id = (SELECT min(id) FROM file)",
        "UPDATE run SET started = 'yesterday'",
        "UPDATE run SET finished = x'00ff'",
        "UPDATE version SET encoding = x'00ff'",
        "UPDATE article SET words = 'many'",
        "UPDATE article SET added = x'00ff'",
        "UPDATE article SET id = 'qq' WHERE id = (SELECT min(id) FROM article)",
        "UPDATE article SET text_hash = x'00ff' WHERE id = (SELECT min(id) FROM article)",
        "UPDATE setting SET value = 'newest' WHERE name = 'generation'",
        "UPDATE entry SET hashes = 'qq'",
    ],
)
def test_values_of_another_type_are_found_and_mended(lasting, change):
    archive, before = lasting
    sql(change)(archive)
    assert any("fresh catalog" in done for done in mend(archive.home).done)
    archive.ingest()
    assert find(archive.home, read_raw=True, deep=True) == []
    assert archive.run("status").exit_code == 0
    assert archive.outcome() == before


def test_a_catalog_that_is_gone_with_its_checksums_is_missed(filled):
    before = filled.outcome()
    for path in filled.home.state.glob("catalog*"):
        path.unlink()
    assert kinds(filled) == {Kind.PAGES}
    assert not any("is kept in" in done for done in mend(filled.home).done)
    filled.ingest()
    assert filled.outcome() == before


def test_a_swap_that_died_before_its_rename_gives_the_log_back(filled, monkeypatch):
    catalog, beside = filled.home.catalog, filled.home.path / "beside"
    with Catalog.open(catalog) as db:  # as a run that is killed leaves it: committed in the log alone
        db.put_setting("told", "in the log")
        beside.mkdir()
        for path in (catalog, wal.log_path(catalog)):
            shutil.copy(path, beside / path.name)
    for path in beside.iterdir():
        shutil.copy(path, filled.home.state / path.name)

    def die(*_):
        raise KeyboardInterrupt

    fresh = filled.home.path / "fresh"
    fresh.write_bytes(b"")
    with monkeypatch.context() as dying:
        dying.setattr(salvage.Path, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            salvage._swap(filled.home, fresh)
    assert not wal.log_path(catalog).exists()
    for _ in range(2):
        salvage.finish_swap(filled.home)
        assert catalog.stat().st_nlink == 1
        assert not (filled.home.state / salvage.KEPT).exists()
    with Catalog.open(catalog) as db:
        assert db.setting("told") == "in the log"


@pytest.mark.parametrize("moment", ["link", "replace", "rmtree"])
def test_a_repair_that_dies_is_done_by_the_next(filled, monkeypatch, moment):
    before = filled.outcome()
    wreck(filled, 4096 * 5, 4096 * 20)

    class Death(BaseException):
        pass

    def die(*_, **__):
        raise Death

    with monkeypatch.context() as dying:
        where = {"link": (salvage.os, "link"), "replace": (salvage.Path, "replace")}
        if moment == "rmtree":
            real, calls = salvage.shutil.rmtree, []

            def third(*arguments, **options):
                calls.append(1)
                return real(*arguments, **options) if len(calls) < 2 else die()

            dying.setattr(salvage.shutil, "rmtree", third)
        else:
            dying.setattr(*where[moment], die)
        with pytest.raises(Death):
            mend(filled.home)
    mend(filled.home)
    filled.ingest()
    assert filled.outcome() == before
    assert find(filled.home, read_raw=True) == []
    assert list(filled.home.spool.iterdir()) == []


def test_the_next_run_goes_on_where_a_repair_died_and_its_checksums_hold(filled):
    before = filled.outcome()
    wreck(filled, 4096 * 5, 4096 * 20)
    mend(filled.home)
    assert read_sums(filled.home.catalog) is None  # until a run ends
    filled.ingest()
    assert read_sums(filled.home.catalog) is not None
    assert filled.outcome() == before
