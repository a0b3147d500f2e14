"""Real worker processes: their answers, their deaths, and what is done about them."""

import dataclasses
import hashlib
import os
import queue
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index.article import Page, Reject, RejectReason, State, VersionId
from index.catalog import Catalog
from index.errors import NewsfoldError
from index.files import FileId, Stat, put_seen, root_id
from index.line_counts import LineCounter
from index.settings import Home
from tasks import pool as module
from tasks import worker
from tasks.batch import FileJob, encode_batch, read_spool
from tasks.page_lines import page_lines
from tasks.pool import Worker, WorkerDiedError, WorkerPool
from tasks.warm import Stable, kept_in
from tests.archive import page

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "home")
    home.make_state()
    Catalog.open(home.catalog).close()
    home.spool.mkdir()
    return home


def jobs(folder, count):
    found = []
    for number in range(count):
        path = folder / f"{number}.txt"
        path.write_text(page(number), encoding="utf-8")
        sha256 = VersionId(hashlib.sha256(path.read_bytes()).hexdigest())
        found.append(FileJob(FileId(number), os.fsencode(path), Stat.of(path.stat()), counted=sha256))
    return tuple(found)


def outcomes(result):
    return list(read_spool(module.Path(result.spool), result.sha256))


def test_a_worker_reads_batch_after_batch(home, tmp_path):
    batch = jobs(tmp_path, 4)
    with WorkerPool(home, home.spool, 1) as pool:
        for some in (batch[:3], batch[3:]):
            result = pool.run(some)
            assert [outcome.file for outcome in outcomes(result)] == [job.file for job in some]
            assert result.articles == len(some)
            assert result.cpu_seconds > 0


def test_what_the_catalog_knows_is_not_read_again(home, tmp_path):
    batch = jobs(tmp_path, 1)
    with WorkerPool(home, home.spool, 1) as pool:
        (first,) = outcomes(pool.run(batch))
    with Catalog.open(home.catalog) as catalog:
        catalog.db.execute(
            "INSERT INTO version VALUES (?, 1, 'utf-8', 0, 0, '', '', ?, NULL)",
            (first.sha256, first.version.pipeline),
        )
    with WorkerPool(home, home.spool, 1) as pool:
        (again,) = outcomes(pool.run(batch))
    assert again.sha256 == first.sha256
    assert again.version is None


def test_a_worker_counts_what_is_not_counted(home, tmp_path):
    batch = tuple(dataclasses.replace(job, counted=None) for job in jobs(tmp_path, 2))
    with WorkerPool(home, home.spool, 1) as pool:
        found = outcomes(pool.run(batch))
    assert [outcome.sha256 for outcome in found] == [job.counted for job in jobs(tmp_path, 2)]
    assert all(outcome.lines.keys and not outcome.articles for outcome in found)


def test_a_worker_that_waits_after_counting_reads_the_model_of_languages_meanwhile(monkeypatch):
    requests, loaded = queue.SimpleQueue(), []

    class Model:
        def load(self):
            loaded.append("once")
            requests.put('{"jobs": [[1, "61", null, "langdetect"]]}')

    monkeypatch.setattr(worker, "named", {"langdetect": Model()}.__getitem__)
    requests.put('{"jobs": []}')
    assert worker._next(requests, "langdetect") == {"jobs": []}
    assert not loaded, "there was work"
    request = worker._next(requests, "langdetect")
    assert (worker._engine(request), loaded) == ("langdetect", ["once"])


def test_the_evidence_about_a_page_is_of_the_lines_that_were_counted(tmp_path, monkeypatch):
    """They are not looked for twice, unless the row that holds them is damaged."""
    data = page(1)
    file = FileId(1)
    lines = page_lines(Page(data, "utf-8"))
    furniture = min(lines.keys)
    with Catalog.open(tmp_path / "catalog.sqlite3") as catalog:
        root = root_id(catalog, b"/raw")
        put_seen(catalog, root, [(b"a.txt", Stat(1, 1, 1, 1), State.PENDING, "")], walked=1)
        with catalog.transaction():
            LineCounter(catalog).count([(file, lines)])
        catalog.db.execute("INSERT INTO noted_line (line, common, repeated) VALUES (?, 0, 1)", (furniture,))
        with monkeypatch.context() as patched:
            patched.delattr(worker, "page_lines")
            assert worker._repeated(catalog, file, Page(data, "utf-8")) == {furniture}
        catalog.db.execute("UPDATE page SET lines = x'0500'")
        assert worker._repeated(catalog, file, Page(data, "utf-8")) == {furniture}
    assert worker._repeated(None, file, Page(data, "utf-8")) == ()


