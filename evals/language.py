"""How well the language of a text is detected: ``python -m evals.language GOLD [--out PRED]``.

GOLD is JSON lines (plain or ``.xz``): ``{id, text, lang, kind}``. Runs the very function that the pipeline
runs, writes ``{id, lang, prob}`` to PRED and prints one JSON object of figures last. A page of a kind that
begins with "wrap" goes through segmentation first; its language is that of the longest article found.

Strict accuracy compares primary languages (script subtags are ignored; no = nb, iw = he, tl = fil).
"Outside" are the languages for which langdetect has no profile: right there is their own name or `und`.
"Hidden" are those of them that script and letters do not give away. "Search" accuracy takes languages for
the same that a search treats alike (hr, sr and bs; id and ms; fa and prs; zh and yue; nb and nn).
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evals import records
from index.article import Page
from tasks import engines, langdetect_engine, language, profiles, sampling, scripts
from tasks.asking import Engine
from tasks.langdetect_engine import LANGDETECT
from tasks.segment import segment

_PRIMARY: Final = {"no": "nb", "nor": "nb", "nob": "nb", "nno": "nn", "iw": "he", "in": "id", "tl": "fil"} | {
    "tgl": "fil", "ji": "yi", "jw": "jv", "mo": "ro", "zxx": "und", "unknown": "und", "un": "und", "": "und"
}  # fmt: skip


_WARMING: Final = "A sentence of no importance, so that profiles are loaded before the clock starts."
_ALIKE: Final = {"bs": "hr", "sr": "hr", "ms": "id", "prs": "fa", "yue": "zh", "wuu": "zh", "nn": "nb"}
_BINS: Final = (0.5, 0.7, 0.8, 0.9, 0.95, 0.985)  # edges between probabilities, for `reliability`


@dataclass(frozen=True, slots=True)
class Outcome:
    """One text: its kind and tag, its primary language and the one that was detected."""

    kind: str
    tag: str
    gold: str
    detected: str
    hidden: bool = False

    @property
    def right(self) -> bool:
        """Say whether the primary language is the very one."""
        return self.gold == self.detected

    @property
    def alike(self) -> bool:
        """Say whether a search treats both languages alike."""
        return _ALIKE.get(self.gold, self.gold) == _ALIKE.get(self.detected, self.detected)

    @property
    def wrong(self) -> bool:
        """Say whether another language was named."""
        return not (self.right or self.unknown)

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
    return frozenset(primary(name) for name in profiles.names())


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
    hidden = [one for one in outcomes if one.hidden]
    return {
        "outside_n": len(outcomes),
        "outside_und": _share(one.unknown for one in outcomes),
        "outside_right": _share(one.right for one in outcomes),
        "outside_wrong": _share(one.wrong for one in outcomes),
        "outside_wrong_in_search": _share(one.wrong and not one.alike for one in outcomes),
        "hidden_n": len(hidden),
        "hidden_wrong": _share(one.wrong for one in hidden),
        "hidden_wrong_in_search": _share(one.wrong and not one.alike for one in hidden),
        "hidden_und_of_not_named_rightly": _share(one.unknown for one in hidden if not one.right),
    }


def reliability(judged: Iterable[tuple[float, bool]]) -> list[dict[str, float]]:
    """Sort (probability, right) into bins: n, the mean probability said, and the share that was right."""
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for said, right in judged:
        bins[sum(said >= edge for edge in _BINS)].append((said, right))
    return [
        {
            "n": len(of),
            "said": round(sum(said for said, _ in of) / len(of), 3),
            "right": round(_mean([right for _, right in of]), 3),
        }
        for _, of in sorted(bins.items())
    ]


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


def run(gold: Sequence[Mapping[str, Any]], engine: Engine = LANGDETECT) -> tuple[list[dict[str, Any]], float]:
    """Detect every record's language; returns predictions and CPU ms per text, profiles already loaded."""
    texts = [article_of(record) for record in gold]
    language.detect(_WARMING, engine)
    start = time.process_time()
    answers = [language.detect(text, engine) for text in texts]
    spent = 1000 * (time.process_time() - start) / max(1, len(gold))
    return [
        {"id": record["id"], "lang": answer.code, "prob": answer.probability, "second": answer.second}
        for record, answer in zip(gold, answers, strict=True)
    ], round(spent, 2)


