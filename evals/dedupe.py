"""Are copies of an article found, and only they? ``python -m evals.dedupe GOLD``.

Runs `tasks.dedupe.link`, as the pipeline does, over a ledger in memory. The labelled texts are whole pages;
the pipeline would have cut the page off before it compares, with the lines that many files share as one sign.
So those lines are removed first (`evals.strip_lines`), unless ``--keep-lines`` asks for whole pages.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evals.cluster_scores import digests_absorbed, false_merges, pairwise, recall_by_kind
from evals.memory_store import MemoryStore
from evals.records import read, write
from evals.related import score_related
from evals.strip_lines import repeated_lines, strip_lines
from index.article import ArticleId
from index.duplicates import StoredText
from tasks.dedupe import link
from tasks.normalise import text_hash

GOLD: Final = Path()
"""What ``--related`` without a file of its own means."""
BATCH: Final = 200
"""Articles of one call, as in the pipeline."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object of figures as the last line."""
    parser = argparse.ArgumentParser(prog="python -m evals.dedupe", description=__doc__)
    parser.add_argument(
        "gold", nargs="?", type=Path, help="documents {id, text, cluster, kind …}, JSON lines or .xz"
    )
    parser.add_argument("--out", type=Path, help="write {id, cluster} here")
    parser.add_argument("--pairs", type=Path, help="natural pairs {text_a, text_b, label D, T or R}")
    parser.add_argument(
        "--related",
        nargs="?",
        type=Path,
        const=GOLD,
        metavar="FILE",
        help="score the links between reports of one event instead, in FILE or GOLD (see evals.related)",
    )
    parser.add_argument(
        "--keep-lines", action="store_true", help="leave the lines in that many documents share"
    )
    chosen = parser.parse_args(arguments)
    if chosen.related is not None:
        return _related(parser, chosen)
    if chosen.gold is None and chosen.pairs is None:
        parser.error("give GOLD, or --pairs FILE, or both")
    figures: dict[str, Any] = {}
    if chosen.gold is not None:
        figures |= score_documents(list(read(chosen.gold)), keep_lines=chosen.keep_lines, out=chosen.out)
    if chosen.pairs is not None:
        figures["pairs"] = score_pairs(list(read(chosen.pairs)))
    print(json.dumps(figures))
    return 0


def _related(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> int:
    """Print the figures of `evals.related` for the labelled documents."""
    gold = chosen.gold if chosen.related == GOLD else chosen.related
    if gold is None or (chosen.related != GOLD and chosen.gold is not None):
        parser.error("--related needs one GOLD")
    print(json.dumps(score_related(list(read(gold)), out=chosen.out)))
    return 0


def score_documents(
    records: Sequence[Mapping[str, Any]], *, keep_lines: bool = False, out: Path | None = None
) -> dict[str, Any]:
    """Cluster labelled documents and compare the clusters with their labels."""
    pages = {record["id"]: record["text"] for record in records}
    repeated = frozenset() if keep_lines else repeated_lines(pages.values())
    bodies = {id_: strip_lines(page, repeated) for id_, page in pages.items()}
    dates = {record["id"]: record.get("date") for record in records}
    started = time.process_time()
    predicted = cluster(bodies, dates)
    spent = time.process_time() - started
    if out is not None:
        write(out, ({"id": id_, "cluster": chosen} for id_, chosen in predicted.items()))
    return {
        "documents": len(records),
        **pairwise({record["id"]: str(record["cluster"]) for record in records}, predicted),
        "false_merges": false_merges(records, predicted),
        "digests_absorbed": digests_absorbed(records, predicted),
        "recall_by_kind": recall_by_kind(records, predicted),
        "lines_stripped": len(repeated),
        "cpu_ms_per_document": round(1000 * spent / max(1, len(records)), 3),
    }


def score_pairs(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Judge natural pairs, each alone: D is one article, T templated copy, R another report of the event."""
    total: Counter[str] = Counter(record["label"] for record in records)
    merged: Counter[str] = Counter()
    for record in records:
        dates = {"a": record.get("date_a"), "b": record.get("date_b")}
        together = cluster({"a": record["text_a"], "b": record["text_b"]}, dates)
        merged[record["label"]] += together["a"] == together["b"]
    return {
        "recall": merged["D"] / total["D"] if total["D"] else 1.0,
        "precision": merged["D"] / merged.total() if merged.total() else 1.0,
        "duplicates_found": [merged["D"], total["D"]],
        "templates_merged": [merged["T"], total["T"]],
        "related_merged": [merged["R"], total["R"]],
    }


def cluster(bodies: Mapping[str, str], dates: Mapping[str, str | None]) -> dict[str, str]:
    """Return the canonical copy of each text, by the pipeline's own functions."""
    store = MemoryStore()
    ids = [ArticleId(id_) for id_ in bodies]
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        store.put_texts({id_: _stored(bodies[id_], dates.get(id_)) for id_ in some})
        link(store, some)
    return {str(id_): str(best) for id_, best in store.canonicals(ids).items()}


def _stored(body: str, date: str | None) -> StoredText:
    return StoredText(body, text_hash(body), date)


if __name__ == "__main__":
    sys.exit(main())