class Deadly(Worker):
    """A worker that is killed as soon as it has certain files to read, as the kernel does without memory."""

    poison: frozenset[int] = frozenset()
    deaths = 0

    def _told(self, request=""):
        if any(f'[{number}, "' in request for number in self.poison):
            type(self).deaths += 1
            os.kill(self._process.pid, signal.SIGKILL)
        return super()._told(request)


@pytest.fixture
def deadly(monkeypatch):
    monkeypatch.setattr(module, "Worker", Deadly)
    monkeypatch.setattr(Deadly, "poison", frozenset({2}))
    monkeypatch.setattr(Deadly, "deaths", 0)
    return Deadly


def test_a_poison_file_is_set_aside_and_the_others_go_on(home, tmp_path, deadly):
    with WorkerPool(home, home.spool, 1) as pool:
        found = {outcome.file: outcome for outcome in outcomes(pool.run(jobs(tmp_path, 5)))}
    assert len(found) == 5
    assert found[2].unread.reason is RejectReason.POISON
    assert all(found[number].articles for number in (0, 1, 3, 4))
    assert deadly.deaths == 1 + module.ATTEMPTS


def test_kills_from_outside_poison_nobody(home, tmp_path, monkeypatch):
    """Somebody kills workers now and then: none dies on the same file three times when it is alone."""
    left = iter(range(3))

    class Unlucky(Worker):
        def _told(self, request=""):
            if request and next(left, None) is not None:
                os.kill(self._process.pid, signal.SIGKILL)
            return super()._told(request)

    monkeypatch.setattr(module, "Worker", Unlucky)
    with WorkerPool(home, home.spool, 1) as pool:
        assert all(outcome.articles for outcome in outcomes(pool.run(jobs(tmp_path, 2))))


def test_workers_that_cannot_start_fail_the_run_and_blame_no_file(home, tmp_path, monkeypatch):
    monkeypatch.setattr(module.sys, "executable", shutil.which("false"))
    with WorkerPool(home, home.spool, 1) as pool, pytest.raises(NewsfoldError, match="before they can begin"):
        pool.run(jobs(tmp_path, 2))


def test_a_spool_that_cannot_be_written_fails_the_run_and_blames_no_file(home, tmp_path):
    with WorkerPool(home, home.spool, 1) as pool:
        pool.run(jobs(tmp_path, 1))
        shutil.rmtree(home.spool)
        with pytest.raises(OSError, match=r"No such file.*spool"):
            pool.run(jobs(tmp_path, 2))


def test_a_broken_catalog_fails_the_run_and_blames_no_file(home, tmp_path):
    with Catalog.open(home.catalog) as catalog:
        catalog.db.execute("DROP TABLE version")
    with WorkerPool(home, home.spool, 1) as pool, pytest.raises(sqlite3.Error, match="version"):
        pool.run(jobs(tmp_path, 2))


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of another process: Linux only")
@pytest.mark.parametrize("limit", ["memory", "time"])
def test_a_file_beyond_its_limits_is_poison_and_the_others_go_on(home, tmp_path, monkeypatch, limit):
    """Real limits, real deaths: too little for a large page, enough for small ones."""

    class Confined(Worker):
        def _told(self, request=""):
            if request and limit == "memory":
                status = Path(f"/proc/{self._process.pid}/statm").read_text()
                room = int(status.split()[0]) * resource.getpagesize() + (24 << 20)
                resource.prlimit(self._process.pid, resource.RLIMIT_AS, (room, room))
            return super()._told(request)

    if limit == "time":
        source = (
            "import tasks.worker as w; w.FILE_CPU_SECONDS = 0.5; real = w.count\n"
            "def count(job):\n  while job.file == 9: pass\n  return real(job)\n"
            "w.count = count; w.main()"
        )
        real = subprocess.Popen

        def hurried(command, **options):
            return real([command[0], "-c", source, command[-1]], **options)

        monkeypatch.setattr(module.subprocess, "Popen", hurried)
    monkeypatch.setattr(module, "Worker", Confined)
    batch = [dataclasses.replace(job, counted=None) for job in jobs(tmp_path, 2)]
    large = tmp_path / "large.txt"
    large.write_text("\n".join(f"The mayor spoke of plan {number}, and left." for number in range(190_000)))
    batch.append(FileJob(FileId(9), os.fsencode(large), Stat.of(large.stat())))
    with WorkerPool(home, home.spool, 1) as pool:
        found = {outcome.file: outcome for outcome in outcomes(pool.run(tuple(batch)))}
    assert found[9].unread == Reject(RejectReason.POISON, "3 workers died on it")
    assert found[0].lines.keys
    assert found[1].lines.keys


