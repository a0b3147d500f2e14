"""Fit the line model: ``python -m evals.line_model GOLD [--out FILE]``, or ``make model DATA=…``.

GOLD is the labelled pages of the segmentation evaluation (see `evals.segmentation`), with ``lines``: each
with a label, ``body`` or something else; without, the lines that the gold body holds are body.
Gradient-boosted trees (scikit-learn's histogram trees) are fitted on the features of `tasks.context` and
written in the form that `tasks.trees` reads. One thread and a fixed seed: the same data and the same versions
give the same file, bit for bit.

A page weighs as much as any other, a line by the square root of its words. Of the four conversions of a page
two are taken. The articles alone and their first paragraphs are added with little weight, so that a file
without furniture and a brief are known.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals import records
from tasks.context import Column, features
from tasks.lines import measure
from tasks.trees import SHIPPED, Trees, from_rows

FEATURES: Final = [
    *(
    "long chars ends prose capitals copies commas gap bullet indent density colon quoted digits pipes credit"
    " picture you we shared furniture photo legal subscribe tail"
    ).split(),
    "lower case", "cut off", "copied below", "near copy", "same words", "shared words", "shared below",
    "shared around", "capitals-1", "capitals+1", "gap+1", "long-1", "long+1", "ends+1", "shared-2",
    "shared-1", "shared+1", "copies+1", "copied below-1", "credit+1", "indent-1", "indent+1", "photo+1",
    "subscribe+1", "prose before", "prose after", "prose before tail", "prose of page", "titles of page",
    "to date", "since tail", "since end", "since furniture", "since related", "ends before", "prose in 2",
    "prose in 5", "prose in 15 above", "words in 2", "words in 5", "words in 12", "titles in 12",
    "capitals in 5", "gaps in 5", "dates in 5", "furniture in 12", "you in 3", "alternation", "alike in 5",
    "below subject", "of subject",
]  # fmt: skip
"""What is weighed: what of some hundred and eighty features the trees used (.1 % of their gain and more)."""

SEED: Final = 7
TREES: Final = 160
FITTED: Final = {
    "learning_rate": 0.07,
    "max_leaf_nodes": 15,
    "max_depth": 6,
    "min_samples_leaf": 60,
    "l2_regularization": 10.0,
    "max_bins": 64,
    "max_features": 0.3,
}
FORMS: Final = 2
"""Conversions of one page that are learned from; `AS_SCRAPED` first, it looks like the files of users."""
AS_SCRAPED: Final = "resilimain"
BARE_WEIGHT: Final = 0.15
BRIEF: Final = 3
"""Weight, in pages, of the article alone and of its first paragraphs; how many these are."""
THIN: Final = 3
THIN_BEYOND: Final = 15
"""Of lines further than so many from any body line every third is taken, and weighs three times as much."""
MOST_WORDS: Final = 80


@dataclass(frozen=True, slots=True)
class Example:
    """A page's lines as numbers: features, whether each line is body, and its weight."""

    lines: Column
    body: NDArray[np.float64]
    weight: Column


