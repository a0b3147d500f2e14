import time

from hypothesis import given
from hypothesis import strategies as st

from index.article import Page
from index.repetition import NO_LINES
from tasks.page_lines import MOST_LINES, page_lines
from tasks.repeated import folded, key_of, line_key

PROSE = "The harbour master said that the new stage would hold until autumn, when a stone one is planned."
NOTICE = "All rights reserved"


def lines(text: str, *, html: bool = False):
    return page_lines(Page(text, "utf-8", html=html))


def test_prose_and_short_lines_are_told_apart():
    page = lines(f"{NOTICE}\n\n{PROSE}\n{NOTICE}\n")
    assert page.prose == {line_key(PROSE): 18}
    assert page.short == {line_key(NOTICE)}


def test_a_line_of_few_words_or_characters_is_not_counted():
    assert lines("Home\nSport today\na b c d\n\n \n") == NO_LINES


def test_case_and_spacing_do_not_matter():
    assert lines(f"  {NOTICE.upper()} ") == lines(NOTICE.replace(" ", "\t ") + "\nHome")


def test_scripts_without_blanks_are_counted_by_character():
    assert lines("港口的新码头将使用到秋天").keys
    assert lines("港口的新码头将使用到秋天，届时县里计划建造一座石头码头并为此拨款四百万。").prose
    assert not lines("港口新闻").keys


def test_html_is_counted_by_the_lines_of_its_text():
    script = "<script>var x = 'never shown to anyone';</script>"
    source = f"<html><body>{script}<p>{PROSE}</p><p>{NOTICE}</p></body></html>"
    assert lines(source, html=True) == lines(f"{PROSE}\n{NOTICE}")


def test_of_a_page_with_too_many_lines_those_of_smallest_key_are_counted():
    many = [f"line number {number} of a long list" for number in range(5 * MOST_LINES)]
    page = lines("\n".join(many))
    assert page.keys == frozenset(sorted(map(line_key, many))[:MOST_LINES])


def test_the_work_is_linear():
    def seconds(count: int) -> float:
        text = "\n".join(f"some line {number} here" for number in range(count))
        begun = time.process_time()
        lines(text)
        return time.process_time() - begun

    small = min(seconds(20_000) for _ in range(3))
    assert min(seconds(80_000) for _ in range(2)) < 4 * 2.5 * small


def test_huge_lines_and_many_blank_ones_are_fine():
    assert len(lines("x " * 4_000_000).prose) == 1
    assert lines("\n" * 4_000_000) == NO_LINES


@given(st.text())
def test_any_text_has_lines_that_fit_their_key(text):
    page = lines(text)
    assert not page.short.intersection(page.prose)
    assert all(15 <= words <= 255 for words in page.prose.values())
    wanted = {line_key(line) for line in text.split("\n")}
    assert page.keys <= wanted


@given(st.text())
def test_folding_twice_changes_nothing_more_for_a_key(text):
    once = " ".join(text.split())
    assert line_key(once) == line_key(f" {once}\t")
    assert key_of(folded(text)) == line_key(text)
    assert -(1 << 47) <= line_key(text) < 1 << 47
