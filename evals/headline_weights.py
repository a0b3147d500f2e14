"""Fits what speaks for a headline: ``python -m evals.headline_weights GOLD > FILE``; FILE is the new module.

GOLD as for `evals.metadata`. A conditional logit: of the candidate lines of a page
(`tasks.headlines.candidates`) the right one is chosen with probability softmax(weights · points). Pages
without a right line among the candidates teach nothing. Bodies are those that the pipeline finds, so fit
anew when the line model changed. Deterministic: all weights start at 0, full batches. Prints the figure
of a cross-validation by site on stderr.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from evals import records
from evals.folds import FOLDS, fold_of
from evals.line_model import AS_SCRAPED
from evals.metadata import folded, title_forms
from index.article import Page
from tasks import headlines, metadata
from tasks.segment import segment

RIDGE: Final = 3.0
"""Weight of the squared weights. Right among 1,399 pages with a right candidate, cross-validated by site:
1,224 at 0.3, 1,219 at 1, 1,232 at 3, 1,222 at 10."""
STEPS: Final = 1500

Matrix = NDArray[np.float64]


class Choice(NamedTuple):
    """One page: points of its candidates (candidates × names), which of them are right, its site."""

    points: Matrix
    right: NDArray[np.bool_]
    site: str


def choices(gold: Path, *, every: int = 1) -> tuple[list[str], list[Choice]]:
    """Return the names of the points, and the pages among whose candidates the gold title is."""
    names: list[str] = []
    found = []
    for number, record in enumerate(records.read(gold)):
        if number % every or not record.get("title"):
            continue
        forms = title_forms(str(record["title"]))
        for facts, body in (asked for text in _texts(record) for asked in _bodies(text)):
            listed = list(headlines.candidates(facts, body))
            right = np.array([folded(headlines.title(facts[place].text)) in forms for place, _ in listed])
            if right.any():
                names = names or list(listed[0][1])
                points = np.array([[float(value) for value in told.values()] for _, told in listed])
                found.append(Choice(points, right, str(record.get("site") or record["id"])))
    return names, found


def _texts(record: Mapping[str, Any]) -> list[str]:
    """Return the page, and once for its conversions the article alone and its beginning: such files exist."""
    page = str(record["text"])
    if record.get("converter", AS_SCRAPED) != AS_SCRAPED or not record.get("gold_body"):
        return [page]
    paragraphs = [part for part in str(record["gold_body"]).split("\n") if part.strip()]
    return [page, *("\n\n".join([str(record["title"]), *some]) for some in (paragraphs, paragraphs[:1]))]


def _bodies(text: str) -> list[tuple[Any, Any]]:
    """Return the facts and bodies for which the pipeline asks for metadata."""
    with mock.patch.object(metadata, "read", wraps=metadata.read) as asked:
        segment(Page(text=text, encoding="utf-8"))
    return [call.args[:2] for call in asked.call_args_list if len(call.args[1])]


def fit(pages: Sequence[Choice]) -> Matrix:
    """Return the weights that make the right lines likeliest, by Adam on the penalised likelihood."""
    points = np.concatenate([page.points for page in pages])
    right = np.concatenate([page.right for page in pages]).astype(np.float64)
    sizes = np.array([len(page.points) for page in pages])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    page_of = np.repeat(np.arange(len(pages)), sizes)
    weights, first, second = (np.zeros(points.shape[1]) for _ in range(3))
    for step in range(1, STEPS + 1):
        scores = points @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[page_of])
        chance = raised / np.add.reduceat(raised, starts)[page_of]
        wanted = chance * right
        wanted /= np.add.reduceat(wanted, starts)[page_of] + 1e-12
        slope = points.T @ (chance - wanted) + RIDGE * weights
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope * slope
        pace = 0.05 * (1 - step / STEPS)
        weights = weights - pace * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return weights


def right_of(pages: Sequence[Choice], weights: Matrix) -> int:
    """Count the pages whose best candidate is right."""
    return sum(bool(page.right[np.argmax(page.points @ weights)]) for page in pages)


def cross_validated(pages: Sequence[Choice]) -> int:
    """Count the pages that are right when the weights were fitted on other sites."""
    numbered = [(fold_of(page.site), page) for page in pages]
    total = 0
    for fold in range(FOLDS):
        others, held = ([p for f, p in numbered if (f == fold) is held] for held in (False, True))
        total += right_of(held, fit(others)) if others and held else 0
    return total


def module(names: Sequence[str], weights: Matrix, told: str) -> str:
    """Return the source of `tasks.headline_weights`."""
    rows = "\n".join(f'    "{name}": {weight:.2f},' for name, weight in zip(names, weights, strict=True))
    return (
        '"""What speaks for and against a headline: written by ``evals.headline_weights``, not by hand.\n\n'
        f'{told}\n"""\n\nfrom __future__ import annotations\n\n'
        "from collections.abc import Mapping\nfrom typing import Final\n\n"
        f"WEIGHTS: Final[Mapping[str, float]] = {{\n{rows}\n}}\n"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, and print the module; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.headline_weights", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of pages with title")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th record only")
    options = parser.parse_args(arguments)
    names, pages = choices(options.gold, every=options.every)
    if not pages:
        print("no page of GOLD holds its title among the candidates", file=sys.stderr)
        return 1
    weights = fit(pages)
    told = (
        f"Best candidate right on {cross_validated(pages):,} of {len(pages):,} development pages,"
        f" cross-validated"
        f" by site;\n{right_of(pages, weights):,} with the weights fitted on all of them."
    )
    print(told, file=sys.stderr)
    print(module(names, weights, told), end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
