import json
import os
import subprocess
import sys
from itertools import islice

import pytest

from bench import pages, pipeline, prefect_share, processes, sites
from bench.contest import Contest, Cost, contest, least
from bench.plain import MinHashes

SECOND = {"wall_s", "cpu_s", "start_wall_s", "start_cpu_s", "pages_per_wall_s", "pages_per_cpu_s"}


def test_the_benchmark_runs_and_its_counts_add_up(capsys):
    assert pipeline.main(["--pages", "12", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    assert (report["pages"], report["source"], report["workers"]) == (12, "generated", 2)
    contenders = report["contenders"]
    assert contenders.keys() - {"recoll"} == {"newsfold", "plain", "plain, 2 processes"}
    for told in contenders.values():
        assert told.keys() >= SECOND | {"peak_mb", "all_mb", "disk_bytes", "states", "mb_per_wall_s"}
        assert told["read"] == sum(told["states"].values()) == 12
        assert told["states"]["indexed"] > 0
        assert told["disk_bytes"] > 0
        assert told["cpu_s"] > 0
    assert contenders["newsfold"]["commits"] == 1
    assert contenders["plain"]["states"] == contenders["plain, 2 processes"]["states"]
    for compared in report["ratios"].values():
        assert compared.keys() == {name for _, name in pipeline.RATIOS}
    stages = report["stages_cpu_ms_per_page"]
    assert all(stages[name] > 0 for name in ("segment", "sketch", "index"))
    assert "prefect" not in report
    assert any(line.startswith("newsfold is faster, per CPU second") and " x" in line for line in out)


def test_data_that_are_not_there_are_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        pipeline.main(["--data", str(tmp_path)])
    assert stop.value.code == 2
    assert "dev.jsonl.xz" in capsys.readouterr().err


def test_generated_pages_are_repeatable_and_hold_copies():
    made = pages.generated(60)
    assert made == pages.generated(60)
    assert made != pages.generated(60, seed=1)
    assert len(made) == 60
    assert len(set(made)) == 57


def test_real_pages_come_once_before_any_comes_again(tmp_path, monkeypatch):
    records = tmp_path / "pages.jsonl"
    lines = [
        {"id": f"{page}{form}", "url": page, "text": f"{page}{form}"} for page in "abc" for form in "1234"
    ]
    records.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    monkeypatch.setattr(pages, "SEGMENTATION", records.name)
    found = pages.real(tmp_path, 12)
    assert {text[0] for text in found[:3]} == set("abc")
    assert len({text[1] for text in found[:3]}) == 3
    assert sorted(found) == sorted(line["text"] for line in lines)


def test_composed_pages_have_a_sites_lines_around_an_article_each(tmp_path, monkeypatch):
    labels = ("boilerplate", "title", "body", "boilerplate")
    lines = [{"text": f"{label} {number}", "label": label} for number, label in enumerate(labels)]
    (tmp_path / "pages.jsonl").write_text(
        json.dumps({"id": "a", "url": "a", "lines": lines}), encoding="utf-8"
    )
    bodies = [{"body": f"First words\nof {name}.\n\nA second paragraph."} for name in ("one", "two", "three")]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, bodies)), encoding="utf-8")
    monkeypatch.setattr(pages, "SEGMENTATION", "pages.jsonl")
    monkeypatch.setattr(sites.articles, "CORPUS", "corpus.jsonl")
    made = list(islice(sites.composed(tmp_path), 3))
    assert len(set(made)) == 3
    for page, name in zip(made, ("one", "two", "three"), strict=True):
        above, below = page.split(f"First words of {name}.\n\nA second paragraph.")
        assert above.startswith("boilerplate 0\n")
        assert "body" not in above
        assert below.strip() == "boilerplate 3"


def test_the_plain_pipeline_finds_copies():
    known = MinHashes()

    def seen(text):
        return known.seen(known.signature(text))

    text = " ".join(f"word{number * number % 997}" for number in range(300))
    other = " ".join(f"other{number * number % 991}" for number in range(300))
    assert [seen(one) for one in (text, other, text + " and a little more", "")] == [
        False,
        False,
        True,
        False,
    ]


def test_the_share_of_prefect_leaves_both_starts_out():
    flow = Contest(Cost(4.0, 3.0, 1.0), Cost(20.0, 22.0, 3.0), {})
    direct = Contest(Cost(1.0, 0.5), Cost(15.0, 20.5), {})
    assert prefect_share.shares(flow, direct) == {
        "start_s": 4.0,
        "start_over_direct_s": 3.0,
        "marginal_percent": pytest.approx(5.0),
    }


def test_the_cheapest_of_the_rounds_counts_and_their_spread_is_told():
    dear = Contest(Cost(2.0, 1.0), Cost(9.0, 6.0), {"read": 1})
    cheap = Contest(Cost(3.0, 2.0), Cost(12.0, 4.0, 1.0), {"read": 2})
    assert least([dear, cheap]) == Contest(dear.empty, cheap.full, {"read": 2}, pytest.approx(20.0))
    assert least([dear]) == dear


def test_contenders_take_turns(tmp_path):
    order = []

    def runner(name):
        def run(raw, home):
            order.append((name, raw.name, home.name))
            return Cost(1.0, 1.0), {"read": 1}

        return run

    done = contest(tmp_path / "raw", tmp_path, {"a": runner("a"), "b": runner("b")}, rounds=2)
    assert done.keys() == {"a", "b"}
    assert [name for name, _, _ in order] == ["a", "a", "b", "b", "a", "a", "b", "b"]
    assert len({home for _, _, home in order}) == 8
    assert [raw for _, raw, _ in order[:2]] == ["no-pages", "raw"]


def test_cpu_of_a_process_counts_what_it_started():
    inner = "sum(range(10**6)); print(1)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    done = processes.run_python(["-c", code])
    assert done.stdout == "1\n"
    assert done.cpu > 0
    with pytest.raises(subprocess.CalledProcessError):
        processes.run_python(["-c", "raise SystemExit(3)"])


@pytest.mark.skipif(not processes.PROC.joinpath("self", "stat").exists(), reason="needs Linux's /proc")
def test_a_tree_of_processes_is_read_from_proc():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in processes.tree(os.getpid())
        assert processes.cpu_of_tree(os.getpid()) >= processes.cpu_of_tree(child.pid)
        assert processes.peak_mb(os.getpid()) > 1
        child.communicate(b"\n")
    with pytest.raises(ProcessLookupError):
        processes.cpu_of_tree(child.pid)
