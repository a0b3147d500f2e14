"""What `newsfold review` shows: pages, the articles made of them, and what is least certain."""

import os

import pytest

from index.catalog import Catalog
from index.cli import call, layout
from tasks import review
from tests.archive import page
from tests.tasks.test_explain import bare


@pytest.fixture
def filled(archive):
    for number in (1, 22, 53):
        archive.write(f"herald/{number}.txt", page(number))
    archive.write("gazette/copy.txt", page(1, furniture="Menu\nLog in"))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE article SET confidence = 0.6 WHERE headline LIKE 'Tarn%'")
        catalog.db.execute("UPDATE article SET confidence = 0.9 WHERE headline NOT LIKE 'Tarn%'")
    return archive


def test_the_least_certain_page_comes_first_and_copies_are_left_out(filled):
    rows = filled.rows("review")
    assert len(rows) == 3
    assert rows[0]["file"].endswith("herald/22.txt")
    assert rows[0]["confidence"] == 0.6
    assert rows[0]["articles"][0]["headline"].startswith("Tarn council")
    sure = [line["confidence"] for line in rows[0]["page"] if line["label"] != "blank"]
    assert [line["confidence"] for line in rows[0]["least_certain"]] == sorted(sure)[:3]
    assert [row["version"] for row in filled.rows("review", "--sample", "1")] == [rows[0]["version"]]
    assert [row["version"] for row in filled.rows("review", "--below", "0.7")] == [rows[0]["version"]]


def test_nothing_to_review_is_exit_code_1(filled, archive):
    result = filled.run("review", "--below", "0.1")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "no article is that uncertain\n"
    assert filled.run("review", "--sample", "0").exit_code == 2


def test_page_and_article_stand_one_below_the_other_where_there_is_no_wide_terminal(filled):
    shown = filled.run("review", "--sample", "1").stdout
    lines = shown.splitlines()
    assert lines[0] == f"1 of 1  {filled.raw}/herald/22.txt"
    assert "confidence 0.60" in lines[1]
    assert lines[2].startswith("  line ")
    assert "- Subscribe to our newsletter" in lines
    assert "  By Ada Brook" in lines
    assert lines.index("article") > lines.index("- Subscribe to our newsletter")
    assert "\x1b" not in shown


def test_on_a_wide_terminal_they_stand_side_by_side_and_cut_lines_are_dim(filled, monkeypatch):
    monkeypatch.setattr(review, "terminal_width", lambda: 160)
    monkeypatch.setattr(call.Call, "color", property(lambda _: True))
    shown = filled.run("review", "--sample", "1").stdout
    assert "\x1b[2m- Subscribe to our newsletter" in shown
    rows = [bare(row).split("│") for row in shown.splitlines() if "│" in row]
    assert all(len(row) == 2 and layout.cells(row[0]) == 79 for row in rows)
    left = [row[0].strip() for row in rows]
    right = [row[1].strip() for row in rows]
    headline = "Tarn council approves plan 22 for the library"
    assert left.index(headline) == right.index(headline)
    first = next(place for place, text in enumerate(left) if text.startswith("Residents of Tarn"))
    assert right[first].startswith("Residents of Tarn")
    assert "- Home" in left
    assert not any("Subscribe" in text for text in right)


def test_a_raw_file_that_is_gone_or_has_changed_is_said_so(filled):
    path = filled.raw / "herald" / "22.txt"
    path.write_text(page(22) + "more", encoding="utf-8")
    (row,) = filled.rows("review", "--sample", "1")
    assert row["error"] == "the raw file has changed since; 'newsfold ingest' reads it again"
    os.unlink(path)
    result = filled.run("review", "--sample", "1")
    assert result.exit_code == 0
    assert "the raw file is gone" in result.stdout
    assert "Tarn council approves plan 22" in result.stdout


def test_nothing_raw_reaches_the_terminal(archive, monkeypatch):
    evil = "\x1b]0;owned\x07 \x1b[31mred\u202egnp.exe\x9b2J"
    archive.write("evil \x1b[2J.txt", f"{evil} menu\n" + page(5).replace("Joan Pike", f"Joan {evil} Pike"))
    archive.ingest()
    for width in (None, 80, 160):
        monkeypatch.setattr(review, "terminal_width", lambda width=width: width)
        shown = archive.run("review").stdout
        assert not any(sign in shown for sign in "\x1b\x9b\u202e\x07")
