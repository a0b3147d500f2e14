"""The same bytes give the same article in every process, whatever seed its hashes have."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import hashlib, sys
from dataclasses import asdict
from pathlib import Path
from tasks.decode import decode
from tasks.segment import segment
told = hashlib.sha256()
for path in sorted(Path(sys.argv[1]).rglob("*")):
    page = decode(path.read_bytes()) if path.is_file() else None
    if hasattr(page, "text"):
        told.update(repr(asdict(segment(page, explain=True))).encode())
print(told.hexdigest())
"""

ANCHORS = """Saturday, {day} March 2016 03:00
Saturday, {day} March 2016 18:00
Section one
Section two
Section three
Section four
Section five
Section six
Section seven
Section eight

Norhaven opens its new harbour bridge

5 hours ago

The new harbour bridge was opened by the mayor, nine years after the first stone was laid on the bank.

Several thousand people walked across in the first hour, many of them with children and dogs beside them.
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for number in range(4):
        (folder / f"{number}.txt").write_text(ANCHORS.format(day=10 + number), encoding="utf-8")
    return folder


def told(folder: Path, seed: int) -> str:
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-c", SCRIPT, str(folder)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout.strip()


def test_the_samples_are_read_alike():
    first = told(ROOT / "raw", 1)
    assert first not in {"", hashlib.sha256().hexdigest()}
    assert first == told(ROOT / "raw", 77)


def test_equal_evidence_for_two_days_decides_alike(pages):
    assert len({told(pages, seed) for seed in (0, 1, 2, 3, 4)}) == 1
