"""Kills ingestions and looks what is left: ``python -m bench.crash [--kills N] [--steps N] [--calls N]``.

Three ways to die, each in an archive of its own. ``--kills``: SIGKILL to the whole group of processes at a
random moment, up to four times in a row. ``--steps``: at the k-th time that the run opens a file for writing,
renames, removes, makes a folder or forces bytes to the disk. ``--calls``: at the k-th system call of a kind
in any of its processes, also those of SQLite, and the disk full or broken from there on (needs strace; left
out without).

After each death what is there must be readable and part of the truth. After one more run the archive must
be that of a run that nobody killed, a further one must change nothing, `check` must find nothing, and no file
may be left that a clean archive does not have. Prints a line for each fault and JSON figures last; exit 1
where there is a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench import pages

PAGES: Final = 24
DEATHS_IN_A_ROW: Final = 4
ENOUGH_SECONDS: Final = 300.0

CALLS: Final = {
    "rename": "rename,renameat,renameat2",
    "unlink": "unlink,unlinkat",
    "fsync": "fsync,fdatasync",
    "write": "write,pwrite64,writev",
}
FAULTS: Final = ("signal=SIGKILL", "error=ENOSPC", "error=EIO")

_NEWSFOLD: Final = [sys.executable, "-m", "index.cli.main"]
_STEPS: Final = """
import os, signal, sys
left = int(sys.argv.pop(1))
writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT

def step():
    global left
    left -= 1
    if left == 0:
        os.killpg(0, signal.SIGKILL)

def audit(event, told):
    if event in {"os.rename", "os.remove", "os.mkdir", "os.rmdir"} or (
        event == "open" and isinstance(told[2], int) and told[2] & writing
    ):
        step()

def forced(handle, force=os.fsync):
    step()
    force(handle)
    step()

os.fsync = forced
sys.addaudithook(audit)
from index.cli.main import main
main()
"""
_VARIES: Final = re.compile(r"[a-z0-9]{16}|[0-9a-f]{6,}|[0-9]+")


@dataclass(slots=True)
class Trial:
    """One archive on its way through deaths; `faults` says what was wrong."""

    home: Path
    raw: Path
    truth: dict[str, str]
    names: set[str]
    faults: list[str] = field(default_factory=list)

    def ingest(self) -> list[str]:
        """The command that may die."""
        return ["ingest", "--direct", "--quiet", "--home", str(self.home), "--raw", str(self.raw)]

    def look(self) -> None:
        """What is there after a death must be readable, and part of the truth."""
        if not (self.home / ".newsfold").is_dir():
            return
        for id_, digest in self._export():
            if self.truth.get(id_) != digest:
                self.faults.append(f"half-done, it shows {id_} otherwise than it is")
        done = newsfold("search", "--home", str(self.home), "the")
        if done.returncode > 1 or "Traceback" in done.stderr:
            self.faults.append(f"search, half-done: exit {done.returncode}: {done.stderr[-300:]}")

    def finish(self) -> None:
        """Two more runs must end in the truth, and leave nothing else behind."""
        for _ in range(2):
            done = newsfold(*self.ingest())
            if done.returncode:
                self.faults.append(f"the next run: exit {done.returncode}: {done.stderr[-300:]}")
        rows = self._export()
        held = dict(rows)
        if len(rows) != len(held):
            self.faults.append("doubled articles")
        if lost := self.truth.keys() - held.keys():
            self.faults.append(f"lost: {len(lost)}")
        if changed := {id_ for id_, digest in rows if self.truth.get(id_) != digest}:
            self.faults.append(f"changed or new: {len(changed)}")
        done = newsfold("check", "--home", str(self.home))
        if done.returncode:
            self.faults.append(f"check: {done.stdout[-300:]}")
        if litter := names(self.home) - self.names:
            self.faults.append(f"litter: {sorted(litter)[:5]}")

    def _export(self) -> list[tuple[str, str]]:
        done = newsfold("export", "--json", "--home", str(self.home))
        if done.returncode:
            self.faults.append(f"export: exit {done.returncode}: {done.stderr[-300:]}")
        return [(row["id"], row["hash"]) for row in map(json.loads, done.stdout.splitlines())]


def newsfold(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, which must come within `ENOUGH_SECONDS`."""
    return subprocess.run(
        [*_NEWSFOLD, *arguments], capture_output=True, encoding="utf-8", check=False, timeout=ENOUGH_SECONDS
    )


