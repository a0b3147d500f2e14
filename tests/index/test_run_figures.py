"""What the catalog tells of runs: new articles, rejects by reason, figures of the runs before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Catalog
from index.run_figures import (
    UNNAMED,
    added_since,
    figures_of,
    newest_article,
    past_runs,
    reject_groups,
)
from tasks.run_report import RunReport
from tests.archive import Archive, page


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path)


def test_only_the_articles_of_the_last_run_are_counted_by_language_and_source(archive):
    archive.write("wires/a.txt", page(1))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        mark = newest_article(catalog)
        catalog.db.execute("UPDATE article SET added = '2001-01-01T00:00:00+00:00'")
    archive.write("wires/b.txt", page(2))
    archive.write("post/c.txt", page(3))
    archive.write("d.txt", page(4))
    archive.write("post/copy of c.txt", page(3))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        added = added_since(catalog, mark, "2020", {"post": "The Post"})
        assert added.languages == {"en": 3}
        assert added.sources == {"The Post": 1, "wires": 1, UNNAMED: 1}
        assert added_since(catalog, 0, "9999", {}).languages == {}
        assert added_since(catalog, newest_article(catalog), "", {}).sources == {}


def test_a_mark_before_the_first_article_counts_all(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        assert added_since(catalog, 0, "", {}).languages == {"en": 1}


def test_rejects_are_grouped_by_reason_with_the_latest_files(archive):
    for number in range(4):
        archive.write(f"empty{number}.txt", "")
    archive.write(b"caf\xe9.txt", b"\0" * 100)
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        empty, binary = reject_groups(catalog, 2)
    assert (empty.reason, empty.files, len(empty.examples)) == ("empty", 4, 2)
    assert all(name.startswith("empty") and detail == "" for name, detail in empty.examples)
    assert (binary.reason, binary.files) == ("binary", 1)
    assert binary.examples == (("caf\\xe9.txt", "NUL bytes"),)


def test_what_a_poisonous_page_said_is_not_told(archive):
    archive.write("bad.txt", "")
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE file SET reason = 'poison: ValueError(\"the secret words of the page\")'")
        (group,) = reject_groups(catalog, 3)
    assert group.examples == (("bad.txt", ""),)
    assert group.reason == "poison"


def test_runs_come_with_the_figures_of_their_summary_the_oldest_first(archive):
    archive.write("a.txt", page(1))
    archive.write("b.txt", page(1))
    archive.write("c.txt", "")
    archive.ingest()
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        first, second = past_runs(catalog, 10)
        assert past_runs(catalog, 1) == [second]
    assert (first.run.id, second.run.id) == (1, 2)
    assert {name: first.count(name) for name in ("indexed", "duplicate", "rejected", "files read")} == {
        "indexed": 1,
        "duplicate": 1,
        "rejected": 1,
        "files read": 3,
    }
    assert second.files == {}
    assert first.seconds >= 0


def test_a_run_at_work_is_no_past_run(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE run SET state = 'running', finished = NULL")
        assert past_runs(catalog, 10) == []


counts = st.integers(0, 10**9)


@given(counts, counts, counts, counts, counts)
def test_the_figures_of_a_summary_are_read_back(indexed, duplicate, rejected, deferred, read):
    new = {"indexed": indexed, "duplicate": duplicate, "rejected": rejected, "deferred": deferred}
    report = RunReport(1, read, read, new, 0, 0, 0, 1.5, 1.0, "", ())
    found = figures_of(report.summary)
    if read:
        assert found == {name: count for name, count in new.items() if count} | {"files read": read}
    else:
        assert found == {}


@given(st.text())
def test_any_message_has_figures_or_none(message):
    assert all(count >= 0 for count in figures_of(message).values())


def test_a_huge_message_costs_no_more_than_a_small_one():
    assert figures_of("1," * 10_000_000) == {}
