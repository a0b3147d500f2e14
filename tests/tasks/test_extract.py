"""What is cut from a page, kept for a search that wants it."""

from hypothesis import given
from hypothesis import strategies as st

from index.article import Label, Line, Page, Segmentation, Story, VersionId
from tasks.extract import MOST_CUT, cut_text, extract
from tasks.repeated import line_key
from tests.archive import page

VERSION = VersionId("a" * 64)


def cut(*lines: tuple[str, Label], story: Story | None = None) -> str:
    stories = (story or Story("Ferry is back", "The ferry is back.\n\nIt runs daily."),)
    return cut_text(Segmentation(tuple(Line(text, label, 1.0) for text, label in lines), stories))


def test_what_is_in_no_article_is_kept_once_in_page_order():
    found = cut(
        ("Log in", Label.NAV),
        ("Ferry is back", Label.NAV),
        ("", Label.BLANK),
        ("Ferry is back", Label.HEADLINE),
        ("The ferry at its pier", Label.CAPTION),
        ("The ferry is back.", Label.BODY),
        ("It runs daily.", Label.BODY),
        ("Bridge falls down", Label.TEASER),
        ("Log in", Label.FOOTER),
        ("12 March", Label.OTHER),
    )
    assert found == "Log in\nThe ferry at its pier\nBridge falls down\n12 March"


def test_it_is_bounded():
    assert len(cut(("x" * 10 * MOST_CUT, Label.NAV))) == MOST_CUT
    many = cut(*[(f"line {number}", Label.NAV) for number in range(MOST_CUT)])
    assert MOST_CUT - 20 < len(many) <= MOST_CUT


def test_a_page_gives_its_articles_and_its_cut():
    found = extract(VERSION, page(3).encode())
    (article,) = found.articles
    assert "Hask" in article.story.headline
    assert "Subscribe to our newsletter" in found.cut
    assert "voted on Monday" not in found.cut


def test_where_there_is_no_article_nothing_is_cut():
    assert extract(VERSION, b"Home\nNews\nSport\n").cut == ""
    assert extract(VERSION, b"").cut == ""


def test_lines_that_stand_on_many_pages_are_asked_for_once_a_page():
    asked: list[Page] = []

    def repeated(page_: Page) -> set[int]:
        asked.append(page_)
        return {line_key("All rights reserved")}

    assert extract(VERSION, page(3).encode(), repeated).articles
    assert len(asked) == 1


@given(st.lists(st.tuples(st.text(max_size=9), st.sampled_from(Label)), max_size=30))
def test_any_lines(lines):
    found = cut(*lines).split("\n")
    furniture = {text.strip() for text, label in lines if text.strip()}
    assert all(line in furniture or line == "" for line in found if "\n" not in "".join(furniture))
