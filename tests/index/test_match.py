import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleId
from index.errors import QueryError
from index.expand import _near, glob, similar_to
from index.match import Evaluation
from index.places import decode
from index.postings import Postings
from index.query import parse
from index.schema import IndexDocument
from index.snapshot import open_snapshot
from index.writer import apply


def article(name, headline, body, lang="en", **more):
    fields = {
        "standfirst": "",
        "byline": "",
        "agency": "",
        "place": "",
        "date": "2016-12-08",
        "added": "2026-11-20",
        "sources": ("Daily News",),
        "paths": (f"wire/2016/{name}.txt",),
    }
    return IndexDocument(id=ArticleId(name), headline=headline, body=body, lang=lang, **{**fields, **more})


ARTICLES = [
    article("en1", "Council approves bridge", "The councils voted. The river bridge opens in May at 10:30."),
    article(
        "en2",
        "River floods town",
        "Councillors of the council met. A world record, not a word.",
        byline="Ann Lee",
    ),
    article(
        "en3", "Prime minister resigns", "The prime minister of Norland resigned.", date=None, place="OSLO"
    ),
    article(
        "de1",
        "Müller gewinnt Wahl",
        "Die Häuser am Fluss. Bürgermeister Müller siegt.",
        "de",
        sources=("Die Zeitung",),
    ),
    article("fr1", "L'économie repart", "Les élections ont relancé l'économie du pays.", "fr", agency="AFP"),
    article("ru1", "Совет одобрил мост", "Городские советы обсудили мосты через реку.", "ru"),
    article("zh1", "东京都议会选举", "东京都知事在北京会见记者。", "zh-Hans"),
    article("zh2", "臺北市議會", "臺北市議會通過預算。", "zh-Hant"),
    article(
        "nb1", "Rådet møtes", "Kommunestyret vedtok broen.", "nb", paths=("archive/a b.html", "wire/x.txt")
    ),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    directory = tmp_path_factory.mktemp("archive") / "index"
    apply(directory, ARTICLES[:5])
    apply(directory, [*ARTICLES[5:], article("gone", "Council gone", "council bridge")])
    apply(directory, [], [ArticleId("gone")])
    with open_snapshot(directory) as opened:
        yield opened


@pytest.fixture
def postings(searcher):
    return Postings(searcher)


def found(postings, text, **options):
    evaluation = Evaluation(postings, {item.lang for item in ARTICLES})
    documents = evaluation.run(parse(text).root, **options).documents
    return sorted(postings.column("id", documents).values())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("council", ["en1", "en2"]),
        ("councils", ["en1", "en2"]),
        ("council bridge", ["en1"]),
        ("council -bridge", ["en2"]),
        ("bridge OR resigned", ["en1", "en3"]),
        ("(bridge OR resigned) minister", ["en3"]),
        ("the", ["en1", "en2", "en3"]),
        ("MULLER", ["de1"]),
        ("Haus", ["de1"]),
        ("économie", ["fr1"]),
        ("l'économie", ["fr1"]),
        ("l'élection", ["fr1"]),
        ("election", ["fr1"]),
        ("мост", ["ru1"]),
        ("советы", ["ru1"]),
        ("东京", ["zh1"]),
        ("东京都", ["zh1"]),
        ("京东", []),
        ("东", ["zh1"]),
        ("东京*", ["zh1"]),
        ('"prime minister"', ["en3"]),
        ('"minister prime"', []),
        ('"the prime minister of"', ["en3"]),
        ('"river bridge"', ["en1"]),
        ("10:30", ["en1"]),
        ("coun*", ["en1", "en2"]),
        ("councillo?s", ["en2"]),
        ("wor?d", ["en2"]),
        ("w*d", ["en2"]),
        ("counsil~", ["en1", "en2"]),
        ("cuoncil~1", ["en1", "en2"]),
        ("kounsil~2", []),
        ("headline:council", ["en1"]),
        ("headline:councils", []),
        ("body:councils", ["en1"]),
        ("byline:lee", ["en2"]),
        ('byline:"ann lee"', ["en2"]),
        ("place:oslo", ["en3"]),
        ("agency:afp", ["fr1"]),
        ("lang:zh", ["zh1", "zh2"]),
        ("lang:zh-hans", ["zh1"]),
        ("lang:zh-TW", ["zh2"]),
        ("lang:no", ["nb1"]),
        ("lang:(de OR fr)", ["de1", "fr1"]),
        ('source:"die zeitung"', ["de1"]),
        ("source:die*", ["de1"]),
        ("file:wire/2016/en1.txt", ["en1"]),
        ("file:en1.txt", ["en1"]),
        ("file:archive", ["nb1"]),
        ('file:"a b.html"', ["nb1"]),
        ("file:2016/en2.txt", ["en2"]),
        ("file:archive/*", ["nb1"]),
        ("file:html", ["nb1"]),
        ("id:en", ["en1", "en2", "en3"]),
        ("id:ZH1", ["zh1"]),
        ("date:2016-12 council", ["en1", "en2"]),
        ("date:<2016 council", []),
        ("minister date:>1900", []),
        ("* -date:2016", ["en3"]),
        ("* AND NOT lang:en AND NOT lang:zh", ["de1", "fr1", "nb1", "ru1"]),
        ("council 🎉", ["en1", "en2"]),
    ],
)
def test_what_matches(postings, text, ids):
    assert found(postings, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("bridge resigned", ["en1", "en3"]),
        ("+council resigned bridge", ["en1", "en2"]),
        ("bridge resigned -river", ["en3"]),
        ("lang:en bridge nowhere", ["en1"]),
        ("lang:en", ["en1", "en2", "en3"]),
    ],
)
def test_any_of_the_words(postings, text, ids):
    assert found(postings, text, any_words=True) == ids


