"""CPU by stage: the pipeline's own functions, called over the same pages in this process."""

from __future__ import annotations

import resource
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from index.article import PIPELINE, Reject, VersionId
from index.articles import known_version
from index.builders import Builders
from index.catalog import Catalog, now
from index.line_counts import LineCounter
from index.settings import Home, Settings
from tasks.batch import FileJob
from tasks.commit import count as count_lines
from tasks.commit import publish, store
from tasks.decode import decode
from tasks.event_terms import event_terms
from tasks.language import detect
from tasks.page_work import count, process
from tasks.reading import read_raw
from tasks.scan import look_again, scan
from tasks.segment import segment
from tasks.sketch import sketch

P = ParamSpec("P")
T = TypeVar("T")

STAGES: Final = (
    "scan",
    "count lines",
    "decode",
    "segment",
    "detect",
    "event terms",
    "sketch",
    "catalog and link",
    "index",
)
"""`count lines` reads and decodes the file too; `catalog and link` makes the sketches again; `index` is
everything that the pipeline does once the catalog is written, in all its processes."""


class Clock:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)

    def time(self, stage: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `work` and book what it takes."""
        begun = _cpu()
        try:
            return work(*args, **kwargs)
        finally:
            self.spent[stage] += _cpu() - begun


def _cpu() -> float:
    """CPU seconds of this process and of those that it started and waited for."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def measure(raw: Path, folder: Path) -> dict[str, float]:
    """Return CPU seconds of each of `STAGES` over the files below `raw`; the archive goes into `folder`."""
    home, settings, clock = Home(folder), Settings(roots=(raw,)), Clock()
    home.make_state()
    detect("Language profiles are loaded once, at the first text, and must not count to a page.")
    with Catalog.open(home.catalog) as catalog:
        found = clock.time("scan", scan, catalog, home, settings, accept_missing=False)
        clock.time("scan", look_again, catalog, found)
        for job in found.jobs:
            _read(clock, job)

        def known(sha256: VersionId) -> bool:
            return known_version(catalog, sha256, PIPELINE)

        counted = [clock.time("count lines", count, job) for job in found.jobs]
        clock.time("count lines", count_lines, LineCounter(catalog), counted)
        outcomes = [process(job, known) for job in found.jobs]
        clock.time("catalog and link", store, catalog, outcomes, moment=now())
        clock.time("index", _publish, catalog, home, settings)
    return {stage: clock.spent[stage] for stage in STAGES}


def _publish(catalog: Catalog, home: Home, settings: Settings) -> None:
    with Builders() as builders:
        publish(catalog, home, settings, builders)


def _read(clock: Clock, job: FileJob) -> None:
    """Take one file through the stages that a worker runs, each timed."""
    page = clock.time("decode", decode, read_raw(job.path, job.stat))
    if isinstance(page, Reject):
        return
    for story in clock.time("segment", segment, page).stories:
        clock.time("detect", detect, f"{story.headline}\n\n{story.body}")
        clock.time("event terms", event_terms, story.headline, story.body)
        clock.time("sketch", sketch, story.body)
