import json

from bench import growth


def test_an_archive_grows_and_takes_in_new_files(capsys):
    assert growth.main(["--sizes", "6", "--new", "2", "--data", "none"]) == 0
    out = capsys.readouterr().out.splitlines()
    report = json.loads(out[-1])
    assert [(step["before"], step["new"]) for step in report["grown"]] == [(0, 6)]
    assert [(step["before"], step["new"]) for step in report["small"]] == [(6, 0), (6, 2)]
    assert report["grown"][0]["growth"] == 1
    assert all(step["cpu_s"] > 0 and step["all_mb"] > 10 for step in report["grown"] + report["small"])
    assert len(out) == 1 + 3 + 1
