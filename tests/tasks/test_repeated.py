"""Lines that stand on many pages: what a run does when one becomes furniture, or is none any more."""

import dataclasses

import pytest

from index import line_counts, writer
from index.catalog import Catalog
from tasks import extract, scan
from tests.archive import NOTICE, Archive, page


def noted(archive, numbers) -> None:
    """Pages that end with the same notice."""
    for number in numbers:
        archive.write(f"noted{number}.txt", page(number, edit=NOTICE))


def plain(archive, numbers) -> None:
    for number in numbers:
        archive.write(f"{number}.txt", page(number))


def bodies_with_notice(archive) -> int:
    return sum(NOTICE in row["body"] for row in archive.export())


@pytest.fixture
def segmented(monkeypatch):
    """The headlines of the pages that were segmented, in order."""
    found = []
    real = extract.segment

    def segment(page_, repeated):
        result = real(page_, repeated)
        found.extend(story.headline.split()[0] for story in result.stories)
        return result

    monkeypatch.setattr(extract, "segment", segment)
    return found


NOTED = [1, 22, 53, 74]
TOWNS_NOTED = ["Marrow", "Tarn", "Hask", "Solway"]


def test_a_line_that_becomes_furniture_leaves_the_articles_of_the_touched_files_only(archive, segmented):
    archive.write("other.txt", other_site(0))
    noted(archive, NOTED[:3])
    archive.ingest()
    assert bodies_with_notice(archive) == 3
    assert archive.run("count", "Courier", "--quiet").stdout == "3\n"
    added = {row["id"]: row["files"] for row in archive.export()}
    segmented.clear()
    noted(archive, NOTED[3:])
    report = archive.ingest()
    assert sorted(segmented) == sorted(TOWNS_NOTED), "not the page of the other site"
    assert (report.read, report.again) == (1, 3)
    assert "3 old pages segmented again" in report.summary
    assert bodies_with_notice(archive) == 0
    assert archive.run("count", "Courier", "--quiet").stdout == "0\n"
    assert added.keys() < {row["id"] for row in archive.export()}
    assert archive.run("check").exit_code == 0
    segmented.clear()
    assert archive.ingest().summary == "nothing new among 5 files"
    assert not segmented


def test_it_comes_back_when_too_few_pages_hold_it(archive, segmented):
    noted(archive, NOTED)
    archive.ingest()
    assert bodies_with_notice(archive) == 0
    segmented.clear()
    (archive.raw / "noted22.txt").unlink()
    assert archive.ingest().again == 3
    assert bodies_with_notice(archive) == 3
    noted(archive, [22])
    archive.ingest()
    (archive.raw / "noted22.txt").write_text(page(22), encoding="utf-8")
    assert archive.ingest().again == 3, "a file that changed"
    assert bodies_with_notice(archive) == 3
    assert archive.run("check").exit_code == 0


def test_a_renamed_file_touches_nothing(archive, segmented):
    noted(archive, NOTED)
    archive.ingest()
    segmented.clear()
    (archive.raw / "noted22.txt").rename(archive.raw / "renamed.txt")
    assert archive.ingest().again == 0
    assert not segmented


def test_articles_that_come_out_equal_are_not_written_again(archive, monkeypatch):
    plain(archive, [1, 22, 53])  # they share lines that are cut anyway
    archive.ingest()
    written = []
    real = writer.apply
    monkeypatch.setattr(
        writer,
        "apply",
        lambda folder, documents, gone, **how: real(folder, noting(written, documents), gone, **how),
    )
    plain(archive, [74])
    assert archive.ingest().again == 3
    assert len(written) == 1


def test_how_sure_we_are_does_not_depend_on_the_order(tmp_path, monkeypatch):
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)

    def confidences(*runs):
        archive = Archive(tmp_path / f"{len(runs)}")
        for numbers in runs:
            plain(archive, numbers)
            archive.ingest()
        with Catalog.open(archive.home.catalog) as catalog:
            return [
                tuple(row) for row in catalog.db.execute("SELECT id, confidence FROM article ORDER BY id")
            ]

    assert confidences([1, 22, 53], [74]) == confidences([1, 22, 53, 74])


def noting(written, documents):
    for document in documents:
        written.append(document.id)
        yield document


def test_segmenting_again_keeps_when_an_article_was_added(archive):
    noted(archive, NOTED[:3])
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE article SET added = '2020-02-02T00:00:00+00:00'")
    noted(archive, NOTED[3:])
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        days = [row[0][:4] for row in catalog.db.execute("SELECT added FROM article ORDER BY added")]
    assert days.count("2020") == 3


def test_a_kept_article_whose_file_is_gone_stays_as_it_was_and_waits(archive, segmented):
    keep = dataclasses.replace(archive.settings, on_missing="keep")
    noted(archive, NOTED[:3])
    archive.ingest(settings=keep)
    (archive.raw / "noted1.txt").unlink()
    noted(archive, NOTED[3:])
    assert archive.ingest(settings=keep).again == 2
    assert bodies_with_notice(archive) == 1
    assert archive.ingest(settings=keep).again == 0
    noted(archive, [1])
    archive.ingest(settings=keep)
    assert bodies_with_notice(archive) == 0, "it is segmented when it is back"
    with Catalog.open(archive.home.catalog) as catalog:
        assert not line_counts.waiting(catalog)


def test_a_file_that_cannot_be_read_again_keeps_its_state(archive):
    noted(archive, NOTED[:3])
    archive.ingest()
    noted(archive, NOTED[3:])

    def unlink(step: str) -> None:
        if step == "batch":
            (archive.raw / "noted1.txt").unlink(missing_ok=True)

    archive.ingest(before=unlink)
    assert archive.counts() == {"indexed": 4}
    assert bodies_with_notice(archive) == 1
    archive.ingest()
    assert archive.counts() == {"indexed": 3, "missing": 1}
    assert bodies_with_notice(archive) == 3


def test_a_file_that_changes_after_it_was_counted_is_read_by_the_next_run(archive):
    noted(archive, NOTED)
    steps = []

    def change(step: str) -> None:
        steps.append(step)
        if steps.count("batch") == 2:
            archive.write("noted1.txt", page(1))

    archive.ingest(before=change)
    assert archive.state("noted1.txt") == "deferred"
    assert steps[0] == "scan"
    assert "count 4 files" in steps
    archive.ingest()
    assert archive.counts() == {"indexed": 4}
    assert bodies_with_notice(archive) == 3
    assert archive.run("check").exit_code == 0


def test_files_that_an_older_newsfold_read_are_counted_by_the_next_run(archive, segmented):
    noted(archive, NOTED[:3])
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        for statement in (
            "UPDATE file SET page = NULL",
            *(f"DELETE FROM {name}" for name in ("page", "line_page", "noted_line")),
        ):
            catalog.db.execute(statement)
    segmented.clear()
    noted(archive, NOTED[3:])
    assert archive.ingest().again == 3
    assert sorted(segmented) == sorted(TOWNS_NOTED)
    assert archive.run("check").exit_code == 0


def other_site(number: int) -> str:
    """A page that shares no line with those of `page`."""
    text = page(number, furniture="Start")
    return text[: text.index("Share this")]
