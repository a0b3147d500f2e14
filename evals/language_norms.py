"""Learn how well texts of a language fit its profile: ``python -m evals.language_norms GOLD``.

GOLD is the development half of evals.language. Prints the module ``tasks/fit_norms.py``: per profile the
means of a fit's values over texts that were named rightly, the variances by length, and the weights of a
logistic regression between texts of the named language and texts of a language that langdetect lacks.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals import records
from evals.language import inside, primary
from tasks import fit, language, scripts

Floats = NDArray[np.float64]

_KINDS: Final = ("article", "paragraph", "headline", "sentence", "allcaps")
_MIN_TEXTS: Final = 5  # of a language, to have means of its own
# Neighbours that n-grams cannot tell apart would blunt the weights; tasks.neighbours goes by their words.
_INSEPARABLE: Final = frozenset({"bs", "sr", "ms", "prs", "yue", "nn"})
_FALSE_REJECTIONS: Final = 0.003  # accepted share among texts of the named language


@dataclass(frozen=True, slots=True)
class _Sample:
    text: str
    kind: str
    profile: str
    ours: bool
    fit: fit.Fit


def main(argv: Sequence[str] | None = None) -> int:
    """Print the module with the norms."""
    parser = argparse.ArgumentParser(prog="python -m evals.language_norms", description=__doc__)
    parser.add_argument("gold", type=Path)
    options = parser.parse_args(argv)
    samples = list(_samples(records.read(options.gold)))
    means = _means(samples)
    spread = _spread(samples, means)
    weights, bias = _weights(samples, means, spread)
    print(_module(means, spread, weights, bias), end="")
    return 0


def _samples(gold: Iterable[Mapping[str, Any]]) -> Iterable[_Sample]:
    known = inside()
    for record in gold:
        if record["kind"] not in _KINDS or primary(record["lang"]) in _INSEPARABLE:
            continue
        text = language.sample(record["text"])
        letters = scripts.count(text)
        if letters.is_cjk() or scripts.by_letters(letters):
            continue
        answer = language.ask(text, letters)
        ours = primary(record["lang"]) in known
        if answer.name and (not ours or primary(answer.name) == primary(record["lang"])):
            for part in fit.measure(answer.text, answer.name):
                yield _Sample(record["id"], record["kind"], answer.name, ours, part)


def _means(samples: Sequence[_Sample]) -> dict[str, Floats]:
    """Mean values per profile, long texts counting for more; the key "" holds those of all."""
    groups: dict[str, list[fit.Fit]] = defaultdict(list)
    for sample in samples:
        if sample.ours:
            groups[sample.profile].append(sample.fit)
            groups[""].append(sample.fit)
    return {
        profile: np.average([one.values for one in of], axis=0, weights=[one.size for one in of])
        for profile, of in sorted(groups.items())
        if len(of) >= _MIN_TEXTS
    }


def _spread(samples: Sequence[_Sample], means: Mapping[str, Floats]) -> Floats:
    """Variance between texts and within a text, one row a value: least squares over 1 and 1/n."""
    ours = [sample for sample in samples if sample.ours]
    squares = np.array([np.subtract(one.fit.values, means.get(one.profile, means[""])) ** 2 for one in ours])
    inverse = np.array([1 / one.fit.size for one in ours])
    weight = 1 / (0.0005 + inverse)
    design = np.column_stack([np.ones(len(ours)), inverse]) * weight[:, None]
    solved = np.linalg.lstsq(design, squares * weight[:, None], rcond=None)[0]
    floored: Floats = np.maximum(solved.T, 1e-6)
    return floored


def _weights(samples: Sequence[_Sample], means: Mapping[str, Floats], spread: Floats) -> tuple[Floats, float]:
    """Logistic regression by Newton's method; the bias rejects `_FALSE_REJECTIONS` of our own texts."""
    pairs = [(float(low), float(high)) for low, high in spread]
    z = np.array(
        [fit.standardised(one.fit, tuple(means.get(one.profile, means[""])), pairs) for one in samples]
    )
    ours = np.array([one.ours for one in samples])
    design = np.column_stack([z, np.ones(len(z))])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (chance - ours) + beta
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.eye(len(beta))
        step = np.linalg.solve(curve, slope)
        beta -= step
        if np.abs(step).max() < 1e-6:
            break
    return beta[:-1], -_limit(samples, z @ beta[:-1])


def _limit(samples: Sequence[_Sample], scores: Floats) -> float:
    """Find the score below which `_FALSE_REJECTIONS` of our own texts lie."""
    texts: dict[str, list[float]] = defaultdict(list)
    for sample, score in zip(samples, scores, strict=True):
        if sample.ours:
            texts[sample.kind + " " + sample.text].append(float(score))
    middles = [fit.middle(sorted(of, reverse=True)) for of in texts.values()]
    return float(np.quantile(middles, _FALSE_REJECTIONS))


def _module(means: Mapping[str, Floats], spread: Floats, weights: Floats, bias: float) -> str:
    lines = [
        '"""How well texts of a language fit its profile. Written by evals.language_norms; do not edit.',
        "",
        "Values of a fit in the order of `tasks.fit.Fit.values`.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "from typing import Final",
        "",
        "MEANS: Final[Mapping[str, tuple[float, ...]]] = {",
        *(f'    "{name}": {_tuple(values)},' for name, values in means.items() if name),
        "}",
        f"ANY: Final = {_tuple(means[''])}",
        f"SPREAD: Final = ({', '.join(_tuple(row, 5) for row in spread)})",
        f"WEIGHTS: Final = {_tuple(weights)}",
        f"BIAS: Final = {bias:.3f}",
    ]
    return "\n".join(lines) + "\n"


def _tuple(values: Floats, digits: int = 3) -> str:
    return "(" + ", ".join(f"{value:.{digits}f}" for value in values) + ")"


if __name__ == "__main__":
    raise SystemExit(main())
