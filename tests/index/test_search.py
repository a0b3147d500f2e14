import functools
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import ArticleId
from index.errors import QueryError
from index.query import parse
from index.schema import IndexDocument
from index.search import SearchRequest, count, facets, search
from index.snapshot import open_snapshot
from index.writer import apply


def article(name, headline, body, date, **more):
    fields = {
        "standfirst": "",
        "byline": "",
        "agency": "",
        "place": "",
        "lang": "en",
        "added": "2026-11-20",
        "sources": ("Daily News",),
        "paths": (f"{name}.txt",),
    }
    return IndexDocument(id=ArticleId(name), headline=headline, body=body, date=date, **{**fields, **more})


ARTICLES = [
    article("a1", "Harbour strike ends", "The dockers of the harbour went back to work.", "2016-12-08"),
    article("a2", "Harbour strike ends", "The dockers of the harbour went back to work.", "2016-12-09"),
    article(
        "a3", "Harbour strike ends", "The dockers of the harbour went back to work, early.", "2016-12-08"
    ),
    article(
        "b1", "Strike at the mill", "A strike at the mill.", "2017-01-02", sources=("The Mill",), lang="nb"
    ),
    article("c1", "Harbour museum", "A museum in the harbour.", None, added="2026-11-22"),
    article("d1", "Twins", "Same twins.", "2015-05-05"),
    article("d2", "Twins", "Same twins.", "2015-05-05"),
    article("d3", "Twins", "Same twins.", "2015-05-06"),
    article("d4", "Twins", "Same twins.", None),
]
CLUSTERS = {
    ArticleId("a1"): ArticleId("a3"),
    ArticleId("a2"): ArticleId("a3"),
    ArticleId("a3"): ArticleId("a3"),
}


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    directory = tmp_path_factory.mktemp("archive") / "index"
    apply(directory, ARTICLES)
    with open_snapshot(directory) as opened:
        yield opened


def ids(result):
    return [hit.id for hit in result.hits]


def ask(searcher, query, clusters=CLUSTERS, **options):
    return search(searcher, SearchRequest(query, **options), clusters)


def test_a_cluster_is_one_hit_and_its_canonical_copy(searcher):
    result = ask(searcher, "harbour strike")
    assert ids(result) == ["a3"]
    assert result.total == 1
    assert result.hits[0].copies == ("a1", "a2")
    assert result.hits[0].score > 0
    assert result.hits[0].date == "2016-12-08"


def test_where_the_canonical_copy_does_not_match_the_best_one_stands_for_it(searcher):
    assert ids(ask(searcher, "harbour strike date:2016-12-09")) == ["a2"]


def test_all_copies_can_be_shown(searcher):
    result = ask(searcher, "harbour strike", all_copies=True)
    assert sorted(ids(result)) == ["a1", "a2", "a3"]
    assert result.total == 3


def test_equal_scores_are_ordered_by_date_then_id_and_the_undated_come_last(searcher):
    assert ids(ask(searcher, "twins")) == ["d3", "d1", "d2", "d4"]


def test_by_date_the_newest_comes_first(searcher):
    assert ids(ask(searcher, "strike OR twins", sort="date")) == ["b1", "a3", "d3", "d1", "d2", "d4"]


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_pages_follow_one_another_without_gap_or_repeat(searcher, sort):
    whole = ids(ask(searcher, "*", sort=sort, limit=50, all_copies=True))
    pages = [
        ids(ask(searcher, "*", sort=sort, limit=2, offset=at, all_copies=True)) for at in range(0, 10, 2)
    ]
    assert functools.reduce(operator.iadd, pages, []) == whole
    assert len(whole) == len(ARTICLES)


def test_the_order_of_arrival_changes_nothing(searcher, tmp_path):
    for item in reversed(ARTICLES):
        apply(tmp_path / "index", [item])
    with open_snapshot(tmp_path / "index") as other:
        for query in ("harbour", "strike", "twins", "the harbour", '"the harbour"', "har*"):
            assert ask(other, query).hits == ask(searcher, query).hits


