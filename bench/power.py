"""What a loss of power leaves: ``python -m bench.power [--pages N] [--stride N]`` (needs strace).

One real ingestion, with its workers, runs under strace, which writes down what it does to its home folder.
From that a disk is played back that forgets: a file has the bytes of its last fsync, a folder the names of
its own last fsync (``strict``), or the names as they are, with such bytes (``names``: a file system that
keeps renames and not data). The power goes after every single call. What is left then must open, must not
know less than what was acknowledged before, and one run must make of it what the undisturbed run made.

The shared memory beside SQLite's log is forgotten, too; SQLite makes it again. Prints a line a failure, and
one JSON object last; exit code 1 where anything failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench import pages
from bench.bitrot import complete, exported
from index.articles import all_articles
from index.catalog import Catalog
from index.errors import NewsfoldError
from index.files import reports
from index.settings import Home
from tasks import scan
from tasks.maintain import find

CALLS: Final = (
    "openat,write,pwrite64,ftruncate,lseek,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,link,linkat"
)
CATALOG: Final = "catalog.sqlite3"
STRICT: Final = "strict"
NAMES: Final = "names"

_LINE: Final = re.compile(r"(?P<pid>\d+) +(?P<call>.*)", re.DOTALL)
_RESUMED: Final = re.compile(r"<\.\.\. \w+ resumed>")
_DONE: Final = re.compile(
    r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>-?\d+)(?P<opened><.*>)?", re.DOTALL
)
_DESCRIPTOR: Final = re.compile(r"(?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2})*)>")
_STRING: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(slots=True)
class File:
    """A file: its bytes as processes see them, and as the disk has them."""

    seen: bytearray = field(default_factory=bytearray)
    kept: bytes = b""


class Disk:
    """A disk below one folder; everything in it is named relative to that."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._seen: dict[str, File | None] = {"": None}
        self._kept: dict[str, File | None] = {"": None}
        self._places: dict[str, int] = {}

    def play(self, name: str, paths: list[str], data: bytes, numbers: list[int], text: str) -> bool:
        """Do what a call did; return whether the disk may have changed by it."""
        inside = [
            path[len(self._folder) + 1 :] for path in paths if f"{path}/".startswith(f"{self._folder}/")
        ]
        if not inside:
            return False
        path = inside[-1] if name in {"openat", "unlinkat", "mkdirat"} else inside[0]
        match name:
            case "openat":
                return self._open(path, text)
            case "write" | "pwrite64":
                return self._write(path, data, numbers[-2] if name == "pwrite64" else None)
            case "lseek":
                self._places[path] = numbers[-1]
            case "ftruncate":
                self._file(path).seen = (self._file(path).seen + bytes(numbers[0]))[: numbers[0]]
            case "fsync" | "fdatasync":
                return self._sync(path)
            case "mkdir" | "mkdirat":
                self._seen[path] = None
                return True
            case "unlink" | "unlinkat" | "rmdir":
                self._seen.pop(path, None)
                return True
            case "link" | "linkat":
                self._seen[inside[-1]] = self._seen[inside[0]]
                return True
            case _:
                self._rename(inside[-2], inside[-1])
                return True
        return False

    def _open(self, path: str, text: str) -> bool:
        if "O_WRONLY" in text or "O_RDWR" in text:
            fresh = path not in self._seen and "O_CREAT" in text
            if fresh:
                self._seen[path] = File()
            if "O_TRUNC" in text:
                self._file(path).seen.clear()
            self._places[path] = len(self._file(path).seen) if "O_APPEND" in text else 0
            return fresh
        return False

    def _file(self, path: str) -> File:
        found = self._seen[path]
        if found is None:
            raise IsADirectoryError(path)
        return found

    def _write(self, path: str, data: bytes, place: int | None) -> bool:
        file = self._file(path)
        start = self._places.get(path, 0) if place is None else place
        file.seen.extend(bytes(max(0, start - len(file.seen))))
        file.seen[start : start + len(data)] = data
        if place is None:
            self._places[path] = start + len(data)
        return False

    def _sync(self, path: str) -> bool:
        if (file := self._seen.get(path)) is not None:
            file.kept = bytes(file.seen)
            return True
        for name in [name for name in self._kept if name and _parent(name) == path]:
            del self._kept[name]
        self._kept.update((name, held) for name, held in self._seen.items() if name and _parent(name) == path)
        return True

    def _rename(self, old: str, new: str) -> None:
        for name in [name for name in self._seen if name == old or name.startswith(f"{old}/")]:
            self._seen[new + name[len(old) :]] = self._seen.pop(name)

    def seen(self) -> dict[str, bytes | None]:
        """Return what processes see: the bytes of files by name, None for a folder."""
        return {
            name: None if file is None else bytes(file.seen)
            for name, file in sorted(self._seen.items())
            if name and not name.endswith("-shm")
        }

    def left(self, kind: str) -> dict[str, bytes | None]:
        """Return what a loss of power leaves: the bytes of files by name, None for a folder."""
        names = self._kept if kind == STRICT else self._seen
        found: dict[str, bytes | None] = {}
        for name, file in sorted(names.items()):
            if name and (not _parent(name) or _parent(name) in found) and not name.endswith("-shm"):
                found[name] = None if file is None else file.kept
        return found


def _parent(name: str) -> str:
    return name.rpartition("/")[0]


def calls(log: Path) -> Iterator[tuple[str, list[str], bytes, list[int], str]]:
    """Yield the calls that succeeded: name, paths, data written, numbers (the result last), the rest."""
    begun: dict[str, str] = {}
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _LINE.match(line)
            if found is None:
                continue
            text = found["call"].rstrip("\n")
            if text.endswith("<unfinished ...>"):
                begun[found["pid"]] = text.removesuffix("<unfinished ...>").rstrip()
                continue
            if _RESUMED.match(text):
                text = begun.pop(found["pid"], "") + _RESUMED.sub("", text)
            done = _DONE.match(text)
            if done is not None and int(done["result"]) >= 0:
                yield _call(done)


