"""Speed of the whole pipeline.

``python -m bench.pipeline [--pages N] [--data DIR|none] [--rounds N] [--prefect]``

The same pages (`bench.sites`) go through newsfold (without Prefect, `WORKERS` workers) and through the plain
pipeline of `bench.plain`, in one process and in as many as newsfold takes; and through Recoll's indexer,
which finds neither articles nor near-duplicates, where it is installed. Each is a process of its own, once
over an empty folder and once over the pages. What counts are the ratios of one run: seconds alone say more
about the machine than about the program. ``--prefect`` adds the flow against a server that is started for it.

Prints a table, and one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import pages, prefect_share, recoll, sites, stages
from bench.contest import Contest, contender, contest
from bench.processes import ROOT
from bench.server import NoServerError

PAGES: Final = 1_000
WORKERS: Final = 2
NEWSFOLD: Final = "newsfold"
PLAIN: Final = "plain"
PLAIN_PARALLEL: Final = f"plain, {WORKERS} processes"
RECOLL: Final = "recoll"
DEFAULT_DATA: Final = ROOT.parent / "shared" / "eval"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        source, texts = _texts(options.data, options.pages)
    except OSError as error:
        parser.error(f"--data: {error}")
    try:
        with tempfile.TemporaryDirectory(prefix="newsfold-bench-") as folder:
            report = measure(texts, Path(folder), rounds=options.rounds, prefect=options.prefect)
    except NoServerError as error:
        parser.exit(3, f"{parser.prog}: {error}\n")
    report = {"pages": len(texts), "source": source, "workers": WORKERS, "rounds": options.rounds} | report
    print("\n".join(table(report)))
    print(json.dumps(_rounded(report)))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.pipeline", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--pages", type=_positive, default=PAGES, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--data", metavar="DIR", help="folder with the evaluation data; none: generated pages instead"
    )
    parser.add_argument(
        "--rounds", type=_positive, default=1, metavar="N", help="so often, the best counts; default: 1"
    )
    parser.add_argument("--prefect", action="store_true", help="what the flow costs, too (Linux)")
    return parser


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _texts(data: str | None, count: int) -> tuple[str, list[str]]:
    """Return where the pages are from, and the pages. Raises OSError where `data` has none."""
    if data == "none" or (data is None and not (DEFAULT_DATA / pages.SEGMENTATION).is_file()):
        return "generated", pages.generated(count)
    return "evaluation data", list(islice(sites.composed(Path(data or DEFAULT_DATA)), count))


def measure(texts: Sequence[str], folder: Path, *, rounds: int, prefect: bool) -> dict[str, Any]:
    """Measure everything over the same pages. Raises NoServerError."""
    raw = folder / "raw"
    pages.write(texts, raw)
    runs = {NEWSFOLD: contender("newsfold", workers=WORKERS)}
    runs |= {PLAIN: contender("plain", workers=1), PLAIN_PARALLEL: contender("plain", workers=WORKERS)}
    if recoll.installed():
        runs[RECOLL] = contender("recoll", workers=WORKERS)
    done = contest(raw, folder, runs, rounds=rounds)
    size = _bytes(raw)
    report: dict[str, Any] = {
        "text_bytes": size,
        "contenders": {name: _figures(one, size, folder / f"{name}-0") for name, one in done.items()},
        "ratios": {name: ratios(done[NEWSFOLD], one) for name, one in done.items() if name != NEWSFOLD},
        "stages_cpu_ms_per_page": _by_stage(raw, folder / "stages", len(texts)),
    }
    if prefect:
        report["prefect"] = prefect_share.measure(raw, folder / "with-prefect", rounds=rounds)
    return report


def _figures(one: Contest, size: int, home: Path) -> dict[str, Any]:
    figures = one.figures()
    figures |= {"mb_per_wall_s": size / 1e6 / one.full.wall, "disk_bytes": _bytes(home)}
    if commits := figures.pop("commit_s", None):
        figures |= {"commits": len(commits), "commit_s": median(commits), "longest_commit_s": max(commits)}
    return figures


def _by_stage(raw: Path, folder: Path, count: int) -> dict[str, float]:
    return {name: 1000 * spent / count for name, spent in stages.measure(raw, folder).items()}


def ratios(newsfold: Contest, other: Contest) -> dict[str, float]:
    """Return newsfold's pages per second over another contender's: above 1, newsfold is faster.

    `marginal` leaves out what an empty folder costs. newsfold's workers start, and new files settle for a
    second, only where there are pages: that stays in.
    """
    return {
        "per_cpu_second": other.full.cpu / newsfold.full.cpu,
        "per_wall_second": other.full.wall / newsfold.full.wall,
        "per_cpu_second_marginal": other.marginal / newsfold.marginal,
        "per_wall_second_marginal": other.marginal_wall / newsfold.marginal_wall,
    }


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


ROWS: Final = (
    ("pages per CPU second", "pages_per_cpu_s"),
    ("pages per wall second", "pages_per_wall_s"),
    ("MB of text per wall second", "mb_per_wall_s"),
    ("CPU ms per page, start included", "cpu_ms_per_page"),
    ("CPU ms per page, start left out", "marginal_cpu_ms_per_page"),
    ("start: CPU s over an empty folder", "start_cpu_s"),
    ("whole: wall s", "wall_s"),
    ("whole: CPU s", "cpu_s"),
    ("worst round above the best, % of CPU", "spread_percent"),
    ("peak MB, all processes at one time", "all_mb"),
    ("peak RSS MB, main process", "peak_mb"),
    ("peak RSS MB, largest other process", "worker_mb"),
    ("bytes on the disk", "disk_bytes"),
    ("commits", "commits"),
    ("s of a commit, median", "commit_s"),
    ("s of the longest commit", "longest_commit_s"),
)
"""Lines of the table: what they are called, and the figure."""
RATIOS: Final = (
    ("newsfold is faster, per CPU second", "per_cpu_second"),
    ("newsfold is faster, per wall second", "per_wall_second"),
    ("… by CPU, starts left out", "per_cpu_second_marginal"),
    ("… by wall time, starts left out", "per_wall_second_marginal"),
)


PREFECT_ROWS: Final = (
    ("start: wall s over an empty folder", "start_wall_s"),
    ("start: CPU s, the server's included", "start_cpu_s"),
    ("whole: wall s", "wall_s"),
    ("whole: CPU s", "cpu_s"),
    ("whole: CPU s of the server", "server_cpu_s"),
    ("worst round above the best, % of CPU", "spread_percent"),
)


def table(report: dict[str, Any]) -> Iterator[str]:
    """Yield the report's lines for a person."""
    contenders, compared = report["contenders"], report["ratios"]
    yield f"{report['pages']:,} pages ({report['source']}), {report['text_bytes']:,} bytes of text"
    for name, told in contenders.items():
        yield f"{name:20}" + ", ".join(f"{count:,} {state}" for state, count in told["states"].items())
    yield ""
    yield f"{'':38}" + "".join(f"{name:>20}" for name in contenders)
    for title, figure in ROWS:
        yield f"{title:38}" + "".join(f"{_number(told.get(figure)):>20}" for told in contenders.values())
    for title, ratio in RATIOS:
        cells = (f"{compared[name][ratio]:.2f} x" if name in compared else "" for name in contenders)
        yield f"{title:38}" + "".join(f"{cell:>20}" for cell in cells)
    yield ""
    spent = report["stages_cpu_ms_per_page"]
    yield "newsfold's stages, measured alone, CPU ms per page"
    for stage, milliseconds in spent.items():
        yield f"  {stage:36}{milliseconds:12.2f}{milliseconds / sum(spent.values()):12.0%}"
    rest = contenders[NEWSFOLD]["marginal_cpu_ms_per_page"] - sum(spent.values())
    yield f"  {'the rest: workers start, spool':36}{rest:12.2f}"
    if "prefect" in report:
        yield from _prefect_lines(report["prefect"])
    yield ""
    yield f"{report['rounds']} round(s) on one machine: trust ratios, those of CPU before those of wall time,"
    yield "and none that is smaller than what the rounds differ by (--rounds 3 shows that)."


def _prefect_lines(told: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'Prefect':38}{'flow':>12}{'direct':>12}"
    for title, figure in PREFECT_ROWS:
        yield f"{title:38}{_number(told['flow'][figure]):>12}{_number(told['direct'][figure]):>12}"
    yield f"{'marginal share of Prefect, % of CPU':38}{_number(told['marginal_percent']):>12}"


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return {key: _rounded(inner) for key, inner in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    raise SystemExit(main())
