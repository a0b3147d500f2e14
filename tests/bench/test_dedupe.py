import json

import pytest

from bench import dedupe
from bench.articles import articles, texts


def test_the_benchmark_runs_and_its_parts_add_up(capsys):
    assert dedupe.main(["--documents", "60", "--hub", "20", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    assert (report["documents"], report["source"], report["hub"]["documents"]) == (60, "generated", 20)
    spent = report["cpu_ms_per_document"]
    assert list(spent) == [*dedupe.STAGES, dedupe.REST]
    assert 1000 / sum(spent.values()) == pytest.approx(report["documents_per_cpu_s"], rel=0.05)
    assert 40 <= report["clusters"] <= 48, "one of five is a copy, and some of the pages are, too"
    assert report["pairs_per_document"] > 0
    sizes = report["bytes_per_document"]
    assert 0 < sizes["candidates"] < sizes["whole_ledger"]
    assert report["computed_for_a_million"]["documents_per_cpu_s"] > 0
    assert any(line.startswith("documents per CPU second") for line in out)


def test_data_that_are_not_there_are_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        dedupe.main(["--data", str(tmp_path)])
    assert stop.value.code == 2
    assert "corpus10k" in capsys.readouterr().err


def test_articles_are_the_same_ones_each_time_and_do_not_run_out():
    sources = texts(None)[:8]
    made = list(articles(sources, 60))
    assert made[:30] == list(articles(sources, 30))
    assert len(set(made)) >= 54, "three of sixty are copies as they stand"
    assert made[:4] == sources[:4]
