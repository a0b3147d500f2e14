import json

import pytest

from bench import watch


def test_a_watcher_is_measured_from_last_write_to_findable(capsys):
    assert watch.main(["--rates", "2", "--seconds", "1", "--burst", "3", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    row = report["rates"]["2"]
    assert row["files"] == 2
    assert 1.0 <= row["lag_p50"] <= row["lag_p95"] <= row["lag_max"]
    assert row["share_of_contract"] == pytest.approx(row["lag_p95"] / 5, abs=0.01)
    assert row["start_p95"] <= row["lag_max"]
    assert row["runs"] >= 1
    assert report["burst"]["files"] == 3
    assert report["burst"]["files_per_cpu_second"] > 0
    assert out[1].split()[0] == "2"


@pytest.mark.parametrize(("percent", "value"), [(50, 50.0), (95, 95.0), (100 - 1, 99.0)])
def test_percentiles(percent, value):
    assert watch._percentile([float(number) for number in range(101)], percent) == value
    assert watch._percentile([7.0], percent) == 7.0
