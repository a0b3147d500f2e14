"""Are reports of one event linked, and only they? ``python -m evals.related GOLD [--out LINKS]``.

Links the labelled documents with `tasks.related`, as the archive does; of every labelled cluster one copy
takes part. Two documents with the same ``group`` of ``hard`` "same_event" report one event. Precision has
two denominators: `events`, links between two documents of labelled events, and `press`, links between any two
documents of FNC-1 (``src`` F… or G…), where a document without a group counts as wrong. Both are lower
bounds: several groups report one event (two groups are about the casting of one film), and unlabelled
documents do too. Linked templates (the market report of two days) are counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any, Final

from evals.folds import FOLDS, fold_of
from evals.records import read, write
from index.article import ArticleId
from index.event_store import EventSnapshot
from tasks.event_terms import event_terms
from tasks.related import CANDIDATES, LIMIT, RELATED, related

PRECISION: Final = 0.9
"""What the recall is reported at."""
LEAST: Final = 0.05
"""Score from which links are looked at; those that are shown have `RELATED`."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """Two linked documents; `shown` means that one is in the other's list of `LIMIT`."""

    a: str
    b: str
    score: float
    shown: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one JSON object of figures as the last line."""
    parser = argparse.ArgumentParser(prog="python -m evals.related", description=__doc__)
    parser.add_argument("gold", type=Path, help="documents {id, text, cluster, kind, hard, group, date, src}")
    parser.add_argument("--out", type=Path, help="write the links {a, b, score, shown} here")
    chosen = parser.parse_args(arguments)
    print(json.dumps(score_related(list(read(chosen.gold)), out=chosen.out)))
    return 0


def score_related(records: Sequence[Record], *, out: Path | None = None) -> dict[str, Any]:
    """Link labelled documents and compare the links with their groups."""
    documents = {record["id"]: record for record in one_a_cluster(records)}
    started = time.process_time()
    found = links(documents.values())
    spent = time.process_time() - started
    if out is not None:
        kept = [link for link in found if link.score >= RELATED]
        write(out, ({"a": link.a, "b": link.b, "score": link.score, "shown": link.shown} for link in kept))
    events = {id_: _group(record, "same_event") for id_, record in documents.items()}
    press = {id_: event or "-" + id_ for id_, event in events.items() if _is_press(documents[id_]) or event}
    named = {id_: event for id_, event in events.items() if event}
    of = sum(comb(count, 2) for count in Counter(named.values()).values())
    linked = [link for link in found if link.score >= RELATED]
    return {
        "documents": len(documents),
        "event_pairs": of,
        "events": _figures(found, named, of) | _chosen_elsewhere(found, named, of),
        "press": _figures(found, press, of),
        "templates_linked": {
            hard: _templates(documents, linked, hard) for hard in ("template", "template_syn")
        },
        "links": _by_collection(documents, linked),
        "seeds_first": _each_others_first(found, [id_ for id_ in documents if _is_seed(documents[id_])]),
        "cpu_ms_per_document": round(1000 * spent / max(1, len(documents)), 3),
    }


def one_a_cluster(records: Iterable[Record]) -> list[Record]:
    """Return one document of each cluster, the original where there is one; digests are left out."""
    best: dict[str, Record] = {}
    whole = ("original", "single")
    for record in sorted(records, key=lambda one: (one.get("kind") not in whole, one["id"])):
        if record.get("hard") != "digest":
            best.setdefault(str(record["cluster"]), record)
    return list(best.values())


def links(documents: Iterable[Record]) -> list[Link]:
    """Link documents by the archive's own functions, the best first."""
    terms = {}
    for record in documents:
        headline, _, body = record["text"].partition("\n")
        terms[ArticleId(record["id"])] = event_terms(headline, body, record.get("date"), "en")
    snapshot = EventSnapshot.of(terms)
    found: dict[tuple[str, str], tuple[float, bool]] = {}
    for id_ in terms:
        for place, one in enumerate(related(snapshot, id_, CANDIDATES, least=LEAST)):
            pair = min(id_, one.article), max(id_, one.article)
            shown = place < LIMIT or found.get(pair, (0.0, False))[1]
            found[pair] = one.score, shown
    return sorted((Link(*pair, *value) for pair, value in found.items()), key=lambda link: -link.score)