def _call(done: re.Match[str]) -> tuple[str, list[str], bytes, list[int], str]:
    arguments = done["arguments"]
    folders = [_bytes(one).decode() for one in _DESCRIPTOR.findall(arguments)]
    strings = [_bytes(one) for one in _STRING.findall(arguments)]
    rest = _STRING.sub("", _DESCRIPTOR.sub("", arguments))
    numbers = [int(one) for one in re.findall(r"(?<![\w.])-?\d+(?!\w)", rest)] + [int(done["result"])]
    if done["name"] in {"write", "pwrite64"}:
        return done["name"], folders, strings[0] if strings else b"", numbers, rest
    named = [string.decode() for string in strings]
    if done["name"].endswith("at") or done["name"] == "renameat2":
        named = [str(Path(folder, name)) for folder, name in zip(folders, named, strict=False)]
    return done["name"], named or folders, b"", numbers, rest


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


@dataclass(slots=True)
class Outcome:
    """How many states were looked at, and what was wrong with them."""

    points: int = 0
    states: int = 0
    wrong: list[str] = field(default_factory=list)


def record(folder: Path, raw: Path) -> Path:
    """Ingest under strace into ``folder/home``; return the log."""
    home, log = folder / "home", folder / "strace.log"
    home.mkdir()
    command = [sys.executable, "-c", "from index.cli.main import main; main()"]
    command += ["ingest", "--direct", "--quiet", "--home", str(home), "--raw", str(raw)]
    trace = ["strace", "-f", "-y", "-xx", "-s", "100000000", "-o", str(log), "-e", f"trace={CALLS}"]
    subprocess.run([*trace, *command], check=True, stdout=subprocess.DEVNULL)
    return log


def play_back(folder: Path, raw: Path, stride: int = 1) -> Outcome:
    """Cut the power after every call of a recorded ingestion, and look at what is left."""
    truth = exported(folder / "home")
    outcome = Outcome()
    looked: set[str] = set()
    told = _Told(folder / "told")
    disk = Disk(folder / "home")
    for name, paths, data, numbers, text in calls(folder / "strace.log"):
        if not disk.play(name, paths, data, numbers, text):
            continue
        outcome.points += 1
        where = f"{name} {paths}"
        for kind in (STRICT, NAMES):
            left = disk.left(kind)
            if (key := _digest(left)) not in looked:
                looked.add(key)
                wrong = _look(folder / "after", left, raw, truth, rerun=len(looked) % stride == 0)
                outcome.wrong += [f"{kind}, after {where}: {what}" for what in wrong]
        # what comes after a commit shows that it was acknowledged
        if CATALOG not in paths[-1] and (lost := told.by(disk.seen()) - told.by(disk.left(STRICT))):
            outcome.wrong.append(f"after {where}: {len(lost)} facts are lost that were told")
    outcome.states = len(looked)
    _write(folder / "after", disk.left(STRICT))
    if exported(folder / "after") != truth:
        outcome.wrong.append("the run has ended, and what it said is not on the disk")
    return outcome


class _Told:
    """What a catalog tells whoever asks: which articles a search finds, and the files with their states."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, frozenset[str]] = {}

    def by(self, disk: Mapping[str, bytes | None]) -> frozenset[str]:
        """Ask the catalog of a disk."""
        kept = {name: data for name, data in disk.items() if data is None or CATALOG in name}
        key = _digest(kept)
        if key not in self._known:
            _write(self._folder, kept)
            self._known[key] = self._ask()
        return self._known[key]

    def _ask(self) -> frozenset[str]:
        catalog = Catalog.read(Home(self._folder).catalog)
        if catalog is None:
            return frozenset()
        with catalog:
            found = {stored.article.id for stored in all_articles(catalog)}
            return frozenset(found | {f"{row.path!r} is {row.state}" for row in reports(catalog)})


def _digest(left: Mapping[str, bytes | None]) -> str:
    digest = hashlib.blake2b()
    for name, data in left.items():
        digest.update(f"{name}\0{len(data or b'')}\0".encode() + (data or b""))
    return digest.hexdigest()


def _write(folder: Path, left: Mapping[str, bytes | None]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, data in left.items():
        if data is None:
            (folder / name).mkdir(mode=0o700)
        else:
            (folder / name).write_bytes(data)


def _look(folder: Path, left: Mapping[str, bytes | None], raw: Path, truth: str, *, rerun: bool) -> list[str]:
    """Open what is left, run once more, compare; return what is wrong."""
    _write(folder, left)
    try:
        wrong = [str(finding) for finding in find(Home(folder), read_raw=False)]
        if rerun:
            complete(folder, raw)
            wrong += [str(finding) for finding in find(Home(folder), read_raw=True)]
            wrong += ["its export is not that of an undisturbed run"] if exported(folder) != truth else []
    except NewsfoldError as error:
        return [error.message]
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Record, play back, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--stride", type=int, default=1, help="complete only every so many of the states")
    options = parser.parse_args(arguments)
    if shutil.which("strace") is None:
        print("strace is not installed", file=sys.stderr)
        return 2
    scan.SETTLE_SECONDS = 0.0  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        pages.write(pages.generated(options.pages), folder / "raw")
        record(folder, folder / "raw")
        outcome = play_back(folder, folder / "raw", options.stride)
    for what in outcome.wrong:
        print(what)
    print(json.dumps({"points": outcome.points, "states": outcome.states, "wrong": len(outcome.wrong)}))
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
