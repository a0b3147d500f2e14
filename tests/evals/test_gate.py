"""The gate: quality never falls below the floors, and the floors never fall silently."""

import json
import shutil

import pytest

from evals import gate

SETS = {data.name: data for data in gate.guarded(gate.data_folder())}


@pytest.mark.parametrize("name", SETS)
def test_no_figure_is_below_its_floor(name):
    data = SETS[name]
    if not data.present:
        pytest.skip(f"{data.path.name}: the evaluation data are absent")
    assert gate.shortfalls(data) == []


@pytest.mark.parametrize("name", SETS)
def test_no_floor_was_lowered_without_a_word(name):
    assert SETS[name].fallen() == []
    assert all(values for values in SETS[name].floors.values())


def test_something_is_measured_on_any_machine(tmp_path):
    assert any(data.present for data in gate.guarded(tmp_path))


def floors(tmp_path, text):
    path = tmp_path / "floors.toml"
    path.write_text(text, encoding="utf-8")
    return gate.guarded(tmp_path, path)


def test_a_lowered_floor_needs_a_reason(tmp_path):
    text = (
        'what = "a"\nkind = "segmentation"\nshared = "a.jsonl"\nsha256 = ""\n[a.floors]\nexact = [0.9, 0.8]\n'
    )
    (silent,) = floors(tmp_path, f"[a]\n{text}")
    assert silent.fallen() == ["exact"]
    (told,) = floors(tmp_path, f'[a]\n{text}[a.why]\nexact = ["the gold was wrong on three pages"]\n')
    assert told.fallen() == []


def test_other_data_and_a_missed_floor_are_told(tmp_path):
    gold = SETS["invented"].path
    copy = tmp_path / "a.jsonl"
    shutil.copyfile(gold, copy)
    text = '[a]\nwhat = "a"\nkind = "segmentation"\nshared = "a.jsonl"\nsha256 = "%s"\n'
    text += "[a.floors]\nexact = [1.0]\n"
    (same,) = floors(tmp_path, text % SETS["invented"].sha256)
    assert gate.shortfalls(same) == []
    pages = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    pages[0]["gold_body"] = "Something else entirely stands in the gold of this page."
    copy.write_text("\n".join(map(json.dumps, pages)), encoding="utf-8")
    (told,) = gate.shortfalls(same)
    assert "not the data" in told
    (other,) = floors(tmp_path, text % same.digest())
    (missed,) = gate.shortfalls(other)
    assert "exact is 0.8750, below its floor 1.0" in missed
