"""How well predicted clusters agree with labelled ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Any

Record = Mapping[str, Any]


def pairwise(gold: Mapping[str, str], predicted: Mapping[str, str]) -> dict[str, float | int]:
    """Precision, recall and F1 over pairs of documents, and the adjusted Rand index (Hubert and Arabie 1985).

    Both mappings go from document to cluster and have the same keys.
    """
    both = _pairs((gold[id_], predicted[id_]) for id_ in gold)
    wanted, found, all_pairs = _pairs(gold.values()), _pairs(predicted.values()), comb(len(gold), 2)
    chance = wanted * found / all_pairs if all_pairs else 0.0
    spread = (wanted + found) / 2 - chance
    return {
        "precision": both / found if found else 1.0,
        "recall": both / wanted if wanted else 1.0,
        "f1": 2 * both / (wanted + found) if wanted + found else 1.0,
        "ari": (both - chance) / spread if spread else 1.0,
        "gold_pairs": wanted,
        "predicted_pairs": found,
        "false_pairs": found - both,
    }


def recall_by_kind(records: Iterable[Record], predicted: Mapping[str, str]) -> dict[str, list[float | int]]:
    """[share of the variants that stand with the original of their cluster, their number] for each kind."""
    kept = list(records)
    originals = {record["cluster"]: record["id"] for record in kept if record.get("kind") == "original"}
    hit: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for record in kept:
        kind, original = record.get("kind"), originals.get(record["cluster"])
        if kind and kind != "original" and original is not None:
            total[kind] += 1
            hit[kind] += predicted[record["id"]] == predicted[original]
    return {kind: [round(hit[kind] / total[kind], 4), total[kind]] for kind in sorted(total)}


def false_merges(records: Iterable[Record], predicted: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Hard negatives (same `group`, other cluster) that were merged, by kind of hardness, counted both ways.

    `merged` of the `of` pairs, `documents` of the `of_documents` in the groups: one wrong link between two
    clusters is one wrong decision, many wrong pairs, and spoils every document of both.
    """
    groups: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    for record in records:
        if record.get("group"):
            groups[record.get("hard") or "?", record["group"]].append(record)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (hard, _), members in groups.items():
        spoilt: set[str] = set()
        for a, b in combinations(members, 2):
            if a["cluster"] != b["cluster"]:
                found[hard]["of"] += 1
                if predicted[a["id"]] == predicted[b["id"]]:
                    found[hard]["merged"] += 1
                    spoilt.update((a["id"], b["id"]))
        found[hard]["documents"] += len(spoilt)
        found[hard]["of_documents"] += len(members)
    names = ("merged", "of", "documents", "of_documents")
    return {hard: {name: found[hard][name] for name in names} for hard in sorted(found) if found[hard]["of"]}


def digests_absorbed(records: Sequence[Record], predicted: Mapping[str, str]) -> list[int]:
    """[digests that share a cluster with an article of another one, all digests]."""
    inside: defaultdict[str, set[str]] = defaultdict(set)
    for record in records:
        inside[predicted[record["id"]]].add(record["cluster"])
    digests = [record for record in records if record.get("kind") == "digest"]
    return [sum(len(inside[predicted[digest["id"]]]) > 1 for digest in digests), len(digests)]


def _pairs(labels: Iterable[object]) -> int:
    return sum(comb(count, 2) for count in Counter(labels).values())