def test_since_and_until_leave_out_the_undated_and_say_so(searcher):
    result = ask(searcher, "harbour OR twins", since="2015-05-06", until="2016")
    assert sorted(ids(result)) == ["a3", "d3"]
    assert result.undated_left_out == 2
    assert result.notes == ("2 matching articles have no date and are left out; --undated shows them.",)


def test_undated_shows_only_those(searcher):
    assert sorted(ids(ask(searcher, "harbour OR twins", undated=True))) == ["c1", "d4"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"langs": ("no",)}, ["b1"]),
        ({"langs": ("no", "en"), "since": "2016"}, ["a3", "b1"]),
        ({"source": "the mill"}, ["b1"]),
        ({"added_since": "2026-11-21"}, []),
    ],
)
def test_filters(searcher, options, expected):
    assert sorted(ids(ask(searcher, "strike", **options))) == expected


def test_a_filter_of_nothing_is_said(searcher):
    assert ask(searcher, "strike", langs=("xx",)).notes == (
        "No article is in xx; languages of the archive: en, nb",
    )


def test_where_no_article_has_all_words_the_best_partial_matches_are_shown(searcher):
    result = ask(searcher, "museum strike zeppelin")
    assert result.relaxed
    assert set(ids(result)) == {"a3", "b1", "c1"}
    assert result.notes == (
        "No article has all of these words; these have some of them.",
        "Nowhere in the archive: zeppelin",
    )


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("museum strike", {"sort": "date"}),
        ("museum strike", {"relax": False}),
        ("museum AND strike", {}),
        ("+museum +strike", {}),
        ("zeppelin", {}),
        ("museum zeppelin lang:nb", {}),
    ],
)
def test_what_is_asked_for_strictly_is_never_relaxed(searcher, query, options):
    result = ask(searcher, query, **options)
    assert result.hits == ()
    assert not result.relaxed


def test_a_plain_query_has_no_operators(searcher):
    assert ids(ask(searcher, '(Strike) at "the mill', plain=True)) == ["b1"]
    with pytest.raises(QueryError, match="no words"):
        ask(searcher, "( - )", plain=True)


def test_any_words_is_no_relaxation(searcher):
    result = ask(searcher, "museum strike", any_words=True)
    assert result.total == 3
    assert not result.relaxed


def test_counts_clusters_once_and_never_relaxes(searcher):
    assert count(searcher, SearchRequest("strike"), CLUSTERS).total == 2
    assert count(searcher, SearchRequest("strike", all_copies=True), CLUSTERS).total == 4
    assert count(searcher, SearchRequest("museum strike"), CLUSTERS).total == 0


def test_facets_count_the_matches_of_all_pages(searcher):
    counted = facets(searcher, SearchRequest("strike OR harbour", limit=1), CLUSTERS)
    assert counted.lang == (("en", 2), ("nb", 1))
    assert counted.source == (("Daily News", 2), ("The Mill", 1))
    assert counted.month == (("", 1), ("2016-12", 1), ("2017-01", 1))


def test_a_word_in_the_headline_and_a_repeated_word_weigh_more(searcher):
    assert ids(ask(searcher, "mill harbour mill mill", any_words=True))[0] == "b1"
    by_headline = ask(searcher, "museum", all_copies=True).hits[0].score
    assert by_headline > ask(searcher, "work", all_copies=True).hits[0].score


@pytest.mark.parametrize("options", [{"since": "yesterday"}, {"until": "2016-13"}, {"added_since": "x"}])
def test_a_day_that_is_none_is_a_mistake(searcher, options):
    with pytest.raises(QueryError, match="is no date"):
        ask(searcher, "strike", **options)


def test_an_empty_archive_answers(tmp_path):
    with open_snapshot(tmp_path / "none") as empty:
        assert ask(empty, "strike harbour").hits == ()
        assert facets(empty, SearchRequest("*"), {}).lang == ()