def test_signs_that_are_not_indexed_are_said(postings):
    assert Evaluation(postings, ()).run(parse("🎉").root).notes == (
        "Left out, since signs are not indexed: 🎉",
    )


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("lang:xx", "No article is in xx; languages of the archive: de, en, fr, nb, ru, zh-Hans, zh-Hant"),
        ("source:dialynews", "No source is named dialynews; there are: daily news"),
    ],
)
def test_a_label_of_nothing_is_said(postings, text, note):
    assert Evaluation(postings, ()).run(parse(text).root).notes == (note,)


@pytest.mark.parametrize("text", ["al-qa*", "东?都大", "[a-z]*", "al-qaida~", "东京都~"])
def test_patterns_that_could_never_match_are_refused(postings, text):
    with pytest.raises(QueryError, match="is not"):
        found(postings, text)


def test_a_pattern_stands_for_at_most_a_thousand_words(tmp_path):
    words = " ".join(f"word{number}" for number in range(1001))
    apply(tmp_path / "index", [article("a", "x", words)])
    with open_snapshot(tmp_path / "index") as searcher:
        archive = Postings(searcher)
        assert found(archive, "word10*") == ["a"]
        with pytest.raises(QueryError, match="stands for more than 1,000 words"):
            found(archive, "word*")


def test_an_empty_archive_has_no_matches(tmp_path):
    with open_snapshot(tmp_path / "none") as searcher:
        archive = Postings(searcher)
        for text in (
            "council",
            '"a b"',
            "coun*",
            "counsil~",
            "lang:en",
            "date:2016",
            "*",
            "file:x",
            "source:x",
        ):
            assert found(archive, text) == []


def test_long_lists_are_read_whole_in_any_layout(tmp_path):
    directory = tmp_path / "index"
    names = [f"n{number:03}" for number in range(300)]
    apply(directory, [article(name, "word", "word " * (1 + at % 3)) for at, name in enumerate(names)])
    apply(directory, [], [ArticleId(name) for name in names[:200:2]])
    left = [name for name in names if name not in names[:200:2]]
    with open_snapshot(directory) as searcher:
        archive = Postings(searcher)
        assert archive.count == 200
        documents = archive.documents("body", "word")
        assert sorted(archive.column("id", documents).values()) == left
        weights = archive.weights("body", "word")
        assert {archive.column("id", [doc])[doc]: weight for doc, weight in weights.items()} == {
            name: 1.0 + names.index(name) % 3 for name in left
        }
        places = archive.places("body", "word")
        assert {doc: len(list(decode(place))) for doc, place in places.items()} == weights
        assert found(archive, "word") == left


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=12))
def test_glob_agrees_with_its_definition(pattern, text):
    def matches(at, place):
        if at == len(pattern):
            return place == len(text)
        if pattern[at] == "*":
            return any(matches(at + 1, later) for later in range(place, len(text) + 1))
        return place < len(text) and pattern[at] in ("?", text[place]) and matches(at + 1, place + 1)

    assert glob(pattern, text) == matches(0, 0)


def edits(word):
    letters = "abc"
    for at in range(len(word) + 1):
        yield from (word[:at] + letter + word[at:] for letter in letters)
        if at < len(word):
            yield word[:at] + word[at + 1 :]
            yield from (word[:at] + letter + word[at + 1 :] for letter in letters)
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


@given(st.text("abc", min_size=2, max_size=6), st.text("abc", min_size=1, max_size=7))
def test_one_edit_is_distance_one(word, other):
    near = other == word or other in set(edits(word))
    assert similar_to(word, 1, other) == (near and other[0] == word[0])


@given(st.text("abc", min_size=3, max_size=6), st.lists(st.text("abc", min_size=1, max_size=7), max_size=40))
def test_neighbours_in_the_dictionary_do_not_change_what_is_near(word, dictionary):
    terms = sorted(set(dictionary))
    alone = [near for term in terms for near in _near(word, 2, [term])]
    assert list(_near(word, 2, terms)) == alone
