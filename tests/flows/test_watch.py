"""A real watcher process over real files: with nothing else, and with a Prefect server."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from flows import watch
from index.catalog import Catalog
from index.cli.main import TerminatedError
from index.files import conservation, reports
from index.processes import MARK
from index.settings import Home
from tests.archive import page
from tests.prefect_server import RUN_SECONDS, environment, newsfold, running, until

PROC = Path("/proc")


def started(home: Home, raw: Path, environ: dict[str, str], log: Path):
    command = [sys.executable, "-m", "index.cli.main", "watch", "--home", str(home.path), "--raw", str(raw)]
    return running(command, environ, log)


def states(home: Home) -> dict[str, str]:
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return {}
    with catalog:
        return {os.fsdecode(row.path): row.state.value for row in reports(catalog)}


def wait_for(home: Home, log: Path, **wanted: str) -> None:
    names = {f"{name}.txt": state for name, state in wanted.items()}
    until(RUN_SECONDS, lambda: (names.items() <= states(home).items()) or None, log)


def found(home: Home, word: str, environ: dict[str, str]) -> int:
    return newsfold("--home", str(home.path), "count", word, environ=environ).returncode


def in_session(process: subprocess.Popen) -> list[int]:
    """Processes of the watcher's session that live: it was made its leader."""
    living = []
    for entry in PROC.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = entry.read_text().rpartition(")")[2].split()
            if int(fields[3]) == process.pid and fields[0] != "Z":
                living.append(int(entry.parent.name))
    return living


def ended(process: subprocess.Popen, number: int, log: Path) -> None:
    """End it by a signal: within ten seconds, with its exit code, no child left, nothing odd said."""
    process.send_signal(number)
    assert process.wait(10) == 128 + number
    if PROC.is_dir():
        until(10, lambda: not in_session(process) or None, log)
    assert "Traceback" not in log.read_text()


def test_what_was_there_what_lands_what_changes_and_what_goes(tmp_path):
    home, raw, log = Home(tmp_path / "home"), tmp_path / "raw", tmp_path / "log"
    raw.mkdir()
    (raw / "before.txt").write_text(page(1))
    environ = environment(tmp_path)
    with started(home, raw, environ, log) as process:
        wait_for(home, log, before="indexed")
        (raw / "lands.txt").write_text(page(2))
        tree = tmp_path / "tree"
        tree.mkdir()
        (tree / "old.txt").write_text(page(3))
        os.utime(tree / "old.txt", (1262304000, 1262304000))
        os.rename(tree, raw / "tree")
        wait_for(home, log, lands="indexed", **{"tree/old": "indexed"})
        (raw / "lands.txt").write_text(page(2, edit="The levy is called marsupium by those who pay it."))
        os.unlink(raw / "before.txt")
        until(RUN_SECONDS, lambda: found(home, "marsupium", environ) == 0 or None, log)
        wait_for(home, log, before="missing")
        ended(process, signal.SIGTERM, log)
    with Catalog.open(home.catalog) as catalog:
        assert conservation(catalog).holds
    lines = log.read_text().splitlines()
    assert "watching" in lines[0]
    assert any("runs go without Prefect: no Prefect server is running" in line for line in lines)
    assert any(
        "1 indexed" in line or "2 indexed" in line for line in lines
    )  # how many runs is up to the pace


def test_a_file_that_is_being_written_waits_and_delays_no_other(tmp_path):
    home, raw, log = Home(tmp_path / "home"), tmp_path / "raw", tmp_path / "log"
    raw.mkdir()
    (raw / "before.txt").write_text(page(1))
    with started(home, raw, environment(tmp_path), log) as process:
        wait_for(home, log, before="indexed")
        whole = page(2).encode()
        deadline = time.monotonic() + RUN_SECONDS
        with (raw / "slow.txt").open("wb", buffering=0) as slow:
            (raw / "quick.txt").write_text(page(3))
            while states(home).get("quick.txt") != "indexed" and time.monotonic() < deadline:
                slow.write(b" ")
                time.sleep(0.2)
                assert states(home).get("slow.txt") in {None, "pending", "deferred"}
            slow.write(whole)
        wait_for(home, log, slow="indexed", quick="indexed")
        ended(process, signal.SIGINT, log)


def test_the_watcher_of_a_desk_leaves_the_last_words_to_it(tmp_path):
    home, raw, log = Home(tmp_path / "home"), tmp_path / "raw", tmp_path / "log"
    raw.mkdir()
    (raw / "a.txt").write_text(page(1))
    with started(home, raw, environment(tmp_path) | {MARK: "desk/client/watcher"}, log) as process:
        wait_for(home, log, a="indexed")
        until(RUN_SECONDS, lambda: "1 indexed" in log.read_text() or None, log)
        ended(process, signal.SIGTERM, log)
    assert "1 indexed" in log.read_text().splitlines()[-1]


def test_a_raw_folder_that_was_never_there_is_a_wrong_call(tmp_path):
    done = newsfold(
        "--home", str(tmp_path), "watch", "--raw", str(tmp_path / "no"), environ=environment(tmp_path)
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "newsfold: raw folder" in done.stderr


@pytest.mark.parametrize(
    ("signalled", "code"),
    [(KeyboardInterrupt(), 130), (TerminatedError(), 143), (watch.DeskClosedError(143), 143)],
)
def test_a_signal_ends_the_process_whatever_prefect_waits_for(monkeypatch, signalled, code):
    codes = []
    ended = threading.Event()
    monkeypatch.setattr(watch, "END_SECONDS", 0.0)
    monkeypatch.setattr(os, "_exit", lambda number: (codes.append(number), ended.set()))
    watch._end_soon(signalled)
    assert ended.wait(60)
    assert codes == [code]


@pytest.mark.server
def test_runs_are_seen_by_the_server_that_is_there_and_do_not_wait_for_it(desk_server, tmp_path):
    home, raw, log = Home(tmp_path / "watched-home"), tmp_path / "raw", tmp_path / "log"
    raw.mkdir()
    (raw / "a.txt").write_text(page(1))

    def shown() -> list[str]:
        """The states of this home's runs."""
        return [
            run["state"]["type"]
            for run in desk_server.runs()
            if run["parameters"].get("home") == str(home.path)
        ]

    with started(home, raw, desk_server.environ, log) as process:
        wait_for(home, log, a="indexed")
        until(RUN_SECONDS, lambda: shown() == ["COMPLETED"] or None, log)
        database = desk_server.folder / "prefect" / "prefect.db"
        with contextlib.closing(sqlite3.connect(database, isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN IMMEDIATE")  # the server can write nothing: no run begins or ends in it
            (raw / "b.txt").write_text(page(2))
            wait_for(home, log, b="indexed")
            other.execute("ROLLBACK")
        until(RUN_SECONDS, lambda: shown() == ["COMPLETED", "COMPLETED"] or None, log)
        ended(process, signal.SIGTERM, log)
    assert f"runs are seen at {desk_server.url}" in log.read_text()
