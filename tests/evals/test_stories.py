"""The evaluation of several articles in one file: its cases, its counting, the fit of the weights."""

import json

import pytest

from evals import stories, story_weights
from evals.folds import FOLDS

WORDS = "harbour ferry captain storm island lifeboat passengers engine mainland crew".split()


def record(number):
    sentence = " ".join(f"{word}{number}" for word in WORDS)
    body = "\n\n".join(f"The {sentence} and the {sentence} of the week." for _ in range(6))
    return {
        "id": f"p{number}.lines",
        "page": f"p{number}",
        "site": f"paper{number}.example",
        "title": f"Harbour{number} gets its ferry{number} back | Paper {number}",
        "text": f"Menu\nLogin\n{body}\nImprint",
        "gold_body": body,
    }


@pytest.fixture(scope="module")
def made():
    return list(stories.cases(stories.sources([record(number) for number in range(40)])))


def test_the_cases_are_the_same_each_time(made):
    assert made == list(stories.cases(stories.sources([record(number) for number in range(40)])))


def test_a_case_has_a_start_for_each_article(made):
    assert {case.kind.split()[0] for case in made} >= {"single", "plain", "pair", "triple", "pages"}
    for case in made:
        assert len(case.starts) == len(case.bodies)
        assert case.starts[0] == 0
        assert list(case.starts) == sorted(set(case.starts))
        assert case.starts[-1] < len(case.text.split("\n"))


def test_a_pasted_title_stands_on_its_start(made):
    pasted = [case for case in made if case.kind.startswith(("pair", "triple"))]
    assert pasted
    for case in pasted:
        lines = case.text.split("\n")
        assert all(lines[start].endswith(" back") for start in case.starts)


def test_a_boundary_is_right_between_the_spans_it_parts():
    assert stories.right_boundaries((0, 10), [(0, 9), (10, 20)]) == 1
    assert stories.right_boundaries((0, 10), [(0, 11), (12, 20)]) == 0
    assert stories.right_boundaries((0, 10), [(0, 5), (6, 20)]) == 0
    assert stories.right_boundaries((0, 10, 11), [(0, 9), (12, 20)]) == 1
    assert stories.right_boundaries((0,), [(0, 9), (12, 20)]) == 0


def test_prints_figures_last(tmp_path, capsys):
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(json.dumps(record(number)) for number in range(12)), encoding="utf-8")
    assert stories.main([str(gold), "--every", "3"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["by_kind"]["single"]["cases"] > 0
    assert len(report["by_fold"]) == FOLDS


def test_the_fit_finds_the_feature_that_tells():
    chosen = [
        story_weights.Example(n, "pair bare", n % 5, (1.0, float(n % 2), (n * 7 % 5) / 5), n % 2 == 1)
        for n in range(60)
    ]
    constant, telling, noise = story_weights.fit(chosen)
    assert telling > 2
    assert constant < 0
    assert abs(noise) < 1
