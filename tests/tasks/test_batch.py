import dataclasses
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, ArticleId, Language, Page, Reject, RejectReason, Story, VersionId
from index.articles import Version
from index.errors import NewsfoldError
from index.files import FileId, Stat
from index.repetition import NO_LINES, LineKey, PageLines
from tasks.batch import (
    BATCH_BYTES,
    BATCH_FILES,
    FileJob,
    Outcome,
    finish,
    make_batches,
    read_spool,
)
from tasks.decode import MAX_BYTES
from tasks.page_lines import page_lines
from tasks.page_work import count, process

PAGE = b"""Home
News

Ferry to Tarn Island is back after the storm

By Ada Brook

The ferry between Port Ellery and Tarn Island took its first passengers on Monday, nine days after a storm
had torn away the landing stage on the island side.

The harbour master, Joan Pike, said that the new stage would hold until autumn, when a stone one is planned
by the county, which has set aside four million for it.
"""


def job(tmp_path, data: bytes, name: str = "a.txt", number: int = 1) -> FileJob:
    path = tmp_path / name
    path.write_bytes(data)
    return FileJob(FileId(number), os.fsencode(path), Stat.of(os.lstat(path)))


def jobs(sizes: list[int]) -> list[FileJob]:
    return [FileJob(FileId(n), b"/x/%d.txt" % n, Stat(size, 0, 0, n)) for n, size in enumerate(sizes)]


@given(st.lists(st.integers(0, BATCH_BYTES), max_size=60), st.integers(1, 8))
def test_batches_hold_every_job_once_in_order(sizes, workers):
    batches = make_batches(jobs(sizes), workers=workers)
    assert [each for batch in batches for each in batch] == jobs(sizes)
    for batch in batches:
        assert 0 < len(batch) <= BATCH_FILES
        assert len(batch) == 1 or sum(each.stat.size for each in batch) <= BATCH_BYTES


def test_many_files_make_full_batches_and_few_keep_all_workers_busy():
    sizes = [len(batch) for batch in make_batches(jobs([10] * 2000), workers=2)]
    assert sizes == [*[BATCH_FILES] * 7, 150, 112, 84, 63, 50, 50, 50, 41]
    assert [len(batch) for batch in make_batches(jobs([10] * 8), workers=2)] == [2, 2, 2, 2]


def test_a_page_becomes_an_article(tmp_path):
    outcome = process(job(tmp_path, PAGE), lambda _: False)
    (article,) = outcome.articles
    assert article.story.headline == "Ferry to Tarn Island is back after the storm"
    assert article.story.byline == "Ada Brook"
    assert "landing stage" in article.story.body
    assert article.language.code == "en"
    assert outcome.version is not None
    assert outcome.version.reject is None


def test_known_bytes_are_not_worked_on_again(tmp_path):
    outcome = process(job(tmp_path, PAGE), lambda _: True)
    assert outcome.sha256 is not None
    assert outcome.version is None
    assert not outcome.articles


def test_a_file_is_counted_without_being_segmented(tmp_path):
    outcome = count(job(tmp_path, PAGE))
    assert outcome.version is None
    assert not outcome.articles
    assert outcome.lines == page_lines(Page(PAGE.decode(), "utf-8"))
    assert outcome.lines.prose
    again = dataclasses.replace(job(tmp_path, PAGE), counted=outcome.sha256)
    assert process(again, lambda _: False).articles


def test_what_is_no_page_has_no_lines(tmp_path):
    outcome = count(job(tmp_path, b""))
    assert outcome.sha256 is not None
    assert outcome.lines == NO_LINES
    assert count(FileJob(FileId(1), b"/nowhere", Stat(1, 1, 1, 1))).deferred


def test_a_file_that_changed_after_it_was_counted_is_deferred(tmp_path):
    other = dataclasses.replace(job(tmp_path, PAGE), counted=VersionId("e" * 64))
    assert "changed" in process(other, lambda _: False).deferred


def test_the_lines_on_many_pages_are_asked_for(tmp_path):
    asked = []

    def repeated(page):
        asked.append(page.text)
        return ()

    process(job(tmp_path, PAGE), lambda _: False, repeated)
    process(job(tmp_path, PAGE), lambda _: True, repeated)
    assert asked == [PAGE.decode()]


def test_an_empty_file_is_a_reject(tmp_path):
    outcome = process(job(tmp_path, b""), lambda _: False)
    assert outcome.version is not None
    assert outcome.version.reject == Reject(RejectReason.EMPTY, outcome.version.reject.detail)


def test_a_huge_file_is_rejected_unread(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(10 << 30)  # sparse: reading it would take long
    outcome = process(FileJob(FileId(1), os.fsencode(path), Stat.of(path.stat())), lambda _: False)
    assert outcome.unread is not None
    assert outcome.unread.reason is RejectReason.TOO_LARGE
    assert f"{MAX_BYTES:,}" in outcome.unread.detail


def test_a_file_that_cannot_be_read_now_is_deferred(tmp_path):
    one = job(tmp_path, PAGE)
    (tmp_path / "a.txt").unlink()
    assert "vanished" in process(one, lambda _: False).deferred


def article() -> Article:
    story = Story("H\u2028", "b\n\nc", date="2024-03-14", span=(1, 4), confidence=0.25)
    language = Language("zh-Hans", 0.99, "langdetect", reliable=False, second="en")
    return Article(ArticleId("a" * 40), VersionId("f" * 64), 0, story, language, "t", 2)


def test_the_spool_is_a_round_trip_and_notices_damage(tmp_path):
    reject = Reject(RejectReason.BINARY, "PNG")
    outcomes = [
        Outcome(FileId(1), deferred="vanished"),
        Outcome(FileId(2), unread=reject),
        Outcome(FileId(3), sha256=VersionId("e" * 64)),
        Outcome(
            FileId(4),
            sha256=VersionId("d" * 64),
            version=Version(VersionId("d" * 64), 5, "", 0, guessed=False, reject=reject, pipeline="1"),
        ),
        Outcome(
            FileId(5),
            sha256=VersionId("f" * 64),
            version=Version(
                VersionId("f" * 64), 5, "utf-8", 2, guessed=True, reject=None, pipeline="1", cut="Home\nNews"
            ),
            articles=(article(),),
        ),
        Outcome(
            FileId(6),
            sha256=VersionId("c" * 64),
            lines=PageLines({LineKey(-4): 20, LineKey(1 << 46): 255}, frozenset([LineKey(0)])),
        ),
    ]
    result = finish(tmp_path / "s.jsonl", outcomes, cpu_seconds=0.5)
    assert (result.files, result.articles, result.rejected, result.deferred) == (6, 1, 2, 1)
    assert list(read_spool(tmp_path / "s.jsonl", result.sha256)) == outcomes
    data = bytearray((tmp_path / "s.jsonl").read_bytes())
    data[40] ^= 1
    (tmp_path / "s.jsonl").write_bytes(data)
    with pytest.raises(NewsfoldError, match="damaged"):
        list(read_spool(tmp_path / "s.jsonl", result.sha256))