FURNITURE = [
    article(
        "f1", "Tram line opens", "A tram for the town.", "2020-01-01", cut="Log in\nHarbour strike: live blog"
    ),
    article("f2", "Bus line opens", "A bus for the harbour strike.", "2019-01-01", cut="Log in\nNewsletter"),
    article(
        "f3",
        "Ferry sails",
        "A ferry strikes out.",
        "2021-01-01",
        cut="Cookie notice\nAbout the harbour strike",
    ),
    article("f4", "Ferry sails", "A ferry.", "2018-01-01", cut="Harbour cookie strike"),
]


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    directory = tmp_path_factory.mktemp("furnished") / "index"
    apply(directory, FURNITURE)
    with open_snapshot(directory) as opened:
        yield opened


def test_cut_text_is_never_found_unless_asked_for(furnished):
    for query in ("log in", '"log in"', "cookie", "cook*", "cookei~", "newsletter OR cookie", "blog"):
        assert ask(furnished, query, any_words=True).total == 0
    result = ask(furnished, '"log in"', include_boilerplate=True)
    assert sorted(ids(result)) == ["f1", "f2"]
    assert all(hit.boilerplate for hit in result.hits)


@pytest.mark.parametrize("query", ["cookie", "cook*", "cookei~", "cookie AND ferry", "+cookie", "COOKIE"])
def test_every_kind_of_word_is_found_in_cut_text(furnished, query):
    assert sorted(ids(ask(furnished, query, include_boilerplate=True))) == ["f3", "f4"]


def test_articles_come_before_what_only_cut_text_finds(furnished):
    result = ask(furnished, "harbour strike", include_boilerplate=True)
    assert ids(result)[0] == "f2"
    assert [hit.boilerplate for hit in result.hits] == [False, True, True, True]
    assert ids(ask(furnished, "harbour strike")) == ["f2"]
    assert ask(furnished, "harbour strike").hits[0] == result.hits[0], "its score does not change"


def test_words_may_stand_partly_in_the_article_and_partly_in_cut_text(furnished):
    assert ids(ask(furnished, "tram blog", relax=False)) == []
    (hit,) = ask(furnished, "tram blog", relax=False, include_boilerplate=True).hits
    assert (hit.id, hit.boilerplate) == ("f1", True)


def test_a_phrase_within_cut_text(furnished):
    assert ids(ask(furnished, '"harbour strike"', include_boilerplate=True)) == ["f2", "f3", "f1"]


def test_any_words_with_cut_text(furnished):
    result = ask(furnished, "tram cookie", any_words=True, include_boilerplate=True)
    assert [(hit.id, hit.boilerplate) for hit in result.hits] == [("f1", False), ("f4", True), ("f3", True)]


def test_fields_name_the_article_alone(furnished):
    assert ids(ask(furnished, "body:cookie", include_boilerplate=True)) == []


def test_what_is_excluded_is_excluded_by_the_article_alone(furnished):
    assert sorted(ids(ask(furnished, "ferry -cookie", include_boilerplate=True))) == ["f3", "f4"]


def test_by_date_cut_text_stands_in_its_place(furnished):
    result = ask(furnished, "harbour", sort="date", include_boilerplate=True)
    assert ids(result) == ["f3", "f1", "f2", "f4"]


def test_of_a_cluster_the_copy_whose_article_matches_is_shown(furnished):
    clusters = {ArticleId("f2"): ArticleId("f1"), ArticleId("f1"): ArticleId("f1")}
    hit = ask(furnished, "harbour strike", clusters, include_boilerplate=True).hits[0]
    assert (hit.id, hit.copies, hit.boilerplate) == ("f2", ("f1",), False)


def test_pages_of_hits_with_cut_text_follow_one_another(furnished):
    whole = ids(ask(furnished, "harbour", include_boilerplate=True))
    pages = [ids(ask(furnished, "harbour", limit=1, offset=at, include_boilerplate=True)) for at in range(5)]
    assert functools.reduce(operator.iadd, pages, []) == whole
    assert len(whole) == 4


WORDS = st.sampled_from(["harbour", "strike", "cookie", "ferry", "log", "tram", "sail*", '"log in"', "bus"])


