import json

import pytest

from index.cli.scores import why_lines, why_row
from index.request import Gain, Occurrence
from tests.archive import page

GAIN = Gain(
    "har\x1bbour",
    3.25,
    2,
    1_000,
    5.9,
    (Occurrence("stem", 3.0, 3.0), Occurrence("headline", 1.0, 3.0), Occurrence("body", 2.0, 0.2)),
    412,
    380.4,
)


def test_a_line_names_rarity_fields_and_length():
    (line,) = why_lines([GAIN], None)
    assert line == (
        "3.25 for har\\x1bbour: in 2 of 1,000 articles (rarity 5.90); 3 by stem (counts 3), "
        "1 in the headline (counts 3), 2 in the body (counts 0.2); about 412 words (mean 380)"
    )


@pytest.mark.parametrize("width", [30, 60, 200])
def test_on_a_terminal_it_is_broken(width):
    assert all(len(line) <= width for line in why_lines([GAIN], width))


def test_json_has_the_same():
    row = why_row(GAIN)
    assert row["word"] == GAIN.word
    assert row["occurrences"][1] == {"field": "headline", "times": 1.0, "counts": 3.0}
    assert (row["articles"], row["archived"], row["words"]) == (2, 1_000, 412)
    json.dumps(row)


def test_a_search_explains_its_scores(archive):
    archive.write("herald/1.txt", page(1))
    archive.write("herald/2.txt", page(22))
    archive.ingest()
    told = archive.run("search", "--explain", "council approves")
    assert "read as: council approves" in told.stderr
    assert told.stdout.count(" for council: in 2 of 2 articles (rarity ") == 2
    assert "1 in the headline (counts 3)" in told.stdout
    rows = archive.rows("search", "--explain", "--json", "council approves")
    assert [sum(gain["score"] for gain in row["why"]) for row in rows] == pytest.approx(
        [row["score"] for row in rows], abs=1e-3
    )
    assert "why" not in archive.rows("search", "--json", "council")[0]
