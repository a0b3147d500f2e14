"""The command line as a person and a program see it: messages word for word, exit codes, streams."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.cli.main import COMMANDS
from tests.archive import command, page

ROOT = Path(__file__).resolve().parent.parent.parent
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def test_help_names_every_command_by_group():
    result = command("--help")
    assert result.exit_code == 0
    for title, group in COMMANDS.items():
        assert f"{title}:" in result.stdout
        for name in group:
            assert re.search(rf"^  {name} ", result.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", [name for group in COMMANDS.values() for name in group])
def test_every_command_has_help(name):
    result = command(name, "--help")
    assert result.exit_code == 0
    assert "--home" in result.stdout


def test_no_home_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSFOLD_HOME", raising=False)
    result = command("search", "x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"newsfold: no home found: no newsfold.toml in {tmp_path} or a folder above it\n"
        "  run 'newsfold init DIR' here, or name a home with --home DIR or NEWSFOLD_HOME=DIR\n"
    )


def test_no_archive_yet(archive):
    result = archive.run("search", "x")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{archive.home.path}: nothing was ingested yet; 'newsfold ingest' does it\n"
    assert archive.run("count", "x").stdout == "0\n"
    assert archive.run("export").exit_code == 0
    assert archive.run("files", "--json").exit_code == 0
    assert archive.run("check").exit_code == 0
    assert archive.run("status").exit_code == 0
    assert archive.run("show", "abcdef").exit_code == 1
    assert not archive.home.path.exists(), "looking makes nothing"


def test_a_raw_folder_that_is_not_there(archive):
    result = archive.run("ingest", "--direct", "--raw", str(archive.raw / "no"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        f"newsfold: raw folder {archive.raw / 'no'}: No such file or directory\n  make"
    )


def test_an_empty_folder(archive):
    result = archive.run("ingest", "--direct", "--raw", str(archive.raw))
    assert result.exit_code == 0
    assert result.stdout == "there are no files in the raw folders\n0 walked + 0 missing = 0 = 0\n"


def test_a_wrong_query_is_told_with_its_place(filled):
    result = filled.run("search", '"never closed')
    assert (result.exit_code, result.stdout) == (2, "")
    assert "quot" in result.stderr
    assert len(result.stderr.splitlines()) <= 4
    assert filled.run("search", "titel:x").exit_code == 2
    assert filled.run("search", "date:2023-02-30").exit_code == 2
    assert filled.run("search", "--since", "yesterday", "x").exit_code == 2
    assert filled.run("search", "").exit_code == 2


def test_wrong_options_and_commands(filled):
    for arguments in (
        ["search"],
        ["serch", "x"],
        ["search", "--limit", "0", "x"],
        ["files", "--state", "lost"],
    ):
        result = filled.run(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert "--help" in result.stderr


def test_a_query_that_begins_with_a_dash(filled):
    result = filled.run("search", "-Tarn")
    assert result.exit_code == 2
    assert "'newsfold search -- -word'" in result.stderr
    assert filled.run("search", "--", "-Tarn", "council").stdout.count("approves plan") == 2


def test_no_command_at_all_shows_the_help():
    assert command().stdout == command("--help").stdout


def test_search_shows_an_article_once_with_its_copies(filled):
    result = filled.run("search", "Marrow")
    assert result.exit_code == 0
    assert result.stdout.count("Marrow council approves plan 1") == 1
    assert "also in 1 other file" in result.stdout
    assert filled.run("search", "--all", "Marrow").stdout.count("approves plan 1") == 2
    assert filled.run("count", "Marrow").stdout == "1\n"


def test_search_finds_nothing(filled):
    result = filled.run("search", "unheardof")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "unheardof" in result.stderr


def test_search_reads_the_query_from_stdin(filled):
    assert filled.run("search", "--output", "ids", "-", stdin=b"Marrow\n").stdout.strip()


def test_search_for_programs(filled):
    (row,) = filled.rows("search", "Tarn")
    assert row["schema"] == 1
    assert row["headline"].startswith("Tarn council")
    assert row["files"] == ["herald/22.txt"]
    assert row["source"] == "herald"
    assert filled.run("search", "--output", "ids", "Tarn").stdout == row["id"] + "\n"
    paths = filled.run("search", "--output", "paths", "-0", "Tarn").stdout
    assert paths == f"{filled.raw}/herald/22.txt\0"
    assert "lang: en 1" in filled.run("search", "--facets", "Tarn").stdout


def test_boilerplate_is_found_only_when_asked_for(filled):
    assert filled.run("search", "subscribe newsletter").exit_code == 1
    assert filled.rows("search", '"our newsletter"') == []
    rows = filled.rows("search", '"our newsletter"', "--include-boilerplate")
    assert len(rows) == 3
    assert {row["matched"] for row in rows} == {"boilerplate"}
    assert all("Subscribe to our newsletter" in row["snippet"] for row in rows)
    assert {row["matched"] for row in filled.rows("search", "Tarn", "--include-boilerplate")} == {"article"}
    shown = filled.run("search", "--include-boilerplate", "tarn newsletter").stdout
    assert "  [cut from the page] " in shown
    assert "*newsletter*" in shown
    both = filled.rows("search", "council OR newsletter", "--include-boilerplate", "--any")
    assert both[0]["matched"] == "article"


def test_articles_without_cut_text_are_told_of_where_it_is_asked_for(filled, monkeypatch):
    monkeypatch.setattr("index.cli.searching.PIPELINE", "newer")
    assert "may lack it: 'newsfold rebuild'" in filled.run("search", "--include-boilerplate", "tarn").stderr
    assert "rebuild" not in filled.run("search", "tarn").stderr


def test_options_stand_before_or_after_the_command(filled):
    home = str(filled.home.path)
    for arguments in (
        ["--home", home, "--json", "count", "Tarn"],
        ["count", "Tarn", "--json", "--home", home],
    ):
        assert json.loads(command(*arguments).stdout) == {"schema": 1, "count": 1}


def test_show_by_any_unique_prefix(filled):
    (row,) = filled.rows("search", "Tarn")
    for prefix in (row["id"], row["id"][:8], row["id"][:6].upper()):
        assert "Tarn council approves plan 22" in filled.run("show", prefix).stdout
    (shown,) = filled.rows("show", row["id"])
    assert shown["hash"]
    assert filled.run("show", "ffffffffffff").exit_code == 1
    assert filled.run("show", "xyz").exit_code == 2


def test_show_raw_and_explain_label_every_line(filled):
    (row,) = filled.rows("search", "Tarn")
    shown = filled.run("show", "--raw", row["id"]).stdout
    for label in ("headline", "byline", "body", "nav"):
        assert f" {label} " in shown
    assert filled.run("explain", row["id"]).stdout == shown
    by_file = filled.run("explain", str(filled.raw / "herald" / "22.txt"))
    assert by_file.stdout == shown
    assert filled.run("explain", str(filled.raw / "herald" / "empty.txt")).exit_code == 1
    assert "no such file" in filled.run("explain", str(filled.raw / "no.txt")).stderr


def test_explain_finds_a_file_under_the_name_that_files_prints(filled, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (name,) = (row["path"] for row in filled.rows("files") if row["path"].endswith("empty.txt"))
    explain = ("--raw", str(filled.raw), "explain")
    assert filled.run(*explain, name).stdout == filled.run(*explain, str(filled.raw / name)).stdout
    assert "herald/22.txt: text" in filled.run(*explain, "herald/22.txt").stdout
    assert "a folder, not a page" in filled.run(*explain, "herald").stderr
    assert filled.run(*explain, "herald/no.txt").exit_code == 1


def test_explain_needs_no_archive(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSFOLD_HOME", raising=False)
    (tmp_path / "x.txt").write_text(page(4), encoding="utf-8")
    assert command("explain", "x.txt").exit_code == 0


def test_status_prints_the_equation(filled):
    shown = filled.run("status").stdout
    assert "5 walked + 0 missing = 5 = 3 indexed + 1 duplicate + 1 rejected" in shown
    (row,) = filled.rows("status")
    assert row["holds"]
    assert row["states"]["rejected"] == 1
    assert row["runs"][0]["state"] == "completed"


def test_stats_per_language_source_and_month(filled):
    shown = filled.run("stats").stdout
    assert re.search(r"language\n +3  en", shown)
    assert "herald" in shown
    assert "no date" in shown


def test_files_say_state_and_reason(filled):
    assert "rejected   herald/empty.txt  (empty)" in filled.run("files").stdout
    rows = {row["path"]: row for row in filled.rows("files")}
    copies = [row for row in rows.values() if row["state"] == "duplicate"]
    assert len(copies) == 1
    assert copies[0]["reason"] == "near-duplicate"
    assert copies[0]["articles"][0]["duplicate_of"]
    assert set(rows["herald/22.txt"]) == {
        "schema", "root", "path", "path_hex", "state", "reason", "raw_sha256", "articles",
        "encoding", "lang", "size", "mtime",
    }  # fmt: skip


def test_equal_text_in_other_bytes_is_named_so(archive):
    archive.write("a.txt", page(3))
    archive.write("b.txt", page(3).replace("\n", "\r\n"))
    archive.ingest()
    assert sorted(row["reason"] for row in archive.rows("files")) == ["", "same text"]


def test_export_holds_what_the_contract_names(filled):
    rows = filled.export()
    assert len(rows) == 4
    assert set(rows[0]) >= {
        "schema", "id", "hash", "canonical", "headline", "byline", "agency", "dateline", "date", "lang",
        "body", "files", "duplicates", "related",
    }  # fmt: skip


def test_nothing_raw_reaches_the_terminal(archive):
    evil = "\x1b]0;owned\x07 \x1b[31mred\u202egnp.exe\x9b2J"
    archive.write("evil \x1b[2J\u202e.txt", page(5).replace("Joan Pike", f"Joan {evil} Pike"))
    archive.write(
        "evil headline.txt", f"Mayor {evil} resigns over the budget\n\n" + page(6).split("\n\n", 2)[2]
    )
    archive.ingest()
    ids = [row["id"] for row in archive.export()]
    for arguments in (
        ["search", "council"],
        ["search", f"council {evil}"],
        ["files"],
        ["status"],
        ["stats"],
        ["export", "--json"],
        ["search", "--json", "council"],
        ["search", "--output", "paths", "council"],
        *(["show", id_] for id_ in ids),
        *(["show", "--raw", id_] for id_ in ids),
        ["review"],
        ["search", "--include-boilerplate", "newsletter"],
        ["explain", os.path.join(archive.raw, "no \x1b[2J.txt")],
    ):
        result = archive.run(*arguments)
        assert not CONTROL.search(result.stdout), arguments
        assert not CONTROL.search(result.stderr), arguments


def test_check_finds_a_flipped_byte_anywhere(filled):
    assert filled.run("check").exit_code == 0
    folder = filled.home.generation(1)
    target = max(folder.glob("*.seg"), key=lambda path: path.stat().st_size)
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 4
    target.write_bytes(data)
    result = filled.run("check")
    assert result.exit_code == 1
    assert "changed" in result.stdout


def test_check_finds_a_changed_article_and_a_changed_raw_file(filled):
    path = filled.raw / "herald" / "22.txt"
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data.replace(b"Monday", b"Sunday"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert filled.run("check", "--no-raw").exit_code == 0
    from index.catalog import Catalog  # noqa: PLC0415

    with Catalog.open(filled.home.catalog) as catalog:
        catalog.db.execute("UPDATE article SET headline = 'forged' WHERE headline LIKE 'Tarn%'")
    result = filled.run("check", "--no-raw")
    assert result.exit_code == 1
    assert "is not what was stored" in result.stdout


def test_init_writes_settings_that_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scrapes").mkdir()
    (tmp_path / "scrapes" / "a.txt").write_text(page(8), encoding="utf-8")
    assert command("init", "scrapes").exit_code == 0
    assert 'raw = ["scrapes"]' in (tmp_path / "newsfold.toml").read_text(encoding="utf-8")
    again = command("init", "scrapes")
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert command("init", "--home", str(tmp_path / "h"), "nowhere").exit_code == 2
    (tmp_path / "page.txt").touch()
    assert "not a folder: page.txt" in command("init", "--home", str(tmp_path / "h"), "page.txt").stderr
    assert command("ingest", "--direct").stdout.startswith("1 indexed")
    assert command("count", "council", "--quiet").stdout == "1\n"


def test_a_broken_pipe_is_no_error(filled):
    pipe = (
        f"{sys.executable} -m index.cli.main --home {filled.home.path} export --json | head -c 1 >/dev/null"
    )
    script = f"set -o pipefail; {pipe}; echo code ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "code 0" in done.stdout
    assert done.stderr == ""


def test_colour_is_for_terminals_only(filled):
    assert "\x1b" not in filled.run("search", "Tarn").stdout
    assert "*Tarn*" in filled.run("search", "Tarn").stdout
