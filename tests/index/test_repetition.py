"""The rule: a line is furniture where it stands on pages that tell different stories."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import repetition
from index.repetition import COMMON, HOLDERS, STORIES, LineKey, PageLines, Stories, own_prose, page_id

KEYS = st.integers(-(1 << 47), (1 << 47) - 1).map(LineKey)


class World:
    """Pages made of named lines, and the marks that the rule gives them."""

    def __init__(self) -> None:
        self.pages: dict[int, PageLines] = {}

    def add(self, *parts: dict[str, int]) -> None:
        """Add a page of lines, each with its words."""
        lines = {_key(name): words for part in parts for name, words in part.items()}
        page = PageLines(
            prose={key: words for key, words in lines.items() if words >= repetition.LONG},
            short=frozenset(key for key, words in lines.items() if words < repetition.LONG),
        )
        self.pages[page_id(page.pack())] = page

    def repeated(self, name: str) -> bool:
        line = _key(name)
        holders = sorted(id_ for id_, page in self.pages.items() if line in page.keys)
        return Stories(self._prose).is_repeated(line, holders[:HOLDERS])

    def _prose(self, id_: int) -> repetition.Prose:
        page = self.pages[id_]
        common = {
            key for key in page.prose if sum(key in other.prose for other in self.pages.values()) > COMMON
        }
        return own_prose(page, common)


def _key(name: str) -> LineKey:
    return LineKey(random.Random(name).getrandbits(47))


def story(name: str, paragraphs: int = 10, words: int = 40) -> dict[str, int]:
    return {f"{name} {number}": words for number in range(paragraphs)}


def furniture(paper: str, notice: int = 60) -> dict[str, int]:
    return {f"{paper} menu": 4, f"{paper} imprint": 8, f"{paper} notice": notice, f"{paper} terms": notice}


def test_thirty_papers_with_one_wire_story_leave_it_its_lines():
    world = World()
    for paper in range(30):
        world.add(story("wire"), furniture(f"paper {paper}"))
    assert not any(world.repeated(line) for line in story("wire"))


def test_a_site_with_thirty_stories_shows_its_furniture_though_a_notice_is_its_longest_line():
    world = World()
    for number in range(30):
        world.add(story(f"story {number}"), furniture("site", notice=120))
    assert all(world.repeated(line) for line in furniture("site"))
    assert not any(world.repeated(f"story {number} 0") for number in range(30))


def test_papers_that_share_a_wire_story_and_have_stories_of_their_own():
    world = World()
    for paper in range(30):
        world.add(story("wire"), furniture(f"paper {paper}"))
        for number in range(5):
            world.add(story(f"local {paper} {number}"), furniture(f"paper {paper}"))
    assert not any(world.repeated(line) for line in story("wire"))
    assert all(world.repeated(line) for paper in range(30) for line in furniture(f"paper {paper}"))


def test_a_wire_brief_shorter_than_the_furniture_around_it_is_no_furniture():
    """Papers whose notices are known as common cannot prove by them that they tell different stories."""
    world = World()
    brief = story("brief", paragraphs=2, words=20)
    for paper in range(12):
        world.add(brief, furniture(f"paper {paper}"))
        for number in range(COMMON):
            world.add(story(f"local {paper} {number}"), furniture(f"paper {paper}"))
    assert not any(world.repeated(line) for line in brief)
    assert world.repeated("paper 3 menu")


def test_one_page_crawled_again_and_again_counts_once():
    world = World()
    for crawl in range(30):
        world.add(story("story"), furniture("site"), {f"read by {crawl} people": 4, f"ad {crawl}": 30})
    assert not any(world.repeated(line) for line in (*story("story"), *furniture("site")))


def test_a_story_that_grows_counts_once():
    world = World()
    for paragraphs in range(5, 25):
        world.add(story("live", paragraphs), furniture("site"))
    assert not any(world.repeated(line) for line in (*story("live"), *furniture("site")))


def test_pages_without_prose_of_their_own_prove_nothing():
    world = World()
    for number in range(30):
        world.add({f"picture {number}": 5}, furniture("gallery"))
    assert not world.repeated("gallery menu")


@pytest.mark.parametrize("stories", [STORIES - 1, STORIES])
def test_so_many_stories_it_takes(stories):
    world = World()
    for number in range(stories):
        world.add(story(f"story {number}"), furniture("site"))
    assert world.repeated("site menu") is (stories == STORIES)


def test_an_author_with_four_stories_has_a_biography_that_is_furniture():
    world = World()
    for number in range(STORIES):
        world.add(story(f"story {number}"), {"The author lives in Tarn": 30})
    assert world.repeated("The author lives in Tarn")


@given(
    st.dictionaries(KEYS, st.integers(repetition.LONG, 255), max_size=40), st.frozensets(KEYS, max_size=40)
)
def test_packing_is_a_round_trip(prose, short):
    page = PageLines(prose, short.difference(prose))
    assert PageLines.unpack(page.pack()) == page
    again = PageLines(dict(reversed(prose.items())), page.short)
    assert page_id(again.pack()) == page_id(page.pack()), "the order of lines is no part of a page"


def test_a_key_that_is_short_on_one_page_and_prose_on_others_changes_no_answer_by_its_turn():
    """Names of lines may collide: then the key is of two texts."""
    both, short = LineKey(1), LineKey(2)
    own = [{LineKey(100 + page): repetition.LONG + 1} for page in range(STORIES)]
    first = PageLines(own[0], frozenset({short, both}))
    pages = [first, *(PageLines(lines | {both: 250}, frozenset({short})) for lines in own[1:])]
    answers = set()
    for order in ((both, short), (short, both), (short, both, short)):
        stories = Stories(lambda page: own_prose(pages[page], ()))
        told = {line: stories.is_repeated(line, range(STORIES)) for line in order}
        answers.add((told[both], told[short]))
    assert answers == {(True, False)}
