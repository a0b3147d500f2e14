"""How well the search ranks: nDCG@10 and MAP on the classic collections of questions with judged answers.

``python -m evals.ranking DIR --collection cranfield|cisi|npl``

DIR holds a collection's files as the University of Glasgow keeps them: cran.all.1400, cran.qry and cranqrel;
CISI.ALL, CISI.QRY and CISI.REL; doc-text, query-text and rlv-ass. The questions are sentences: any of their
words may match (`SearchRequest.any_words`), and signs are no operators. Cranfield's judgements are grades from 1
to 4, where -1 is not relevant; the others say relevant or nothing. The gain of an answer is its grade
(Järvelin & Kekäläinen 2002), as trec_eval has it; MAP counts every grade, in the first `DEPTH` answers.

Prints one JSON object last.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index import reading, search, writer
from index.article import ArticleId
from index.schema import IndexDocument
from index.whooshed import Searcher

CUT: Final = 10
DEPTH: Final = 1_000
_MARK: Final = re.compile(r"\.([A-Z])(?: +(\d+))?\s*")


@dataclass(frozen=True)
class Collection:
    """Documents (number → title, text), questions by number, and grades above 0: question → document → grade."""

    documents: Mapping[int, tuple[str, str]]
    questions: Mapping[int, str]
    grades: Mapping[int, Mapping[int, int]]


@dataclass(frozen=True)
class Figures:
    """Means over the questions that have a relevant answer, and CPU milliseconds of one."""

    questions: int
    ndcg: float
    map: float
    cpu_ms: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.ranking", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--collection", choices=READERS, default="cranfield", help="default: %(default)s")
    options = parser.parse_args(arguments)
    try:
        collection = READERS[options.collection](options.folder)
    except OSError as error:
        parser.error(str(error))
    found = evaluate(collection)
    print(f"{found.questions} questions, nDCG@{CUT} {found.ndcg:.4f}, MAP {found.map:.4f}")
    figures = {"collection": options.collection, "questions": found.questions}
    figures |= {"ndcg@10": round(found.ndcg, 4), "map": round(found.map, 4), "cpu_ms": round(found.cpu_ms, 2)}
    print(json.dumps(figures))
    return 0


def evaluate(collection: Collection) -> Figures:
    """Index the documents in a temporary folder and ask the questions."""
    with tempfile.TemporaryDirectory(prefix="newsfold-ranking-") as folder:
        directory = Path(folder) / "index"
        writer.apply(directory, [_document(number, *found) for number, found in collection.documents.items()])
        with reading.open_searcher(directory) as searcher:
            begun = time.process_time()
            answers = {
                number: _ask(searcher, text)
                for number, text in collection.questions.items()
                if collection.grades.get(number)
            }
            used = time.process_time() - begun
    count = max(1, len(answers))
    graded = [(found, collection.grades[number]) for number, found in answers.items()]
    return Figures(
        len(answers),
        sum(ndcg(found, grades) for found, grades in graded) / count,
        sum(average_precision(found, grades) for found, grades in graded) / count,
        1000 * used / count,
    )


def ndcg(found: Sequence[int], grades: Mapping[int, int], cut: int = CUT) -> float:
    """Return the discounted gain of the first answers, as a share of the best that is possible."""
    best = sorted(grades.values(), reverse=True)[:cut]
    gained = _discounted([grades.get(number, 0) for number in found[:cut]])
    return gained / _discounted(best)


def average_precision(found: Sequence[int], grades: Mapping[int, int]) -> float:
    """Return the mean of the precision at each relevant answer; what was not found counts 0."""
    hits, total = 0, 0.0
    for place, number in enumerate(found, start=1):
        if number in grades:
            hits += 1
            total += hits / place
    return total / len(grades)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, start=1))


def _document(number: int, title: str, text: str) -> IndexDocument:
    return IndexDocument(
        *(ArticleId(f"{number:040x}"), title, "", text, "", "", ""),
        *(None, "2020-01-01", "en", "collection", ()),
    )


def _ask(searcher: Searcher, text: str) -> list[int]:
    request = search.SearchRequest(text, limit=DEPTH, any_words=True, plain=True)
    return [int(hit.id, 16) for hit in search.search(searcher, request, {}, ("en",)).hits]


def cranfield(folder: Path) -> Collection:
    """Read Cranfield; its judgements count the questions from 1, whatever number these have."""
    records = _marked(folder / "cran.all.1400")
    questions = [record["W"] for _, record in _marked(folder / "cran.qry")]
    return Collection(
        {number: (record["T"], record["W"]) for number, record in records},
        dict(enumerate(questions, start=1)),
        _grades((words[0], words[1], words[2]) for words in _rows(folder / "cranqrel")),
    )


def cisi(folder: Path) -> Collection:
    """Read CISI."""
    return Collection(
        {number: (record["T"], record["W"]) for number, record in _marked(folder / "CISI.ALL")},
        {number: record["W"] for number, record in _marked(folder / "CISI.QRY")},
        _grades((words[0], words[1], "1") for words in _rows(folder / "CISI.REL")),
    )


def npl(folder: Path) -> Collection:
    """Read NPL, which has no titles."""
    judged = _slashed(folder / "rlv-ass")
    return Collection(
        {number: ("", text) for number, text in _slashed(folder / "doc-text")},
        dict(_slashed(folder / "query-text")),
        {number: dict.fromkeys(map(int, text.split()), 1) for number, text in judged if text.split()},
    )


READERS: Final = {"cranfield": cranfield, "cisi": cisi, "npl": npl}


def _marked(path: Path) -> Iterator[tuple[int, defaultdict[str, str]]]:
    """Yield (number, text by mark) of records that begin with ``.I`` and have parts like ``.T`` and ``.W``."""
    number, parts, mark = 0, defaultdict[str, str](str), ""
    for line in path.read_text(encoding="latin-1").splitlines():
        found = _MARK.fullmatch(line)
        if not found:
            parts[mark] += f"{line}\n"
        elif found[1] == "I":
            if number:
                yield number, parts
            number, parts, mark = int(found[2]), defaultdict(str), ""
        else:
            mark = found[1]
    if number:
        yield number, parts


def _slashed(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (number, text) of records that begin with their number and end with a slash."""
    lines: list[str] = []
    for line in path.read_text(encoding="latin-1").splitlines():
        if line.strip() != "/":
            lines += [line] if line.strip() else []
        elif lines:
            yield int(lines[0]), "\n".join(lines[1:])
            lines = []


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="latin-1").splitlines():
        if words := line.split():
            yield words


def _grades(judgements: Iterator[tuple[str, str, str]]) -> dict[int, dict[int, int]]:
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for question, document, grade in judgements:
        if int(grade) > 0:
            found[int(question)][int(document)] = int(grade)
    return dict(found)


if __name__ == "__main__":
    raise SystemExit(main())