def judge(gold: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[Outcome]:
    """Put each record beside what `run` found."""
    return [
        Outcome(
            record["kind"], record["lang"], primary(record["lang"]), primary(row["lang"]), _hidden(record)
        )
        for record, row in zip(gold, found, strict=True)
    ]


def article_of(record: Mapping[str, Any]) -> str:
    """Return a record's text; of a wrapped page headline and body of its longest article."""
    text: str = record["text"]
    if not record["kind"].startswith("wrap"):
        return text
    stories = segment(Page(text, "utf-8")).stories
    longest = max(stories, key=lambda story: len(story.body), default=None)
    return f"{longest.headline}\n\n{longest.body}" if longest else ""


def costs(gold: Sequence[Mapping[str, Any]], engine: Engine = LANGDETECT) -> dict[str, float]:
    """CPU ms per article (records of that kind): the whole of it, and what langdetect itself takes."""
    texts = [record["text"] for record in gold if record["kind"] == "article"]
    samples = [sampling.prepare(text) for text in texts]
    asked = [one.text for one in samples if not scripts.by_letters(one.letters)]
    return {
        "article": _cost(lambda: [language.detect(text, engine) for text in texts], len(texts)),
        "sample_and_letters": _cost(
            lambda: [scripts.by_letters(sampling.prepare(text).letters) for text in texts], len(texts)
        ),
        "langdetect_itself": _cost(lambda: [langdetect_engine.query(text) for text in asked], len(asked)),
    }


def _cost(work: Callable[[], object], items: int) -> float:
    start = time.process_time()
    work()
    return round(1000 * (time.process_time() - start) / max(1, items), 2)


def _hidden(record: Mapping[str, Any]) -> bool:
    return scripts.by_letters(sampling.prepare(record["text"]).letters) is None


def main(argv: Sequence[str] | None = None) -> int:
    """Score the records of GOLD; prints the figures as one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m evals.language", description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--out", type=Path, help="write predictions here, as JSON lines")
    parser.add_argument("--every", type=int, default=1, help="take every N-th record only")
    parser.add_argument("--kinds", help="take these kinds only, comma-separated")
    parser.add_argument("--engine", default=LANGDETECT.name, help="engine by its name in newsfold.toml")
    parser.add_argument("--reliability", action="store_true", help="add probabilities said and right")
    parser.add_argument("--confusions", action="store_true", help="add which languages are taken for which")
    options = parser.parse_args(argv)
    gold = list(records.read(options.gold))[:: options.every]
    if options.kinds:
        gold = [record for record in gold if record["kind"] in options.kinds.split(",")]
    engine = engines.named(options.engine)
    found, spent = run(gold, engine)
    if options.out:
        records.write(options.out, ({key: row[key] for key in ("id", "lang", "prob")} for row in found))
    outcomes = judge(gold, found)
    result: dict[str, Any] = {"kinds": figures(outcomes)} | _second_language(gold, found)
    if options.reliability:
        result["reliability"] = _reliability(outcomes, found)
    if options.confusions:
        result["confusions"] = _confusions(outcomes)
    result |= {"n": len(gold), "cpu_ms_per_item": spent, "cpu_ms": costs(gold, engine)}
    print(json.dumps(result, ensure_ascii=False))
    return 0


def _reliability(outcomes: Sequence[Outcome], found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    known = inside()
    judged: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for one, row in zip(outcomes, found, strict=True):
        if one.gold in known and not one.unknown:
            judged[one.kind].append((row["prob"], one.right))
            judged["all"].append((row["prob"], one.right))
    return {kind: reliability(of) for kind, of in judged.items()}


def _confusions(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Count "gold > detected" of each kind, the most frequent first."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for one in outcomes:
        if one.wrong and one.gold != "und":
            counted[one.kind][f"{one.gold} > {one.detected}"] += 1
    return {kind: dict(counts.most_common()) for kind, counts in counted.items()}


if __name__ == "__main__":
    raise SystemExit(main())
