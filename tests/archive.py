"""An archive in a temporary folder, for tests: write pages, ingest in this process, look at what came out."""

from __future__ import annotations

import dataclasses
import io
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index import files
from index.article import State
from index.catalog import Catalog
from index.cli.main import run
from index.settings import Home, Settings, load_settings
from tasks.batch import BatchResult, FileJob, encode_batch
from tasks.ingest import ingest
from tasks.run_report import Options, RunReport
from tasks.steps import BatchRunner
from tasks.worker import run_batch

TOWNS = ["Ellery", "Marrow", "Tarn", "Hask", "Solway", "Brent", "Quill", "Ostrey", "Pell", "Varn"]
WORKS = [
    "bridge",
    "harbour",
    "library",
    "railway",
    "theatre",
    "market",
    "hospital",
    "lighthouse",
    "school",
    "dam",
]

NOTICE = (
    "The Valley Courier has served the valley since 1921 and is read by everybody who wants to know what "
    "happens there."
)
"""What a paper says of itself at the end of each story: on one page it looks like a part of the story."""


def page(number: int, *, edit: str = "", furniture: str = "Home\nNews\nSport") -> str:
    """An invented page; another `number` is another article, `edit` another last sentence."""
    town, work = TOWNS[number % 10], WORKS[number // 10 % 10]
    cost = 1000 + 37 * number
    last = (
        edit or f"The county adds {cost // 2} crowns; a levy on moorings pays the rest for {number} months."
    )
    return f"""{furniture}

{town} council approves plan {number} for the {work}

By Ada Brook

{town.upper()} - The council of {town} voted on Monday to repair the {work} at a cost of {cost} crowns, ending
a dispute that had divided the town for {number + 2} years and had cost two mayors their office.

Work on the {work} is to begin in spring, said the town's engineer, Joan Pike, who had warned since the flood
of year {1900 + number % 90} that the foundations laid by her predecessor would not bear another winter.

Residents of {town} had collected {cost * 3} signatures for the repair. "We have waited long enough for our
{work}, and we shall watch every crown of it," said the shopkeeper Tom Hale, who leads the committee {number}.

{last}

Share this
Subscribe to our newsletter
All rights reserved
"""


class InProcess:
    """Steps that do everything in this process: no workers to start, faults easy to inject."""

    mode = "direct"
    workers = 1

    def __init__(self, home: Home, before: Callable[[str], None] = lambda _: None) -> None:
        self._home = home
        self._before = before
        self._number = itertools.count()

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        self._before(name)
        return work()

    def batches(self, _: BatchRunner, batches: Sequence[tuple[FileJob, ...]]) -> Iterator[BatchResult]:
        with Catalog.open(self._home.catalog) as catalog:
            for batch in batches:
                self._before("batch")
                spool = next(self._home.spool.iterdir()) / f"test{next(self._number)}.jsonl"
                yield run_batch(json.loads(encode_batch(batch, spool)), catalog)


class Quiet:
    """Progress that nobody watches; what was said is kept."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def total(self, files: int, verb: str = "read") -> None: ...

    def advance(self, files: int) -> None: ...

    def say(self, message: str) -> None:
        self.said.append(message)


@dataclasses.dataclass(frozen=True)
class Result:
    """What a command printed, and its exit code."""

    exit_code: int
    stdout: str
    stderr: str


def command(*arguments: str, stdin: bytes = b"") -> Result:
    """Run ``newsfold`` in this process, with streams of its own."""
    streams = [
        io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="\n") for data in (stdin, b"", b"")
    ]
    before = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = streams
    try:
        code = run(list(arguments))
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    for stream in streams:
        stream.flush()
    _, out, err = (stream.buffer.getvalue().decode() for stream in streams)  # type: ignore[attr-defined]
    return Result(code, out, err)


class Archive:
    """A home with a raw folder, and what a test does with it."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.raw = folder / "raw"
        self.raw.mkdir(parents=True, exist_ok=True)

    @property
    def settings(self) -> Settings:
        return load_settings(self.home, raw=str(self.raw))

    def write(self, name: str | bytes, content: str | bytes) -> Path:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.raw), os.fsencode(name))))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(
        self,
        *,
        before: Callable[[str], None] = lambda _: None,
        settings: Settings | None = None,
        **options: Any,
    ) -> RunReport:
        steps = InProcess(self.home, before)
        return ingest(self.home, settings or self.settings, steps, Quiet(), Options(**options))

    def states(self) -> dict[str, str]:
        with Catalog.open(self.home.catalog) as catalog:
            return {os.fsdecode(row.path): row.state.value for row in files.reports(catalog)}

    def counts(self) -> dict[str, int]:
        with Catalog.open(self.home.catalog) as catalog:
            counted = files.conservation(catalog)
        assert counted.holds, str(counted)
        return {state.value: count for state, count in counted.states.items() if count}

    def state(self, name: str) -> State:
        return State(self.states()[name])

    def run(self, *arguments: str, stdin: bytes = b"") -> Result:
        """Run the command line in this process."""
        return command("--home", str(self.home.path), *arguments, stdin=stdin)

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        result = self.run(*arguments, "--json")
        return [json.loads(line) for line in result.stdout.splitlines()]

    def export(self) -> list[dict[str, Any]]:
        return self.rows("export")

    def outcome(self) -> dict[str, Any]:
        """Everything about the archive that must not depend on how it came to be."""
        return {
            "articles": [
                {key: row[key] for key in ("id", "hash", "canonical", "duplicates", "files")}
                for row in self.export()
            ],
            "files": [
                {key: row[key] for key in ("path", "state", "reason", "raw_sha256", "articles")}
                for row in self.rows("files")
            ],
        }
