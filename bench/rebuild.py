"""A rebuild that is killed, and readers all the while: ``python -m bench.rebuild``.

A catalog of N articles (`--documents`) of generated text is written straight into its tables, with their
raw files. Then ``newsfold rebuild --direct`` runs as a process of its own and is killed (SIGKILL, all
that it started) when half of the new generation stands; meanwhile, and after, a search must answer from
the old one. A second run completes the rebuild. Measured is the most memory that all its processes held
at once. All the while readers open the index and search it, as ``newsfold count`` does; at the end runs
that change files go on until the readers have opened it `--opens` times.

Prints one JSON object last; exit code 1 where an answer was wrong, something was left over, or more
memory was held than `LIMIT_MB`. Linux.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import pages
from bench.processes import ROOT, Memory
from index import articles, files
from index.article import PIPELINE, Article, Language, State, Story, VersionId, article_id
from index.articles import Version
from index.catalog import Catalog, now
from index.commits import latest_generation
from index.files import Stat
from index.settings import Home

LIMIT_MB: Final = 1024.0
NEWSFOLD: Final = ("-c", "from index.cli.main import main; main()")
READERS: Final = 2
WORD: Final = "zanzibar"
"""Stands in every article."""


def fill(home: Home, raw: Path, count: int) -> None:
    """Write a catalog of `count` articles that stand alone, and their raw files; the index is still empty."""
    texts = pages.generated(min(count, 2_000))
    engine = Language(code="en", probability=1.0, engine="langdetect", reliable=True, second=None)
    with Catalog.open(home.catalog) as catalog:
        for start in range(0, count, 1_000):
            with catalog.transaction():
                for number in range(start, min(start + 1_000, count)):
                    _put(catalog, raw, number, texts[number % len(texts)], engine)
        with catalog.transaction():
            articles.queue_all(catalog)
            catalog.db.execute(files.WALKED_BY_ROWS)


def _put(catalog: Catalog, raw: Path, number: int, text: str, language: Language) -> None:
    version = VersionId(f"{number:064x}")
    id_ = article_id(version, 0)
    path = raw / f"{number // 1000:03d}" / f"{number:06d}.txt"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f"{number}", encoding="ascii")
    story = Story(headline=f"Report {number} from {WORD}", body=text, date="2024-05-06")
    article = Article(id_, version, 0, story, language, f"{number:040x}", len(text.split()), PIPELINE)
    made = Version(version, len(text), "utf-8", 0, guessed=False, reject=None, pipeline=PIPELINE)
    articles.put_version(catalog, made)
    articles.put_article(catalog, article, now())
    catalog.db.execute(
        "INSERT INTO entry VALUES (?1, ?2, ?3, NULL, 0, 0, 0, x'', ?1)",
        (id_, article.text_hash, article.words),
    )
    catalog.db.execute("INSERT INTO event VALUES (?, x'', x'', x'', NULL, 1)", (id_,))
    root = files.root_id(catalog, os.fsencode(raw))
    name = os.fsencode(path.relative_to(raw))
    stat = Stat.of(path.stat())
    files.put_seen(catalog, root, [(name, stat, State.INDEXED, "")], walked=number + 1)
    file = catalog.db.execute("SELECT max(id) FROM file").fetchone()[0]
    files.hold(catalog, file, version)
    catalog.db.execute("INSERT OR IGNORE INTO page VALUES (0, ?)", (b"",))
    catalog.db.execute("UPDATE file SET page = 0 WHERE id = ?", (file,))


@dataclass(slots=True)
class Readers:
    """Processes that search until they are told to stop; each prints a line a search."""

    home: Path
    least: int
    opens: int = 0
    errors: list[str] = field(default_factory=list)
    stopped: bool = False
    _processes: list[subprocess.Popen[str]] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin to read."""
        for _ in range(READERS):
            command = [sys.executable, "-m", "bench.rebuild", "--read", str(self.home)]
            process = subprocess.Popen(
                command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            thread = threading.Thread(target=self._listen, args=(process,))
            thread.start()
            self._processes.append(process)
            self._threads.append(thread)

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            found = line.removeprefix("found ").strip()
            if line.startswith("found ") and found.isdecimal() and int(found) >= self.least:
                self.opens += 1
            elif not self.stopped:  # or it is what a killed reader had begun to print
                self.errors.append(line.rstrip())

    def stop(self) -> None:
        """Stop reading."""
        self.stopped = True
        for process in self._processes:
            process.kill()
        for process, thread in zip(self._processes, self._threads, strict=True):
            process.wait()
            thread.join()


def read(home: Path) -> None:
    """Search as the command does, again and again, and print how many were found."""
    from index.cli.main import run  # noqa: PLC0415 - only the reading process needs it

    while True:
        print("found ", end="")
        if run(["--home", str(home), "count", WORD]):
            print("nothing")
        sys.stdout.flush()


def newsfold(home: Path, raw: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a command."""
    command = [sys.executable, *NEWSFOLD, "--home", str(home), "--raw", str(raw), "--quiet", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)


def finished(home: Path, raw: Path, *arguments: str) -> dict[str, float]:
    """Run a command to its end; return its peaks of memory, in MB. Raises where it fails."""
    process = newsfold(home, raw, *arguments)
    with Memory(process.pid, every=0.1) as memory:
        code = process.wait()
    if code:
        raise SystemExit(f"newsfold {' '.join(arguments)}: exit code {code}")
    return memory.peaks()


def killed_halfway(home: Home, raw: Path, count: int) -> int:
    """Kill a rebuild when half of its articles are in the new generation; return how many were."""
    process = newsfold(home.path, raw, "rebuild", "--direct")
    done = 0
    while done * 2 < count and process.poll() is None:
        time.sleep(0.2)
        with _reading(home) as catalog:
            goal = catalog.setting("building", "0")
            query = "SELECT count(*) FROM article WHERE indexed = ?"
            done = catalog.db.execute(query, (int(goal),)).fetchone()[0] if goal != "0" else 0
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return int(done)


def _reading(home: Home) -> Catalog:
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        raise SystemExit("the catalog is gone")
    return catalog


def counted(home: Path) -> int:
    """Count what a search finds."""
    command = [sys.executable, *NEWSFOLD, "--home", str(home), "count", WORD]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def churn(home: Path, raw: Path, readers: Readers, opens: int) -> int:
    """Change files and ingest, now and then rebuild, until the readers have opened the index so often."""
    for number in itertools.count(1):
        if readers.opens >= opens or readers.errors:
            return number - 1
        text = (
            f"Report {number} from {WORD}\n\nThe council of {WORD} met {number} times this year, and voted.\n"
            * 3
        )
        (raw / f"new{number % 7}.txt").write_text(text, encoding="utf-8")
        finished(home, raw, *(("rebuild", "--direct") if number % 10 == 0 else ("ingest", "--direct")))
    return 0


def measure(count: int, opens: int, folder: Path) -> dict[str, Any]:
    """Do all of it."""
    home, raw = Home(folder / "home"), folder / "raw"
    home.make_state()
    raw.mkdir()
    fill(home, raw, count)
    first = finished(home.path, raw, "ingest", "--direct")
    before = counted(home.path)
    readers = Readers(home.path, count)
    readers.start()
    try:
        done = killed_halfway(home, raw, count)
        meanwhile = counted(home.path)
        old = latest_generation(home.generation(1))
        peaks = finished(home.path, raw, "ingest", "--direct")
        whole = finished(home.path, raw, "rebuild", "--direct")
        runs = churn(home.path, raw, readers, opens)
    finally:
        readers.stop()
    left = sorted(path.name for path in home.generation(0).parent.iterdir())
    return {
        "documents": count,
        "found": [before, meanwhile, counted(home.path)],
        "killed_at": done,
        "old_index_answered": old is not None,
        "first_index": first,
        "rest_of_the_rebuild": peaks,
        "whole_rebuild": whole,
        "generations_left": left,
        "opens": readers.opens,
        "runs_meanwhile": runs,
        "errors": readers.errors[:10],
        "ok": not readers.errors
        and before == meanwhile == count
        and len(left) == 1
        and max(first["all_mb"], peaks["all_mb"], whole["all_mb"]) <= LIMIT_MB,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or read."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--opens", type=int, default=10_000)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.read is not None:
        read(options.read)
    folder = Path(tempfile.mkdtemp())
    try:
        found = measure(options.documents, options.opens, folder)
    finally:
        shutil.rmtree(folder)
    print(json.dumps(found))
    return 0 if found["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
