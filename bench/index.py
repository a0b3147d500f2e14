"""Speed and size of indexing.

``python -m bench.index [--documents N] [--data FILE|none]``

The same articles go into Whoosh as it is (its StemmingAnalyzer, texts stored), and into newsfold's index by
Whoosh's writer and by the fast one, in one process and in two; each in a process of its own, in commits as
large as those of an ingestion. Then `COMMITS` commits of `SMALL` articles. SQLite's FTS5 and tantivy run
along where they are installed. What counts are the ratios of one run, those of CPU before those of wall time.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import lzma
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from bench import indexers
from bench.pages import generated
from bench.processes import ROOT
from index.article import ArticleId
from index.schema import IndexDocument
from tasks.commit import INDEX_COMMIT

DOCUMENTS: Final = 2_000
COMMITS: Final = 60
SMALL: Final = 20
DEFAULT_DATA: Final = ROOT.parent / "shared" / "eval" / "corpus" / "corpus10k.jsonl.xz"

WHOLE: Final = {
    "whoosh": indexers.whoosh,
    "plain": indexers.plain,
    "fast": indexers.fast,
    "fast, 2 processes": indexers.fast_in_two,
    "fast, one analysis": indexers.fast,
    "FTS5": indexers.fts5,
    "tantivy": indexers.tantivy,
}
SMALL_COMMITS: Final = {"whoosh": indexers.whoosh, "plain": indexers.plain, "fast": indexers.fast}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.data not in (None, "none") and not Path(options.data).is_file():
        parser.error(f"--data: no such file: {options.data}")
    if options.contender:
        print(json.dumps(contender(options.contender, options.small, articles(options))))
        return 0
    report: dict[str, Any] = {"documents": options.documents, "whole": {}, "small_commits": {}}
    for name in WHOLE:
        report["whole"][name] = _run(options, name)
    for name in SMALL_COMMITS:
        report["small_commits"][name] = _run(options, name, small=True)
    report["ratios"] = ratios(report["whole"])
    print("\n".join(table(report)))
    print(json.dumps(report))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.index", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--documents", type=int, default=DOCUMENTS, metavar="N", help="default: %(default)s")
    parser.add_argument("--data", metavar="FILE", help="JSON lines with title and body, .xz; none: generated")
    parser.add_argument("--contender", choices=WHOLE, help=argparse.SUPPRESS)
    parser.add_argument("--small", action="store_true", help=argparse.SUPPRESS)
    return parser


def articles(options: argparse.Namespace) -> list[IndexDocument]:
    """Return the articles to index; `one analysis` gives them a language that has no stemmer."""
    count = COMMITS * SMALL if options.small else options.documents
    lang = "und" if options.contender == "fast, one analysis" else "en"
    if options.data == "none" or (options.data is None and not DEFAULT_DATA.is_file()):
        texts = [page.partition("\n")[::2] for page in generated(count)]
    else:
        with lzma.open(options.data or DEFAULT_DATA, "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for _, line in zip(range(count), lines, strict=False)]
        texts = [(record["title"], record["body"]) for record in records]
    return [
        IndexDocument(
            *(ArticleId(f"{number:040x}"), headline, "", body, "", "", ""),
            *("2016-12-08", "2020-01-01", lang, ("Somewhere",), (f"feeds/{number}.txt",)),
        )
        for number, (headline, body) in enumerate(texts)
    ]


def _run(options: argparse.Namespace, name: str, *, small: bool = False) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "bench.index", "--contender", name, f"--documents={options.documents}"]
    command += [f"--data={options.data}"] if options.data else []
    command += ["--small"] if small else []
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] | None = json.loads(done.stdout)
    return figures


def contender(name: str, small: bool, documents: list[IndexDocument]) -> dict[str, Any] | None:
    """Measure one contender in this process; None where it is not installed."""
    size = SMALL if small else INDEX_COMMIT
    with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as folder:
        directory = Path(folder) / "index"
        cpu, wall, worst = _cpu(), time.perf_counter(), 0.0
        with WHOLE[name](directory) as index:
            if index is None:
                return None
            for at in range(0, len(documents), size):
                began = time.perf_counter()
                index(documents[at : at + size])
                worst = max(worst, time.perf_counter() - began)
        cpu, wall = _cpu() - cpu, time.perf_counter() - wall
        text = sum(len(f"{document.headline}{document.body}".encode()) for document in documents)
        stored = sum(len(zlib.compress(document.body.encode())) for document in documents)
        return {
            "documents": len(documents),
            "cpu_s": round(cpu, 3),
            "wall_s": round(wall, 3),
            "worst_commit_s": round(worst, 3),
            "files": sum(1 for _ in directory.rglob("*.seg")),
            "index_per_text": round(
                sum(p.stat().st_size for p in directory.rglob("*") if p.is_file()) / text, 3
            ),
            "stored_per_text": round(stored / text, 3),
            "peak_mb": max(resource.getrusage(who).ru_maxrss for who in _WHO) // 1024,
        }


_WHO: Final = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in _WHO]
    return sum(one.ru_utime + one.ru_stime for one in used)


def ratios(whole: dict[str, Any]) -> dict[str, dict[str, float]]:
    """How many times faster the fast writer is, by CPU and by wall time, than each other one installed."""
    return {
        f"{name} over {other}": {
            key: round(whole[other][f"{key}_s"] / whole[name][f"{key}_s"], 2) for key in ("cpu", "wall")
        }
        for name in ("fast", "fast, 2 processes")
        for other in ("whoosh", "plain", "FTS5", "tantivy")
        if whole[other]
    }


def table(report: dict[str, Any]) -> list[str]:
    """Return the report's lines for a person."""
    row: Callable[..., str] = "{:24}{:>12}{:>12}{:>12}{:>12}{:>12}{:>10}".format
    lines = [
        f"{report['documents']:,} articles",
        row("", "per CPU s", "per wall s", "index/text", "+ stored", "segments", "peak MB"),
    ]
    for name, told in report["whole"].items():
        if told is None:
            lines.append(f"{name:24}not installed")
            continue
        both = told["index_per_text"] + (told["stored_per_text"] if name.startswith(("fast", "plain")) else 0)
        speed = [f"{told['documents'] / told[key]:,.0f}" for key in ("cpu_s", "wall_s")]
        sizes = [f"{told['index_per_text']:.2f}", f"{both:.2f}"]
        lines.append(row(name, *speed, *sizes, told["files"], told["peak_mb"]))
    lines += [
        f"{name}: {told['cpu']:.2f} x CPU, {told['wall']:.2f} x wall"
        for name, told in report["ratios"].items()
    ]
    lines += ["", row(f"{COMMITS} commits of {SMALL}", "CPU s", "wall s", "worst s", "segments", "", "")]
    for name, told in report["small_commits"].items():
        lines.append(row(name, told["cpu_s"], told["wall_s"], told["worst_commit_s"], told["files"], "", ""))
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
