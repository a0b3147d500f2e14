import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleId
from index.leaves import Leaf, PackedLeaf, leaf
from index.reading import open_searcher
from index.schema import IndexDocument
from index.writer import FAST, PLAIN, apply


def article(number, body, headline="", lang="en"):
    name = ArticleId(f"{number:040x}")
    return IndexDocument(
        name, headline, "", body, "", "", "", None, "2026-11-20", lang, f"Quelle {number % 3} é", ()
    )


ARTICLES = [
    article(
        number,
        "harbour " * (1 + number % 4) + f"word{number} " + "éclair " * (number % 300 == 7),
        "Tide" * (number % 2),
    )
    for number in range(400)
]


@pytest.fixture(scope="module", params=[FAST, PLAIN])
def searcher(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("archive") / "index"
    apply(directory, ARTICLES, kind=request.param)
    apply(directory, [article(900, "harbour again")], [ARTICLES[3].id], kind=request.param)
    with open_searcher(directory) as opened:
        yield opened


def pairs(searcher):
    for reader, base in searcher.reader().leaf_readers():
        yield leaf(reader, base), Leaf(reader, base)


def postings(part, field, term):
    found = part.find(field, term.encode())
    if found is None:
        return None
    read = []
    for documents, weights, values in part.blocks(found):
        count = len(documents)
        places = [value or b"" for value in values or [b""] * count]
        read += zip(documents, map(float, weights or [1.0] * count), places, strict=True)
    return [one for one in read if one[0] not in part.deleted]


def test_a_segment_of_whoosh_is_read_in_bulk(searcher):
    assert all(isinstance(fast, PackedLeaf) for fast, _ in pairs(searcher))


@pytest.mark.parametrize(
    ("field", "term"),
    [
        ("body", "harbour"),
        ("body", "word77"),
        ("body", "eclair"),
        ("body", "nowhere"),
        ("stem_en", "harbour"),
        ("headline", "tide"),
        ("lang", "en"),
        ("nofield", "x"),
    ],
)
def test_postings_read_in_bulk_are_those_of_whoosh(searcher, field, term):
    for fast, plain in pairs(searcher):
        if field == "nofield":
            assert fast.find(field, b"x") is None
        else:
            assert postings(fast, field, term) == postings(plain, field, term)


@pytest.mark.parametrize("start", ["", "w", "word1", "é", "zz"])
def test_the_dictionary_is_that_of_whoosh(searcher, start):
    for fast, plain in pairs(searcher):
        terms = list(fast.terms("body", start.encode()))
        assert terms == list(plain.terms("body", start.encode()))
        assert terms == sorted(terms)


@pytest.mark.parametrize("field", ["id", "source", "lang", "date"])
def test_columns_are_those_of_whoosh(searcher, field):
    for fast, plain in pairs(searcher):
        assert fast.column(field) == plain.column(field)
        assert fast.deleted == plain.deleted


@pytest.mark.parametrize("field", ["body", "headline", "standfirst"])
def test_lengths_are_those_of_whoosh(searcher, field):
    for fast, plain in pairs(searcher):
        known, other = fast.lengths(field), plain.lengths(field)
        assert len(known) == fast.size
        live = [at for at in range(fast.size) if fast.base + at not in fast.deleted]
        assert [known[at] for at in live] == [other[at] for at in live]


@given(st.text(max_size=12))
def test_any_term_may_be_looked_up(searcher, text):
    term = text.encode("utf-8", "replace")
    for fast, plain in pairs(searcher):
        assert (fast.find("body", term) is None) == (plain.find("body", term) is None)
