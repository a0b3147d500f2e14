"""The archive is a function of its files: not of arrival, batches, faults or kills."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from index.articles import cut_of
from index.catalog import Catalog
from index.errors import NewsfoldError
from index.line_counts import waiting
from tasks import scan
from tests.archive import NOTICE, Archive, page
from tests.faults import FaultError, Faults

ROOT = Path(__file__).resolve().parent.parent.parent

PAGES = {
    "plain.txt": page(1),
    "other.txt": page(22),
    "copy/plain.txt": page(1),
    "edited.txt": page(
        1, edit="The levy was opposed by two members, who asked for a new count of the votes."
    ),
    "cut/edited.txt": page(1, furniture="Menu\nLog in\nWeather", edit="A second vote is due."),
    "third.txt": page(53, edit=NOTICE),
    "third-again.txt": page(53, furniture="Start\nArchive"),
    "noted.txt": page(74, edit=NOTICE),
    "copy/noted.txt": page(35, edit=NOTICE),
    "last.txt": page(86, edit=NOTICE),
    "empty.txt": "",
    "menu.txt": "Home\nNews\nSport\nWeather\nContact\n",
}


@pytest.fixture(scope="module", autouse=True)
def no_waiting():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        yield


def fresh(folder: str) -> Archive:
    return Archive(Path(folder))


@pytest.fixture(scope="module")
def expected(no_waiting):
    """What one run over all files makes of them; file names as they are in every archive."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fresh(folder)
        for name, text in PAGES.items():
            archive.write(name, text)
        archive.ingest()
        return portable(archive)


def portable(archive: Archive) -> dict:
    outcome = archive.outcome()
    for row in outcome["articles"]:
        row["files"] = [os.path.relpath(name, archive.raw) for name in row["files"]]
    assert archive.run("check", "--quiet").exit_code == 0
    with Catalog.open(archive.home.catalog) as catalog:
        assert not waiting(catalog)
        outcome["cut"] = [cut_of(catalog, row["raw_sha256"]) for row in archive.rows("files")]
        outcome["lines"] = [tuple(row) for row in catalog.db.execute("SELECT * FROM noted_line")]
    outcome["cut"] = sorted(set(outcome["cut"]))
    return outcome


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(list(PAGES)), cuts=st.sets(st.integers(1, len(PAGES) - 1), max_size=4))
def test_any_order_in_any_runs(expected, order, cuts):
    with tempfile.TemporaryDirectory() as folder:
        archive = fresh(folder)
        for number, name in enumerate(order):
            if number in cuts:
                archive.ingest()
            archive.write(name, PAGES[name])
        archive.ingest()
        assert portable(archive) == expected


def test_the_notice_is_in_no_article(expected):
    assert expected["lines"]
    assert any(NOTICE in cut for cut in expected["cut"])


def test_file_by_file(expected):
    with tempfile.TemporaryDirectory() as folder:
        archive = fresh(folder)
        for name in reversed(PAGES):
            archive.write(name, PAGES[name])
            archive.ingest()
        assert portable(archive) == expected


@settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    strikes=st.lists(st.integers(1, 90), min_size=1, max_size=3),
    extra=st.sets(st.integers(60, 66), max_size=3),
    noted=st.booleans(),
)
def test_deaths_and_files_that_came_and_went(expected, strikes, extra, noted):
    """Whatever dies where, and whatever was there in between, the end is the same."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fresh(folder)
        for name, text in PAGES.items():
            archive.write(name, text)
        edit = NOTICE if noted else ""
        passing = [archive.write(f"passing{number}.txt", page(number, edit=edit)) for number in extra]
        for at in strikes:
            with pytest.MonkeyPatch.context() as patch:
                Faults(patch, at)
                try:
                    archive.ingest()
                except FaultError:
                    event("died")
            archive.counts()  # the equation holds after every death
        for path in passing:
            path.unlink()
        with contextlib.suppress(NewsfoldError):
            archive.ingest()
        archive.ingest()
        outcome = portable(archive)
        outcome["files"] = [row for row in outcome["files"] if row["state"] != "missing"]
        assert outcome == expected


def start(archive: Archive) -> subprocess.Popen:
    command = [
        sys.executable,
        "-m",
        "index.cli.main",
        "--home",
        str(archive.home.path),
        "--raw",
        str(archive.raw),
    ]
    return subprocess.Popen(
        [*command, "ingest", "--direct", "--quiet"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_kill_9_at_random_moments(expected, tmp_path):
    """Real processes, real SIGKILL of the whole group; then one run to the end."""
    archive = Archive(tmp_path)
    for name, text in PAGES.items():
        archive.write(name, text)
    process = start(archive)
    begun = time.monotonic()
    assert process.wait(120) == 0
    whole = time.monotonic() - begun
    shutil.rmtree(archive.home.path)

    dice = random.Random(4)
    for _ in range(4):
        process = start(archive)
        try:
            process.wait(dice.uniform(0.3, 1.0) * whole)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if archive.home.catalog.exists():
            archive.counts()
    assert start(archive).wait(120) == 0
    assert portable(archive) == expected


def test_killing_the_parent_alone_leaves_no_worker(tmp_path):
    archive = Archive(tmp_path)
    for number in range(40):
        archive.write(f"{number}.txt", page(number) * 30)
    process = start(archive)
    children: set[int] = set()
    deadline = time.monotonic() + 60
    while not children and time.monotonic() < deadline and process.poll() is None:
        children = workers_of(process.pid)
        time.sleep(0.02)
    assert children, "no worker was seen"
    process.kill()
    process.wait()
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def workers_of(pid: int) -> set[int]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("looks for processes in /proc")
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rsplit(")", 1)[1].split()
            if int(fields[1]) == pid:
                found.add(int(path.parent.name))
    return found
