"""The order of the steps of one ingestion run, as plain code.

How a step is run is handed in: `Direct` runs it here, the Prefect flow as a task (tasks/prefect_steps.py).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from index import articles, files
from index.article import State, VersionId
from index.builders import Builders
from index.catalog import Catalog, now
from index.counted import counted
from index.documents import follow_sources
from index.errors import NewsfoldError, RootLostError
from index.files import FileId
from index.line_counts import LineCounter
from index.links import waiting
from index.runs import RunId, finish_run, only_run, start_run
from index.settings import Home, Settings
from index.space import refuse_full
from tasks.batch import BatchResult, FileJob, Outcome, make_batches, read_spool
from tasks.commit import count, count_no_more, publish, read_again, release, relink, store
from tasks.engines import named
from tasks.generations import begin, heal
from tasks.old_pages import most
from tasks.pool import WorkerPool
from tasks.redetect import STEP, Redetection
from tasks.run_report import Options, RunReport
from tasks.salvage import finish_swap
from tasks.scan import Scan, look_again, scan, to_segment_again, uncounted
from tasks.steps import COUNTED, Progress, Steps

COMMIT_FILES: Final = 1_000
MOST_COMMITTED: Final = 2_000
"""Files of one commit of the index, about: a fifth of the run's, within these bounds; of one count the first.
Of 10,000 files 2,000 a commit take 9 % less CPU than 1,000, since less is merged; 4,000 take 12 % less, and
100 MB more."""
STORE_FILES: Final = 250
LEAST_STORED: Final = 25
"""Files that are stored together, about, while workers read on: a quarter of the run's, within these bounds.
A kill loses at most so much work, and little is left to store after the last batch."""


def ingest(home: Home, settings: Settings, steps: Steps, progress: Progress, options: Options) -> RunReport:
    """Bring the archive in line with its raw folders.

    Raises SettingsError where the language engine is not installed, before anything is read; LockedError
    where another run is at work, RootLostError where a root is not believed (after everything else was
    ingested), NewsfoldError where the run fails or the disk is all but full; whatever happens, the next run
    goes on from what was committed.
    """
    named(settings.language_engine)
    with only_run(home):
        refuse_full(home)
        finish_swap(home)
        with Catalog.open(home.catalog) as catalog:
            run = start_run(catalog, steps.mode)
            try:
                report = _Ingest(catalog, home, settings, steps, progress, options, run).run()
            except NewsfoldError as error:
                finish_run(catalog, run, "failed", error.message)
                raise
            except (OSError, sqlite3.Error) as error:
                failure = failure_of(error, home)
                _note(catalog, run, "failed", failure.message)
                raise failure from error
            except BaseException as error:
                _note(catalog, run, "interrupted", type(error).__name__)
                raise
            finish_run(catalog, run, "completed", report.summary)
            return report


def _note(catalog: Catalog, run: RunId, state: str, message: str) -> None:
    """Say in the catalog how a run ended, if the catalog can still be written."""
    try:
        finish_run(catalog, run, state, message)
    except sqlite3.Error:
        return  # the next run marks it as interrupted; the first failure is the one to tell


def failure_of(error: OSError | sqlite3.Error, home: Home) -> NewsfoldError:
    """Tell a failure of disk or database to a person."""
    full = (isinstance(error, OSError) and error.errno == 28) or "disk is full" in str(error)
    if full:
        return NewsfoldError(
            f"no space left on the disk of {home.state}",
            hint="free some space and run 'newsfold ingest' again: it goes on where it stopped",
        )
    where = getattr(error, "filename", None) or home.state
    return NewsfoldError(
        f"{os.fsdecode(where)}: {getattr(error, 'strerror', None) or error}",
        hint="'newsfold doctor' looks at folders, permissions and free space",
    )


class _Ingest:
    """One run at work."""

    def __init__(
        self,
        catalog: Catalog,
        home: Home,
        settings: Settings,
        steps: Steps,
        progress: Progress,
        options: Options,
        run: RunId,
    ) -> None:
        self._catalog = catalog
        self._home = home
        self._settings = settings
        self._steps = steps
        self._progress = progress
        self._options = options
        self._run = run
        self._started = time.monotonic()
        self._worker_cpu = 0.0
        self._found: set[FileId] = set()
        self._builders = Builders()
        self._counter = LineCounter(catalog)

    def run(self) -> RunReport:
        with self._builders:
            spool = self._fresh_spool()
            self._recover()
            with WorkerPool(self._home, spool, self._steps.workers) as pool:
                found = self._steps.step("scan", self._scan)
                self._found = {job.file for job in found.jobs}
                jobs = self._count(found, pool)
                old = to_segment_again(self._catalog, {job.counted for job in jobs if job.counted})
                again = old[: most()]
                self._progress.total(len(jobs) + len(again))
                self._read(self._with_engine(jobs + again), pool)
            removed = self._steps.step("release", self._release)
            shutil.rmtree(spool)
            return self._report(found, removed, len(again), later=len(old) - len(again))

    def _fresh_spool(self) -> Path:
        """An empty spool of this run; what dead runs left goes."""
        shutil.rmtree(self._home.spool, ignore_errors=True)
        spool = self._home.spool / f"{self._run:06d}"
        spool.mkdir(mode=0o700, parents=True)
        self._home.worker_log.write_bytes(b"")
        return spool

    def _recover(self) -> None:
        """Finish what an interrupted run left to do, and begin what this one shall do again."""
        if healed := heal(self._catalog, self._home):
            self._progress.say(healed)
        languages = Redetection(self._catalog, named(self._settings.language_engine))
        if languages.begun:
            self._redetect(languages)
        while waiting(self._catalog, 1):
            self._progress.say("linking articles of an older newsfold again")
            self._steps.step("link articles again", partial(relink, self._catalog))
        if moved := follow_sources(self._catalog, self._settings.sources):
            self._progress.say(f"{counted(moved, 'article')} of sources that have another name now")
        self._publish()
        if self._options.retry or self._options.rebuild:
            read_again(self._catalog, rejected=self._options.retry, outdated=self._options.rebuild)
        if self._options.rebuild:
            languages.begin()
            begin(self._catalog)
            self._redetect(languages)

    def _redetect(self, languages: Redetection) -> None:
        """Let the engine that is set name the languages of the articles that another one named."""
        waiting = languages.waiting()
        if waiting:
            self._progress.say(
                f"naming the languages of {counted(waiting, 'article')} with {languages.engine.name}"
            )
        for _ in range(0, waiting, STEP):
            self._steps.step(f"languages of {STEP} articles", languages.step)
        languages.finish()

    def _scan(self) -> Scan:
        accept = self._options.accept_missing
        return scan(self._catalog, self._home, self._settings, accept_missing=accept)

    def _count(self, found: Scan, pool: WorkerPool) -> list[FileJob]:
        """Count the lines of all files before any is segmented; return the jobs that become articles."""
        jobs = self._with_engine([*found.jobs, *uncounted(self._catalog)])
        many = len(jobs) > COMMIT_FILES
        if many:
            self._progress.total(len(jobs), COUNTED)
        advance = self._progress.advance if many else _nothing
        readable: dict[FileId, VersionId] = {}
        for results in self._results(jobs, pool, advance, COMMIT_FILES):
            label = f"count {_files(results)} files"
            readable.update(self._steps.step(label, partial(self._commit_counts, found, results)))
        count_no_more(self._counter, on_missing=self._settings.on_missing)
        return [replace(job, counted=readable[job.file]) for job in found.jobs if job.file in readable]

    def _with_engine(self, jobs: list[FileJob]) -> list[FileJob]:
        """Say what shall name the languages; a worker that has counted lines loads it while it waits."""
        return [replace(job, engine=self._settings.language_engine) for job in jobs]

    def _commit_counts(self, found: Scan, results: list[BatchResult]) -> dict[FileId, VersionId]:
        look_again(self._catalog, found)
        outcomes = [outcome for outcome in _spooled(results) if outcome.file not in found.moving]
        count(self._counter, [outcome for outcome in outcomes if not outcome.deferred])
        store(self._catalog, self._told(one for one in outcomes if not one.sha256), moment=now())
        _unlink(results)
        return {outcome.file: outcome.sha256 for outcome in outcomes if outcome.sha256}

    def _read(self, jobs: list[FileJob], pool: WorkerPool) -> None:
        stored = 0
        committed = min(MOST_COMMITTED, max(COMMIT_FILES, len(jobs) // 5))
        together = min(STORE_FILES, max(LEAST_STORED, len(jobs) // 4))
        for results in self._results(jobs, pool, self._progress.advance, together):
            outdated = store(self._catalog, self._told(_spooled(results)), moment=now())
            _unlink(results)
            stored += _files(results)
            if outdated or stored >= committed:
                self._commit(stored)
                stored = 0
        if stored:
            self._commit(stored)

    def _commit(self, stored: int) -> None:
        self._steps.step(f"commit {stored} files", self._publish)

    def _results(
        self, jobs: list[FileJob], pool: WorkerPool, advance: Callable[[int], None], most: int
    ) -> Iterator[list[BatchResult]]:
        """Run the jobs in batches; yield the results of about `most` files at a time."""
        finished: list[BatchResult] = []
        for result in self._steps.batches(pool.run, make_batches(jobs, workers=self._steps.workers)):
            finished.append(result)
            self._worker_cpu += result.cpu_seconds
            advance(result.files)
            if _files(finished) >= most:
                yield finished
                finished = []
        if finished:
            yield finished

    def _told(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Leave out the files that this run did not find new, and that could not be read: they wait."""
        return (one for one in outcomes if not one.deferred or one.file in self._found)

    def _publish(self) -> None:
        publish(self._catalog, self._home, self._settings, self._builders)

    def _release(self) -> int:
        removed = release(self._catalog, on_missing=self._settings.on_missing)
        self._publish()
        return removed

    def _report(self, found: Scan, removed: int, again: int, *, later: int) -> RunReport:
        balance = files.conservation(self._catalog)
        if not balance.holds:
            raise NewsfoldError(
                f"the files do not add up: {balance}",
                hint="this is a fault of newsfold: please report it with the output of 'newsfold status'",
            )
        report = RunReport(
            run=self._run,
            walked=found.walked,
            read=len(found.jobs),
            new=_states_of(self._catalog, (job.file for job in found.jobs), found.deferred),
            gone=found.gone,
            removed=removed,
            again=again,
            seconds=time.monotonic() - self._started,
            worker_cpu_seconds=self._worker_cpu,
            equation=str(balance),
            lost_roots=tuple(found.lost_roots),
            later=later,
            rebuilt=articles.total(self._catalog) if self._options.rebuild else None,
        )
        self._refuse(report)
        return report

    def _refuse(self, report: RunReport) -> None:
        """Fail a run that ended, where its result must not pass as good."""
        if report.lost_roots:
            told = "; ".join(f"{root}: {why}" for root, why in report.lost_roots)
            raise RootLostError(
                f"raw folder not believed, nothing of it was changed: {told}",
                hint=RootLostError.ADVICE,
            )
        limit = self._options.max_rejects
        rejected = report.new[State.REJECTED]
        if limit is not None and rejected > limit:
            raise NewsfoldError(
                f"{counted(rejected, 'file')} of this run rejected, more than the {limit:,} allowed; "
                f"everything else is in the archive: {report.summary}",
                hint="'newsfold files --state rejected' lists them with the reasons",
            )


def _nothing(_: int) -> None:
    """Show no progress of what is over in a moment."""


def _spooled(results: Iterable[BatchResult]) -> Iterator[Outcome]:
    return (outcome for result in results for outcome in read_spool(Path(result.spool), result.sha256))


def _files(results: Iterable[BatchResult]) -> int:
    return sum(result.files for result in results)


def _unlink(results: Iterable[BatchResult]) -> None:
    for result in results:
        os.unlink(result.spool)


def _states_of(catalog: Catalog, jobs: Iterable[files.FileId], deferred: int) -> dict[str, int]:
    """How the files of a run ended, per state."""
    counts = {state.value: 0 for state in (State.INDEXED, State.DUPLICATE, State.REJECTED, State.DEFERRED)}
    for file in jobs:
        counts[catalog.db.execute("SELECT state FROM file WHERE id = ?", (file,)).fetchone()[0]] += 1
    counts[State.DEFERRED.value] += deferred
    return counts