def fit(pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Fit trees on labelled pages; return them as `tasks.trees.from_rows` takes them."""
    learned = list(examples(pages))
    return rows(
        boosted(
            np.concatenate([one.lines for one in learned]),
            np.concatenate([one.body for one in learned]),
            np.concatenate([one.weight for one in learned]),
        )
    )


def fitted(pages: Iterable[Mapping[str, Any]]) -> Trees:
    """Fit trees on labelled pages, ready to score."""
    return from_rows(fit(pages))


def examples(pages: Iterable[Mapping[str, Any]]) -> Iterator[Example]:
    """Yield what is learned from: the chosen pages, and the articles alone."""
    for page in chosen(pages):
        lines = _labelled(page)
        if one := _example(lines, 1.0):
            yield one
        if page.get("converter", AS_SCRAPED) == AS_SCRAPED:
            title = [(str(page["title"]), False)] if page.get("title") else []
            body = [line for line in lines if line[1]]
            for bare in (title + body, title + body[:BRIEF]):
                if one := _example([part for line in bare for part in (line, ("", False))], BARE_WEIGHT):
                    yield one


def _labelled(page: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """Return each line and whether it is body; where no labels are given, by whether the body holds it."""
    if "lines" in page:
        return [(line["text"], line["label"] == "body") for line in page["lines"]]
    body = {line.strip() for line in str(page["gold_body"]).split("\n")}
    return [(line, bool(line.strip()) and line.strip() in body) for line in str(page["text"]).split("\n")]


def chosen(pages: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield of the conversions of each page the one that looks like a scraped file, and one by hash."""
    forms: dict[str, list[Mapping[str, Any]]] = {}
    for page in pages:
        forms.setdefault(str(page.get("page") or page["id"]), []).append(page)
    for _, found in sorted(forms.items()):
        yield from sorted(found, key=_draw)[:FORMS]


def _draw(page: Mapping[str, Any]) -> tuple[bool, bytes]:
    return page.get("converter") != AS_SCRAPED, hashlib.sha256(str(page["id"]).encode()).digest()


def _example(lines: Sequence[tuple[str, bool]], page_weight: float) -> Example | None:
    facts = measure([text for text, _ in lines])
    if not facts:
        return None
    columns = features(facts)
    body = np.array([float(lines[fact.line][1]) for fact in facts])
    weight = np.sqrt(np.minimum([fact.words for fact in facts], MOST_WORDS)) + 0.3
    weight *= 60 * page_weight / weight.sum()
    kept = _near(body)
    thinned = ~kept & (np.arange(len(facts)) % THIN == 0)
    weight[thinned] *= THIN
    kept |= thinned
    return Example(np.stack([columns[name] for name in FEATURES], axis=1)[kept], body[kept], weight[kept])


def _near(body: Column) -> NDArray[np.bool_]:
    """Mark the lines that stand close to a line of the body."""
    places = np.flatnonzero(body)
    order = np.arange(len(body))
    if not len(places):
        return np.ones(len(body), dtype=np.bool_)
    after = np.searchsorted(places, order).clip(max=len(places) - 1)
    before = (after - 1).clip(min=0)
    return np.asarray(
        np.minimum(abs(places[after] - order), abs(places[before] - order)) <= THIN_BEYOND, dtype=np.bool_
    )


def boosted(lines: Column, body: Column, weight: Column, *, trees: int = TREES) -> Any:
    """Fit scikit-learn's trees, in one thread, and round their numbers: the file shall be read by people."""
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - for developers only
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    model = HistGradientBoostingClassifier(
        **FITTED, max_iter=trees, early_stopping=False, random_state=SEED, categorical_features=None
    )
    with threadpool_limits(limits=1):
        model.fit(lines, body, sample_weight=weight)
    model._baseline_prediction = np.round(model._baseline_prediction, 4)
    for nodes in nodes_of(model):
        nodes["value"] = np.round(nodes["value"], 4)
        nodes["num_threshold"] = [float(f"{value:.6g}") for value in nodes["num_threshold"]]
    return model


def nodes_of(model: Any) -> list[Any]:
    """The nodes of each tree, as scikit-learn lays them out."""
    return [one.nodes for (one,) in model._predictors]


def rows(model: Any) -> dict[str, Any]:
    """Return scikit-learn's trees as `tasks.trees.from_rows` takes them."""
    return {
        "base": float(model._baseline_prediction[0, 0]),
        "trees": [nested(nodes, FEATURES)[0] for nodes in nodes_of(model)],
    }


def nested(nodes: Any, names: Sequence[str], place: int = 0) -> tuple[Any, float, int]:
    """Return a tree below a node as nested lists, with the mean of its leaves and their examples."""
    node = nodes[place]
    if node["is_leaf"]:
        return float(node["value"]), float(node["value"]), int(node["count"])
    low, low_mean, low_count = nested(nodes, names, int(node["left"]))
    high, high_mean, high_count = nested(nodes, names, int(node["right"]))
    count = low_count + high_count
    mean = (low_mean * low_count + high_mean * high_count) / count
    name, threshold = names[int(node["feature_idx"])], float(node["num_threshold"])
    return [name, threshold, round(mean, 4), low, high], mean, count


def text_of(model: Mapping[str, Any]) -> str:
    """The file's text: one key, then one tree a line."""
    trees = ",\n".join(json.dumps(tree) for tree in model["trees"])
    return f'{{"base": {model["base"]},\n"trees": [\n{trees}\n]}}\n'


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit and write the model; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.line_model", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of labelled pages")
    parser.add_argument("--out", type=Path, default=SHIPPED, metavar="FILE", help="default: the shipped one")
    options = parser.parse_args(arguments)
    text = text_of(fit(records.read(options.gold)))
    options.out.write_text(text, encoding="utf-8")
    print(json.dumps({"file": options.out.name, "sha256": hashlib.sha256(text.encode()).hexdigest()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
