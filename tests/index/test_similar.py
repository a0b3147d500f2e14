"""What a person is told of copies and related stories: `similar`, `show`, `search`, `export`, `status`."""

import re
import shlex

import pytest

from index.articles import all_articles
from index.catalog import Catalog
from index.event_store import EventStore
from tasks import scan
from tasks.event_terms import terms_of
from tests.archive import Archive, command, page
from tests.story_texts import BEES, CHESS, FERRY, FERRY_AGAIN

EDITED = page(1, furniture="Menu\nLog in", edit="A second vote is due in June.")
CUT = page(1).split("Residents of")[0]
IN_SHORT = "The week in the islands"


def paragraphs(story: str) -> str:
    return story.replace("\n", "\n\n")


def digest(*stories: str) -> str:
    """A page that holds several stories without their headlines."""
    bodies = [story.split("\n", 1)[1] for story in stories]
    return paragraphs("\n".join([IN_SHORT, *bodies]))


def fill(archive: Archive) -> Archive:
    """One article as the whole text, twice; as other bytes, edited, and cut; and another article."""
    archive.write("herald/1.txt", page(1))
    archive.write("herald/1-again.txt", page(1))
    archive.write("courier/1.txt", page(1).replace("\n", "\r\n"))
    archive.write("gazette/1.txt", EDITED)
    archive.write("wire/1.txt", CUT)
    archive.write("herald/22.txt", page(22))
    archive.ingest()
    return archive


@pytest.fixture(scope="module")
def no_waiting():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        yield


@pytest.fixture(scope="module")
def copied(tmp_path_factory, no_waiting):
    """Copies of one article; only to be read."""
    return fill(Archive(tmp_path_factory.mktemp("copied")))


@pytest.fixture(scope="module")
def weekly(tmp_path_factory, no_waiting):
    """Two stories, one of them in two outlets, and a digest of both; only to be read."""
    archive = Archive(tmp_path_factory.mktemp("weekly"))
    archive.write("gazette/ferry.txt", paragraphs(FERRY))
    archive.write(
        "wire/ferry.txt", paragraphs(FERRY.rsplit("\n", 1)[0]) + "\n\nThe mail boat sails on Friday."
    )
    archive.write("herald/bees.txt", paragraphs(BEES))
    archive.write("weekly/digest.txt", digest(FERRY, BEES))
    archive.ingest()
    return archive


def id_at(archive, name: str) -> str:
    (row,) = [row for row in archive.rows("files") if row["path"] == name]
    return row["articles"][0]["id"]


def copies_at(archive, name: str) -> list[dict]:
    """The rows of `similar` about copies of the article in a file."""
    return [row for row in archive.rows("similar", id_at(archive, name)) if row["relation"] == "copy"]


def by_file(rows: list[dict]) -> dict[str, dict]:
    return {row["files"][0]: row for row in rows}


def test_every_copy_is_told_with_kind_and_evidence(copied):
    shown = copied.run("similar", id_at(copied, "gazette/1.txt"))
    assert shown.exit_code == 0
    assert "3 copies\n" in shown.stdout
    assert re.search(r"herald/1-again.txt  \(\+1 of the same bytes\)", shown.stdout)
    assert shown.stdout.count("(shown by search)") == 1
    assert re.search(r"\n  near-duplicate: .*containment", shown.stdout)
    assert "Marrow council approves plan 1" in shown.stdout.splitlines()[1]
    assert shown.stdout.count("Marrow council") == 1, "a headline that is the same is not repeated"


def test_files_of_the_same_bytes_are_one_article(archive):
    archive.write("a/1.txt", page(1))
    archive.write("b/1.txt", page(1))
    archive.ingest()
    id_ = id_at(archive, "a/1.txt")
    shown = archive.run("similar", id_)
    assert shown.exit_code == 0
    assert "2 files with the same bytes\na/1.txt\nb/1.txt\n" in shown.stdout
    (row,) = archive.rows("similar", id_)
    assert (row["kind"], row["id"], row["files"]) == ("same bytes", id_, ["a/1.txt", "b/1.txt"])


