import json
import os
import subprocess
import sys

import pytest

from bench import pages, pipeline, prefect_share, processes
from bench.contest import Contest, Cost, contest, least
from bench.plain import MinHashes

SECOND = {"wall_s", "cpu_s", "start_wall_s", "start_cpu_s", "pages_per_wall_s", "pages_per_cpu_s"}


def test_the_benchmark_runs_and_its_counts_add_up(capsys):
    assert pipeline.main(["--pages", "12", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    assert (report["pages"], report["source"], report["workers"]) == (12, "generated", 2)
    for name in ("newsfold", "plain"):
        told = report[name]
        assert told.keys() >= SECOND | {"peak_mb", "index_bytes", "states"}
        assert told["read"] == sum(told["states"].values()) == 12
        assert told["states"]["indexed"] > 0
        assert told["index_bytes"] > 0
        assert told["cpu_s"] > 0
    assert report["newsfold"]["catalog_bytes"] > 0
    assert report["ratios"].keys() == {
        "per_cpu_second",
        "per_wall_second",
        "per_cpu_second_marginal",
        "per_wall_second_marginal",
    }
    stages = report["stages_cpu_ms_per_page"]
    assert list(stages) == ["scan", "decode", "segment", "detect", "sketch", "catalog and link", "index"]
    assert all(spent > 0 for name, spent in stages.items() if name in {"segment", "sketch", "index"})
    assert "prefect" not in report
    assert any(line.startswith("pages per CPU second") and line.endswith(" x") for line in out)


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


def test_the_plain_pipeline_finds_copies():
    known = MinHashes()
    text = " ".join(f"word{number * number % 997}" for number in range(300))
    other = " ".join(f"other{number * number % 991}" for number in range(300))
    assert [known.seen(one) for one in (text, other, text + " and a little more", "")] == [
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
