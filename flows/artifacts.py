"""What a person sees of a run in Prefect's UI: its name, its last word, and one summary.

Pure functions from a run's figures to text. Prefect has two UIs, which read markdown differently: the older
one shows HTML entities as they stand, the newer one makes links of what looks like one. Names from outside
therefore stand in code spans, where neither does anything; what is on a page is not shown at all.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from flows.trend import data_uri, picture, started
from index.article import State
from index.counted import counted
from index.errors import NewsfoldError
from index.run_figures import Added, PastRun, RejectGroup
from index.safe import safe_excerpt, safe_line
from tasks.run_report import RunReport

NAME_WIDTH: Final = 40
FILE_WIDTH: Final = 80
DETAIL_WIDTH: Final = 60
SHARES: Final = 12
EXAMPLES: Final = 5
GROUPS: Final = 10
TABLE_RUNS: Final = 8
LOOK_BACK: Final = 300
"""Runs among which those that found something are looked for: a day of scans every five minutes."""

_TICKS: Final = re.compile("`+")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the catalog says after a run: its new articles, all rejects, the runs up to it, oldest first."""

    added: Added
    rejects: Sequence[RejectGroup]
    past: Sequence[PastRun]


def run_name(what: str, roots: Sequence[Path], moment: datetime) -> str:
    """A run's name: ``ingest raw 2026-11-22 02:06``, in local time, by the names of the raw folders."""
    names = [safe_excerpt(root.name or str(root), NAME_WIDTH) for root in roots[:1]]
    if len(roots) > 1:
        names.append(f"and {len(roots) - 1} more")
    return " ".join([what, *names, f"{moment.astimezone():%Y-%m-%d %H:%M}"])


def last_word(report: RunReport) -> str:
    """A run in one line: ``552 new, 36 duplicates, 2 rejected``."""
    new = report.new
    parts = [
        (new[State.INDEXED], "new"),
        (new[State.DUPLICATE], "duplicate" if new[State.DUPLICATE] == 1 else "duplicates"),
        (new[State.REJECTED], "rejected"),
        (new[State.DEFERRED], "deferred"),
        (report.gone, "missing"),
        (report.removed, "article removed" if report.removed == 1 else "articles removed"),
        (report.again, "old page segmented again" if report.again == 1 else "old pages segmented again"),
    ]
    told = [f"{count:,} {what}" for count, what in parts if count]
    return ", ".join(told) or f"nothing new among {counted(report.walked, 'file')}"


def summary(report: RunReport, figures: Figures, home: Path) -> str:
    """The markdown of a run that ended well; short where it found nothing: those come every few minutes."""
    paragraphs = [
        f"## {last_word(report)}",
        _speed(report, home),
        f"**The archive adds up:** {report.equation}",
    ]
    if found_something(report):
        paragraphs += [
            *_shares(figures.added),
            *_rejects(report, figures.rejects, home),
            *_trend(figures.past),
        ]
    return "\n\n".join([*paragraphs, _go_on(home)]) + "\n"


def failure(error: NewsfoldError, figures: Figures, home: Path) -> str:
    """The markdown of a run that failed: why, and what to do."""
    paragraphs = [f"## Failed\n\n{code(error.message, 1_000)}"]
    if error.hint:
        paragraphs.append(f"**Next:** {code(error.hint, 1_000)}")
    return "\n\n".join([*paragraphs, *_trend(figures.past), _go_on(home)]) + "\n"


def found_something(report: RunReport) -> bool:
    """Whether a run had anything to do."""
    return bool(report.read or report.gone or report.removed or report.again)


def code(text: str, width: int) -> str:
    """Foreign text as a code span of markdown on one line, cut to about `width` characters."""
    shown = safe_excerpt(text, width) or " "
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(shown)), default=0))
    space = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{space}{shown}{space}{fence}"


def command(home: Path, *arguments: str) -> str:
    """A newsfold command for the archive at `home`, to be copied into a shell."""
    return safe_line(" ".join(["newsfold", "--home", shlex.quote(str(home)), *arguments]))


