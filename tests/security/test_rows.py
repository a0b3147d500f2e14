"""The attacks that were thought of, and the test that holds each guard.

== ============================================== ==========================================================
 # attack                                         test
== ============================================== ==========================================================
 1 escapes, C1, bidi in pages, names, queries     here; test_hostile_inputs; index/test_terminal (pty)
 2 forged lines in logs                           here; tasks/test_pool (worker.log); flows/test_artifacts
 3 links, devices, pipes, folders swapped         here; tasks/test_discover; tasks/test_reading
 4 pickles planted in the index                   here; index/test_private; index/test_storage; architecture
 5 decompression bombs                            here; test_hostile_inputs (bin/*)
 6 files that eat memory or time                  here; tasks/test_pool (limits); test_hostile_inputs
 7 patterns that backtrack                        here (time of twice the length)
 8 query bombs                                    here; index/test_query; fuzz/test_queries
 9 bombs for the HTML parser                      here; test_hostile_inputs (html/*); tasks/test_html
10 SQL, shell, options in names and queries       here; test_hostile_inputs (names/*)
11 a Prefect server that the network reaches      flows/test_up
12 texts in Prefect's database                    flows/test_flow (no word of a page ...)
13 vocabulary poisoned by one file                here; index/test_schema (capped)
14 a near-copy that hides the true article        here
15 wrong letters that nobody notices              test_hostile_inputs (enc/*, damage/*); tasks/test_decode
16 a full disk                                    here; tasks/test_ingest, index/test_writer (faults)
17 page text as Markdown or HTML in the UI        flows/test_artifacts (hostile names stand in code spans)
== ============================================== ==========================================================
"""

import ast
import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.hostile_cases import _WALLS
from bench.hostile_texts import headline, page, story
from index.article import RejectReason, VersionId
from index.safe import safe
from tasks.batch import _write_spool
from tasks.extract import extract
from tests.archive import page as invented

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = [path for folder in ("flows", "tasks", "index") for path in sorted((ROOT / folder).rglob("*.py"))]
EVIL = "\x1b[31m\x1b]52;c;eA==\x07\x1b]8;;http://evil.example\x1b\\\x9b2J\x9d0;t\x9c\u202e\u2066\u2028\x00\x7f\U000e0041"
VISIBLE = EVIL.replace("\0", "")  # a NUL makes a binary of a file, and no name has one


def seconds(work, *arguments):
    begun = time.process_time()
    work(*arguments)
    return time.process_time() - begun


def read(data):
    return extract(VersionId("0" * 64), data)


def test_1_nothing_raw_comes_out_of_a_page_a_name_or_a_query(archive):
    archive.write(f"{VISIBLE}.txt", f"{headline('zqa')} {VISIBLE}\n\n{story('zqa')} {VISIBLE}\n")
    archive.ingest()
    (row,) = archive.export()
    for arguments in (["search", "society"], ["search", f"society {EVIL}"], ["search", f'"{EVIL}'],
                      ["files"], ["show", row["id"]], ["show", "--raw", row["id"]], ["show", EVIL],
                      ["count", EVIL], ["explain", VISIBLE], [EVIL], ["similar", EVIL],
                      ["search", f"--{EVIL}"], ["search", "--sort", EVIL, "x"],
                      ["search", f"{EVIL}:x"]):  # fmt: skip
        result = archive.run(*arguments)
        for text in (result.stdout, result.stderr):
            assert safe(text) == text, arguments
        assert "Traceback" not in result.stderr


def test_2_a_name_cannot_forge_a_line(archive):
    archive.write("a\n2026-01-01 ERROR everything is lost\n\x0b\r.txt", page("zqb"))
    archive.write("b\n2026-01-01 ERROR everything is lost\n.txt", b"\x00\x01")
    archive.ingest()
    for arguments in (["files"], ["search", "society"], ["status"], ["check"], ["stats"]):
        result = archive.run(*arguments)
        assert not any(line.startswith("2026-01-01") for line in (result.stdout + result.stderr).splitlines())


def test_3_no_link_pipe_or_device_is_opened_and_none_holds_a_run_up(archive):
    secret = archive.raw.parent / "secret.txt"
    secret.write_text(page("zqsecret"))
    folder = archive.raw.parent / "elsewhere"
    folder.mkdir()
    (folder / "more.txt").write_text(page("zqsecret"))
    for name, target in {
        "a.txt": secret,
        "b": folder,
        "c.txt": "/proc/self/environ",
        "d.txt": "/dev/zero",
    }.items():
        os.symlink(target, archive.raw / name)
    os.mkfifo(archive.raw / "pipe.txt")
    archive.write("fine.txt", page("zqc"))
    archive.ingest()
    assert archive.counts() == {"indexed": 1, "ignored": 5}
    assert archive.run("search", "zqsecret").exit_code == 1


def test_4_nothing_but_the_known_is_unpickled(tmp_path):
    """An audit hook sees every class that a pickle names, in a run, a search and a check."""
    (tmp_path / "raw").mkdir()
    for number in range(3):
        (tmp_path / "raw" / f"{number}.txt").write_text(invented(number))
    code = """if True:
        import sys
        named = set()
        sys.addaudithook(lambda event, told: named.add(told) if event == "pickle.find_class" else None)
        from index.cli.main import run
        home = ["--home", sys.argv[1], "--raw", sys.argv[2], "--quiet"]
        for command in (["ingest", "--direct"], ["search", "council"], ["check"]):
            assert run([*home, *command]) == 0
        print(sorted(named), file=sys.stderr)
    """
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "home"), str(tmp_path / "raw")],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    named = ast.literal_eval(done.stderr.splitlines()[-1])
    known = {("builtins", "int"), ("collections", "defaultdict"), ("whoosh.codec.whoosh3", "W3Codec")}
    assert set(named) <= known | {("whoosh.codec.whoosh3", "W3Segment")}