@given(
    st.lists(st.tuples(st.sampled_from(["", "", "+", "-"]), WORDS), min_size=1, max_size=5),
    st.booleans(),
    st.booleans(),
)
@settings(deadline=None)
def test_asking_for_cut_text_adds_hits_and_takes_none_away(furnished, words, either, any_words):
    query = (" OR " if either else " ").join((sign if not either else "") + word for sign, word in words)
    if not either and all(sign == "-" for sign, _ in words):
        return
    options = {"relax": False, "any_words": any_words, "limit": 50}
    without = ids(ask(furnished, query, **options))
    with_ = ask(furnished, query, include_boilerplate=True, **options).hits
    assert [hit.id for hit in with_ if not hit.boilerplate] == without


def test_scores_do_not_tell_how_the_index_came_to_be(tmp_path):
    """Whoosh's totals of lengths count deleted documents, and are exact until a merge rounds them."""
    long = article("e1", "Tides", "The tide tables of the harbour. " * 40, "2017-01-02")
    kept = [
        article(f"k{n}", "Harbour", "The harbour " + "of the old town " * n, "2017-01-02") for n in range(9)
    ]
    at_once, by_and_by = tmp_path / "once", tmp_path / "later"
    apply(at_once, kept)
    for one in [long, *kept]:
        apply(by_and_by, [one])
    apply(by_and_by, [], [long.id])
    scores = []
    for directory in (at_once, by_and_by):
        with open_snapshot(directory) as opened:
            scores.append([(hit.id, hit.score) for hit in search(opened, SearchRequest("harbour"), {}).hits])
    assert scores[0] == scores[1]
    assert len(scores[0]) == 9


def test_a_phrase_that_stands_nowhere_is_told_apart_from_unknown_words(searcher):
    assert ask(searcher, '"strike harbour"').notes == (
        "All of these words are in the archive, but nowhere side by side in this order: strike harbour",
    )
    assert ask(searcher, '"harbour zeppelins"').notes[0] == "Nowhere in the archive: zeppelins"


def test_an_unknown_word_brings_what_may_have_been_meant(searcher):
    assert ask(searcher, "harbuor").notes == ("Nowhere in the archive: harbuor", "Did you mean harbour?")
    assert ask(searcher, "xyz").notes == ("Nowhere in the archive: xyz",)


def test_facets_name_the_agencies_of_all_pages(tmp_path):
    apply(
        tmp_path / "index",
        [
            article("e1", "Tide", "Water rises.", "2016-12-08", agency="Associated Press"),
            article("e2", "Tide", "Water rises.", "2016-12-08", agency="Associated Press"),
            article("e3", "Tide", "Water falls.", None),
        ],
    )
    with open_snapshot(tmp_path / "index") as opened:
        counted = facets(opened, SearchRequest("water", limit=1), {})
    assert counted.agency == (("Associated Press", 2), ("", 1))
    assert counted.month == (("2016-12", 2), ("", 1))


def test_the_score_of_a_hit_is_the_sum_of_what_its_words_give(searcher):
    result = ask(searcher, "harbour (strike OR twins)", explain=True)
    for hit in result.hits:
        assert sum(gain.score for gain in hit.why) == pytest.approx(hit.score, abs=1e-5)
    assert {gain.word for gain in result.hits[0].why} == {"harbour", "strike"}
    assert ask(searcher, "harbour").hits[0].why == ()


@pytest.mark.parametrize("character", ["东", "都"])
def test_a_single_chinese_character_finds_a_run_that_begins_or_ends_with_it(character, tmp_path):
    apply(tmp_path / "index", [article("z1", "东京都", "新闻。", None, lang="zh-Hans")])
    with open_snapshot(tmp_path / "index") as opened:
        assert ids(ask(opened, character)) == ["z1"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("council bridge", "council bridge"),
        ("a (b OR c) -d", "a (b OR c) -d"),
        ('headline:"city hall" +lang:en', 'headline:"city hall" lang:en'),
        ("coun* sil~ -lang:de", "coun* sil~1 -lang:de"),
        ("date:2016-12 x", "x date:[2016-12-01 TO 2016-12-31]"),
    ],
)
def test_a_query_is_written_as_it_was_read(text, written):
    assert str(parse(text).root) == written
