import json

import pytest

from bench import query, startup
from bench.asking import KINDS, Question, as_query
from index.query import parse
from tests.archive import page


def test_the_benchmark_runs_and_compares(capsys):
    assert query.main(["--documents", "40", "--queries", "16", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    ours = report["engines"]["newsfold"]
    assert ours["questions"] == 16
    assert ours["answered"] >= 8
    assert set(ours["kinds_p50_ms"]) == set(KINDS)
    assert report["ratios"]["newsfold"]["p50"] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_is_a_query(kind):
    words = ("harbours", "2014") if kind == "date" else ("harbours", "strikes", "mills")
    assert parse(as_query(Question(kind, words))).root is not None


def test_data_that_are_not_there_are_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        query.main(["--data", str(tmp_path / "none")])
    assert stop.value.code == 2
    assert "no such folder" in capsys.readouterr().err


def test_start_up_is_the_median_of_the_rounds_after_the_first(monkeypatch):
    cpu = iter([0.9, 0.1, 0.3, 0.2])
    monkeypatch.setattr(startup, "run_python", lambda _, **__: type("Done", (), {"cpu": next(cpu)}))
    assert startup.measure({"one": ["-c", "pass"]}, 3) == {"one": pytest.approx(200)}


def test_a_search_from_a_new_process_stands_beside_other_engines(archive, capsys):
    archive.write("herald/1.txt", page(1))
    archive.ingest()
    assert startup.main([str(archive.home.path), "--query", "council", "--rounds", "1"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"Python alone", "newsfold search", startup.BASELINE} <= set(report)
    assert report["newsfold search"]["cpu_ms"] > report["Python alone"]["cpu_ms"]
    assert report[startup.BASELINE]["ratio"] == 1
