from __future__ import annotations

import json

import pytest

from evals import dedupe
from evals.related import main, one_a_cluster, score_related

STORIES = {
    "ferry": [
        "Ferry runs aground\nThe ferry Saint Osyth ran aground off Tarn Island, Captain Morrow said.",
        "Rescue at sea\nThe coast guard rescued the ferry Saint Osyth off Tarn Island; Morrow was hurt.",
    ],
    "bakers": [
        "Bakers strike\nThe bakers of Quill strike over night shifts, union leader Oona Pell said.",
        "No bread\nUnion leader Oona Pell called the bakers of Quill out on strike over night shifts.",
    ],
}


def records():
    return [
        {"id": f"{event}{n}", "text": text, "cluster": f"{event}{n}", "kind": "single", "hard": "same_event"}
        | {"group": event, "src": f"F{n}", "date": ""}
        for event, texts in STORIES.items()
        for n, text in enumerate(texts)
    ]


def test_links_between_reports_of_one_event_are_right():
    figures = score_related(records())
    assert figures["event_pairs"] == 2
    assert figures["events"]["recall"] == figures["events"]["precision"] == 1
    assert figures["links"] == {"press-press": 2}
    assert figures["seeds_first"] is None


def test_a_link_to_a_document_without_a_group_is_wrong_for_the_press_only():
    stray = records()[0] | {"id": "stray", "cluster": "stray"}
    del stray["group"], stray["hard"]
    figures = score_related([*records(), stray])
    assert figures["events"]["precision"] == 1
    assert figures["press"]["precision"] == 0.5


def test_two_seeds_that_are_each_others_best():
    two = [record | {"src": f"seed{n}"} for n, record in enumerate(records()[:2])]
    assert score_related([*two, *records()[2:]])["seeds_first"] is True


def test_of_a_cluster_one_document_takes_part():
    first = records()[0]
    copy = first | {"id": "a copy", "kind": "edit5"}
    digest = first | {"id": "a digest", "kind": "digest", "hard": "digest", "cluster": "digest"}
    assert one_a_cluster([copy, digest, first]) == [first]


def test_templates_that_are_linked_are_counted():
    report = "Auction\nOstrey fish auction: cod, plaice, hake sold by the harbour cooperative in quiet trade."
    two = [
        {
            "id": f"t{n}",
            "text": report,
            "cluster": f"t{n}",
            "hard": "template",
            "group": "fish",
            "src": f"R{n}",
        }
        for n in range(2)
    ]
    assert score_related(two)["templates_linked"] == {"template": [1, 1], "template_syn": [0, 0]}


def test_the_command_prints_figures_and_writes_links(tmp_path, capsys):
    gold, out = tmp_path / "gold.jsonl", tmp_path / "links.jsonl"
    gold.write_text("".join(json.dumps(record) + "\n" for record in records()), encoding="utf-8")
    assert main([str(gold), "--out", str(out)]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["documents"] == 4
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {(link["a"], link["b"]) for link in written} == {("ferry0", "ferry1"), ("bakers0", "bakers1")}


def test_the_evaluation_of_duplicates_prints_the_same_figures(tmp_path, capsys):
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(record) + "\n" for record in records()), encoding="utf-8")
    printed = []
    for arguments in (["--related", str(gold)], [str(gold), "--related"]):
        assert dedupe.main(arguments) == 0
        printed.append(json.loads(capsys.readouterr().out.splitlines()[-1]))
    for figures in printed:
        assert figures | {"cpu_ms_per_document": 0} == score_related(records()) | {"cpu_ms_per_document": 0}
    for arguments in (["--related"], [str(gold), "--related", str(gold)]):
        with pytest.raises(SystemExit):
            dedupe.main(arguments)
