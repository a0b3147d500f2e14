"""A real `newsfold ingest --direct` that is told to stop in the middle of its work."""

import os
import signal
import subprocess
import sys

import pytest

from index.catalog import Catalog
from index.runs import last_runs
from tests.archive import page

FILES = 60
SECONDS = 120
"""How long a busy machine may take to end a run; it takes some tenths of a second."""


def stopped_while_it_reads(archive, tell):
    """Start a run in a process group of its own, `tell` it to stop once it reads files; how it ended."""
    command = [sys.executable, "-m", "index.cli.main", "ingest", "--direct"]
    where = ["--home", str(archive.home.path), "--raw", str(archive.raw)]
    with subprocess.Popen(
        [*command, *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr.readline() == f"{FILES} files to be read\n"
        tell(process.pid)
        out, errors = process.communicate(timeout=SECONDS)
    return process, out, errors


@pytest.mark.parametrize(
    ("tell", "code", "word"),
    [
        pytest.param(lambda pid: os.killpg(pid, signal.SIGINT), 130, "interrupted", id="Ctrl-C"),
        pytest.param(lambda pid: os.kill(pid, signal.SIGTERM), 143, "terminated", id="SIGTERM"),
        pytest.param(lambda pid: os.killpg(pid, signal.SIGTERM), 143, "terminated", id="all-SIGTERM"),
    ],
)
def test_a_run_that_is_stopped_says_so_leaves_no_worker_and_is_completed(archive, tell, code, word):
    for number in range(FILES):
        archive.write(f"{number}.txt", page(number))
    process, out, errors = stopped_while_it_reads(archive, tell)
    assert (process.returncode, out) == (code, "")
    assert errors == f"newsfold: {word}\n  what was committed stays; the next run goes on from there\n"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # nobody is left of its group: no worker, no builder
    with Catalog.open(archive.home.catalog) as catalog:
        (run,) = last_runs(catalog, 5)
        assert run.state == "interrupted"
    assert archive.run("search", "council").exit_code in {0, 1}
    archive.ingest()
    assert sum(archive.counts().values()) == FILES
    assert set(archive.counts()) <= {"indexed", "duplicate"}
    assert archive.run("check").exit_code == 0
    assert not archive.home.spool.exists() or not any(archive.home.spool.iterdir())
