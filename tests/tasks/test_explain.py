"""What `newsfold explain` says of a page, to a program and on a terminal."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Label, Line, Segmentation, Story
from index.cli import call, layout
from tasks import explain, explain_text
from tasks.account import shares
from tasks.decode import decode
from tasks.judged import Judged, least_sure
from tests.archive import command, page

CUT = ("nav", "teaser", "footer", "caption", "other", "blank")


@pytest.fixture
def terminal(monkeypatch):
    """Make stdout a terminal of so many columns, with colours."""

    def of(width):
        monkeypatch.setattr(explain_text, "terminal_width", lambda: width)
        monkeypatch.setattr(call.Call, "color", property(lambda _: True))

    return of


def explained(path, *options):
    result = command("explain", "--json", str(path), *options)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    return {
        kind: [row for row in rows if row["row"] == kind] for kind in ("page", "article", "line", "markup")
    }


def bare(text):
    return re.sub("\x1b\\[[0-9;]*m", "", text)


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-16", "\r\n"), ("cp1252", "\r")])
def test_every_byte_of_the_file_is_in_one_row(tmp_path, encoding, end):
    path = tmp_path / "page.txt"
    text = page(3).replace("Joan Pike", "Zoë Pike-Müller")
    path.write_bytes(text.replace("\n", end).encode(encoding))
    rows = explained(path)
    data = path.read_bytes()
    assert rows["line"][0]["start"] == 0
    assert rows["line"][-1]["end"] == len(data)
    for row, after in zip(rows["line"], rows["line"][1:], strict=False):
        assert row["end"] == after["start"]
    assert [row["text"] for row in rows["line"]] == text.split("\n")
    (head,) = rows["page"]
    assert sum(label["bytes"] for label in head["labels"].values()) == len(data) == head["bytes"]
    assert sum(label["lines"] for label in head["labels"].values()) == len(rows["line"]) == head["lines"]


def test_the_article_is_told_with_the_lines_that_it_was_made_of(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(page(3), encoding="utf-8")
    rows = explained(path)
    (article,) = rows["article"]
    kept = [row for row in rows["line"] if row["article"] == 0]
    assert article["headline"] == kept[0]["text"]
    assert article["lang"] == "en"
    assert (article["first_line"], article["last_line"]) == (kept[0]["line"], kept[-1]["line"])
    assert (article["start"], article["end"]) == (kept[0]["start"], kept[-1]["end"])
    assert all(row["article"] is None for row in rows["line"] if row["label"] in CUT)
    assert all(len(row["reasons"]) <= 3 for row in rows["line"])


def test_html_is_accounted_for_by_lines_and_markup(tmp_path):
    paragraphs = "".join(f"<p>{part}</p>\n" for part in page(5).split("\n\n")[1:6])
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><html><head><title>x</title></head><body>{paragraphs}</body></html>")
    rows = explained(path)
    places = sorted(
        (row["start"], row["end"])
        for kind in ("line", "markup")
        for row in rows[kind]
        if row["start"] is not None
    )
    at = 0
    for start, end in places:
        assert start == at
        at = end
    assert at == path.stat().st_size
    assert rows["page"][0]["labels"]["markup"]["bytes"] == sum(
        row["end"] - row["start"] for row in rows["markup"]
    )


def test_a_reject_says_why(tmp_path):
    path = tmp_path / "image.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    assert command("explain", str(path)).stdout == f"{path}: rejected, binary: PNG image\n"
    result = command("explain", "--json", str(path))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["reject"] == "binary: PNG image"


def test_a_page_without_an_article_is_labelled_all_the_same(tmp_path):
    path = tmp_path / "menu.txt"
    path.write_text("Home\nNews\nSport\nLog in\n", encoding="utf-8")
    result = command("explain", str(path))
    assert result.exit_code == 1
    assert "no article on this page" in result.stdout
    assert "Log in" in result.stdout


def test_lines_of_other_files_are_counted(archive, monkeypatch):
    notice = "The Herald is printed at the old mill and delivered by boat every day of the year, come rain."
    for number in range(12):
        archive.write(f"{number}.txt", page(number) + notice + "\n")
    archive.ingest()
    rows = archive.rows("explain", str(archive.raw / "3.txt"))
    (line,) = [row for row in rows if row.get("text") == notice]
    assert line["reasons"][-1] == "occurs in 11 other files"
    stranger = archive.home.path.parent / "stranger.txt"
    stranger.write_text(page(77) + notice, encoding="utf-8")
    rows = archive.rows("explain", str(stranger))
    (line,) = [row for row in rows if row.get("text") == notice]
    assert line["reasons"][-1] == "occurs in 12 other files"


@pytest.mark.parametrize("width", [40, 80, 160])
def test_on_a_terminal_no_row_is_wider_than_it(tmp_path, terminal, width):
    terminal(width)
    path = tmp_path / "page.txt"
    chinese = "市议会星期一决定修复塔恩河上的桥梁，十二名议员投了反对票，工程将于春天开始。" * 4
    path.write_text(
        page(3) + "\n" + chinese + "\n" + "قررت البلدية إصلاح الجسر القديم. " * 9, encoding="utf-8"
    )
    shown = command("explain", str(path)).stdout.split("\n\n", 1)[1]
    assert all(layout.cells(bare(row)) <= width for row in shown.splitlines())
    assert chinese in bare(shown).replace("\n", "").replace(" ", "")


def test_on_a_terminal_kept_text_is_bright_and_cut_text_dim(tmp_path, terminal):
    terminal(100)
    path = tmp_path / "page.txt"
    path.write_text(page(3), encoding="utf-8")
    shown = command("explain", str(path)).stdout
    assert "\x1b[2mSubscribe to our newsletter\x1b[0m" in shown
    assert "\x1b[1mQuill" not in shown
    assert re.search("\x1b\\[1mOstrey council approves plan 3|\x1b\\[1mHask council approves plan 3", shown)
    assert "\x1b[36mBy Ada Brook\x1b[0m" in shown
    last = shown.rstrip().rsplit("\n\n", 1)[1]
    size = path.stat().st_size
    assert last.startswith(f"{page(3).count(chr(10)) + 1} lines, {size:,} bytes: ")
    told = [int(number.replace(",", "")) for number in re.findall(r"\(([\d,]+)\)", last.replace("\n", " "))]
    assert sum(told) == size
    assert sum(map(int, re.findall(r"(\d+) %", last))) == 100


def test_no_color_is_obeyed(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(explain_text, "terminal_width", lambda: 80)
    path = tmp_path / "page.txt"
    path.write_text(page(3), encoding="utf-8")
    assert "\x1b" not in command("explain", str(path)).stdout


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 10_000), min_size=1, max_size=9))
def test_shares_add_up_to_a_hundred_and_are_next_to_the_truth(sizes):
    found = shares(sizes)
    total = sum(sizes.values())
    assert sum(found.values()) == (100 if total else 0)
    for name, size in sizes.items():
        assert abs(found[name] - 100 * size / (total or 1)) < 1


def two_articles(data, _catalog=None):
    """A page on which somebody found two articles."""
    page_ = decode(data)
    labels = [Label.NAV, Label.HEADLINE, Label.BODY, Label.TEASER, Label.HEADLINE, Label.BODY, Label.BLANK]
    lines = tuple(
        Line(text, label, 0.9, ("because",))
        for text, label in zip(page_.text.split("\n"), labels, strict=True)
    )
    first = Story(lines[1].text, lines[2].text, date="2024-03-14", date_evidence="14 March 2024", span=(1, 3))
    second = Story(lines[4].text, lines[5].text, span=(4, 6))
    return Judged(page_, Segmentation(lines, (first, second)))


def test_several_articles_are_told_one_by_one_with_their_lines_and_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(explain, "judge", two_articles)
    path = tmp_path / "digest.txt"
    texts = [
        "Menu",
        "Bridge opens",
        "The bridge over the Tarn was opened.",
        "Ad",
        "Le pont",
        "Le pont est ouvert.",
    ]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    rows = explained(path)
    first, second = rows["article"]
    assert (first["headline"], first["date"], first["date_evidence"]) == (
        "Bridge opens",
        "2024-03-14",
        "14 March 2024",
    )
    assert (second["first_line"], second["last_line"], second["lang"]) == (5, 6, "fr")
    assert path.read_bytes()[second["start"] : second["end"]].decode() == "Le pont\nLe pont est ouvert.\n"
    assert [row["article"] for row in rows["line"]] == [None, 0, 0, None, 1, 1, None]
    shown = command("explain", str(path)).stdout
    assert "article 1 of 2: Bridge opens\n" in shown
    assert "date 2024-03-14 (14 March 2024)" in shown
    assert "article 2 of 2: Le pont\n" in shown
    assert "  lines 5 to 6, bytes 58 to 86" in shown


def test_the_least_certain_lines_come_first():
    lines = [Line(str(place), Label.BODY, sure) for place, sure in enumerate((0.9, 0.5, 0.7, 0.5))]
    assert [number for number, _ in least_sure([*lines, Line("", Label.BLANK, 0.1)], 3)] == [2, 4, 3]