def test_similar_for_programs(copied):
    assert copies_at(copied, "herald/22.txt") == []
    rows = copies_at(copied, "courier/1.txt")
    assert set(rows[0]) == {
        "schema", "relation", "id", "kind", "similarity", "containment", "coverage", "block", "numbers",
        "names", "via", "canonical", "date", "lang", "source", "files", "headline",
    }  # fmt: skip
    found = by_file(rows)
    assert found["herald/1-again.txt"]["kind"] == "same text"
    assert found["herald/1-again.txt"]["similarity"] == 1.0
    assert found["gazette/1.txt"]["kind"] == "near-duplicate"
    assert 0.5 < found["gazette/1.txt"]["similarity"] < 1
    assert found["gazette/1.txt"]["block"] > 50
    assert found["wire/1.txt"]["kind"] == "contained"
    (whole,) = [row for row in copies_at(copied, "wire/1.txt") if row["canonical"]]
    assert whole["kind"] == "contains"
    exported = by_file(copied.export())[f"{copied.raw}/courier/1.txt"]
    assert sorted(row["id"] for row in rows) == exported["duplicates"]


def test_the_limit_is_told(copied):
    shown = copied.run("similar", "--limit", "1", id_at(copied, "wire/1.txt"))
    assert "1 copy\n" in shown.stdout
    assert "(shown by search)" in shown.stdout, "the canonical copy is the last to go"
    assert "1 of 3 copies; --limit shows more" in shown.stderr


