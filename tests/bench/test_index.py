import json

import pytest

from bench import index


def test_the_benchmark_runs_and_compares(capsys, monkeypatch):
    monkeypatch.setattr(index, "SMALL_COMMITS", {})
    assert index.main(["--documents", "40", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    assert list(report["whole"]) == list(index.WHOLE)
    fast, plain, whoosh = (report["whole"][name] for name in ("fast", "plain", "whoosh"))
    assert fast["documents"] == 40
    assert 0 < fast["index_per_text"] < plain["index_per_text"]
    assert report["ratios"]["fast over whoosh"]["cpu"] == pytest.approx(
        whoosh["cpu_s"] / fast["cpu_s"], rel=0.05, abs=0.05
    )
    assert report["whole"]["fast, one analysis"]["index_per_text"] < fast["index_per_text"]


def test_data_that_are_not_there_are_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        index.main(["--data", str(tmp_path / "none.xz")])
    assert stop.value.code == 2
    assert "no such file" in capsys.readouterr().err
