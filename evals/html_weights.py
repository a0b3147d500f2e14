"""Fits `tasks.html_weights`: ``python -m evals.html_weights GOLD [--cv]``.

GOLD is JSON lines, plain or ``.xz``: ``{gold_body, html_b64, site}``. A block of a page is body where its
words stand in the gold body. Ridge logistic regression by Newton's method, which gives the same weights in
every run; pages count alike, blocks by the square root of their words. ``--cv`` prints the figures of each
page judged by weights that were fitted on other sites; without it the module is printed.
"""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals import records, shingles
from evals.folds import FOLDS, fold_of
from tasks import html, html_context
from tasks.cues import TOKEN

RIDGE: Final = 1000.0
"""Penalty on the squared weights of standardised features, the weights of blocks being 1 on average."""
STEPS: Final = 10
"""Of Newton's method; from the ninth on no weight moves by more than 1e-7."""
HEAVIEST: Final = 0.5
"""Weight of one block, its page being 1, at most: a page whose body is one block must not rule the fit."""
SAME: Final = 0.6
"""Share of a block's triples of words that the gold body must hold; a block of up to five words must be a
line of it."""
SHORT: Final = 6
"""Words from which a block is compared by triples."""

Matrix = NDArray[np.float64]

HEAD: Final = '''\
"""What each feature of `tasks.html_context` counts for, in log-odds of being body of the article.

Written by `python -m evals.html_weights GOLD` from the 464 HTML development pages of 321 sites; do not edit.
Cross-validated by site (`--cv`), shingle F1 is .956 of the pages on which trafilatura finds text; plain
trafilatura 2.3.1 has .9435.
"""

from typing import Final
'''


@dataclass(frozen=True, slots=True)
class Example:
    """The blocks of one page: features by row, which are body, their weights and words, the right body."""

    names: tuple[str, ...]
    rows: Matrix
    body: NDArray[np.bool_]
    weights: Matrix
    words: Matrix
    lines: tuple[str, ...]
    gold: str
    fold: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of the features as they are, and what is added."""

    weights: Matrix
    bias: float


def example(record: Mapping[str, Any]) -> Example | None:
    """Measure a page and say which of its blocks are body; None where no article is found on it."""
    source = base64.b64decode(record["html_b64"]).decode("utf-8", errors="replace")
    page = html.measured(source.replace("\r\n", "\n").replace("\r", "\n"))
    if page is None:
        return None
    lines = tuple(fact.text for fact in page.facts)
    body = _in_gold(lines, record["gold_body"])
    words = np.array([fact.words for fact in page.facts])
    weights = np.sqrt(words + 0.5)
    return Example(
        names=tuple(page.columns),
        rows=np.column_stack(list(page.columns.values())),
        body=body,
        weights=np.minimum(weights / weights[body].sum(), HEAVIEST) if body.any() else np.zeros(len(lines)),
        words=words,
        lines=lines,
        gold=record["gold_body"],
        fold=fold_of(str(record["site"])),
    )


def _in_gold(lines: Sequence[str], gold: str) -> NDArray[np.bool_]:
    right = TOKEN.findall(gold)
    triples = set(zip(right, right[1:], right[2:], strict=False))
    whole = {tuple(TOKEN.findall(line)) for line in gold.split("\n")}
    found = []
    for line in lines:
        said = TOKEN.findall(line)
        same = sum(map(triples.__contains__, zip(said, said[1:], said[2:], strict=False)))
        found.append(same >= SAME * (len(said) - 2) if len(said) >= SHORT else tuple(said) in whole)
    return np.array(found, dtype=np.bool_)


def fit(examples: Sequence[Example], ridge: float = RIDGE) -> Fitted:
    """Fit the weights. Features are standardised for the penalty, which leaves out the bias."""
    rows = np.concatenate([example.rows for example in examples])
    body = np.concatenate([example.body for example in examples]).astype(np.float64)
    weights = np.concatenate([example.weights for example in examples])
    weights = weights / weights.mean()
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    penalty = np.full(scaled.shape[1], ridge)
    penalty[-1] = 0.0
    solution = np.zeros(scaled.shape[1])
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(scaled @ solution, -30, 30)))
        slope = scaled.T @ (weights * (chance - body)) + penalty * solution
        curve = (scaled * (weights * chance * (1 - chance) + 1e-9)[:, None]).T @ scaled + np.diag(penalty)
        solution = solution - np.linalg.solve(curve, slope)
    return Fitted(solution[:-1] / spread, float(solution[-1] - (solution[:-1] * mean / spread).sum()))


def predicted(example: Example, fitted: Fitted) -> str:
    """Return the body that the weights choose, as the pipeline does."""
    odds = example.rows @ fitted.weights + fitted.bias
    chances = 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))
    kept = example.rows[:, example.names.index("kept")]
    body = html_context.body_of(example.lines, chances, example.words, kept)
    return "\n\n".join(example.lines[place] for place in np.flatnonzero(body).tolist())


def cross_validated(examples: Sequence[Example], ridge: float = RIDGE) -> dict[str, Any]:
    """Return the figures of pages judged by weights that were fitted on other sites."""
    scores = []
    for fold in range(FOLDS):
        fitted = fit([page for page in examples if page.fold != fold], ridge)
        scores += [
            shingles.score(page.gold, predicted(page, fitted)) for page in examples if page.fold == fold
        ]
    return shingles.figures(scores)


def module(fitted: Fitted, names: Sequence[str]) -> str:
    """Return the source of `tasks.html_weights`."""
    lines = [HEAD, f"BIAS: Final = {fitted.bias:.4f}", "", "WEIGHTS: Final[dict[str, float]] = {"]
    lines += [
        f'    "{name}": {weight:.4f},' for name, weight in zip(names, fitted.weights.tolist(), strict=True)
    ]
    return "\n".join([*lines, "}", ""])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the fit; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.html_weights", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of HTML pages")
    parser.add_argument("--cv", action="store_true", help="print cross-validated figures, not the module")
    options = parser.parse_args(arguments)
    found = [example(record) for record in records.read(options.gold)]
    examples = [page for page in found if page is not None]
    if options.cv:
        print(json.dumps(cross_validated(examples)))
        return 0
    print(module(fit(examples), examples[0].names), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
