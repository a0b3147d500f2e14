"""Articles whose files lie in several sources: found by each of them, and counted in each."""

import dataclasses
import json
import os

import pytest

from index.catalog import Catalog
from index.documents import follow_sources
from index.holdings import holdings
from tasks import scan
from tests.archive import Archive, page

CREDITED = page(3).replace("By Ada Brook", "By Ada Brook\n(Reuters)")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path)


def headlines(archive, *query):
    return sorted(row["headline"] for row in archive.rows("search", *query))


def facets(archive, *query):
    rows = archive.run("search", *query, "--facets", "--json", "--limit", "1").stdout.splitlines()
    return {row["facet"]: row["counts"] for row in map(json.loads, rows) if "facet" in row}


def stats(archive):
    with Catalog.open(archive.home.catalog) as catalog:
        return holdings(catalog, {})


def test_the_same_bytes_in_two_sources_are_found_by_both_and_counted_in_both(archive):
    archive.write("herald/one.txt", page(1))
    archive.write("courier/deep/copy.txt", page(1))
    archive.write("courier/two.txt", page(12))
    archive.ingest()
    for source in ("herald", "courier", "COURIER"):
        assert "Marrow council approves plan 1 for the bridge" in headlines(archive, f"source:{source}")
    assert len(headlines(archive, "*")) == 2
    assert len(headlines(archive, "source:herald source:courier")) == 1
    assert facets(archive, "council")["source"] == {"courier": 2, "herald": 1}
    assert stats(archive)["source"] == {"courier": 2, "herald": 1}


def test_a_source_comes_and_goes_with_its_file(archive):
    archive.write("herald/one.txt", page(1))
    archive.ingest()
    assert headlines(archive, "source:courier") == []
    copy = archive.write("courier/copy.txt", page(1))
    archive.ingest()
    assert facets(archive, "council")["source"] == {"courier": 1, "herald": 1}
    os.unlink(archive.raw / "herald/one.txt")
    archive.ingest(accept_missing=True)
    assert facets(archive, "council")["source"] == stats(archive)["source"] == {"courier": 1}
    assert headlines(archive, "source:herald") == []
    os.makedirs(archive.raw / "gazette")
    os.rename(copy, archive.raw / "gazette/moved.txt")
    archive.ingest(accept_missing=True)
    assert facets(archive, "council")["source"] == {"gazette": 1}


def test_sources_do_not_tell_in_which_order_files_came(tmp_path):
    names = ["a/1.txt", "b/1.txt", "c/1.txt"]
    told = []
    for order in (names, names[::-1]):
        archive = Archive(tmp_path / order[0][0])
        for name in order:
            archive.write(name, page(1))
            archive.ingest()
        told.append((facets(archive, "council"), stats(archive), archive.rows("search", "council")))
    assert told[0] == told[1]


def test_copies_of_one_article_count_once_in_each_source(archive):
    archive.write("herald/one.txt", page(1))
    archive.write("courier/near.txt", page(1, furniture="Weather\nLetters"))
    archive.ingest()
    assert facets(archive, "council")["source"] == {"courier": 1, "herald": 1}
    assert stats(archive)["source"] == {"courier": 1, "herald": 1}
    assert sum(stats(archive)["language"].values()) == 1


def test_what_stats_counts_is_what_the_facets_of_everything_count(archive):
    archive.write("herald/one.txt", CREDITED)
    archive.write("herald/two.txt", page(12))
    archive.write("Herald II/two.txt", page(12))
    archive.write("loose.txt", page(25))
    archive.ingest()
    counted, found = stats(archive), facets(archive, "*")
    assert found["agency"].pop("none") == 2
    assert found["agency"] == counted["agency"] == {"Reuters": 1}
    assert headlines(archive, "agency:reuters") == ["Hask council approves plan 3 for the bridge"]
    assert found["source"] == counted["source"]
    assert found["lang"] == counted["language"]


def test_a_facet_counts_what_the_filter_by_it_finds(archive):
    for number in range(6):
        archive.write(f"{'abc'[number % 3]}/{number}.txt", page(11 * number))
        archive.write(f"{'bcd'[number % 3]}/copy {number}.txt", page(11 * number))
    archive.ingest()
    counted = facets(archive, "council")["source"]
    assert sorted(counted) == ["a", "b", "c", "d"]
    for source, number in counted.items():
        assert len(headlines(archive, "council", "--source", source)) == number
        assert archive.run("count", f"council source:{source}").stdout == f"{number}\n"


def test_a_source_that_gets_another_name_is_found_by_it(archive):
    archive.write("herald/one.txt", page(1))
    archive.write("courier/copy.txt", page(1))
    archive.write("herald/two.txt", page(12))
    archive.ingest()
    named = dataclasses.replace(archive.settings, sources={"herald": "Harbour Herald"})
    archive.ingest(settings=named)
    assert len(headlines(archive, 'source:"harbour herald"')) == 2
    assert headlines(archive, "source:herald") == []
    assert len(headlines(archive, "source:courier")) == 1
    with Catalog.open(archive.home.catalog) as catalog:
        assert follow_sources(catalog, named.sources) == 0
        assert follow_sources(catalog, {**named.sources, "nowhere": "X"}) == 0
        assert follow_sources(catalog, {}) == 2


def test_one_upgrade_of_the_index_needs_one_ingest(archive):
    archive.write("herald/one.txt", page(1))
    archive.ingest()
    (folder,) = (archive.home.state / "index").iterdir()
    for path in folder.iterdir():
        path.rename(folder / path.name.replace("articles4", "articles3"))
    refused = archive.run("search", "council")
    assert refused.exit_code == 3
    assert "newsfold ingest" in refused.stderr
    assert "newsfold ingest" in archive.run("check").stdout
    archive.ingest()
    assert len(headlines(archive, "source:herald")) == 1
    assert archive.run("check").exit_code == 0
