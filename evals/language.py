"""How well the language of a text is detected: ``python -m evals.language GOLD [--out PRED]``.

GOLD is JSON lines (plain or ``.xz``): ``{id, text, lang, kind}``. Runs the very function that the pipeline
runs, writes ``{id, lang, prob}`` to PRED and prints one JSON object of figures last.

Strict accuracy compares primary languages (script subtags are ignored; no = nb, iw = he, tl = fil).
"Outside" are the languages for which langdetect has no profile: right there is their own name or `und`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evals import records
from tasks import fit, language

_PRIMARY: Final = {"no": "nb", "nor": "nb", "nob": "nb", "nno": "nn", "iw": "he", "in": "id", "tl": "fil"} | {
    "tgl": "fil", "ji": "yi", "jw": "jv", "mo": "ro", "zxx": "und", "unknown": "und", "un": "und", "": "und"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """One text: its kind and tag, its primary language and the one that was detected."""

    kind: str
    tag: str
    gold: str
    detected: str

    @property
    def right(self) -> bool:
        """Say whether the primary language is the very one."""
        return self.gold == self.detected

    @property
    def unknown(self) -> bool:
        """Say whether nothing was named."""
        return self.detected == "und"


def primary(tag: str | None) -> str:
    """Return a tag's primary language, aliases folded: ``zh-cn`` and ``zh-Hant`` give ``zh``."""
    whole = (tag or "").lower()
    return _PRIMARY.get(whole, _PRIMARY.get(whole.split("-")[0], whole.split("-")[0]))


def inside() -> frozenset[str]:
    """Return the primary languages that langdetect has profiles for."""
    return frozenset(primary(name) for name in fit.factory().get_lang_list())


def figures(outcomes: Iterable[Outcome]) -> dict[str, dict[str, float]]:
    """Give the figures of each kind: n, strict accuracy (micro and macro over languages) and und rate."""
    known = inside()
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.kind].append(outcome)
    return {
        kind: _accuracy(of, "")
        | _accuracy([one for one in of if one.gold in known], "inside_")
        | _outside([one for one in of if one.gold not in known and one.gold != "und"])
        for kind, of in kinds.items()
    }


def _accuracy(outcomes: Sequence[Outcome], prefix: str) -> dict[str, float]:
    if not outcomes:
        return {}
    languages: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        languages[outcome.tag].append(outcome.right)
    return {
        f"{prefix}n": len(outcomes),
        f"{prefix}strict": _share(one.right for one in outcomes),
        f"{prefix}macro_strict": round(sum(_mean(of) for of in languages.values()) / len(languages), 4),
        f"{prefix}und_rate": _share(one.unknown for one in outcomes),
    }


def _outside(outcomes: Sequence[Outcome]) -> dict[str, float]:
    if not outcomes:
        return {}
    return {
        "outside_n": len(outcomes),
        "outside_und": _share(one.unknown for one in outcomes),
        "outside_right": _share(one.right for one in outcomes),
        "outside_wrong": _share(not (one.right or one.unknown) for one in outcomes),
    }


def _mean(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0


def _share(flags: Iterable[bool]) -> float:
    return round(_mean(list(flags)), 4)


def _second_language(
    gold: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    """Score texts that name several languages: how often both were found; else how often one too many was."""
    both, spurious = [], []
    for record, answer in zip(gold, found, strict=True):
        pair = {primary(answer["lang"]), primary(answer["second"])} - {"und"}
        if record["kind"] == "half_half":
            both.append(pair == {primary(tag) for tag in record["langs"]})
        elif record["kind"] == "article":
            spurious.append(answer["second"] is not None)
    return {"half_half_both": _share(both), "article_second_named": _share(spurious)}


def run(gold: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], float]:
    """Detect every record's language; returns predictions and CPU ms per item, profiles already loaded."""
    fit.factory()
    start = time.process_time()
    answers = [language.detect(record["text"]) for record in gold]
    spent = 1000 * (time.process_time() - start) / max(1, len(gold))
    return [
        {"id": record["id"], "lang": answer.code, "prob": answer.probability, "second": answer.second}
        for record, answer in zip(gold, answers, strict=True)
    ], round(spent, 2)


def main(argv: Sequence[str] | None = None) -> int:
    """Score the records of GOLD; prints the figures as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m evals.language", description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, help="write predictions here, as JSON lines")
    parser.add_argument("--every", type=int, default=1, help="take every N-th record only")
    options = parser.parse_args(argv)
    gold = list(records.read(options.gold))[:: options.every]
    found, spent = run(gold)
    if options.out:
        records.write(options.out, ({key: row[key] for key in ("id", "lang", "prob")} for row in found))
    outcomes = (
        Outcome(record["kind"], record["lang"], primary(record["lang"]), primary(row["lang"]))
        for record, row in zip(gold, found, strict=True)
    )
    result = {"kinds": figures(outcomes)} | _second_language(gold, found)
    print(json.dumps(result | {"n": len(gold), "cpu_ms_per_item": spent}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
