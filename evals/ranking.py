"""How well the search ranks: nDCG@10 and MAP on the classic collections of questions with judged answers.

``python -m evals.ranking DIR --collection cranfield|cisi|npl``

DIR holds a collection's files as the University of Glasgow keeps them: cran.all.1400, cran.qry and cranqrel;
CISI.ALL, CISI.QRY and CISI.REL; doc-text, query-text and rlv-ass. The questions are sentences: any of their
words may match (`SearchRequest.any_words`), and signs are no operators. An answer is relevant or it is not
(nDCG: Järvelin & Kekäläinen 2002, with gain 1): of Cranfield's grades -1 is not, 1 to 4 are. MAP looks at the
first `DEPTH` answers. The same questions go to the engines of `evals.rivals` that are installed.

Prints one JSON object last; the figures of the others stand in it under ``rivals``.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from evals.rivals import RIVALS, Engine
from index import search, writer
from index.article import ArticleId
from index.schema import IndexDocument
from index.snapshot import Snapshot, open_snapshot

CUT: Final = 10
DEPTH: Final = 1_000
_MARK: Final = re.compile(r"\.([A-Z])(?: +(\d+))?\s*")


@dataclass(frozen=True)
class Collection:
    """Documents (number → title, text), questions by number, and the relevant documents of each question."""

    documents: Mapping[int, tuple[str, str]]
    questions: Mapping[int, str]
    relevant: Mapping[int, AbstractSet[int]]


@dataclass(frozen=True)
class Figures:
    """Means over the questions that have a relevant answer, and CPU milliseconds of one."""

    questions: int
    ndcg: float
    map: float
    cpu_ms: float

    def row(self) -> dict[str, float]:
        """The figures, for JSON."""
        return {
            "ndcg@10": round(self.ndcg, 4),
            "map": round(self.map, 4),
            "cpu_ms": round(self.cpu_ms, 2),
        }


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
    ours = evaluate(collection)
    found = {name: evaluate_rival(collection, engine) for name, engine in RIVALS.items()}
    print(f"{ours.questions} questions, any of their words")
    for name, figures in {"newsfold": ours, **found}.items():
        told = f"nDCG@{CUT} {figures.ndcg:.4f}  MAP {figures.map:.4f}" if figures else "not installed"
        print(f"{name:10}{told}")
    rivals = {name: figures.row() for name, figures in found.items() if figures}
    row = {"collection": options.collection, "questions": ours.questions, **ours.row(), "rivals": rivals}
    print(json.dumps(row))
    return 0


def evaluate(collection: Collection) -> Figures:
    """Index the documents in a temporary folder and ask the questions."""
    with tempfile.TemporaryDirectory(prefix="newsfold-ranking-") as folder:
        directory = Path(folder) / "index"
        writer.apply(directory, [_document(number, *found) for number, found in collection.documents.items()])
        with open_snapshot(directory) as snapshot:
            return _judged(collection, lambda text: _ask(snapshot, text))


def evaluate_rival(collection: Collection, engine: Engine) -> Figures | None:
    """Do the same with another engine; None where it is not installed."""
    with (
        tempfile.TemporaryDirectory(prefix="newsfold-ranking-") as folder,
        engine(Path(folder) / "index", collection.documents) as ask,
    ):
        return ask and _judged(collection, lambda text: ask(text, DEPTH))


def _judged(collection: Collection, ask: Callable[[str], list[int]]) -> Figures:
    begun = time.process_time()
    answers = {
        number: ask(text) for number, text in collection.questions.items() if collection.relevant.get(number)
    }
    used = time.process_time() - begun
    count = max(1, len(answers))
    judged = [(found, collection.relevant[number]) for number, found in answers.items()]
    return Figures(
        len(answers),
        sum(ndcg(found, relevant) for found, relevant in judged) / count,
        sum(average_precision(found, relevant) for found, relevant in judged) / count,
        1000 * used / count,
    )


def ndcg(found: Sequence[int], relevant: AbstractSet[int], cut: int = CUT) -> float:
    """Return the discounted gain of the first answers, as a share of the best that is possible."""
    gained = sum(_discount(place) for place, number in enumerate(found[:cut], start=1) if number in relevant)
    return gained / sum(map(_discount, range(1, min(cut, len(relevant)) + 1)))


def average_precision(found: Sequence[int], relevant: AbstractSet[int]) -> float:
    """Return the mean of the precision at each relevant answer; what was not found counts 0."""
    places = [place for place, number in enumerate(found, start=1) if number in relevant]
    return sum(hits / place for hits, place in enumerate(places, start=1)) / len(relevant)


def _discount(place: int) -> float:
    return 1 / math.log2(place + 1)


def _document(number: int, title: str, text: str) -> IndexDocument:
    return IndexDocument(
        *(ArticleId(f"{number:040x}"), title, "", text, "", "", ""),
        *(None, "2020-01-01", "en", (), ()),
    )


def _ask(snapshot: Snapshot, text: str) -> list[int]:
    request = search.SearchRequest(text, limit=DEPTH, any_words=True, plain=True)
    return [int(hit.id, 16) for hit in search.search(snapshot, request, {}, ("en",)).hits]


def cranfield(folder: Path) -> Collection:
    """Read Cranfield; its judgements count the questions from 1, whatever number these have."""
    records = _marked(folder / "cran.all.1400")
    questions = [record["W"] for _, record in _marked(folder / "cran.qry")]
    return Collection(
        {number: (record["T"], record["W"]) for number, record in records},
        dict(enumerate(questions, start=1)),
        _relevant(words[:2] for words in _rows(folder / "cranqrel") if int(words[2]) > 0),
    )


def cisi(folder: Path) -> Collection:
    """Read CISI."""
    return Collection(
        {number: (record["T"], record["W"]) for number, record in _marked(folder / "CISI.ALL")},
        {number: record["W"] for number, record in _marked(folder / "CISI.QRY")},
        _relevant(words[:2] for words in _rows(folder / "CISI.REL")),
    )


def npl(folder: Path) -> Collection:
    """Read NPL, which has no titles."""
    judged = _slashed(folder / "rlv-ass")
    return Collection(
        {number: ("", text) for number, text in _slashed(folder / "doc-text")},
        dict(_slashed(folder / "query-text")),
        {number: frozenset(map(int, text.split())) for number, text in judged},
    )


READERS: Final = {"cranfield": cranfield, "cisi": cisi, "npl": npl}


def _marked(path: Path) -> Iterator[tuple[int, defaultdict[str, str]]]:
    """Yield (number, text by mark) of records that begin with ``.I``, of parts such as ``.W``."""
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


def _relevant(judgements: Iterable[Sequence[str]]) -> dict[int, AbstractSet[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for question, document in judgements:
        found[int(question)].add(int(document))
    return dict(found)


if __name__ == "__main__":
    raise SystemExit(main())
