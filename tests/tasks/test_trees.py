"""The line model's trees: laid out as arrays, scored, and taken apart into what each feature adds."""

import json

import numpy as np
import pytest

from evals.line_model import FEATURES
from tasks import trees
from tasks.context import features
from tasks.lines import measure

MODEL = {
    "base": 0.5,
    "trees": [
        ["long", 2.0, 0.1, -1.0, ["ends", 0.5, 0.6, 0.25, 1.0]],
        0.125,
        ["ends", 0.5, 0.0, -0.5, 0.5],
    ],
}
COLUMNS = {"ends": np.array([0.0, 1.0, 1.0]), "long": np.array([3.0, 2.0, 2.5]), "unused": np.zeros(3)}


def test_each_line_goes_down_every_tree():
    scores = trees.from_rows(MODEL).log_odds(COLUMNS)
    assert scores.tolist() == [0.5 + 0.25 + 0.125 - 0.5, 0.5 - 1.0 + 0.125 + 0.5, 0.5 + 1.0 + 0.125 + 0.5]


def test_what_the_features_add_is_the_score_less_a_constant():
    model = trees.from_rows(MODEL)
    constant = 0.5 + 0.1 + 0.125 + 0.0
    assert model.shares(COLUMNS).sum(axis=1) + constant == pytest.approx(model.log_odds(COLUMNS))
    assert model.names == ("ends", "long")
    assert model.shares(COLUMNS)[0].tolist() == pytest.approx([0.25 - 0.6 - 0.5, 0.6 - 0.1])


def test_a_page_of_many_lines_is_scored_in_parts(monkeypatch):
    model = trees.from_rows(MODEL)
    whole, apart = model.log_odds(COLUMNS), model.shares(COLUMNS)
    monkeypatch.setattr(trees, "ROWS", 2)
    assert (model.log_odds(COLUMNS) == whole).all()
    assert (model.shares(COLUMNS) == apart).all()


def test_no_lines_give_no_scores():
    empty = {name: np.zeros(0) for name in COLUMNS}
    assert trees.from_rows(MODEL).log_odds(empty).shape == (0,)
    assert trees.from_rows(MODEL).shares(empty).shape == (0, 2)


def test_the_shipped_model_asks_for_features_that_exist():
    shipped = trees.shipped()
    columns = features(
        measure(["Home", "The council met on Monday and voted to close the landing for good."])
    )
    assert set(shipped.names) <= set(FEATURES) <= set(columns)
    assert len(shipped.log_odds(columns)) == 2
    assert shipped.feature.shape[0] == len(json.loads(trees.SHIPPED.read_text(encoding="utf-8"))["trees"])


def test_scoring_agrees_with_a_walk_down_each_tree():
    rng = np.random.default_rng(7)
    model = json.loads(trees.SHIPPED.read_text(encoding="utf-8"))
    shipped = trees.shipped()
    tried = [split.thresholds for split in shipped.splits]  # values on a threshold go low
    columns = {
        name: rng.choice(np.concatenate([known, known - 0.01, known + 0.01]), 30)
        for name, known in zip(shipped.names, tried, strict=True)
    }

    def walked(node, line):
        while isinstance(node, list):
            name, threshold, _, low, high = node
            node = low if columns[name][line] <= threshold else high
        return node

    for line, score in enumerate(shipped.log_odds(columns).tolist()):
        expected = model["base"]
        for tree in model["trees"]:
            expected += walked(tree, line)
        assert score == expected


def test_a_tree_with_too_many_leaves_is_refused():
    tree = 0.0
    for number in range(trees.LEAVES):
        tree = ["long", float(number), 0.0, tree, 1.0]
    with pytest.raises(ValueError, match="more than 16 leaves"):
        trees.from_rows({"base": 0.0, "trees": [tree]})
