import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import metadata

PAGE = """Home
Sport
{title}
By Ada Quill
8 December 2016
The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone was laid.
A long queue of cars stood on both banks until the evening, and the police closed the ferry landing.
The bridge cost twice as much as planned, and the council will discuss the bill in the new year.
"""
TITLE = "Harbour bridge opened after nine years"


def record(**changed):
    base = {
        "id": "a",
        "page": "a",
        "language": "en",
        "text": PAGE.format(title=TITLE),
        "title": TITLE + " | The Tide",
        "date": "2016-12-08",
        "author": "Ada Quill",
    }
    return base | changed


@pytest.mark.parametrize(
    ("gold", "read", "right"),
    [
        ("Harbour bridge opened | The Tide", "Harbour bridge opened", True),
        ("Harbour bridge opened - Local - The Tide", "Harbour bridge opened", True),
        ("Opinion | Harbour bridge opened", "Harbour bridge opened", True),
        ("“Harbour” bridge – opened", "'Harbour'  bridge - opened", True),
        ("Harbour bridge opened", "harbour bridge opened", False),
        ("Harbour bridge opened", "Harbour bridge", False),
    ],
)
def test_titles_are_compared_by_their_words_and_case(gold, read, right):
    assert (metadata.folded(read) in metadata.title_forms(gold)) is right


def test_an_instant_stands_on_two_days():
    assert metadata.right_days("2016-12-08 23:27:57+00:00") == ("2016-12-08", "2016-12-08", "2016-12-09")
    assert metadata.right_days("2016-12-08") == ("2016-12-08",)
    assert metadata.right_days("unknown") == ()


def test_figures_and_misses(tmp_path, capsys):
    gold = tmp_path / "gold.jsonl"
    rows = [
        record(),
        record(id="b", title="Another title", date="2016-12-09", author=""),
        record(id="c", title=""),
    ]
    gold.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    missed = tmp_path / "misses.jsonl"
    assert metadata.main([str(gold), "--misses", str(missed)]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["headline"]["gold"], report["headline"]["right"]) == (2, 1)
    assert report["headline"]["right_of_on_page"] == 1.0
    assert (report["date"]["answered"], report["date"]["right"], report["date"]["in_the_future"]) == (3, 2, 0)
    assert (report["author"]["gold"], report["author"]["right"]) == (2, 2)
    assert report["by_language"]["en"] == {"pages": 1, "claimed": "nothing"}
    told = [json.loads(line) for line in missed.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["field"], row["kind"]) for row in told] == [
        ("b", "headline", metadata.ABSENT),
        ("b", "date", "wrong"),
    ]


@given(st.text())
def test_folding_is_final(text):
    assert metadata.folded(metadata.folded(text)) == metadata.folded(text)
