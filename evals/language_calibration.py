"""Learn what langdetect's probability means: ``python -m evals.language_calibration GOLD [--cv]``.

GOLD is the development half of evals.language. Prints the ``_CALIBRATION`` of `tasks.langdetect_engine`: a
logistic regression, over texts in langdetect's languages, of "the named language is right" on the lead
before the next language, the fit and the length. With ``--cv`` it prints the reliability out of sample
instead: two folds of texts, probabilities in bins.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from evals import records
from evals.language import inside, primary, reliability
from tasks import fit, langdetect_engine, profiles, sampling, scripts

Floats = NDArray[np.float64]

_KINDS: Final = ("article", "paragraph", "headline", "sentence", "wordpair", "allcaps")


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    kind: str
    evidence: langdetect_engine.Evidence
    right: bool


def main(argv: Sequence[str] | None = None) -> int:
    """Print the constants, or the reliability out of sample."""
    parser = argparse.ArgumentParser(prog="python -m evals.language_calibration", description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--cv", action="store_true", help="two folds: reliability out of sample")
    options = parser.parse_args(argv)
    answers = list(_answers(records.read(options.gold)))
    if options.cv:
        print(json.dumps(_validated(answers)))
    else:
        print(f"_CALIBRATION: Final = ({', '.join(f'{value:.3f}' for value in _learn(answers))})")
    return 0


def _answers(gold: Iterable[Mapping[str, Any]]) -> Iterable[_Answer]:
    known, names = inside(), profiles.names()
    for record in gold:
        if record["kind"] not in _KINDS or primary(record["lang"]) not in known:
            continue
        sample = sampling.prepare(record["text"])
        if sample.letters.is_cjk() or scripts.by_letters(sample.letters):
            continue
        words = profiles.words(sample.text)
        parts = fit.measure(words)
        if any(part.known for part in parts):
            place, evidence = langdetect_engine.decide(sample.text, words, parts)
            right = primary(names[place]) == primary(record["lang"])
            yield _Answer(record["id"], record["kind"], evidence, right)


def _learn(answers: Sequence[_Answer]) -> Floats:
    """Logistic regression by Newton's method, with a small ridge."""
    design = np.array([langdetect_engine.signs(one.evidence) for one in answers])
    right = np.array([one.right for one in answers])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.eye(len(beta))
        step = np.linalg.solve(curve, design.T @ (chance - right) + beta)
        beta -= step
        if np.abs(step).max() < 1e-6:
            break
    return beta


def _validated(answers: Sequence[_Answer]) -> dict[str, Any]:
    judged: dict[str, list[tuple[float, bool]]] = {}
    for fold in (0, 1):
        beta = _learn([one for one in answers if _fold(one) != fold])
        for one in answers:
            if _fold(one) == fold:
                sure = 1 / (1 + np.exp(-np.array(langdetect_engine.signs(one.evidence)) @ beta))
                for kind in (one.kind, "all"):
                    judged.setdefault(kind, []).append((float(sure), one.right))
    return {kind: reliability(of) for kind, of in judged.items()}


def _fold(answer: _Answer) -> int:
    return hashlib.sha256(answer.text.encode()).digest()[0] % 2


if __name__ == "__main__":
    raise SystemExit(main())
