import base64
import json
from pathlib import Path

import pytest

from evals import line_model, segmentation, shingles
from evals.folds import FOLDS

GOLD = Path(__file__).resolve().parents[1] / "data" / "segmentation.jsonl"


def test_the_invented_pages_are_segmented(tmp_path, capsys):
    out = tmp_path / "pred.jsonl"
    assert segmentation.main([str(GOLD), "--out", str(out)]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    gold = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    assert report["pages"] == len(gold) == report["news"]["pages"]
    assert report["shingle_f1"] == 1.0
    assert report["exact"] == 1.0
    assert report["empty"] == 1
    assert report["cpu_ms_per_page"] > 0
    written = {
        line["id"]: line["body"] for line in map(json.loads, out.read_text(encoding="utf-8").splitlines())
    }
    assert written == {page["id"]: page["gold_body"] for page in gold}


def test_cross_validation_judges_each_page_by_a_model_that_never_saw_its_site(capsys, monkeypatch):
    seen = []
    fitted = line_model.fitted

    def spied(pages):
        listed = list(pages)
        seen.append({page["site"] for page in listed})
        return fitted(listed)

    monkeypatch.setattr(line_model, "fitted", spied)
    assert segmentation.main([str(GOLD), "--cv", "--by", "language"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    gold = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    sites = {page["site"] for page in gold}
    assert len(seen) == FOLDS
    assert all(sum(site not in trained for trained in seen) == 1 for site in sites)
    assert report["pages"] == len(gold)
    assert report["subsets"]["language=en"]["distinct"] <= len(gold)


def test_html_pages_are_read_from_base64(tmp_path, capsys):
    body = "The ferry left two hours late on Tuesday because of fog, the operator said. Nobody was hurt."
    page = f"<html><body><article><h1>Fog</h1><p>{body}</p><p>{body[::-1]}.</p></article></body></html>"
    record = {
        "id": "a",
        "gold_body": f"{body}\n{body[::-1]}.",
        "html_b64": base64.b64encode(page.encode()).decode(),
    }
    gold = tmp_path / "html.jsonl"
    gold.write_text(json.dumps(record), encoding="utf-8")
    assert segmentation.main([str(gold), "--html"]) == 0
    assert json.loads(capsys.readouterr().out)["shingle_f1"] == 1.0


def test_shingles_are_those_of_the_benchmark():
    page = shingles.score("a b c d e", "a b c d x")
    assert (page.shingles.precision, page.shingles.recall) == (0.5, 0.5)
    assert page.tokens.f1 == pytest.approx(0.8)
    assert not page.exact


def test_figures_are_macro_means_and_empty_predictions_cost_recall_only():
    report = shingles.figures([shingles.score("a b c d", "a b c d"), shingles.score("e f g h", "")])
    assert (report["shingle_precision"], report["shingle_recall"], report["empty"]) == (1.0, 0.5, 1)
    assert report["shingle_f1"] == pytest.approx(2 / 3)
    assert report["page_f1_worst_decile"] == 0.0


def test_unspaced_scripts_count_characters_and_empty_pages_agree():
    assert shingles.score("诺港大桥通车", "诺港大桥").shingles.precision == 1.0
    assert shingles.score("", "").exact
    assert shingles.figures([]) == shingles.figures([]) | {"pages": 0}
