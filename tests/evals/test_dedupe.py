from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cluster_scores import false_merges, pairwise
from evals.dedupe import main
from evals.records import read
from evals.strip_lines import repeated_lines, strip_lines

DATA = Path(__file__).parents[1] / "data"


def test_the_invented_set_is_clustered_as_labelled(tmp_path, capsys):
    out = tmp_path / "pred.jsonl"
    gold = DATA / "dedupe.jsonl"
    assert main([str(gold), "--out", str(out), "--pairs", str(DATA / "dedupe_pairs.jsonl")]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["f1"] == figures["ari"] == 1
    assert figures["digests_absorbed"] == [0, 1]
    assert figures["false_merges"]["template"] == {
        "merged": 0,
        "of": 1,
        "documents": 0,
        "of_documents": 2,
    }
    assert figures["pairs"]["duplicates_found"] == [1, 1]
    assert figures["pairs"]["templates_merged"] == [0, 1]
    predicted = {record["id"]: record["cluster"] for record in read(out)}
    assert predicted["a0"] == "a3"  # the corrected copy stands for the cluster
    assert predicted["z1"] == predicted["z0"]
    assert set(predicted) == {record["id"] for record in read(gold)}


def test_the_eval_wants_a_file():
    with pytest.raises(SystemExit, match="2"):
        main([])


def test_scores_of_a_known_case():
    gold = {"a": "1", "b": "1", "c": "2", "d": "2"}
    figures = pairwise(gold, {"a": "x", "b": "x", "c": "x", "d": "y"})
    assert figures["precision"] == pytest.approx(1 / 3)
    assert figures["recall"] == pytest.approx(1 / 2)
    assert figures["f1"] == pytest.approx(0.4)
    assert figures["ari"] == pytest.approx(0.0)
    assert figures["false_pairs"] == 2


def test_one_wrong_link_spoils_the_documents_of_both_clusters():
    kinds = {"a": ("1", "t"), "b": ("1", "t"), "c": ("2", "t"), "d": ("3", "t"), "e": ("4", "u")}
    records = [
        {"id": id_, "cluster": cluster, "group": group, "hard": "template"}
        for id_, (cluster, group) in kinds.items()
    ]
    predicted = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "x"}
    assert false_merges(records, predicted) == {
        "template": {"merged": 2, "of": 5, "documents": 3, "of_documents": 5}
    }


def test_lines_of_many_pages_go_and_lines_of_one_much_copied_article_stay():
    pages = [f"Menu\nThe body of article number {number} is longer than its menu." for number in range(6)]
    wire = ["Only here\nA wire story of many words that every outlet prints as it came."] * 8
    repeated = repeated_lines([*pages, *wire])
    assert strip_lines(pages[0], repeated) == pages[0].removeprefix("Menu\n")
    assert strip_lines(wire[0], repeated) == wire[0]
    assert strip_lines("Menu", repeated) == "Menu"