def names(home: Path) -> set[str]:
    """Names of all files below a home, without numbers and hashes."""
    found = (os.path.join(folder, name) for folder, _, files in os.walk(home) for name in files)
    return {_VARIES.sub("N", os.path.relpath(path, home)) for path in found}


def doomed(command: Sequence[str], *, seconds: float = ENOUGH_SECONDS) -> bool:
    """Run a command in a group of its own, killed when time is up; whether it died by a signal."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(seconds) < 0
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return True


def killed(trial: Trial, chance: random.Random, clean: float) -> None:
    """Die at random moments."""
    for _ in range(DEATHS_IN_A_ROW):
        doomed([*_NEWSFOLD, *trial.ingest()], seconds=chance.uniform(0, 1.1 * clean))
        trial.look()


def stepped(trial: Trial, step: int) -> bool:
    """Die at a step; whether the run had so many."""
    died = doomed([sys.executable, "-c", _STEPS, str(step), *trial.ingest()])
    trial.look()
    return died


def called(trial: Trial, call: str, fault: str, number: int) -> bool:
    """Die, or let the disk fail, at a system call; whether a process made so many."""
    trace = trial.home.with_suffix(".trace")
    onward = "" if fault.startswith("signal") else "+"
    options = ["-f", "-qqq", "-o", str(trace), "-e", f"trace={CALLS[call]}"]
    inject = ["-e", f"inject={CALLS[call]}:{fault}:when={number}{onward}"]
    doomed(["strace", *options, *inject, *_NEWSFOLD, *trial.ingest()])
    trial.look()
    told = trace.read_text(encoding="utf-8", errors="replace")
    return "INJECTED" in told or "killed by" in told


def trials(scratch: Path, raw: Path) -> Iterator[Trial]:
    """Yield new trials without end, after one clean run that gives the truth."""
    clean = Trial(scratch / "clean", raw, {}, set())
    done = newsfold(*clean.ingest())
    if done.returncode:
        raise SystemExit(done.stderr)
    truth = dict(clean._export())
    while True:
        home = Path(tempfile.mkdtemp(dir=scratch, prefix="home-"))
        yield Trial(home, raw, truth, names(clean.home))
        shutil.rmtree(home)


def main() -> int:
    """Kill, look, finish, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=6, help="trials with deaths at random moments")
    parser.add_argument("--steps", type=int, default=12, help="trials with a death at a step, evenly spread")
    parser.add_argument("--calls", type=int, default=1, help="trials a system call and fault, with strace")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311 - must be repeatable, not secret
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        pages.write(pages.generated(PAGES, seed=given.seed), raw)
        begun = time.monotonic()
        fresh = trials(Path(folder), raw)
        first = next(fresh)
        clean = time.monotonic() - begun
        plan = [("kill", "", 0)] * given.kills
        plan += [("step", "", step) for step in _spread(given.steps, _steps_of(first))]
        if shutil.which("strace"):
            plan += [
                ("call", f"{call} {fault}", chance.randint(1, 40))
                for call in CALLS
                for fault in FAULTS
                for _ in range(given.calls)
            ]
        for (way, what, number), trial in zip(plan, fresh, strict=False):
            if way == "kill":
                killed(trial, chance, clean)
            elif way == "step":
                count["missed"] += not stepped(trial, number)
            else:
                call, fault = what.split()
                count["missed"] += not called(trial, call, fault, number)
            trial.finish()
            count[way] += 1
            count["faults"] += len(trial.faults)
            for told in trial.faults:
                print(f"{way} {what} {number}: {told}", flush=True)
    print(json.dumps({"seed": given.seed, **count}))
    return 1 if count["faults"] else 0


def _steps_of(trial: Trial) -> int:
    """How many steps a run of this archive takes; uses up the trial."""
    code = _STEPS.replace("left == 0", "False").replace(
        "main()", "import atexit; atexit.register(lambda: print(-left, file=sys.stderr)); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "0", *trial.ingest()], capture_output=True, encoding="utf-8", check=True
    )
    return int(done.stderr.split()[-1])


def _spread(count: int, most: int) -> list[int]:
    """Return `count` numbers from 1 to `most`, evenly spread."""
    return sorted({1 + number * most // max(1, count) for number in range(count)})


if __name__ == "__main__":
    sys.exit(main())
