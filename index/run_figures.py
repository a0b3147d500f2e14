"""What an operator asks of a run: its new articles, the rejects that wait, and how the runs before it went.

Numbers, names of files and names of folders; never a word of a page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from index.article import RejectReason, State
from index.articles import text_of
from index.catalog import Catalog
from index.runs import Run, last_runs
from index.settings import source_of

UNNAMED: Final = "no folder of its own"
"""The source of a file that only its page could name: words of pages stay in the archive."""

_FIGURE: Final = re.compile(
    r"([0-9][0-9,]{0,20}) (indexed|duplicate|rejected|deferred|missing|files? read)\b"
)
_MESSAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Added:
    """The articles that a run brought: how many per language and per source, the most frequent first."""

    languages: dict[str, int]
    sources: dict[str, int]


@dataclass(frozen=True, slots=True)
class RejectGroup:
    """The rejected files of one reason, and the last few of them as (name below its root, detail)."""

    reason: str
    files: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as the catalog remembers it: seconds that it took, and its files by what became of them."""

    run: Run
    seconds: float
    files: Mapping[str, int]

    def count(self, what: str) -> int:
        """Files of one kind: a state, or ``files read``."""
        return self.files.get(what, 0)


def newest_article(catalog: Catalog) -> int:
    """A mark: articles stored later have a higher one."""
    return int(catalog.db.execute("SELECT coalesce(max(rowid), 0) FROM article").fetchone()[0])


def added_since(catalog: Catalog, mark: int, moment: str, sources: Mapping[str, str]) -> Added:
    """The articles stored after `mark` and not before `moment` (UTC, as the catalog writes it).

    The mark spares the look at all others. A source is what newsfold.toml says, or the first folder.
    """
    rows = catalog.db.execute(
        """SELECT lang, (SELECT path FROM file WHERE file.version = article.version ORDER BY path LIMIT 1)
           FROM article WHERE rowid > ? AND added >= ?""",
        (mark, moment),
    )
    languages: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for language, path in rows:
        languages[language] += 1
        named[source_of(Path(text_of(path)), UNNAMED, sources) if path else UNNAMED] += 1
    return Added(dict(languages.most_common()), dict(named.most_common()))


def reject_groups(catalog: Catalog, examples: int) -> list[RejectGroup]:
    """All rejected files by reason, the most frequent first, each with its `examples` latest files."""
    kind = "substr(reason, 1, instr(reason || ':', ':') - 1)"
    counted = catalog.db.execute(
        f"SELECT {kind}, count(*) FROM file WHERE state = ? GROUP BY 1 ORDER BY 2 DESC, 1", (State.REJECTED,)
    ).fetchall()
    groups = []
    for reason, files in counted:
        rows = catalog.db.execute(
            f"SELECT path, reason FROM file WHERE state = ? AND {kind} = ? ORDER BY id DESC LIMIT ?",
            (State.REJECTED, reason, examples),
        )
        shown = tuple((text_of(path), _detail(reason, told)) for path, told in rows)
        groups.append(RejectGroup(reason, files, shown))
    return groups


def _detail(reason: str, told: str) -> str:
    """The detail of a reject; that of a poisonous page may quote the page, and stays in the archive."""
    return "" if reason == RejectReason.POISON else told[len(reason) :].lstrip(": ")


def past_runs(catalog: Catalog, limit: int) -> list[PastRun]:
    """The last runs that ended, the oldest first."""
    ended = [run for run in last_runs(catalog, limit) if run.finished]
    return [PastRun(run, seconds_of(run), figures_of(run.message)) for run in reversed(ended)]


def seconds_of(run: Run) -> float:
    """How long a run took by the clock; 0 where the clock was set back meanwhile."""
    if run.finished is None:
        return 0.0
    return max(
        0.0, (datetime.fromisoformat(run.finished) - datetime.fromisoformat(run.started)).total_seconds()
    )


def figures_of(message: str) -> dict[str, int]:
    """The numbers of a run's one-line summary (`tasks.run_report.RunReport.summary`), by what they count."""
    found = _FIGURE.findall(message[:_MESSAGE])
    return {what.replace("file ", "files "): int(number.replace(",", "")) for number, what in found}
