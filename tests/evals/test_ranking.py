import json
import math

import pytest

from evals import ranking
from evals.rivals import RIVALS

DOCUMENTS = """.I 1
.T
the bridge
.W
the bridge was rebuilt after the flood
.I 2
.T
a choir
.W
a choir sang in the square
.I 3
.T
floods
.W
many floods in the valley
"""


def test_cranfield_is_read_and_asked(tmp_path, capsys):
    (tmp_path / "cran.all.1400").write_text(DOCUMENTS)
    (tmp_path / "cran.qry").write_text(".I 007\n.W\nwhich flood broke the bridge ?\n.I 009\n.W\nwho sang .\n")
    (tmp_path / "cranqrel").write_text("1 1 2\n1 2 -1\n2 2 1\n")
    assert ranking.main([str(tmp_path), "--collection", "cranfield"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["questions"] == 2
    assert figures["ndcg@10"] == 1.0
    assert figures["map"] == 1.0


def test_the_other_collections_are_read(tmp_path):
    (tmp_path / "CISI.ALL").write_text(DOCUMENTS)
    (tmp_path / "CISI.QRY").write_text(".I 1\n.W\nbridge\n")
    (tmp_path / "CISI.REL").write_text("     1     3\t0\t0.000000\n")
    found = ranking.cisi(tmp_path)
    assert found.documents[3] == ("floods\n", "many floods in the valley\n")
    assert found.questions == {1: "bridge\n"}
    assert found.relevant == {1: {3}}
    (tmp_path / "doc-text").write_text("1\na wave guide\n   /\n2\na valve\nof glass\n   /\n")
    (tmp_path / "query-text").write_text("1\nvalves\n/\n")
    (tmp_path / "rlv-ass").write_text("1\n   2\n   /\n")
    found = ranking.npl(tmp_path)
    assert found.documents == {1: ("", "a wave guide"), 2: ("", "a valve\nof glass")}
    assert (found.questions, found.relevant) == ({1: "valves"}, {1: {2}})


def test_the_measures_are_those_of_the_books():
    assert ranking.ndcg([5, 1, 6, 2], {1, 2, 3}) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 1 / math.log2(4))
    )
    assert ranking.average_precision([5, 1, 6, 2], {1, 2, 3}) == pytest.approx((1 / 2 + 2 / 4) / 3)


def test_a_folder_without_the_collection_is_a_wrong_call(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        ranking.main([str(tmp_path)])
    assert stop.value.code == 2
    assert "cran.qry" in capsys.readouterr().err


def test_other_engines_are_asked_the_same_where_they_are_installed(tmp_path, capsys):
    (tmp_path / "CISI.ALL").write_text(DOCUMENTS)
    (tmp_path / "CISI.QRY").write_text('.I 1\n.W\nAND (bridges) "or NOT" floods*\n.I 3\n.W\nzebra\n')
    (tmp_path / "CISI.REL").write_text("1 1 0 0\n1 3 0 0\n3 2 0 0\n")
    assert ranking.main([str(tmp_path), "--collection", "cisi"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    rivals = json.loads(last)["rivals"]
    assert rivals["whoosh"]["map"] == 0.5
    for name, engine in RIVALS.items():
        with engine(tmp_path / name, {7: ("floods", "the valley")}) as ask:
            assert ask is None or ask("a flood AND -(", 5) == [7]
            assert (name in rivals) == (ask is not None)
            assert any(line.startswith(name) and ("not installed" in line) == (ask is None) for line in lines)