def test_an_article_that_stands_alone(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    result = archive.run("similar", id_at(archive, "a.txt"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "stands alone" in result.stderr
    assert archive.run("similar", "--json", id_at(archive, "a.txt")).exit_code == 1


def test_ids_that_are_none(copied):
    assert copied.run("similar", "xyz").exit_code == 2
    assert copied.run("similar", "ffffffffffff").exit_code == 1
    assert copied.run("similar").exit_code == 2


def test_no_archive_yet(archive):
    result = archive.run("similar", "abcdef")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing was ingested yet" in result.stderr


def test_a_digest_is_told_and_stays_a_document_of_its_own(weekly):
    assert len(weekly.rows("search", "ferry OR bees")) == 3
    shown = weekly.run("similar", id_at(weekly, "weekly/digest.txt")).stdout
    assert "2 articles in it\n" in shown
    assert "not merged" in shown
    rows = copies_at(weekly, "weekly/digest.txt")
    assert [row["kind"] for row in rows] == ["in digest", "in digest"]
    assert not any(row["canonical"] for row in rows)
    (row,) = copies_at(weekly, "herald/bees.txt")
    assert (row["kind"], row["files"]) == ("digest", ["weekly/digest.txt"])
    row = next(row for row in weekly.export() if row["headline"] == IN_SHORT)
    assert row["duplicates"] == []
    assert [copy["kind"] for copy in row["copies"]] == ["in digest", "in digest"]


def test_what_is_told_of_a_digest_is_not_told_again_as_related(weekly):
    for name in ("weekly/digest.txt", "gazette/ferry.txt", "wire/ferry.txt", "herald/bees.txt"):
        rows = weekly.rows("similar", id_at(weekly, name))
        assert not any(row["relation"] == "related" for row in rows), name


def test_show_names_the_copies(copied, weekly):
    shown = copied.run("show", id_at(copied, "wire/1.txt")).stdout
    assert re.search(
        r"\ncopy        \w{10}  .*\(shown by search\)\n            the longer version, similarity \.\d\d\n",
        shown,
    )
    (row,) = copied.rows("show", id_at(copied, "wire/1.txt"))
    assert {copy["kind"] for copy in row["copies"]} == {"contains"}
    assert sorted(copy["id"] for copy in row["copies"]) == row["duplicates"]
    assert "\ndigest      " in weekly.run("show", id_at(weekly, "herald/bees.txt")).stdout


def test_a_filter_that_only_a_copy_meets_finds_the_copy(copied):
    (row,) = copied.rows("search", "--source", "gazette", "Marrow")
    assert row["files"] == ["gazette/1.txt"]
    assert row["canonical"] != row["id"]
    assert row["other_files"] == 4
    shown = copied.run("search", "Marrow file:gazette").stdout
    assert f"  a copy of {row['canonical'][:10]}; also in 4 other files\n" in shown
    assert copied.run("count", "Marrow file:gazette").stdout == "1\n"


def test_all_marks_each_copy(copied):
    (hit,) = copied.rows("search", "Marrow")
    shown = copied.run("search", "--all", "Marrow").stdout
    assert shown.count(f"a copy of {hit['id'][:10]}; also in 4 other files") == 3
    assert shown.count("\n  also in 4 other files") == 1


def test_export_says_what_the_copies_are(copied):
    rows = {row["files"][0].removeprefix(f"{copied.raw}/"): row for row in copied.export()}
    whole = rows["courier/1.txt"]
    kinds = {copy["id"]: copy["kind"] for copy in whole["copies"]}
    assert kinds == {
        rows["herald/1-again.txt"]["id"]: "same text",
        rows["gazette/1.txt"]["id"]: "near-duplicate",
        rows["wire/1.txt"]["id"]: "contained",
    }
    assert sorted(kinds) == whole["duplicates"]
    assert rows["herald/22.txt"]["copies"] == rows["herald/22.txt"]["duplicates"] == []


def test_status_counts_duplicates_by_kind(copied):
    assert "copies    4 files: 1 same bytes, 1 same text, 2 near-duplicate\n" in copied.run("status").stdout
    (row,) = copied.rows("status")
    assert row["duplicates"] == {"same bytes": 1, "same text": 1, "near-duplicate": 2}


def test_the_next_copy_is_promoted_when_the_canonical_goes(archive):
    fill(archive)
    shown = []
    left = 5
    while rows := archive.rows("search", "Marrow"):
        (hit,) = rows
        shown.append(hit["files"])
        assert hit["other_files"] == left - 1
        for row in archive.rows("files"):
            if row["state"] == "duplicate":
                assert row["articles"][0]["duplicate_of"] == hit["id"]
        for name in hit["files"]:
            (archive.raw / name).unlink()
        left -= len(hit["files"])
        archive.ingest()
        assert archive.run("check").exit_code == 0
    assert left == 0
    assert sorted(map(len, shown)) == [1, 1, 1, 2]
    assert shown[-1] == ["wire/1.txt"], "the cut version is the last resort"


def test_files_tell_article_by_article_what_is_a_duplicate(archive):
    archive.write("wire/ferry.txt", paragraphs(FERRY) + "\n\nThe harbour office opens at eight on Friday.")
    archive.write("gazette/both.txt", f"{paragraphs(FERRY)}\n\n\n{paragraphs(CHESS)}")
    archive.ingest()
    (row,) = [row for row in archive.rows("files") if row["path"] == "gazette/both.txt"]
    assert row["state"] == "indexed"
    ferry, chess = row["articles"]
    assert (ferry["state"], ferry["duplicate_of"]) == ("duplicate", id_at(archive, "wire/ferry.txt"))
    assert (chess["state"], chess["duplicate_of"]) == ("indexed", None)


def test_a_rejected_canonical_is_replaced(archive):
    fill(archive)
    (hit,) = archive.rows("search", "Marrow")
    for name in hit["files"]:
        archive.write(name, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    archive.ingest()
    assert archive.states()[hit["files"][0]] == "rejected"
    (now,) = archive.rows("search", "Marrow")
    assert now["id"] != hit["id"]
    assert hit["id"] not in {row["id"] for row in archive.rows("similar", now["id"])}


def test_nothing_raw_reaches_the_terminal(archive):
    evil = "\x1b]0;owned\x07\u202e"
    for name in ("a", "b"):
        archive.write(f"{evil}{name}.txt", page(5).replace("approves", f"approves {evil}{name}"))
    archive.ingest()
    for row in archive.export():
        for arguments in (["similar", row["id"]], ["similar", "--json", row["id"]], ["show", row["id"]]):
            shown = archive.run(*arguments)
            assert shown.exit_code == 0
            assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown.stdout), arguments


def test_the_examples_of_the_help_work(copied):
    helped = command("similar", "--help").stdout
    id_ = id_at(copied, "gazette/1.txt")
    examples = re.findall(r"^ +newsfold (similar.*?)(?: \| .*)?$", helped, re.MULTILINE)
    assert len(examples) == 3
    for example in examples:
        result = copied.run(*shlex.split(example.replace("3fa9c1", id_[:12])))
        assert result.exit_code == 0, example
        assert result.stdout


def post_events(archive) -> None:
    """Store the event terms of articles that have none yet."""
    with Catalog.open(archive.home.catalog) as catalog, catalog.transaction():
        store = EventStore(catalog)
        stored = {one.article.id: one.article for one in all_articles(catalog)}
        known = store.terms(list(stored))
        store.put({id_: terms_of(article) for id_, article in stored.items() if id_ not in known})
        store.settle(list(stored))


@pytest.fixture(scope="module")
def events(tmp_path_factory, no_waiting):
    """Two reports of one event by two outlets, one of them printed twice, among others; only to be read."""
    archive = Archive(tmp_path_factory.mktemp("events"))
    archive.write("gazette/ferry.txt", paragraphs(FERRY))
    archive.write("wire/ferry.txt", paragraphs(FERRY_AGAIN).replace("~ ", ""))
    archive.write(
        "courier/ferry.txt", paragraphs(FERRY_AGAIN).replace("~ ", "") + "\n\nMore on page nine today."
    )
    for name, story in {"chess": CHESS, "bees": BEES}.items():
        archive.write(f"herald/{name}.txt", paragraphs(story))
    archive.ingest()
    post_events(archive)
    return archive


def test_reports_of_one_event_are_linked_not_merged(events):
    one, other = id_at(events, "gazette/ferry.txt"), id_at(events, "wire/ferry.txt")
    (row,) = [row for row in events.rows("similar", one) if row["relation"] == "related"]
    assert set(row) == {
        "schema", "relation", "id", "score", "terms", "days", "same_source",
        "date", "lang", "source", "files", "headline",
    }  # fmt: skip
    assert 0 < row["score"] <= 1
    assert not row["same_source"]
    shown = events.run("similar", one).stdout
    assert "1 related story\n" in shown
    assert re.search(r"\n  score \.\d\d; by .*Ellery", shown)
    back = [row["id"] for row in events.rows("similar", other) if row["relation"] == "related"]
    assert back == [one]
    assert row["id"] in {other, *(copy["id"] for copy in copies_at(events, "wire/ferry.txt"))}


def test_show_and_export_name_related_stories(events):
    one = id_at(events, "gazette/ferry.txt")
    rows = {row["id"]: row for row in events.export()}
    (related,) = rows[one]["related"]
    assert rows[one]["related_links"][0]["id"] == related
    assert rows[related]["related"] == [one]
    assert rows[id_at(events, "herald/chess.txt")]["related"] == []
    assert f"\nrelated     {related[:10]}" in events.run("show", "--related", one).stdout
    assert events.rows("show", "--related", one)[0]["related"] == [related]
    assert "related" not in events.run("show", one).stdout
    assert "related" not in events.rows("show", one)[0], "not asked for is not the same as none"
    (row,) = [row for row in events.rows("similar", one) if row["relation"] == "related"]
    assert rows[one]["related_links"] == [{"id": row["id"], "score": row["score"]}]