def _figures(found: Sequence[Link], events: Mapping[str, str], of: int) -> dict[str, Any]:
    """Recall and precision at `RELATED` among documents whose event is told."""
    linked = [link for link in _told(found, events) if link.score >= RELATED]
    right = sum(events[link.a] == events[link.b] for link in linked)
    shown = [link for link in linked if link.shown]
    return {
        "recall": right / of if of else 1.0,
        "precision": right / len(linked) if linked else 1.0,
        "precision_shown": sum(events[link.a] == events[link.b] for link in shown) / max(1, len(shown)),
    }


def _chosen_elsewhere(found: Sequence[Link], events: Mapping[str, str], of: int) -> dict[str, Any]:
    """Recall at a precision of .9, and what becomes of that where the score is chosen on other events."""
    told = _told(found, events)
    return {
        "recall_at_.9": _threshold(told, events)[1] / max(1, of),
        "cross_validated": _cross_validated(told, events, of),
    }


def _told(found: Sequence[Link], events: Mapping[str, str]) -> list[Link]:
    return [link for link in found if link.a in events and link.b in events]


def _threshold(told: Sequence[Link], events: Mapping[str, str]) -> tuple[float, int]:
    """Return the lowest score at which the links are precise enough, with the right links above it."""
    best, right = (2.0, 0), 0
    for count, link in enumerate(told, 1):
        right += events[link.a] == events[link.b]
        if right >= PRECISION * count:
            best = link.score, right
    return best


def _cross_validated(told: Sequence[Link], events: Mapping[str, str], of: int) -> dict[str, float]:
    """Choose the score on four fifths of the events and apply it to the links of the others."""
    right = wrong = 0
    folds = {link: {fold_of(events[link.a]), fold_of(events[link.b])} for link in told}
    for fold in range(FOLDS):
        least, _ = _threshold([link for link in told if fold not in folds[link]], events)
        for link in told:
            if min(folds[link]) == fold and link.score >= least:
                same = events[link.a] == events[link.b]
                right, wrong = right + same, wrong + (not same)
    return {"recall": right / max(1, of), "precision": right / max(1, right + wrong)}


def _templates(documents: Mapping[str, Record], linked: Sequence[Link], hard: str) -> list[int]:
    """[pairs of one template that are linked, all such pairs]."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for id_, record in documents.items():
        if group := _group(record, hard):
            groups[group].append(id_)
    pairs = {tuple(sorted(pair)) for members in groups.values() for pair in combinations(sorted(members), 2)}
    return [sum((link.a, link.b) in pairs for link in linked), len(pairs)]


def _by_collection(documents: Mapping[str, Record], linked: Iterable[Link]) -> dict[str, int]:
    """Count the links within and between the collections (first letter of ``src``)."""
    kinds = Counter(
        "-".join(sorted(_collection(documents[end]) for end in (link.a, link.b))) for link in linked
    )
    return dict(sorted(kinds.items()))


def _collection(record: Record) -> str:
    if _is_press(record):
        return "press"
    return "seed" if _is_seed(record) else "wire"


def _each_others_first(found: Sequence[Link], ids: Sequence[str]) -> bool | None:
    """Whether two documents are linked and each the other's best; None where there are not two."""
    if len(ids) != 2:
        return None
    best = [next((link for link in found if id_ in (link.a, link.b)), None) for id_ in ids]
    return best[0] is not None and best[0] == best[1] and best[0].score >= RELATED


def _group(record: Record, hard: str) -> str | None:
    group = record.get("group")
    return str(group) if group and record.get("hard") == hard else None


def _is_press(record: Record) -> bool:
    return str(record.get("src", ""))[:1] in {"F", "G"}


def _is_seed(record: Record) -> bool:
    return str(record.get("src", "")).startswith("seed")


if __name__ == "__main__":
    sys.exit(main())
