"""What becomes of hostile files, and what each costs: ``python -m bench.hostile [--manifest DIR] [--alone]``.

DIR holds ``manifest.json`` and ``raw/``; without it the cases are those of `bench.hostile_cases`. All files
are ingested at once; then their states, reasons, languages and probe words are held against what is allowed.
``--alone`` also reads each file of more than 64 KiB in a worker of its own and tells CPU seconds and the
peak of its memory above that of an idle worker. Prints what differs, and JSON figures last; exit 1 where
anything does.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.hostile_cases import cases
from bench.hostile_entries import plant, plant_others
from bench.hostile_kinds import Case
from index.cli.main import run
from index.safe import safe_excerpt, safe_line

MOST_SECONDS: Final = 10.0
MOST_MEBI: Final = 300.0
"""CPU that one file may take, and memory above that of an idle worker."""

LARGE: Final = 64 << 10

HELD: Final = frozenset({"indexed", "duplicate"})

_ALONE: Final = """
import json, resource, sys, time
from tasks.worker import confine, run_batch
from tasks.batch import FileJob
confine()
def peak():
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    # ru_maxrss begins with what the parent had
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
idle, begun = peak(), time.process_time()
for counted in (None, sys.argv[3]):
    job = [0, sys.argv[1], counted, "langdetect", *json.loads(sys.argv[4])]
    run_batch({"spool": sys.argv[2], "jobs": [job]}, None)
print(json.dumps([time.process_time() - begun, peak() - idle]))
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive says of one file: its row of ``newsfold files`` and its articles' rows of export."""

    row: Mapping[str, Any]
    articles: tuple[Mapping[str, Any], ...]
    by_probe: bool

    @property
    def text(self) -> str:
        """Everything that is stored of its articles."""
        return json.dumps(self.articles, ensure_ascii=False)


def judge(case: Case, found: Found | None) -> list[str]:
    """Return in what a file differs from what is allowed."""
    if found is None:
        return ["it has no state"]
    state, reason = found.row["state"], found.row["reason"] or ""
    faults = []
    # of two equal files either may be the canonical one
    if state not in case.allow and not (state in HELD and HELD & set(case.allow)):
        faults.append(f"{state} ({reason}), not {' or '.join(case.allow)}")
    if state == "rejected" and case.reasons and not any(word in reason for word in case.reasons):
        faults.append(f"rejected as {reason!r}, not {' or '.join(case.reasons)}")
    if state in HELD:
        faults += [f"{word!r} is not in its article" for word in case.find if word not in found.text]
        languages = {str(article["lang"]).split("-")[0] for article in found.articles}
        if case.lang and languages != {case.lang}:
            faults.append(f"its language is {languages}, not {case.lang}")
        if case.probe and not found.by_probe:
            faults.append(f"a search for {case.probe} does not find it")
    elif case.probe and found.by_probe:
        faults.append(f"a search for {case.probe} finds it")
    return faults + [f"{word!r} is in its article" for word in case.absent if word in found.text]


def manifest(folder: Path) -> list[Case]:
    """Read the cases of a manifest."""
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        Case(
            bytes.fromhex(one["path_hex"]),
            allow=tuple(one["allow"]),
            reasons=tuple(one.get("reason", ())),
            probe=one.get("probe", ""),
            find=tuple(one.get("find", ())),
            absent=tuple(one.get("not_find", ())),
            lang=one.get("lang", ""),
        )
        for one in told["cases"]
    ]


def outcomes(home: Path, what: Sequence[Case]) -> dict[bytes, Found]:
    """Ask an archive what became of the files, by their paths."""
    rows = {bytes.fromhex(row["path_hex"]): row for row in _rows(home, "files", "--json")}
    articles = {row["id"]: row for row in _rows(home, "export", "--json")}
    found = {}
    for case in what:
        row = rows.get(case.path)
        if row is None:
            continue
        ids = [article["id"] for article in row["articles"]]
        hits = _newsfold(home, "search", "--all", "--output", "ids", case.probe) if case.probe else ""
        by_probe = any(id_.startswith(hit) or hit.startswith(id_) for hit in hits.split() for id_ in ids)
        if row["state"] not in HELD:
            by_probe = bool(hits.strip())
        found[case.path] = Found(row, tuple(articles[id_] for id_ in ids), by_probe)
    return found


def _rows(home: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _newsfold(home, *arguments).splitlines()]


def _newsfold(home: Path, *arguments: str) -> str:
    """Run a command in this process and return what it printed; a failure ends the bench."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([arguments[0], "--home", str(home), *arguments[1:]])
    for stream in (out, err):
        stream.flush()
    if code > 1:
        raise SystemExit(f"newsfold {arguments[0]}: exit {code}\n{err.buffer.getvalue().decode()}")
    return out.buffer.getvalue().decode()


def cost(path: bytes) -> tuple[float, float]:
    """CPU seconds and MiB above an idle worker that one file takes, read twice as by a run."""
    seen = os.lstat(path)
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read() if seen.st_size < 1 << 28 else b"").hexdigest()
    look = json.dumps([seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino])
    with tempfile.TemporaryDirectory() as folder:
        spool = os.path.join(folder, "spool")
        command = [sys.executable, "-c", _ALONE, path.hex(), spool, digest, look]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    seconds, mebi = json.loads(done.stdout)
    return seconds, mebi


def costs(raw: bytes, what: Iterable[Case]) -> list[tuple[float, float, bytes]]:
    """Read each large file alone; the dearest first."""
    found = []
    for case in what:
        path = os.path.join(raw, case.path)
        if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) > LARGE:
            found.append((*cost(path), case.path))
    return sorted(found, reverse=True)


def main() -> int:
    """Plant, ingest, compare, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--light", action="store_true", help="without the large files")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch, "home")
        if given.manifest:
            raw = os.fsencode((given.manifest / "raw").resolve())
            # no archive can hold a socket
            what = [
                case for case in manifest(given.manifest) if os.path.lexists(os.path.join(raw, case.path))
            ]
        else:
            raw = os.fsencode(Path(scratch, "raw"))
            what = cases(heavy=not given.light)
            plant(raw, what)
            what += plant_others(raw)
        _newsfold(home, "ingest", "--direct", "--raw", os.fsdecode(raw))
        found = outcomes(home, what)
        faults = {case.path: told for case in what if (told := judge(case, found.get(case.path)))}
        for path, told in faults.items():
            print(f"{safe_excerpt(os.fsdecode(path), 60)}: {'; '.join(map(safe_line, told))}")
        figures: dict[str, Any] = {"cases": len(what), "differ": len(faults)}
        if given.alone:
            dear = costs(raw, what)
            worst = [(round(cpu, 2), round(mebi), safe_line(os.fsdecode(path))) for cpu, mebi, path in dear]
            figures["slowest"] = worst[:5]
            figures["largest"] = sorted(worst, key=lambda one: -one[1])[:5]
            figures["beyond"] = [one for one in worst if one[0] > MOST_SECONDS or one[1] > MOST_MEBI]
        print(json.dumps(figures))
    return 1 if faults or figures.get("beyond") else 0


if __name__ == "__main__":
    sys.exit(main())
