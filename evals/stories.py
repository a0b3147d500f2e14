"""How well several articles in one file are told apart: ``python -m evals.stories GOLD [--every N]``.

GOLD is JSON lines as for `evals.segmentation`: ``{id, page, site, title, author, date, text, gold_body}``.
From its pages cases are made at run time, never stored: two or three articles pasted together (`pair`,
`triple`; `stamped` where each has a byline, a date or a dateline, `bare` where only the title parts them),
two whole pages (`pages`), four to six first paragraphs with their titles (`digest`). What must stay one:
every page (`single`), every article without its page (`plain`; `subheads` where it has some). Articles of a
case are in one language, from different sites of one fifth of the sites, so that `by_fold` shows the spread
over sites.

A boundary is right where the span of one article ends, and that of the next begins, on either side of the
line on which the second one was pasted. Prints one JSON object of figures last.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from evals import records, shingles
from evals.folds import FOLDS, fold_of
from tasks import language, trees
from tasks.context import Column, features
from tasks.lines import Fact, measure
from tasks.segment import segment_text
from tasks.stretch import body_lines, log_odds

SEED: Final = 20161208
FEWEST: Final = 60
"""Words of an article that is pasted; half of them for an item of a digest."""
SEPARATORS: Final = ("\n\n", "\n\n\n\n", "\n\n***\n\n", "\n\n---\n\n", "\n")
SUBHEAD: Final = 14
"""Words of a subhead at most."""
LATEST: Final = date(2100, 1, 1)
"""No date is too late here, so that the figures do not change with the day."""
_TITLE_TAIL: Final = re.compile(r"\s[|–—-]\s[^|–—-]{3,40}$")
_ENDS: Final = re.compile(r"[.!?…。！？:：][\"'”’»)\]」』]?$")
_BY: Final[Mapping[str, str]] = {
    "en": "By ",
    "de": "Von ",
    "fr": "Par ",
    "es": "Por ",
    "zh": "作者：",
    "ja": "文：",
}
_PLACES: Final = ("LINZ", "PORT ELLERY", "ULAANBAATAR", "BEIRUT", "GDANSK")
_AGENCIES: Final = ("dpa", "Reuters", "AP", "AFP")


@dataclass(frozen=True, slots=True)
class Source:
    """A page of GOLD as material: its article, language and fold of sites."""

    page: str
    site: str
    lang: str
    fold: int
    title: str
    author: str
    date: str
    body: str
    texts: tuple[str, ...]

    @property
    def words(self) -> int:
        """Words of the body; two characters count as one where words are not parted."""
        spaced = len(self.body.split())
        return max(spaced, len(self.body) // 2) if self.lang[:2] in ("zh", "ja") else spaced


@dataclass(frozen=True, slots=True)
class Case:
    """A text with the lines on which its articles begin (the first at 0) and their bodies."""

    kind: str
    fold: int
    text: str
    starts: tuple[int, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was found: the half-open range of its lines, and its body."""

    span: tuple[int, int]
    body: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what was found: articles, right boundaries, F1 of each gold article with its best match."""

    kind: str
    fold: int
    wanted: int
    found: int
    right: int
    f1: float
    cpu_ms: float


def sources(rows: Iterable[Mapping[str, Any]]) -> list[Source]:
    """Gather the records of each page, in their order."""
    grouped: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[str(row.get("page") or row["id"])].append(row)
    found = []
    for page, same in grouped.items():
        first = same[0]
        site = str(first.get("site") or page)
        found.append(
            Source(
                page=page,
                site=site,
                lang=language.detect(first["gold_body"][:2000]).code,
                fold=fold_of(site),
                title=_TITLE_TAIL.sub("", " ".join(str(first.get("title") or "").split())),
                author=" ".join(str(first.get("author") or "").split()),
                date=str(first.get("date") or "")[:10],
                body=first["gold_body"],
                texts=tuple(row["text"] for row in same),
            )
        )
    return found


def cases(pages: Sequence[Source]) -> Iterator[Case]:
    """Yield all cases, always the same ones for the same pages."""
    chance = random.Random(SEED)  # noqa: S311 - the same cases each time, no secret
    for page in pages:
        for text in page.texts:
            yield Case("single", page.fold, text, (0,), (page.body,))
        kind = "subheads" if _has_subheads(page.body) else "plain"
        yield _pasted(kind, [page], chance, stamped=chance.random() < 0.5)
    for number, page in enumerate(pages):
        if page.words < FEWEST or not page.title:
            continue
        others = [
            other
            for other in pages
            if (other.fold, other.lang) == (page.fold, page.lang)
            and other.site != page.site
            and other.words >= FEWEST
            and other.title
        ]
        chance.shuffle(others)
        if others:
            stamped = number % 2 == 0
            kind = f"pair {'stamped' if stamped else 'bare'}"
            yield _pasted(kind, [page, others[0]], chance, stamped=stamped)
            yield _whole([page, others[-1]], number)
        if len(others) > 1 and number % 2:
            stamped = number % 4 == 1
            kind = f"triple {'stamped' if stamped else 'bare'}"
            yield _pasted(kind, [page, *others[:2]], chance, stamped=stamped)
        if len(others) > 4 and number % 2:
            items = [page, *others[: chance.randint(3, 5)]]
            yield _pasted("digest", items, chance, stamped=False, leads=True)


def _pasted(
    kind: str, chosen: Sequence[Source], chance: random.Random, *, stamped: bool, leads: bool = False
) -> Case:
    separator = chance.choice(SEPARATORS)
    between = "\n" if separator == "\n" else chance.choice(("\n", "\n\n"))
    text, starts, bodies = "", [], []
    for page in chosen:
        body = _lead(page.body) if leads else page.body
        paragraphs = [" ".join(line.split()) for line in body.split("\n") if line.strip()]
        head = [line for line in (page.title, *(_stamp(page, paragraphs, chance) if stamped else ())) if line]
        text += separator if text else ""
        starts.append(text.count("\n"))
        text += between.join([*head, *paragraphs])
        bodies.append(body)
    return Case(kind, chosen[0].fold, text + "\n", tuple(starts), tuple(bodies))


def _stamp(page: Source, paragraphs: list[str], chance: random.Random) -> list[str]:
    """Return lines for below the title, or put a dateline before the first paragraph."""
    byline = _BY.get(page.lang[:2], "By ") + (page.author[:60] or "Ada Quill")
    date = page.date or "2016-12-08"
    style = chance.randrange(4)
    if style == 3 and paragraphs:
        filed = f"{chance.choice(_PLACES)} ({chance.choice(_AGENCIES)}) — "
        paragraphs[0] = filed + paragraphs[0]
        return []
    return [[byline], [date], [byline, date]][style % 3]


def _lead(body: str) -> str:
    """Return the first paragraphs, as many as make half of `FEWEST` words."""
    taken: list[str] = []
    for line in body.split("\n"):
        if line.strip():
            taken.append(line)
        if sum(len(part.split()) + len(part) // 20 for part in taken) >= FEWEST // 2:
            break
    return "\n\n".join(taken)


def _whole(chosen: Sequence[Source], number: int) -> Case:
    texts = [page.texts[number % len(page.texts)].rstrip("\n") for page in chosen]
    second = texts[0].count("\n") + 1
    return Case("pages", chosen[0].fold, "\n".join(texts), (0, second), tuple(page.body for page in chosen))


def _has_subheads(body: str) -> bool:
    lines = [line.strip() for line in body.split("\n") if line.strip()]
    short = [line for line in lines[1:-1] if len(line.split()) <= SUBHEAD and len(line) < 90]
    return any(not _ENDS.search(line) for line in short)


def decode(text: str) -> tuple[list[Fact], Column, list[int]]:
    """Return the lines of a text, their log-odds of being body, and the places that the decoder keeps."""
    facts = measure(text.split("\n"))
    if not facts:
        return [], np.zeros(0), []
    columns = features(facts)
    odds = log_odds(columns, trees.shipped())
    return facts, odds, np.flatnonzero(body_lines(odds, facts, columns)).tolist()


def articles(text: str) -> list[Found]:
    """Return the articles of a text as the pipeline would find them."""
    return [Found(story.span, story.body) for story in segment_text(text).stories]


def judge(case: Case) -> Judged:
    """Find the articles of a case and compare them with the right ones."""
    begun = time.process_time()
    found = articles(case.text)
    spent = time.process_time() - begun
    best = [
        max((shingles.score(body, article.body).shingles.f1 for article in found), default=0.0)
        for body in case.bodies
    ]
    return Judged(
        kind=case.kind,
        fold=case.fold,
        wanted=len(case.starts),
        found=len(found),
        right=right_boundaries(case.starts, [article.span for article in found]),
        f1=sum(best) / len(best),
        cpu_ms=spent * 1000,
    )


def right_boundaries(starts: Sequence[int], spans: Sequence[tuple[int, int]]) -> int:
    """Count the gaps between neighbouring spans that hold a start."""
    gaps = [(first[1], second[0]) for first, second in pairwise(spans)]
    return sum(any(end <= start <= begin for start in starts[1:]) for end, begin in gaps)


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return cases, boundary precision and recall, share with the exact count, false splits, mean F1."""
    predicted = sum(max(0, case.found - 1) for case in judged)
    wanted = sum(case.wanted - 1 for case in judged)
    right = sum(case.right for case in judged)
    return {
        "cases": len(judged),
        "boundary_precision": right / predicted if predicted else 1.0,
        "boundary_recall": right / wanted if wanted else 1.0,
        "exact_count": _share(case.found == case.wanted for case in judged),
        "split_too_often": _share(case.found > case.wanted for case in judged),
        "article_f1": sum(case.f1 for case in judged) / max(1, len(judged)),
        "cpu_ms": sum(case.cpu_ms for case in judged) / max(1, len(judged)),
    }


def report(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the figures of all made cases, by kind and by fold of sites."""
    made = [case for case in judged if case.wanted > 1]
    kinds = sorted({case.kind for case in judged})
    return {
        "several": figures(made),
        "one": figures([case for case in judged if case.wanted == 1]),
        "by_kind": {kind: figures([case for case in judged if case.kind == kind]) for kind in kinds},
        "by_fold": [
            {
                "several": figures([case for case in made if case.fold == fold]),
                "single": figures([case for case in judged if (case.kind, case.fold) == ("single", fold)]),
            }
            for fold in range(FOLDS)
        ],
    }


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.stories", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="JSON lines of pages with their right bodies")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="judge every N-th case only")
    options = parser.parse_args(arguments)
    judged = [judge(case) for case in list(cases(sources(records.read(options.gold))))[:: options.every]]
    print(json.dumps(_rounded(report(judged))))
    return 0


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


if __name__ == "__main__":
    raise SystemExit(main())