def test_what_a_page_makes_a_worker_say_cannot_steer_a_terminal_or_forge_a_line(tmp_path):
    code = (
        "import sys, tasks.worker as w; sys.stderr = w._Log(sys.stderr)\n"
        "try: raise ValueError('x\\n2026-01-01 INFO all is well\\x1b[2J\\u202e')\n"
        "except ValueError: w.traceback.print_exc()"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT).stderr
    assert "    2026-01-01 INFO all is well\\x1b[2J\\u202e" in said.splitlines()
    assert all(character == "\n" or character.isprintable() for character in said)


def test_a_worker_that_hangs_is_ended(home):
    worker = Worker(home.catalog, home.worker_log)
    os.kill(worker._process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    with pytest.raises(WorkerDiedError):
        worker.ask('{"spool": "x", "jobs": []}', seconds=0.3)
    assert time.monotonic() - begun < 30
    worker.close()


def test_a_worker_that_was_closed_has_died(home):
    """Regression: a pool that closed while a thread was about to ask made it fail with ValueError."""
    worker = Worker(home.catalog, home.worker_log)
    worker.close()
    with pytest.raises(WorkerDiedError):
        worker.ask('{"spool": "x", "jobs": []}', seconds=5)


def test_closing_ends_the_workers(home):
    pool = WorkerPool(home, home.spool, 1)
    worker = pool.start()
    pool.close()
    assert worker._process.returncode is not None


def test_a_batch_under_way_when_the_pool_closes_ends_and_starts_nothing(home, tmp_path, monkeypatch):
    """Regression: after Ctrl-C a waiting thread read its whole batch again, file by file."""
    started = []

    class Counted(Worker):
        def __init__(self, *args):
            super().__init__(*args)
            started.append(self)
            os.kill(self._process.pid, signal.SIGSTOP)  # busy for ever

    monkeypatch.setattr(module, "Worker", Counted)
    pool = WorkerPool(home, home.spool, 1)
    ended = []

    def run():
        try:
            pool.run(jobs(tmp_path, 3))
        except WorkerDiedError as error:
            ended.append(str(error))

    thread = threading.Thread(target=run)
    thread.start()
    while not started:
        time.sleep(0.01)
    pool.close()
    thread.join(20)
    assert ended == ["the run is ending"]
    assert len(started) == 1


def test_kept_workers_serve_the_next_run(home, tmp_path):
    batch = jobs(tmp_path, 2)
    stable = Stable()
    with kept_in(stable):
        with WorkerPool(home, home.spool, 1) as pool:
            pool.run(batch[:1])
            (first,) = pool._workers
        assert len(stable) == 1
        with WorkerPool(home, home.spool, 1) as pool:
            (outcome,) = outcomes(pool.run(batch[1:]))
            assert pool._workers == {first}
        assert outcome.file == batch[1].file
    stable.close()
    assert not first.alive()


def test_a_worker_that_is_at_work_when_the_run_ends_is_not_kept(home, tmp_path):
    (job,) = jobs(tmp_path, 1)
    stable = Stable()
    with kept_in(stable):
        pool = WorkerPool(home, home.spool, 1)
        with pool._slot() as slot:
            slot.ask(encode_batch((job,), home.spool / "a.jsonl"), seconds=60)
            busy = slot.worker
            pool.close()
        assert len(stable) == 0
        assert not busy.alive()
        with pytest.raises(WorkerDiedError):
            pool.run((job,))
