"""The weights by which `tasks.cuts` cuts: ``python -m evals.story_weights GOLD``.

GOLD and the cases made of it are those of `evals.stories`. Each headline-like line inside the kept lines of
a case is an example, positive where an article was pasted there; a digest's lines and those with fewer than
`tasks.cuts.CUT_WORDS` words on either side are left out. Logistic regression by Newton's method, ridge of
1; no random choice. Prints the weights of all cases and, cross-validated by fold of sites, the log-odds at
which a share of the single pages would be cut, with the share of the pasted articles that are found there.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals import records
from evals.folds import FOLDS
from evals.stories import Case, cases, decode, sources
from tasks import cuts
from tasks.lines import Fact

Matrix = NDArray[np.float64]

RATES: Final = (0.002, 0.003, 0.005, 0.01)
RIDGE: Final = 1.0
SINGLE: Final = 0.5
"""Weight of a line of a single page: each page stands in GOLD several times."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line that may be a headline: its case, fold, what speaks for a cut, whether one belongs there."""

    case: int
    kind: str
    fold: int
    features: tuple[float, ...]
    right: bool


def examples(made: Sequence[Case]) -> list[Example]:
    """Return the candidates of all cases but digests."""
    return [
        example
        for number, case in enumerate(made)
        if case.kind != "digest"
        for example in _of_case(number, case)
    ]


def _of_case(number: int, case: Case) -> list[Example]:
    facts, _, body = decode(case.text)
    found = []
    for cut in cuts.candidates(facts, body):
        above, below = facts[body[cut.order - 1]].line, facts[body[cut.order]].line
        if min(_prose(facts, body[: cut.order]), _prose(facts, body[cut.order :])) >= cuts.CUT_WORDS:
            right = any(above < start <= below for start in case.starts[1:])
            values = tuple(cut.features[name] for name in cuts.WEIGHTS)
            found.append(Example(number, case.kind, case.fold, values, right))
    return found


def _prose(facts: Sequence[Fact], places: Sequence[int]) -> float:
    return sum(facts[place].words for place in places if facts[place].prose)


def fit(chosen: Sequence[Example]) -> Matrix:
    """Return one weight a feature; the first, the constant, is not held back."""
    matrix, right, weight = _arrays(chosen)
    ridge = np.full(matrix.shape[1], RIDGE)
    ridge[0] = 1e-6
    found = np.zeros(matrix.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ found, -30, 30)))
        slope = matrix.T @ (weight * (right - chance)) - ridge * found
        bend = (matrix * (weight * chance * (1 - chance))[:, None]).T @ matrix + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        found += step
        if np.abs(step).max() < 1e-8:
            break
    return found


def _arrays(chosen: Sequence[Example]) -> tuple[Matrix, Matrix, Matrix]:
    matrix = np.array([example.features for example in chosen])
    right = np.array([float(example.right) for example in chosen])
    weight = np.array([SINGLE if example.kind == "single" else 1.0 for example in chosen])
    return matrix, right, weight


def crossed(chosen: Sequence[Example], singles: int) -> list[dict[str, Any]]:
    """Return for each of `RATES` the log-odds and the recall by kind, judged by the other folds' weights."""
    scores = np.zeros(len(chosen))
    fold = np.array([example.fold for example in chosen])
    matrix = _arrays(chosen)[0]
    for number in range(FOLDS):
        weights = fit([example for example in chosen if example.fold != number])
        scores[fold == number] = matrix[fold == number] @ weights
    best: dict[int, float] = {}
    for example, score in zip(chosen, scores.tolist(), strict=True):
        if example.kind == "single":
            best[example.case] = max(score, best.get(example.case, score))
    highest = sorted(best.values(), reverse=True)
    table = []
    for rate in RATES:
        floor = highest[min(int(rate * singles), len(highest) - 1)]
        recall = _recall(chosen, scores > floor)
        table.append({"singles cut": rate, "log-odds": round(floor, 3), "recall": recall})
    return table


def _recall(chosen: Sequence[Example], found: NDArray[np.bool_]) -> dict[str, float]:
    right: dict[str, list[bool]] = defaultdict(list)
    for example, one in zip(chosen, found.tolist(), strict=True):
        if example.right:
            right[example.kind].append(one)
    return {kind: round(sum(ones) / len(ones), 4) for kind, ones in sorted(right.items())}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print weights and table; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.story_weights", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of pages with their right bodies")
    options = parser.parse_args(arguments)
    made = list(cases(sources(records.read(options.gold))))
    chosen = examples(made)
    fitted = zip(cuts.WEIGHTS, fit(chosen).tolist(), strict=True)
    weights = {name: round(weight, 2) for name, weight in fitted}
    singles = sum(case.kind == "single" for case in made)
    print(json.dumps({"examples": len(chosen), "weights": weights, "by_rate": crossed(chosen, singles)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
