"""How well articles are found on pages: ``python -m evals.segmentation GOLD [--out PRED] [--html] [--cv]``.

GOLD is JSON lines, plain or ``.xz``: ``{id, gold_body, text}``, with ``--html`` ``{id, gold_body,
html_b64}``;
``source`` and ``site`` serve the subsets. Runs the very function that the pipeline runs, each page alone,
writes
``{id, body}`` to PRED and prints one JSON object of figures last. The news subset are the pages whose
`source` is none of `NOT_NEWS`: WCXB holds blogs, guides and shops too, the Chinese set forums and home pages.

``--cv`` splits the pages by site into `FOLDS` folds and adds each fold's shingle F1 with mean and minimum:
nothing is fitted at run time, so it shows the spread over sites, not a held-out figure.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evals import records, shingles
from index.article import Page
from tasks.segment import segment

NOT_NEWS: Final = frozenset({"wcxb", "zh-dataset"})
FOLDS: Final = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """One page: its score, the body found, where it is from."""

    id: str
    body: str
    score: shingles.PageScore
    source: str
    site: str
    cpu_ms: float

    @property
    def news(self) -> bool:
        """Whether the page counts to the news subset."""
        return self.source not in NOT_NEWS


def judge(record: dict[str, Any], *, html: bool) -> Judged:
    """Segment a record's page as the pipeline would and compare the body with gold."""
    page = _page(record, html=html)
    begun = time.process_time()
    stories = segment(page).stories
    spent = time.process_time() - begun
    body = "\n\n".join(story.body for story in stories)
    return Judged(
        id=str(record["id"]),
        body=body,
        score=shingles.score(record["gold_body"], body),
        source=str(record.get("source", "")),
        site=str(record.get("site") or record.get("page") or record["id"]),
        cpu_ms=spent * 1000,
    )


def _page(record: dict[str, Any], *, html: bool) -> Page:
    if html:
        source = base64.b64decode(record["html_b64"]).decode("utf-8", errors="replace")
        return Page(text=source.replace("\r\n", "\n").replace("\r", "\n"), encoding="utf-8", html=True)
    return Page(text=record["text"], encoding="utf-8")


def figures(pages: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures of all pages, CPU milliseconds a page, and the same scores for the news subset."""
    news = [page.score for page in pages if page.news]
    return {
        **shingles.figures([page.score for page in pages]),
        "cpu_ms_per_page": sum(page.cpu_ms for page in pages) / max(1, len(pages)),
        "news": shingles.figures(news),
        "news_is": f"source not in {sorted(NOT_NEWS)}",
    }


def by_site(pages: Sequence[Judged]) -> dict[str, Any]:
    """Return shingle F1 of `FOLDS` disjoint sets of sites: each, mean and minimum, all and news."""
    report: dict[str, Any] = {"folds": FOLDS}
    for name, chosen in (("all", list(pages)), ("news", [page for page in pages if page.news])):
        scored = [
            shingles.figures([page.score for page in fold])["shingle_f1"]
            for number in range(FOLDS)
            if (fold := [page for page in chosen if _fold(page.site) == number])
        ]
        report[name] = {
            "shingle_f1": scored,
            "mean": sum(scored) / len(scored) if scored else 0.0,
            "min": min(scored, default=0.0),
        }
    return report


def _fold(site: str) -> int:
    return hashlib.sha256(site.encode()).digest()[0] % FOLDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code."""
    options = _options(arguments)
    pages = [judge(record, html=options.html) for record in records.read(options.gold)]
    if options.out is not None:
        records.write(options.out, _predictions(pages))
    report = figures(pages) | ({"by_site": by_site(pages)} if options.cv else {})
    print(json.dumps(_rounded(report)))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.segmentation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of pages with their right bodies")
    parser.add_argument("--out", type=Path, metavar="PRED", help="write {id, body} there")
    parser.add_argument("--html", action="store_true", help="the pages are HTML (html_b64)")
    parser.add_argument("--cv", action="store_true", help="add the figures of disjoint sets of sites")
    return parser.parse_args(arguments)


def _predictions(pages: Iterable[Judged]) -> list[dict[str, Any]]:
    return [{"id": page.id, "body": page.body} for page in pages]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    raise SystemExit(main())
