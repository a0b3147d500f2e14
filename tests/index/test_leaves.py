import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import ArticleId
from index.leaves import PackedLeaf
from index.reading import open_leaves
from index.schema import IndexDocument
from index.snapshot import open_snapshot
from index.writer import FAST, PLAIN, apply


def article(number, body, headline="", lang="en"):
    name = ArticleId(f"{number:040x}")
    return IndexDocument(
        name,
        headline,
        "",
        body,
        "",
        "AP" * (number % 5 == 1),
        "",
        None,
        "2026-11-20",
        lang,
        (f"Quelle {number % 3} é", "Z"),
        (),
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
def leaves(request, tmp_path_factory):
    """Each segment twice: as it is read in bulk, and as Whoosh reads it."""
    directory = tmp_path_factory.mktemp("archive") / "index"
    apply(directory, ARTICLES, kind=request.param)
    apply(directory, [article(900, "harbour again")], [ARTICLES[3].id], kind=request.param)
    with open_snapshot(directory) as opened:
        plain = open_leaves(directory)
        yield list(zip(opened.leaves, plain, strict=True))
        for leaf in plain:
            leaf.close()


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


def test_a_segment_is_read_in_bulk_whoever_wrote_it(leaves):
    assert all(isinstance(fast, PackedLeaf) for fast, _ in leaves)
    assert [(fast.base, fast.size) for fast, _ in leaves] == [(plain.base, plain.size) for _, plain in leaves]


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
def test_postings_read_in_bulk_are_those_of_whoosh(leaves, field, term):
    for fast, plain in leaves:
        if field == "nofield":
            assert fast.find(field, b"x") is None
            assert fast.terms(field, b"") == []
        else:
            assert postings(fast, field, term) == postings(plain, field, term)


@pytest.mark.parametrize(("field", "term"), [("body", "harbour"), ("body", "word7"), ("stem_en", "harbour")])
def test_without_positions_the_postings_are_the_same(leaves, field, term):
    for fast, _ in leaves:
        found = fast.find(field, term.encode())
        if found is None:
            continue
        whole = [block[:2] for block in fast.blocks(found)]
        assert [(list(documents), list(weights or ())) for documents, weights in fast.runs(found)] == [
            (list(documents), list(weights or ())) for documents, weights in whole
        ]
        assert fast.size_of(found) == sum(len(documents) for documents, _ in whole)


@given(st.sets(st.integers(0, 420), max_size=5))
def test_only_blocks_with_a_wanted_document_are_read(leaves, wanted):
    for fast, plain in leaves:
        for leaf in (fast, plain):
            found = leaf.find("body", b"harbour")
            if found is None:
                continue
            chosen = [block for block in leaf.blocks(found) if wanted.intersection(block.documents)]
            assert [list(one.documents) for one in leaf.blocks_with(found, wanted)] == [
                list(one.documents) for one in chosen
            ]


@pytest.mark.parametrize("start", ["", "w", "word1", "é", "zz"])
def test_the_dictionary_is_that_of_whoosh(leaves, start):
    for fast, plain in leaves:
        terms = fast.terms("body", start.encode())
        assert terms == plain.terms("body", start.encode())
        assert terms == sorted(terms)


@pytest.mark.parametrize("field", ["id", "source", "lang", "date", "agency"])
def test_columns_are_those_of_whoosh(leaves, field):
    for fast, plain in leaves:
        assert fast.column(field) == plain.column(field)
        assert fast.deleted == plain.deleted


@pytest.mark.parametrize("field", ["body", "headline", "standfirst"])
def test_lengths_are_those_of_whoosh(leaves, field):
    for fast, plain in leaves:
        known, other = fast.lengths(field), plain.lengths(field)
        assert len(known) == fast.size
        live = [at for at in range(fast.size) if fast.base + at not in fast.deleted]
        assert [known[at] for at in live] == [other[at] for at in live]


@given(st.text(max_size=12))
def test_any_term_may_be_looked_up(leaves, text):
    term = text.encode("utf-8", "replace")
    for fast, plain in leaves:
        assert (fast.find("body", term) is None) == (plain.find("body", term) is None)
