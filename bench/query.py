"""Speed of answers from an open index: ten hits with their marked passages.

``python -m bench.query [--documents N] [--queries N] [--data DIR|none] [--keep DIR]``

The same articles and the same questions go to newsfold, to Whoosh as it is (its StemmingAnalyzer, its parser,
its highlights), to SQLite's FTS5 where it is built in and to tantivy where it is installed; each in a process
of its own. A question that an engine has no words for is left out of its figures: FTS5 knows no wildcards and
no misspelt words, and neither of the two indexes keeps dates.
What counts are the ratios of one run, and CPU before wall time. With ``--keep`` the indexes stay in
that folder for the next run.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from bench import articles, asking
from bench.asking import KINDS, Question
from bench.processes import ROOT, peak_mb
from index.article import ArticleId
from index.schema import IndexDocument

DOCUMENTS: Final = 2_000
QUESTIONS: Final = 160
DEFAULT_DATA: Final = ROOT.parent / "shared" / "eval"
SAMPLED: Final = 2_000
"""Articles that the words of the questions are taken from."""

ENGINES: Final = {
    "whoosh": asking.whoosh,
    "newsfold": asking.newsfold,
    "FTS5": asking.fts5,
    "tantivy": asking.tantivy,
}
BASELINE: Final = "whoosh"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.data not in (None, "none") and not Path(options.data).is_dir():
        parser.error(f"--data: no such folder: {options.data}")
    if options.contender:
        own = Path(options.keep) / f"{options.contender}-{options.documents}"
        told = contender(options.contender, own, options.documents, options.queries, _texts(options))
        print(json.dumps(told))
        return 0
    with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as temporary:
        folder: str = options.keep or temporary
        Path(folder).mkdir(parents=True, exist_ok=True)
        report = {name: _run(options, name, folder) for name in ENGINES}
    print("\n".join(table(options.documents, report)))
    print(json.dumps({"documents": options.documents, "engines": report, "ratios": ratios(report)}))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.query", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--documents", type=int, default=DOCUMENTS, metavar="N", help="default: %(default)s")
    parser.add_argument("--queries", type=int, default=QUESTIONS, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--data", metavar="DIR", help="folder with the evaluation data; none: generated texts"
    )
    parser.add_argument("--keep", metavar="DIR", help="where the indexes stay, or are already")
    parser.add_argument("--contender", choices=ENGINES, help=argparse.SUPPRESS)
    return parser


def _texts(options: argparse.Namespace) -> list[str]:
    generated = options.data == "none" or (options.data is None and not DEFAULT_DATA.is_dir())
    return articles.texts(None if generated else Path(options.data or DEFAULT_DATA))


def _run(options: argparse.Namespace, name: str, folder: str) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "bench.query", "--contender", name, "--keep", folder]
    command += [f"--documents={options.documents}", f"--queries={options.queries}"]
    command += [f"--data={options.data}"] if options.data else []
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] | None = json.loads(done.stdout)
    return figures


def documents(texts: Sequence[str], count: int) -> Iterator[IndexDocument]:
    """Yield `count` articles made of the texts, with dates over six years and forty sources."""
    chance = random.Random(1)  # noqa: S311 - must be repeatable, not secret
    first = date(2012, 1, 1)
    for number, text in enumerate(articles.articles(texts, count)):
        day = (first + timedelta(chance.randrange(6 * 365))).isoformat()
        yield IndexDocument(
            *(ArticleId(f"{number:040x}"), " ".join(text.split()[:8]), "", text, "", "", ""),
            *(day, "2020-01-01", "en", (f"Source {number % 40}",), (f"feeds/{number}.txt",)),
        )


def questions(texts: Sequence[str], count: int) -> list[Question]:
    """Make up questions out of frequent, middling and rare words of the texts, each kind as often."""
    chance = random.Random(2)  # noqa: S311 - must be repeatable, not secret
    taken = [
        [word for word in text.lower().split() if word.isascii() and word.isalpha() and len(word) > 2]
        for text in texts[:: max(1, len(texts) // SAMPLED)]
    ]
    taken = [words for words in taken if len(words) > 20]
    frequency = Counter(word for words in taken for word in set(words))
    bands = {
        band: sorted(
            word for word, found in frequency.items() if low * len(taken) < found <= high * len(taken)
        )
        for band, low, high in (("often", 0.1, 1.0), ("middling", 0.01, 0.1), ("seldom", 0.0, 0.01))
    }
    return [asking.question(kind, chance, taken, bands) for kind in islice(_again(KINDS), count)]


def _again(kinds: Sequence[str]) -> Iterator[str]:
    while True:
        yield from kinds


def contender(name: str, folder: Path, count: int, asked: int, texts: Sequence[str]) -> dict[str, Any] | None:
    """Measure one engine in this process; None where it is not installed."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    found = 0
    with ENGINES[name](folder, documents(texts, count)) as answer:
        if answer is None:
            return None
        before = peak_mb(os.getpid())
        for question in questions(texts, asked):
            begun = time.process_time()
            hits = answer(question)
            used = 1000 * (time.process_time() - begun)
            if hits is not None:
                took[question.kind].append(used)
                found += hits > 0
    every = sorted(one for several in took.values() for one in several)
    return {
        "questions": len(every),
        "answered": found,
        "p50_ms": round(_quantile(every, 0.5), 2),
        "p95_ms": round(_quantile(every, 0.95), 2),
        "worst_ms": round(every[-1], 2),
        "peak_mb": round(peak_mb(os.getpid())),
        "grown_mb": round(peak_mb(os.getpid()) - before),
        "kinds_p50_ms": {kind: round(_quantile(sorted(some), 0.5), 2) for kind, some in took.items()},
    }


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def ratios(report: dict[str, dict[str, Any] | None]) -> dict[str, dict[str, float]]:
    """How many times less CPU an engine takes than Whoosh as it is."""
    base = report[BASELINE]
    return {
        name: {key: round(base[f"{key}_ms"] / told[f"{key}_ms"], 2) for key in ("p50", "p95", "worst")}
        for name, told in report.items()
        if base is not None and told is not None and name != BASELINE
    }


def table(count: int, report: dict[str, dict[str, Any] | None]) -> list[str]:
    """Return the report's lines for a person."""
    lines = [
        f"{count:,} articles; CPU ms of a question",
        f"{'':10}{'p50':>9}{'p95':>9}{'worst':>9}{'peak MB':>9}{'asked':>7}{'found':>7}",
    ]
    for name, told in report.items():
        if told is None:
            lines.append(f"{name:10} not installed")
            continue
        times = "".join(f"{told[key]:9.1f}" for key in ("p50_ms", "p95_ms", "worst_ms"))
        lines.append(f"{name:10}{times}{told['peak_mb']:9}{told['questions']:7}{told['answered']:7}")
    lines.append("")
    shown = [(name, told) for name, told in report.items() if told is not None]
    lines.append(f"{'p50 by kind':12}" + "".join(f"{name:>10}" for name, _ in shown))
    for kind in KINDS:
        cells = [told["kinds_p50_ms"].get(kind) for _, told in shown]
        lines.append(f"{kind:12}" + "".join(f"{'-' if one is None else f'{one:.1f}':>10}" for one in cells))
    lines += [
        f"{name}: {told['p50']:.1f} x less CPU than {BASELINE} at p50, {told['p95']:.1f} x at p95"
        for name, told in ratios(report).items()
    ]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
