"""``status stats``: the archive in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import click

from index import articles, languages
from index.article import PIPELINE, State
from index.catalog import Catalog
from index.cli.bars import Row, by_time, draw, draw_rows, most_frequent
from index.cli.call import BAD_STYLE, DIM, OK_STYLE, Call, emit, emit_json, emit_styled, global_options
from index.cli.layout import cells, cut, terminal_width, without_codes, wrap
from index.cli.moments import ago, lasted, moment_of
from index.copies import duplicate_files
from index.counted import counted
from index.files import Conservation, conservation
from index.holdings import NO_DATE, holdings
from index.runs import DIED, RUNNING, Run, runs_as_they_are
from index.safe import safe_line
from index.settings import Home

RUNS_SHOWN: Final = 5
STATS_ROWS: Final = 20
"""Languages, and sources, drawn; the others are one row."""
STATE_STYLES: Final = {
    State.INDEXED: OK_STYLE,
    State.REJECTED: BAD_STYLE,
    State.MISSING: BAD_STYLE,
    State.PENDING: "33",
    State.DEFERRED: "33",
}
RUN_STYLES: Final = {"completed": OK_STYLE, RUNNING: "36", "failed": BAD_STYLE, DIED: BAD_STYLE}
LABEL: Final = 10
"""Columns of the labels on the left."""
STATE: Final = len("interrupted")
RUN_INDENT: Final = 8
TOOK_FROM: Final = 60
"""Columns of a terminal from which on there is room for how long a run took."""


@dataclass(frozen=True, slots=True)
class Status:
    """How the archive stands: the equation, articles with and without their duplicates, what waits, runs."""

    balance: Conservation
    articles: int
    distinct: int
    copied: dict[str, int]
    waiting: int
    outdated: int
    engine: str
    other_engine: int
    runs: Sequence[Run]


def read_status(catalog: Catalog, home: Home, engine: str) -> Status:
    """Read how the archive stands; `engine` is the language engine of newsfold.toml."""
    total = catalog.db.execute("SELECT count(*), count(DISTINCT canonical) FROM entry").fetchone()
    return Status(
        balance=conservation(catalog),
        articles=total[0],
        distinct=total[1],
        copied=duplicate_files(catalog),
        waiting=catalog.db.execute("SELECT count(*) FROM index_work").fetchone()[0],
        outdated=articles.outdated(catalog, PIPELINE),
        engine=engine,
        other_engine=languages.of_other_engines(catalog, engine),
        runs=runs_as_they_are(catalog, home, RUNS_SHOWN),
    )


@click.command(short_help="States of the files, the equation, the last runs.")
@global_options
def status(call: Call) -> int:
    """Print how many files are in which state, whether they add up, and the last runs.

    Every file under the raw folders is in exactly one state: entries walked + missing = sum of the states,
    counted by two different pieces of code. A run that "died" was killed; the next one completes it.

    \b
    newsfold status
    newsfold status --json
    """
    catalog = call.catalog()
    if catalog is None:
        call.note(f"{call.place().path}: nothing was ingested yet; 'newsfold ingest' does it")
        if call.json:
            emit_json({"walked": 0, "missing": 0, "states": {}, "holds": True, "articles": 0, "runs": []})
        return 0
    with catalog:
        found = read_status(catalog, call.place(), call.settings().language_engine)
    if call.json:
        emit_json(_status_row(found))
        return 0
    width = terminal_width()
    _tell(call, "home", str(call.place().path), width)
    _tell(call, "files", str(found.balance), width, OK_STYLE if found.balance.holds else BAD_STYLE)
    if width:
        _draw_states(call, found.balance, width)
    for label, text in _facts(found):
        _tell(call, label, text, width)
    _print_runs(call, found.runs, width)
    return 0


def _status_row(found: Status) -> dict[str, Any]:
    return {
        "walked": found.balance.walked,
        "missing": found.balance.missing,
        "states": {state.value: count for state, count in found.balance.states.items()},
        "holds": found.balance.holds,
        "articles": found.articles,
        "distinct": found.distinct,
        "duplicates": found.copied,
        "index_waiting": found.waiting,
        "pipeline": PIPELINE,
        "outdated": found.outdated,
        "language_engine": found.engine,
        "other_engine": found.other_engine,
        "runs": [
            {
                "id": run.id,
                "started": run.started,
                "finished": run.finished,
                "mode": run.mode,
                "state": run.state,
                "message": _message(run),
            }
            for run in found.runs
        ],
    }


def _facts(found: Status) -> list[tuple[str, str]]:
    """Return what is to be said of the articles: a label and a sentence each."""
    facts = [("articles", f"{found.articles:,}, {found.distinct:,} without their duplicates")]
    if found.copied:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in found.copied.items())
        facts.append(("copies", f"{counted(sum(found.copied.values()), 'file')}: {kinds}"))
    if found.waiting:
        wait = counted(found.waiting, "article waits", "articles wait")
        facts.append(("index", f"{wait} for it; the next 'newsfold ingest' does that work"))
    if found.outdated:
        made = counted(found.outdated, "article was", "articles were")
        facts.append(("pipeline", f"{PIPELINE}; {made} made by another one: 'newsfold rebuild' renews them"))
    if found.other_engine:
        named = counted(found.other_engine, "article")
        told = f"{found.engine}; another engine named {named}: 'newsfold rebuild' asks this one"
        facts.append(("language", told))
    return facts


def _tell(call: Call, label: str, text: str, width: int | None, style: str = "") -> None:
    """Print a label and a text beside it, broken into lines on a terminal."""
    text = safe_line(text)
    first, *others = wrap(text, width - LABEL) if width else [text]
    emit_styled(f"{call.bold(label)}{' ' * (LABEL - len(label))}{call.paint(first, style)}")
    for line in others:
        emit_styled(f"{' ' * LABEL}{call.paint(line, style)}")


def _draw_states(call: Call, balance: Conservation, width: int) -> None:
    rows = [
        Row(state.value, count, style=STATE_STYLES.get(state, DIM))
        for state, count in balance.states.items()
        if count
    ]
    draw_rows(call, rows, width, indent=LABEL)


def _message(run: Run) -> str:
    if run.state == DIED:
        return "its process was killed; 'newsfold ingest' completes it"
    return run.message


def _print_runs(call: Call, runs: Sequence[Run], width: int | None) -> None:
    """Print a line a run: on a terminal how long ago it began and how long it took, else when it began.

    What does not fit beside that stands on a line of its own; on a narrow terminal nothing is said of how
    long it took.
    """
    emit_styled(call.bold("last runs" if runs else "no runs yet"))
    now = datetime.now(UTC)
    whens = [_began(run, now if width else None) for run in runs]
    column = max(map(len, whens), default=0)
    for run, when in zip(runs, whens, strict=True):
        took = f"  {_took(run, now):>10}" if width and width >= TOOK_FROM else ""
        facts = f"  {run.id:>4}  {call.paint(f'{when:{column}}', DIM)}{took}  "
        style, told = RUN_STYLES.get(run.state, ""), safe_line(_message(run))
        room = width and width - cells(without_codes(facts)) - STATE - 2
        if room is None or cells(told) <= room:
            emit_styled(f"{facts}{call.paint(run.state, style, STATE)}  {told}".rstrip())
        else:
            emit_styled(f"{facts}{call.paint(run.state, style)}")
            emit_styled(f"{'':{RUN_INDENT}}{cut(told, (width or 0) - RUN_INDENT)}")


def _began(run: Run, now: datetime | None) -> str:
    """Say how long ago a run began, or when where `now` is None."""
    return ago(moment_of(run.started), now) if now else run.started[:19].replace("T", " ")


def _took(run: Run, now: datetime) -> str:
    """Say how long a run took, or has taken; nothing of one that died, since nobody knows when."""
    if run.state == DIED:
        return ""
    end = moment_of(run.finished) if run.finished else now
    return lasted((end - moment_of(run.started)).total_seconds())


@click.command(short_help="Articles per month, language, source and agency.")
@global_options
def stats(call: Call) -> int:
    """Print how many articles the archive has per month, language, source and agency.

    An article and its copies count once, in each source that has one of them: as in the facets of a search.
    On a terminal as bars: the last 24 months and the years before them, the 20 most frequent languages,
    sources and agencies. Through a pipe all of them, as numbers.

    \b
    newsfold stats
    newsfold stats --json | jq -r 'select(.group == "source") | .value'
    """
    catalog = call.catalog()
    if catalog is None:
        call.note("nothing was ingested yet; 'newsfold ingest' does it")
        return 1
    settings = call.settings()
    with catalog:
        groups = holdings(catalog, settings.sources)
        distinct = catalog.db.execute("SELECT count(DISTINCT canonical) FROM entry").fetchone()[0]
    if not distinct:
        call.note("there are no articles in the archive yet; 'newsfold status' says what became of the files")
        return 0
    width = terminal_width()
    if call.json or not width:
        _list_stats(call, groups)
        return 0
    with call.pager():
        for line in wrap(_in_short(groups, distinct), width):
            emit_styled(line)
        emit()
        draw(call, "month", by_time(groups["month"]), width)
        for name in ("language", "source", "agency"):
            if groups[name]:
                draw(call, name, most_frequent([*groups[name].items()], STATS_ROWS), width)
    return 0


def _list_stats(call: Call, groups: dict[str, dict[str, int]]) -> None:
    """Print the numbers for a program."""
    for name, counts in groups.items():
        if counts and not call.json:
            emit(name)
        for value, count in counts.items():
            if call.json:
                emit_json({"group": name, "value": value, "articles": count})
            else:
                emit(f"  {count:>8,}  {safe_line(value)}")


def _in_short(groups: dict[str, dict[str, int]], distinct: int) -> str:
    """Say in a line how large the archive is."""
    parts = [f"{counted(distinct, 'article')} without duplicates"]
    months = [month for month in groups["month"] if month != NO_DATE]
    if months:
        parts.append(months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}")
    parts.append(counted(len(groups["language"]), "language"))
    parts.append(counted(len(groups["source"]), "source"))
    return ", ".join(parts)
