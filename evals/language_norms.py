"""Learn how well texts of a language fit its profile: ``python -m evals.language_norms GOLD``.

GOLD is the development half of evals.language. Prints the module ``tasks/fit_norms.py``: per profile the
means of a fit's values over texts that were named rightly, the variances by length, the weights of a
logistic regression between texts of the named language and texts of a language that langdetect lacks, and
the limits by size.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals import records
from evals.language import inside, primary
from tasks import fit, profiles, sampling, scripts

Floats = NDArray[np.float64]

_KINDS: Final = ("article", "paragraph", "headline", "sentence", "allcaps")
_MIN_TEXTS: Final = 5  # of a language, to have means of its own
# Neighbours that n-grams cannot tell apart would blunt the weights; tasks.neighbours goes by their words.
_INSEPARABLE: Final = frozenset({"bs", "sr", "ms", "prs", "nn", "gl", "mey"})
_FALSE_REJECTIONS: Final = 0.001  # accepted share among texts of the named language, at every size
_SIZES: Final = (700, 250, 90)  # trigrams: an article's sample, a paragraph, a long headline


@dataclass(frozen=True, slots=True)
class _Sample:
    text: str
    kind: str
    language: str
    profile: str
    ours: bool
    fit: fit.Fit


@dataclass(frozen=True, slots=True)
class _Norms:
    means: Mapping[str, Floats]
    spread: Floats
    weights: Floats
    limits: Sequence[tuple[int, float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the module with the norms, or with ``--cv`` what norms reject that never saw the texts."""
    parser = argparse.ArgumentParser(prog="python -m evals.language_norms", description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--cv", action="store_true", help="two folds: figures out of sample, no module")
    options = parser.parse_args(argv)
    samples = list(_samples(records.read(options.gold)))
    if options.cv:
        print(json.dumps(_validated(samples)))
    else:
        print(_module(_learn(samples)), end="")
    return 0


def _samples(gold: Iterable[Mapping[str, Any]]) -> Iterable[_Sample]:
    known = inside()
    names = profiles.names()
    for record in gold:
        own = primary(record["lang"])
        if record["kind"] not in _KINDS or own in _INSEPARABLE:
            continue
        prepared = sampling.prepare(record["text"])
        letters = prepared.letters
        if letters.is_cjk() or scripts.by_letters(letters):
            continue
        parts = fit.measure(profiles.words(prepared.text))
        if not parts:
            continue
        place = fit.nearest(parts)
        if own not in known or primary(names[place]) == own:
            for part in parts:
                yield _Sample(record["id"], record["kind"], own, names[place], own in known, part.to(place))


def _learn(samples: Sequence[_Sample]) -> _Norms:
    means = _means(samples)
    spread = _spread(samples, means)
    weights = _weights(samples, means, spread)
    limits = _limits(_scores([one for one in samples if one.ours], means, spread, weights))
    return _Norms(means, spread, weights, limits)


def _validated(samples: Sequence[_Sample]) -> dict[str, dict[str, float]]:
    """Share that is rejected of each kind; folds split our texts by text and the others by language."""
    rejected: dict[str, list[bool]] = defaultdict(list)
    for fold in (0, 1):
        norms = _learn([one for one in samples if _fold(one) != fold])
        held = [one for one in samples if _fold(one) == fold]
        for (kind, ours), size, score in _scores(held, norms.means, norms.spread, norms.weights):
            lowest = next(limit for least, limit in norms.limits if size >= least)
            rejected[f"{kind} {'inside' if ours else 'outside'}"].append(score < lowest)
    return {
        name: {"n": len(flags), "rejected": round(sum(flags) / len(flags), 4)}
        for name, flags in sorted(rejected.items())
    }


def _fold(sample: _Sample) -> int:
    name = sample.text if sample.ours else sample.language
    return hashlib.sha256(name.encode()).digest()[0] % 2


def _scores(
    samples: Iterable[_Sample], means: Mapping[str, Floats], spread: Floats, weights: Floats
) -> list[tuple[tuple[str, bool], int, float]]:
    """Kind, ours or not, trigrams and score of every text, as `fit.score` has it but for the limit."""
    texts: dict[str, list[_Sample]] = defaultdict(list)
    for sample in samples:
        texts[sample.kind + " " + sample.text].append(sample)
    return [
        (
            (of[0].kind, of[0].ours),
            sum(one.fit.size for one in of),
            fit.middle(sorted((float(z) for z in _standard(of, means, spread) @ weights), reverse=True)),
        )
        for of in texts.values()
    ]


def _standard(samples: Sequence[_Sample], means: Mapping[str, Floats], spread: Floats) -> Floats:
    pairs = [(float(low), float(high)) for low, high in spread]
    return np.array(
        [fit.standardised(one.fit, tuple(means.get(one.profile, means[""])), pairs) for one in samples]
    )


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


def _weights(samples: Sequence[_Sample], means: Mapping[str, Floats], spread: Floats) -> Floats:
    """Logistic regression by Newton's method between our own texts and the others."""
    z = _standard(samples, means, spread)
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
    return np.asarray(beta[:-1])


def _limits(scored: Sequence[tuple[tuple[str, bool], int, float]]) -> list[tuple[int, float]]:
    """Find for each size the score below which `_FALSE_REJECTIONS` of our own texts lie."""
    sizes = [*_SIZES, 0]
    above: list[tuple[int, float]] = []
    for number, least in enumerate(sizes):
        most = sizes[number - 1] if number else float("inf")
        of = [score for _, size, score in scored if least <= size < most]
        above.append((least, float(np.quantile(of, _FALSE_REJECTIONS)) if of else above[-1][1]))
    return above


def _module(norms: _Norms) -> str:
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
        *(f'    "{name}": {_tuple(values)},' for name, values in norms.means.items() if name),
        "}",
        f"ANY: Final = {_tuple(norms.means[''])}",
        f"SPREAD: Final = ({', '.join(_tuple(row, 5) for row in norms.spread)})",
        f"WEIGHTS: Final = {_tuple(norms.weights)}",
        f"LIMITS: Final = ({', '.join(f'({least}, {limit:.3f})' for least, limit in norms.limits)})",
    ]
    return "\n".join(lines) + "\n"


def _tuple(values: Floats, digits: int = 3) -> str:
    return "(" + ", ".join(f"{value:.{digits}f}" for value in values) + ")"


if __name__ == "__main__":
    raise SystemExit(main())