def test_5_nothing_is_ever_unpacked():
    bomb = gzip.compress(bytes(50 << 20))
    assert read(bomb).reject.reason is RejectReason.BINARY
    assert seconds(read, bomb) < 1
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert not {"gzip", "bz2", "lzma", "zipfile", "tarfile"} & {name.name for name in node.names}


def test_6_a_huge_file_is_not_read_and_the_others_are(archive):
    with (archive.raw / "sparse.txt").open("wb") as out:
        out.truncate(10 << 30)
    archive.write("fine.txt", page("zqd"))
    begun = time.process_time()
    archive.ingest()
    assert time.process_time() - begun < 10
    assert archive.counts() == {"indexed": 1, "rejected": 1}


@pytest.mark.parametrize("name", _WALLS)
def test_7_twice_the_text_takes_about_twice_the_time(name):
    head = page("zqe") + "\n"
    once, twice = (
        (head + _WALLS[name] * (size // len(_WALLS[name])) + "!").encode() for size in (60_000, 120_000)
    )
    read(head.encode())
    short = min(seconds(read, once) for _ in range(2))
    assert min(seconds(read, twice) for _ in range(2)) < max(0.25, 3.5 * short)


@pytest.mark.parametrize(
    "query",
    ["(" * 4000, "a " * 2000, "a OR " * 900, "x" * 5000, '"' + "a " * 1500 + '"', "?" * 900, "a* " * 900,
     "w~2 " * 900, "-" * 4000, "NOT " * 1000, "date:[2000 TO " * 200, "[a TO z]", "*", "?*",
     "a:b:" * 900, "\\" * 3999],
    ids=range(16),
)  # fmt: skip
def test_8_query_bombs_end_soon_and_say_why(archive, query):
    archive.write("a.txt", page("zqf"))
    archive.ingest()
    begun = time.process_time()
    result = archive.run("search", "-", stdin=query.encode())
    assert time.process_time() - begun < 2
    assert result.exit_code in {0, 1, 2}
    if result.exit_code == 2:
        assert not result.stdout
        assert 1 <= len(result.stderr.splitlines()) <= 10


def test_9_a_bomb_for_the_html_parser_costs_little():
    """Regression: libxml2 walks all attributes of a tag for each; 100,000 took 34 s, three times over."""
    body = "".join(f"<p>{part}</p>" for part in story("zqg").split("\n\n"))
    for evil in (
        "<p " + " ".join(f'a{number}="x"' for number in range(60_000)) + ">x</p>",
        "<p " + "".join(f'a{number}=">"' for number in range(60_000)) + ">x</p>",
        "<p " + "\n".join(f"a{number}" for number in range(60_000)) + ">x</p>",
        "<div>" * 20_000,
        "<p>word</p>" * 30_000,
    ):
        data = f"<html><body><h1>{headline('zqg')}</h1>{evil}{body}</body></html>".encode()
        assert seconds(read, data) < 6


def test_10_names_and_queries_are_never_commands(archive, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = (
        "$(touch PWNED).txt",
        "`touch PWNED`;touch PWNED.txt",
        "'); DROP TABLE file;--.txt",
        "-rf.txt",
        "@x.txt",
    )
    for number, name in enumerate(names):
        archive.write(name, invented(number))
    archive.ingest()
    assert archive.counts()["indexed"] == len(names)
    for query in (
        "'; DROP TABLE article;--",
        "$(touch PWNED)",
        "@/etc/passwd",
        "{0.__class__}",
        "%s%n",
        "a' OR '1'='1",
    ):
        result = archive.run("search", "--", query)
        assert result.exit_code in {0, 1, 2}
        assert "root:" not in result.stdout
    assert archive.run("check").exit_code == 0
    assert not list(tmp_path.rglob("PWNED"))
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.keyword):
                assert node.arg not in {"shell", "fromfile_prefix_chars"}, path


def test_13_one_file_of_words_slows_no_search_down(archive):
    words = " ".join(f"w{number:x}q" for number in range(200_000))
    archive.write("poison.txt", f"{page('zqh')}\n{words}\n")
    archive.write("fine.txt", page("zqi"))
    archive.ingest()
    for query in ("*q", "w*", "w?a*", "wabcd~2", "soc*"):
        begun = time.process_time()
        archive.run("search", query)
        assert time.process_time() - begun < 2, query
    assert archive.run("search", "zqi").exit_code == 0


def test_14_a_copy_hides_nothing(archive):
    """The copies of an article are all named, all shown on demand, and no text of either is lost."""
    archive.write("true.txt", invented(3))
    archive.write("evil.txt", invented(3, edit="The mayor was in on it, quoth zqevil."))
    archive.ingest()
    rows = archive.export()
    assert len(rows) == 2
    assert {os.path.basename(file) for row in rows for file in row["files"]} == {"true.txt", "evil.txt"}
    assert archive.run("search", "--all", "--output", "ids", "approves").stdout.count("\n") == 2
    canonical = next(row for row in rows if row["duplicates"])
    assert "evil.txt" in archive.run("similar", canonical["id"]).stdout + canonical["files"][0]


def test_16_a_full_disk_fails_the_run_loudly_and_is_mended_by_the_next(archive, monkeypatch):
    for number in range(3):
        archive.write(f"{number}.txt", invented(number))

    def full(path, outcomes):
        _write_spool(path, outcomes)
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("tasks.batch._write_spool", full)
    failed = pytest.raises(Exception, match="no space left on the disk")
    with failed:
        archive.ingest()
    monkeypatch.undo()
    assert archive.counts() == {"pending": 3}
    archive.ingest()
    assert archive.counts() == {"indexed": 3}
