"""Commits: whole or not at all, repeatable, merged in tiers, never in a reader's way."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import plain_writer, writer
from index.article import ArticleId
from index.errors import LockedError
from index.merging import CEILING, FAN, SMALL_MERGE, budget, choose, tier
from index.schema import IndexDocument
from index.whooshed import FAST_POSSIBLE, query
from index.writer import FAST, PLAIN, all_ids, open_index, open_searcher, verify_files

KIND = [FAST]


@pytest.fixture(autouse=True, params=[FAST, PLAIN])
def kind(request):
    """Every test of this module passes with either writer."""
    KIND[0] = request.param
    return request.param


def apply(directory, documents, deletions=()):
    writer.apply(directory, documents, deletions, kind=KIND[0])


def document(number, body="the council met"):
    return IndexDocument(
        *(ArticleId(f"{number:040x}"), f"Item {number}", "", body, "", "", ""),
        *("2016-12-08", "2020-01-01", "en", ("Somewhere",), ("a/b.txt",)),
    )


def ids(*numbers):
    return {ArticleId(f"{number:040x}") for number in numbers}


def search(directory, word):
    with open_searcher(directory) as searcher:
        return sorted(int(hit["id"], 16) for hit in searcher.search(query.Term("body", word), limit=None))


def names(directory):
    return sorted((path.name, path.stat().st_mtime_ns) for path in directory.iterdir())


def test_a_missing_index_is_empty_and_is_not_made_by_reading(tmp_path):
    directory = tmp_path / "index"
    assert all_ids(directory) == set()
    assert search(directory, "council") == []
    assert verify_files(directory) == []
    assert not directory.exists()


def test_an_empty_index_answers(tmp_path):
    index = open_index(tmp_path / "index")
    assert index.is_empty()
    assert search(tmp_path / "index", "council") == []
    assert all_ids(tmp_path / "index") == set()


def test_opening_never_wipes(tmp_path):
    apply(tmp_path / "index", [document(1)])
    assert open_index(tmp_path / "index").doc_count() == 1


def test_documents_are_added_replaced_and_deleted_in_one_commit(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1), document(2), document(3)])
    apply(directory, [document(2, "a river rose"), document(4)], ids(3, 99))
    assert all_ids(directory) == ids(1, 2, 4)
    assert search(directory, "council") == [1, 4]
    assert search(directory, "river") == [2]
    assert verify_files(directory) == []


def test_the_last_of_equal_ids_wins_and_a_document_wins_over_its_deletion(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1, "old"), document(1, "new")], ids(1))
    assert (search(directory, "old"), search(directory, "new")) == ([], [1])


def test_nothing_to_do_writes_nothing(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    before = names(directory)
    apply(directory, [], ids(2))
    apply(directory, [])
    assert names(directory) == before


def test_deleting_everything_leaves_no_segment(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1), document(2)])
    apply(directory, [], ids(1, 2))
    assert all_ids(directory) == set()
    assert not list(directory.glob("*.seg"))
    assert verify_files(directory) == []


BATCHES = st.lists(
    st.tuples(st.sets(st.integers(0, 12), max_size=6), st.sets(st.integers(0, 12), max_size=4)), max_size=12
)


@settings(max_examples=15, deadline=None)
@given(BATCHES)
def test_any_history_ends_where_a_plain_set_ends(batches):
    with tempfile.TemporaryDirectory() as folder:
        directory, model = Path(folder) / "index", set()
        for added, deleted in batches:
            for _ in range(2):  # a commit that is repeated changes nothing
                apply(directory, [document(number) for number in added], ids(*deleted))
            model = (model - deleted) | added
        assert all_ids(directory) == ids(*model)
        assert search(directory, "council") == sorted(model)
        assert verify_files(directory) == []


@pytest.mark.parametrize("bad", [{"date": "tomorrow"}, {"id": ArticleId("../x")}, {"lang": "中"}])
def test_one_bad_document_cancels_its_batch_and_nothing_else(tmp_path, bad):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    with pytest.raises(ValueError, match=r"day|id|language"):
        apply(directory, [document(2), replace(document(3), **bad), document(4)], ids(1))
    assert all_ids(directory) == ids(1)
    apply(directory, [document(2), document(4)], ids(1))
    assert all_ids(directory) == ids(2, 4)
    assert len(list(directory.iterdir())) == 4  # TOC, checksums, lock, one segment


@pytest.mark.parametrize("failing", range(8))
def test_a_full_disk_at_any_fsync_leaves_an_index_that_goes_on(tmp_path, monkeypatch, failing):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    calls = iter(range(100))
    real = os.fsync

    def fsync(descriptor):
        if next(calls) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    failed = False
    try:
        apply(directory, [document(2)], ids(1))
    except OSError as error:
        failed = error.errno == errno.ENOSPC
    monkeypatch.undo()
    assert failed == (next(calls) > failing)
    assert all_ids(directory) in (ids(1), ids(2))
    assert verify_files(directory) == []
    apply(directory, [document(2)], ids(1))
    assert all_ids(directory) == ids(2)
    assert verify_files(directory) == []


def test_an_interrupt_frees_the_lock(tmp_path, monkeypatch):
    directory = tmp_path / "index"

    def interrupted(_):
        raise KeyboardInterrupt

    apply(directory, [document(1)])
    monkeypatch.setattr(plain_writer, "fields_of", interrupted)
    if FAST_POSSIBLE:
        monkeypatch.setattr("index.inversion.keys_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply(directory, [document(2)])
    monkeypatch.undo()
    apply(directory, [document(2)])
    assert all_ids(directory) == ids(1, 2)


def test_a_second_writer_is_locked_out(tmp_path):
    directory = tmp_path / "index"
    lock = open_index(directory).lock("WRITELOCK")
    assert lock.acquire()
    try:
        with pytest.raises(LockedError, match="Another process"):
            apply(directory, [document(1)])
    finally:
        lock.release()
    apply(directory, [document(1)])
    assert all_ids(directory) == ids(1)


def test_litter_of_dead_commits_is_cleaned_and_other_files_are_not(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    litter = [
        "articles1_dead0000beef0000.pst",
        "_articles1_9.toc.17.5",
        "checksums-9.json",
        "checksums-9.tmp",
    ]
    for name in litter:
        (directory / name).write_bytes(b"x")
    (directory / "articles1.tmp").mkdir()
    (directory / "articles1.tmp" / "x.run").write_bytes(b"x")
    (directory / "note.txt").write_text("the user's own")
    apply(directory, [document(2)])
    assert not any((directory / name).exists() for name in [*litter, "articles1.tmp"])
    assert (directory / "note.txt").exists()
    assert all_ids(directory) == ids(1, 2)


def test_readers_never_stumble_over_commits(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(0)])
    done = threading.Event()
    failures, counts = [], []

    def read():
        while not done.is_set():
            try:
                counts.append(len(all_ids(directory)))
                failures.extend(verify_files(directory))
            except Exception as error:  # noqa: BLE001 - any error is the failure looked for
                failures.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 25):
        apply(directory, [document(number)])
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert max(counts) <= 25


def test_a_reader_keeps_its_state_while_the_index_moves_on(tmp_path):
    directory = tmp_path / "index"
    apply(directory, [document(1)])
    with open_searcher(directory) as searcher:
        apply(directory, [document(2)], ids(1))
        assert len(searcher.search(query.Term("body", "council"))) == 1
        assert searcher.stored_fields(0) == {"id": document(1).id}


def test_merging_changes_no_answer_and_bounds_the_segments(tmp_path):
    directory = tmp_path / "index"
    for number in range(40):
        body = "the council met" if number % 2 else "rivers rose and rivers fell"
        apply(directory, [document(number, body)], ids(number - 5) if number % 5 == 0 else ())
    gone = set(range(0, 35, 5))
    assert all_ids(directory) == ids(*(set(range(40)) - gone))
    assert search(directory, "council") == [n for n in range(1, 40, 2) if n not in gone]
    assert len(list(directory.glob("*.seg"))) < 2 * FAN
    with open_searcher(directory) as searcher:
        hits = searcher.search(query.Phrase("body", ["rivers", "fell"]), limit=None)
        assert sorted(int(hit["id"], 16) for hit in hits) == [n for n in range(0, 40, 2) if n not in gone]
        matcher = searcher.postings("stem_en", "river")
        assert matcher.weight() == 2.0
    assert verify_files(directory) == []


@dataclass
class Segment:
    """As much of a Whoosh segment as the merge policy looks at."""

    name: str
    documents: int
    deleted: int = 0

    def segment_id(self):
        return self.name

    def doc_count_all(self):
        return self.documents

    def deleted_count(self):
        return self.deleted


def test_only_full_tiers_worn_and_empty_segments_are_merged():
    small = [Segment(f"s{number}", 20) for number in range(FAN - 1)]
    large = [Segment(f"l{number}", CEILING * 3 // 4) for number in range(3 * FAN)]
    assert choose([*small, *large]) == []
    assert choose([*small, Segment("s", 20), *large]) == [*small, Segment("s", 20)]
    assert choose([Segment("worn", 100, 51), Segment("half", 100, 50)]) == [Segment("worn", 100, 51)]
    assert choose([Segment("empty", 3, 3)]) == [Segment("empty", 3, 3)]


def test_a_full_tier_is_merged_as_far_as_the_ceiling_allows():
    large = [Segment(f"l{number}", CEILING // 4) for number in range(FAN)]
    assert choose(large) == large[:4]


def test_a_commit_merges_no_more_than_its_budget():
    small = [Segment(f"s{number}", 20) for number in range(FAN)]
    large = [Segment(f"l{number}", 500) for number in range(FAN)]
    assert budget(20) == SMALL_MERGE < 500 * FAN
    assert choose([*large, *small], budget(20)) == small
    assert choose([*large, *small]) == [*small, *large]
    assert budget(500 * FAN) == 500 * FAN


def test_an_article_is_rewritten_a_few_times_however_many_commits_there_are():
    segments, written, most = [], 0, 0
    for number in range(1000):
        segments.append(Segment(str(number), 20))
        due = choose(
            segments, budget(20) if number % 10 else CEILING
        )  # a run of ten commits ends with `tidy`
        if due:
            merged = sum(segment.documents for segment in due)
            segments = [segment for segment in segments if segment not in due] + [
                Segment(f"m{number}", merged)
            ]
            written += merged
        if number < 60:
            most = max(most, len(segments))
    assert sum(segment.documents for segment in segments) == 20_000
    assert written < 4.5 * 20_000
    assert most <= 12
    assert len(segments) < 5 * FAN


def test_tiers():
    assert [tier(articles) for articles in (0, 1, 5, 6, 35, 36, 216)] == [0, 0, 0, 1, 1, 2, 3]
