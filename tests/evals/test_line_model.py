"""The fit of the line model: the shipped form scores exactly as the trained one, and always the same."""

import json
from pathlib import Path

import numpy as np
import pytest

from evals import line_model, records
from tasks import trees
from tasks.context import features
from tasks.lines import measure

GOLD = Path(__file__).resolve().parents[1] / "data" / "segmentation.jsonl"


def drawn(count):
    random = np.random.default_rng(11)
    lines = np.round(random.normal(size=(count, len(line_model.FEATURES))), 3)
    body = (lines[:, 0] + lines[:, 1] * lines[:, 2] + random.normal(size=count) > 0).astype(float)
    return lines, body, random.uniform(0.1, 3.0, size=count)


@pytest.fixture(scope="module")
def boosted():
    return line_model.boosted(*drawn(4000), trees=40)


def test_the_shipped_form_scores_exactly_as_the_trained_one(boosted):
    written = json.loads(line_model.text_of(line_model.rows(boosted)))
    shipped = trees.from_rows(written)
    lines, *_ = drawn(9000)
    edges = np.array([node["num_threshold"] for nodes in line_model.nodes_of(boosted) for node in nodes])
    lines[: len(edges)] = edges[: len(lines), None]  # on the thresholds themselves, too
    columns = dict(zip(line_model.FEATURES, lines.T, strict=True))
    assert shipped.feature.shape[0] == 40
    assert (shipped.log_odds(columns) == boosted.decision_function(lines)).all()


def test_the_same_data_give_the_same_file(boosted):
    again = line_model.boosted(*drawn(4000), trees=40)
    assert line_model.text_of(line_model.rows(again)) == line_model.text_of(line_model.rows(boosted))


def test_the_command_writes_a_model_that_scores_pages(tmp_path, capsys):
    out = tmp_path / "model.json"
    assert line_model.main([str(GOLD), "--out", str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["file"] == "model.json"
    page = next(records.read(GOLD))
    columns = features(measure(page["text"].split("\n")))
    assert np.isfinite(trees.load(out).log_odds(columns)).all()


def test_two_conversions_of_a_page_are_learned_from_and_the_scraped_one_is_one_of_them():
    forms = ("lines", "inscriptis", "resilimain", "resiliparse")
    pages = [{"id": f"a.{form}", "page": "a", "converter": form} for form in forms]
    chosen = [page["converter"] for page in line_model.chosen(pages)]
    assert len(chosen) == 2
    assert chosen[0] == "resilimain"
    assert chosen == [page["converter"] for page in line_model.chosen(reversed(pages))]


def test_lines_far_from_the_body_are_thinned_and_weigh_more():
    page = {
        "id": "a",
        "text": "\n".join([*(f"Menu item {number}" for number in range(90)), "The story."]),
        "gold_body": "The story.",
    }
    (whole, *_) = line_model.examples([page])
    assert len(whole.lines) == 15 + 1 + 25
    assert whole.weight.sum() == pytest.approx(60, rel=0.05)
    assert whole.body.sum() == 1
