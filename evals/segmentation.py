"""How well articles are found on pages: ``python -m evals.segmentation GOLD [--out PRED] [--html] [--cv]``.

GOLD is JSON lines, plain or ``.xz``: ``{id, gold_body, text}``, with ``--html`` ``{id, gold_body,
html_b64}``;
``source`` and ``site`` serve the subsets. Runs the very function that the pipeline runs, each page alone,
writes
``{id, body}`` to PRED and prints one JSON object of figures last. The news subset are the pages whose
`source` is none of `NOT_NEWS`: WCXB holds blogs, guides and shops too, the Chinese set forums and home pages.

``--cv`` cross-validates by site: the sites are split into `FOLDS` folds, and the pages of each are judged
with a line model fitted on the others (`evals.line_model`). The rules and thresholds around the model were
chosen on the development data all the same, and the HTML way has weights of its own: there it shows the
spread only. Each fold's shingle F1 is added, with mean and minimum. ``--by language,converter`` adds the
figures of subsets, with the number of distinct pages.
"""

from __future__ import annotations

import argparse
import base64
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evals import line_model, records, shingles
from evals.folds import FOLDS, fold_of
from index.article import Page
from tasks.segment import segment, segment_text
from tasks.trees import Trees

NOT_NEWS: Final = frozenset({"wcxb", "zh-dataset"})
SUBSETS: Final = ("language", "converter", "source")


@dataclass(frozen=True, slots=True)
class Judged:
    """One page: its score, the body found, where it is from."""

    id: str
    body: str
    score: shingles.PageScore
    source: str
    site: str
    cpu_ms: float
    page: str
    subsets: tuple[str, ...]

    @property
    def news(self) -> bool:
        """Whether the page counts to the news subset."""
        return self.source not in NOT_NEWS


def judge(record: dict[str, Any], *, html: bool, model: Trees | None = None) -> Judged:
    """Segment a record's page as the pipeline would and compare the body with gold.

    `model` stands in for the shipped line model, for text pages.
    """
    page = _page(record, html=html)
    begun = time.process_time()
    found = segment(page) if model is None or html else segment_text(page.text, model=model)
    stories = found.stories
    spent = time.process_time() - begun
    body = "\n\n".join(story.body for story in stories)
    return Judged(
        id=str(record["id"]),
        body=body,
        score=shingles.score(record["gold_body"], body),
        source=str(record.get("source", "")),
        site=_site(record),
        cpu_ms=spent * 1000,
        page=str(record.get("page") or record["id"]),
        subsets=tuple(f"{name}={record.get(name)}" for name in SUBSETS),
    )


def judge_all(gold: Sequence[dict[str, Any]], *, html: bool, refit: bool) -> list[Judged]:
    """Judge every page; with `refit` by a line model that saw no page of its fold of sites."""
    if html or not refit:
        return [judge(record, html=html) for record in gold]
    judged = []
    for number in range(FOLDS):
        inside = [fold_of(_site(record)) == number for record in gold]
        model = line_model.fitted(record for record, held in zip(gold, inside, strict=True) if not held)
        judged += [
            judge(record, html=False, model=model) for record, held in zip(gold, inside, strict=True) if held
        ]
    return judged


def _site(record: dict[str, Any]) -> str:
    return str(record.get("site") or record.get("page") or record["id"])


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
            if (fold := [page for page in chosen if fold_of(page.site) == number])
        ]
        report[name] = {
            "shingle_f1": scored,
            "mean": sum(scored) / len(scored) if scored else 0.0,
            "min": min(scored, default=0.0),
        }
    return report


def by_subset(pages: Sequence[Judged], names: Sequence[str]) -> dict[str, Any]:
    """Return the figures of each value of the fields, and how many distinct pages it stands on."""
    groups: dict[str, list[Judged]] = {}
    for page in pages:
        for subset in page.subsets:
            if subset.split("=")[0] in names:
                groups.setdefault(subset, []).append(page)
    return {
        subset: {
            "distinct": len({page.page for page in found}),
            **shingles.figures([page.score for page in found]),
        }
        for subset, found in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code."""
    options = _options(arguments)
    pages = judge_all(list(records.read(options.gold)), html=options.html, refit=options.cv)
    if options.out is not None:
        records.write(options.out, _predictions(pages))
    report = figures(pages) | ({"by_site": by_site(pages)} if options.cv else {})
    if options.by:
        report["subsets"] = by_subset(pages, options.by.split(","))
    print(json.dumps(_rounded(report)))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.segmentation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of pages with their right bodies")
    parser.add_argument("--out", type=Path, metavar="PRED", help="write {id, body} there")
    parser.add_argument("--html", action="store_true", help="the pages are HTML (html_b64)")
    parser.add_argument("--cv", action="store_true", help="add the figures of disjoint sets of sites")
    parser.add_argument("--by", default="", metavar="FIELDS", help=f"figures of subsets: {','.join(SUBSETS)}")
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
