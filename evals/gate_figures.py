"""What the gate measures on each kind of data: the figures that floors are set for, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from evals import dedupe, language, metadata, related, segmentation

Gold = Sequence[dict[str, Any]]
Figures = dict[str, float]


def _segmentation(gold: Gold) -> Figures:
    return _of_bodies(gold, html=False)


def _html(gold: Gold) -> Figures:
    return _of_bodies(gold, html=True)


def _of_bodies(gold: Gold, *, html: bool) -> Figures:
    report = segmentation.figures([segmentation.judge(page, html=html) for page in gold])
    return {name: report[name] for name in ("shingle_f1", "token_f1", "exact", "token_f1_worst_decile")}


def _metadata(gold: Gold) -> Figures:
    today = datetime.now(tz=UTC).date()
    report = metadata.figures([metadata.judge(page, today=today) for page in gold])
    return {
        "headline_on_page": report["headline"]["right_of_on_page"],
        "date_right_of_answered": report["date"]["right_of_answered"],
        "date_answered": 1 - report["date"]["abstained"],
        "date_not_in_the_future": float(report["date"]["in_the_future"] == 0),
    }


def _duplicates(gold: Gold) -> Figures:
    report = dedupe.score_documents(gold)
    return {
        "f1": report["f1"],
        "hard_negatives_apart": 1 - _share([one.values() for one in report["false_merges"].values()]),
        "digests_apart": 1 - _share([report["digests_absorbed"]]),
    }


def _natural_pairs(gold: Gold) -> Figures:
    report = dedupe.score_pairs(gold)
    return {name: report[name] for name in ("recall", "precision")}


def _related(gold: Gold) -> Figures:
    report = related.score_related(gold)
    return {
        "recall": report["events"]["recall"],
        "precision": report["events"]["precision"],
        "templates_apart": 1 - _share(report["templates_linked"].values()),
        "seeds_first": float(report["seeds_first"]),
    }


def _language(gold: Gold) -> Figures:
    found, _ = language.run(gold)
    report = language.figures(language.judge(gold, found))
    inside = {kind: report[kind]["inside_strict"] for kind in ("article", "paragraph", "headline", "allcaps")}
    return inside | {"outside_not_wrong": 1 - report["article"]["outside_wrong"]}


def _share(counts: Any) -> float:
    """Share of the bad ones: sums of the first and the second of (bad, all)."""
    bad, of = (sum(values) for values in zip(*((one[0], one[1]) for one in map(list, counts)), strict=True))
    return float(bad / of)


FIGURES: Final[Mapping[str, Callable[[Gold], Figures]]] = {
    "segmentation": _segmentation,
    "html": _html,
    "metadata": _metadata,
    "duplicates": _duplicates,
    "pairs": _natural_pairs,
    "related": _related,
    "language": _language,
}
"""By the `kind` of a set in ``floors.toml``."""