def _speed(report: RunReport, home: Path) -> str:
    rate = f", {report.read / report.seconds:,.0f} a second" if report.read and report.seconds > 0 else ""
    read = (
        f"{report.read:,} of {counted(report.walked, 'file')} read"
        if report.read
        else f"{counted(report.walked, 'file')} looked at"
    )
    cpu = f", {report.worker_cpu_seconds:.1f} s of CPU in the workers" if report.read else ""
    return f"Run {report.run} of {code(str(home), FILE_WIDTH)}: {read} in {report.seconds:.1f} s{rate}{cpu}."


def _shares(added: Added) -> list[str]:
    if not added.languages:
        return []
    articles = sum(added.languages.values())
    return [
        f"**Languages** of its {counted(articles, 'new article')}, with duplicates: {_most(added.languages)}",
        f"**Sources:** {_most(added.sources)}",
    ]


def _most(counts: Mapping[str, int]) -> str:
    shown = [f"{code(name, NAME_WIDTH)} {count:,}" for name, count in list(counts.items())[:SHARES]]
    if rest := sum(list(counts.values())[SHARES:]):
        shown.append(f"and {len(counts) - SHARES} more with {rest:,}")
    return ", ".join(shown)


def _rejects(report: RunReport, groups: Sequence[RejectGroup], home: Path) -> list[str]:
    """The rejects that wait, by reason, and how to look at them and try them again."""
    if not groups:
        return []
    total = sum(group.files for group in groups)
    lines = [f"### Rejected: {report.new[State.REJECTED]:,} in this run, {total:,} in the archive", ""]
    for group in groups[:GROUPS]:
        lines.append(f"- {code(group.reason, DETAIL_WIDTH)}: {group.files:,}")
        lines += [f"    - {_example(name, detail)}" for name, detail in group.examples]
        if group.files > len(group.examples):
            lines.append(f"    - and {group.files - len(group.examples):,} more")
    return [
        "\n".join(lines),
        _shell(
            (command(home, "files", "--state", "rejected"), "all of them, with the reasons"),
            (command(home, "explain", "FILE"), "what newsfold saw on one page"),
            (command(home, "retry"), "read them again"),
        ),
    ]


def _example(name: str, detail: str) -> str:
    return code(name, FILE_WIDTH) + (f" {code(detail, DETAIL_WIDTH)}" if detail else "")


def _trend(past: Sequence[PastRun]) -> list[str]:
    """The last runs that found something or did not complete: a picture, and the newest as a table."""
    told = [run for run in past if run.files.get("files read") or run.run.state != "completed"]
    if not told:
        return []
    words = ", ".join(f"{run.count('indexed'):,}" for run in told[-TABLE_RUNS:])
    rows = [
        f"| {run.run.id} | {started(run):%m-%d %H:%M} | {run.seconds:,.0f} s | {run.count('indexed'):,} "
        f"| {run.count('duplicate'):,} | {run.count('rejected'):,} | {run.run.state} |"
        for run in reversed(told[-TABLE_RUNS:])
    ]
    return [
        "### The last runs that found something",
        f"![new articles by run: {words}]({data_uri(picture(told))})",
        "\n".join(
            [
                "| run | started | took | new | copies | rejected | ended |",
                "|---|---|--:|--:|--:|--:|---|",
                *rows,
            ]
        ),
    ]


def _go_on(home: Path) -> str:
    return "### Go on\n\n" + _shell(
        (command(home, "status"), "states of all files, last runs"),
        (command(home, "search", "QUERY"), "find an article"),
        (command(home, "check"), "catalog, index and raw files, byte for byte"),
    )


def _shell(*lines: tuple[str, str]) -> str:
    """Commands as a block that can be copied: in a fence, where nothing is markdown."""
    return "\n".join(["```", *(f"# {what}\n{line}" for line, what in lines), "```"])
