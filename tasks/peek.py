"""A look at the raw folders that changes nothing: whether a run would find work.

An idle watcher costs one of these a minute, and no run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index import files
from index.article import State
from index.catalog import Catalog
from index.files import FileRow, RootId
from index.runs import last_runs
from index.settings import Home, Settings
from tasks.discover import Diff, Names, compare, lost, walk
from tasks.looks import Looks


@dataclass(frozen=True, slots=True)
class Peek:
    """What a run would find beside new and changed files, which the looks now know.

    `gone` counts files that held something, `noted` names to be written down only; `lost` are roots that
    are not believed; `unfinished`: the last run died.
    """

    gone: int
    noted: int
    lost: tuple[Path, ...]
    unfinished: bool
    seconds: float


def peek(home: Home, settings: Settings, looks: Looks) -> Peek:
    """Walk every root, compare it with the catalog, and take a look at each file that is new or changed."""
    started = time.monotonic()
    catalog = Catalog.read(home.catalog)
    known: dict[Path, Mapping[bytes, FileRow]] = {}
    unfinished = False
    if catalog is not None:
        with catalog:
            known = {root: _known(catalog, root) for root in settings.roots}
            unfinished = any(run.state in {"running", "interrupted"} for run in last_runs(catalog, 1))
    names = Names(settings.include, settings.exclude)
    gone = noted = 0
    not_believed: list[Path] = []
    for root in settings.roots:
        diff = _compared(root, names, known.get(root, {}), home, looks)
        if diff is None:
            not_believed.append(root)
            continue
        held = sum(1 for row in diff.gone if row.state is not State.MISSING and row.version is not None)
        gone += held
        noted += sum(1 for path, _, state, _ in diff.seen if _is_news(known.get(root, {}).get(path), state))
        noted += sum(1 for row in diff.gone if row.state is not State.MISSING) - held
    return Peek(gone, noted, tuple(not_believed), unfinished, time.monotonic() - started)


def _is_news(row: FileRow | None, state: State) -> bool:
    """Whether a name that gives no article was not known so: a temporary file that only grows is no news."""
    return state is not State.PENDING and (row is None or row.state is not state)


def _known(catalog: Catalog, root: Path) -> Mapping[bytes, FileRow]:
    row = catalog.db.execute("SELECT id FROM root WHERE path = ?", (os.fsencode(root),)).fetchone()
    return {} if row is None else files.files_of(catalog, RootId(row[0]))


def _compared(
    root: Path, names: Names, known: Mapping[bytes, FileRow], home: Home, looks: Looks
) -> Diff | None:
    """Compare a root with what is known of it, and look at its candidates; None if it is not believed."""
    path = os.fsencode(root)
    try:
        found = walk(path, names, skip=os.fsencode(home.state))
    except OSError:
        return None
    diff = compare(found, known)
    if lost(diff, known):
        return None
    for name, stat in diff.candidates.items():
        row = known.get(name)
        looks.look(os.path.join(path, name), stat, told=row is not None and row.stat == stat)
    return diff
