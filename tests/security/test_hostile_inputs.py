"""Hostile files of every kind, generated (`bench.hostile_cases`), end as they may and stop nobody."""

import os

import pytest

from bench.hostile import Found, judge
from bench.hostile_cases import cases
from bench.hostile_entries import plant, plant_others
from bench.hostile_kinds import Case
from index.safe import safe
from tests.archive import Archive, command

HELD = {"indexed", "duplicate"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """An archive of all the light cases, the cases, and what `newsfold files` and export say of them."""
    archive = Archive(tmp_path_factory.mktemp("hostile"))
    what = cases(heavy=False)
    raw = os.fsencode(archive.raw)
    plant(raw, what)
    what += plant_others(raw)
    before = {path: os.lstat(path) for path in _everything(raw)}
    archive.ingest()
    return archive, what, before


def _everything(raw):
    return [os.path.join(folder, name) for folder, _, names in os.walk(raw) for name in names]


def test_each_ends_in_a_state_that_is_allowed(planted):
    archive, what, _ = planted
    rows = {bytes.fromhex(row["path_hex"]): row for row in archive.rows("files")}
    articles = {row["id"]: row for row in archive.export()}
    faults = {}
    for case in what:
        row = rows.get(case.path)
        held = tuple(articles[one["id"]] for one in row["articles"]) if row else ()
        # that a probe is found by a search is asked below, for all at once
        told = judge(case, Found(row, held, by_probe=row["state"] in HELD) if row else None)
        if told:
            faults[case.path] = told
    assert not faults


def test_what_is_indexed_is_found_and_nothing_else(planted):
    archive, what, _ = planted
    probes = [case.probe for case in what if case.probe]
    found = set()
    for start in range(0, len(probes), 40):
        some = " OR ".join(probes[start : start + 40])
        hits = archive.rows("search", "--all", "--limit", "500", some)
        found |= {word for word in probes for hit in hits if any(word in str(part) for part in hit.values())}
    rows = {bytes.fromhex(row["path_hex"]): row["state"] for row in archive.rows("files")}
    held = {case.probe for case in what if case.probe and rows[case.path] in HELD}
    assert found <= held
    for word in sorted(held - found):  # the passage of a hit need not show every word
        assert archive.run("search", "--all", "--output", "ids", word).stdout.strip(), word
    for case in what:
        for word in case.absent:
            assert archive.run("search", "--all", "--output", "ids", f'"{word}"').exit_code == 1, case.path


def test_everything_is_accounted_for_and_no_raw_file_was_touched(planted):
    archive, what, before = planted
    assert sum(archive.counts().values()) == len(what)
    for path, seen in before.items():
        now = os.lstat(path)
        assert (now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino, now.st_mode) == (
            seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_mode,
        )  # fmt: skip


@pytest.mark.parametrize(
    "arguments",
    [["files"], ["status"], ["stats"], ["check"], ["files", "--json"], ["export", "--json"]]
    + [["search", "--all", "--limit", "400", *more, "society"] for more in ([], ["--json"], ["--explain"])]
    + [
        ["search", "--all", "--limit", "400", "--output", "paths", "society"],
        ["search", "--facets", "society"],
    ]
    + [["review", "--sample", "30"]],
    ids=" ".join,
)
def test_nothing_raw_is_printed(planted, arguments):
    archive, _, _ = planted
    result = archive.run(*arguments)
    assert result.exit_code == 0, result.stderr
    for text in (result.stdout, result.stderr):
        assert safe(text) == text
    assert not any(line.startswith("2026-01-01") for line in (result.stdout + result.stderr).splitlines())


def test_a_second_run_reads_nothing_again(planted):
    archive, _, _ = planted
    assert archive.ingest().read == 0


def test_explain_reads_no_link_pipe_or_device(planted):
    archive, what, _ = planted
    odd = [case.path for case in what if case.path.startswith(b"odd/")]
    for path in odd:
        result = command("explain", os.path.join(os.fsdecode(os.fsencode(archive.raw)), os.fsdecode(path)))
        assert result.exit_code in {0, 1, 2, 3}
        assert "root:" not in result.stdout


def test_a_judge_that_sees_nothing_says_so():
    row = {"state": "rejected", "reason": "blank"}
    assert judge(Case(b"x"), None) == ["it has no state"]
    assert len(judge(Case(b"x"), Found(row, (), by_probe=False))) == 1
    assert (
        len(judge(Case(b"x", allow=("rejected",), reasons=("binary",)), Found(row, (), by_probe=False))) == 1
    )
    held = Found({"state": "indexed", "reason": ""}, ({"lang": "de", "body": "evil"},), by_probe=False)
    wrong = Case(b"x", probe="p", find=("good",), absent=("evil",), lang="en")
    assert len(judge(wrong, held)) == 4
