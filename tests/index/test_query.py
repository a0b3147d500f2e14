import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QueryError
from index.query import parse, plain_words
from index.query_tree import (
    And,
    DateRange,
    Everything,
    Fuzzy,
    LabelIs,
    Not,
    Or,
    Pattern,
    Phrase,
    Term,
    Words,
)
from index.safe import safe

A, B, C, D = (Term(name) for name in "abcd")
COUNCIL, BRIDGE = Term("council"), Term("bridge")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("council", COUNCIL),
        ("council bridge", Words((COUNCIL, BRIDGE))),
        ("the of and", Words((Term("the"), Term("of"), Term("and")))),
        ("a OR b", Or((A, B))),
        ("a AND b", And((A, B))),
        ("a b OR c d", Or((Words((A, B)), Words((C, D))))),
        ("a AND b c", Words((And((A, B)), C))),
        ("a (b OR c)", Words((A, Or((B, C))))),
        ("a -b", Words((A,), (), (B,))),
        ("a NOT b", Words((A,), (), (B,))),
        ("a AND NOT b", And((A, Not(B)))),
        ("+a b", Words((B,), (A,))),
        ("a +b -c", Words((A,), (B,), (C,))),
        ('a -"b c"', Words((A,), (), (Phrase("b c"),))),
        ("a -(b OR c)", Words((A,), (), (Or((B, C)),))),
        ("* -council", Words((), (Everything(),), (COUNCIL,))),
        ("((a))", A),
        ("al-Qaida", Term("al-Qaida")),
        ("--help", Term("--help".lstrip("-"))),
        ("council - bridge", Words((COUNCIL, BRIDGE))),
        ("\ufeffcouncil", COUNCIL),
    ],
)
def test_words_and_operators(text, tree):
    assert parse(text).root == tree


@pytest.mark.parametrize(
    "text",
    [
        '"council bridge"',
        "“council bridge”",
        "„council bridge“",
        "«council bridge»",
        "»council bridge«",
        "「council bridge」",
    ],
)
def test_phrases_in_the_quotation_marks_of_many_languages(text):
    assert parse(text).root == Phrase("council bridge")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("coun*", Pattern("coun*")),
        ("wor?d", Pattern("wor?d")),
        ("counsil~", Fuzzy("counsil", 1)),
        ("counsil~2", Fuzzy("counsil", 2)),
        ("council?", Or((COUNCIL, Pattern("council?")))),
        ("why?!", Term("why")),
        ("headline:council", Term("council", "headline")),
        ("Headline:council", Term("council", "headline")),
        ('headline:"a b"', Phrase("a b", "headline")),
        ("byline:(a OR b)", Or((Term("a", "byline"), Term("b", "byline")))),
        ("place:coun*", Pattern("coun*", "place")),
        ("lang:zh a", Words((A,), (LabelIs("lang", "zh"),))),
        ('source:"Daily News"', LabelIs("source", "Daily News")),
        ("file:wire/2016/*", LabelIs("file", "wire/2016/*")),
        ("lang:(en OR de)", Or((LabelIs("lang", "en"), LabelIs("lang", "de")))),
    ],
)
def test_patterns_and_fields(text, tree):
    assert parse(text).root == tree


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("date:2016-12-08", "2016-12-08", "2016-12-08"),
        ("date:2016-12", "2016-12-01", "2016-12-31"),
        ("date:2016-02", "2016-02-01", "2016-02-29"),
        ("date:2016", "2016-01-01", "2016-12-31"),
        ("date:[2016-12-01 TO 2016-12-31]", "2016-12-01", "2016-12-31"),
        ("date:[2015 TO 2016-03]", "2015-01-01", "2016-03-31"),
        ("date:[* TO 2016]", "0001-01-01", "2016-12-31"),
        ("date:[2016 TO *]", "2016-01-01", "9999-12-31"),
        ("date:>2016-12-31", "2017-01-01", "9999-12-31"),
        ("date:>=2016-12", "2016-12-01", "9999-12-31"),
        ("date:<2016", "0001-01-01", "2015-12-31"),
        ("date:<=2016", "0001-01-01", "2016-12-31"),
        ('date:"2016-12-08"', "2016-12-08", "2016-12-08"),
        ("date:9999", "9999-01-01", "9999-12-31"),
    ],
)
def test_dates(text, first, last):
    assert parse(text).root == DateRange(first, last)


@pytest.mark.parametrize(
    "text", ["http://example.com/a?b=c", "10:30", "12:30:45", "a:b:c:d", "C:/news", "www.example.com/?q=x*"]
)
def test_pasted_addresses_and_times_are_words(text):
    assert parse(text).root == Term(text)


def test_a_colon_before_a_space_is_punctuation():
    assert parse("Breaking: council").root == Words((Term("Breaking"), COUNCIL))


HINT = "To search for the words, put a space after the colon."
FIELDS = "headline, standfirst, body, byline, agency, place, lang, source, file, id, date"
DATES = "A date is 2016-12-08, 2016-12 or 2016; a range is date:[2016-12-01 TO 2016-12-31] or date:>=2016-12"
NOTHING = "Write the words to find: newsfold search council bridge"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"The query is empty.\n{NOTHING}"),
        ("  \t\n", f"The query is empty.\n{NOTHING}"),
        ("!!!", f"There are no words in the query: !!! has neither letters nor digits.\n{NOTHING}"),
        (
            "titel:x",
            (f"There is no field titel: (at character 1).\nFields are {FIELDS}. {HINT}"),
        ),
        (
            "a headlin:x",
            (
                "There is no field headlin: (at character 3).\n"
                f"Did you mean headline:? Fields are {FIELDS}. {HINT}"
            ),
        ),
        (
            "headline: council",
            (
                "Nothing follows headline: at character 1.\n"
                "Write the value right after the colon: headline:council"
            ),
        ),
        ("date:2023-02-30", f"2023-02-30 at character 6 is no date: 2023-02 has 28 days.\n{DATES}"),
        ("date:2023-13", f"2023-13 at character 6 is no date: there is no month 13.\n{DATES}"),
        ("date:99999-01-01", f"99999-01-01 at character 6 is no date.\n{DATES}"),
        ('date:"not a date"', f"not a date at character 6 is no date.\n{DATES}"),
        ("date:>9999", f"No date lies > 9999 (at character 6).\n{DATES}"),
        (
            "date:[2017 TO 2016]",
            "The range at character 6 runs backwards: 2017-01-01 is after 2016-12-31.\ndate:[2016 TO 2017]",
        ),
        (
            "[a TO z]",
            "A range needs the field date: before it (at character 1).\ndate:[2016-12-01 TO 2016-12-31]",
        ),
        (
            'council "bridge',
            (
                'The quotation mark " at character 9 is never closed.\n'
                'Close the phrase with ", or leave the mark out.'
            ),
        ),
        (
            "-council",
            "The query only says what not to find.\nAdd a word to find, or * for every article: * -council",
        ),
        (
            "(council",
            "The parenthesis at character 1 is never closed.\nClose it with ), or leave it out.",
        ),
        ("council)", "The parenthesis at character 8 closes nothing."),
        ("()", "The parentheses at character 1 hold nothing to find."),
        ("a (-b)", "The parentheses at character 3 only say what not to find."),
        (
            "council AND",
            'AND at character 9 needs a word on both sides.\nTo find the word itself, write and or "AND".',
        ),
        (
            "council NOT",
            'NOT at character 9 needs a word after it.\nTo find the word itself, write not or "NOT".',
        ),
        (
            "a OR -b",
            (
                "OR cannot join what is excluded (after character 1).\n"
                "Write what to find on both sides: (bridge OR river) -council"
            ),
        ),
        ("a || b", "|| at character 3 is no operator here.\nWrite OR."),
        (
            "*ouncil",
            (
                "*ouncil at character 1 would search through the whole dictionary.\n"
                "A word with * or ? begins with a letter and has at least 2 letters, as in coun* or wor?d"
            ),
        ),
        (
            "c*",
            (
                "c* at character 1 would search through the whole dictionary.\n"
                "A word with * or ? begins with a letter and has at least 2 letters, as in coun* or wor?d"
            ),
        ),
        (
            "council~3",
            (
                "~3 at character 8 is no distance.\n"
                "Write council~ or ~1 for one letter that differs, ~2 for two."
            ),
        ),
        (
            '"council bridge"~5',
            (
                "~5 at character 17 cannot follow a phrase.\n"
                "A phrase finds its words side by side; without quotation marks they are found anywhere."
            ),
        ),
        (
            "council^5",
            "Weights with ^ are not known (at character 1).\nWrite a word twice to give it more weight.",
        ),
        (
            "lang:German!",
            (
                "German! at character 6 is no language code.\n"
                "Languages are codes: lang:en, lang:ru, lang:zh, lang:zh-Hant, lang:und for unknown"
            ),
        ),
        (
            "x" * 5000,
            (
                "The query is too long: 5,000 characters, at most 4,096 are read.\n"
                "Search for the few words that matter."
            ),
        ),
        (
            "a " * 1025,
            "The query has 1,025 words; at most 1,024 are read.\nSearch for the few words that matter.",
        ),
        (
            "a OR " * 65 + "a",
            (
                "The query has 65 operators and parentheses; at most 64 are read.\n"
                "Search for the few words that matter."
            ),
        ),
        ("(" * 21 + "a" + ")" * 21, "Parentheses stand more than 20 deep (at character 21)."),
        (
            "caf\udce9",
            "The query is no valid UTF-8 at character 4: \\xe9.\nCheck the encoding of your terminal.",
        ),
        (
            "date:\x1b[31m",
            f"\\x1b[31m at character 6 is no date.\n{DATES}",
        ),
    ],
)
def test_mistakes_say_where_and_what_would_be_right(text, message):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_what_is_left_out_is_said():
    query = parse("council & bridge !!")
    assert query.root == Words((COUNCIL, BRIDGE))
    assert query.notes == ("Left out, having neither letters nor digits: & !!",)


def test_the_reading_of_a_doubtful_or_is_said():
    assert parse("a b OR c").notes == (
        "OR binds loosest: a b OR c is (a b) OR c; parentheses say otherwise: a (b OR c)",
    )
    assert parse("a (b OR c)").notes == ()


def test_too_many_patterns_are_refused():
    with pytest.raises(QueryError, match="17 words with"):
        parse(" ".join(f"word{number}*" for number in range(17)))


def test_plain_words_know_no_operators():
    assert plain_words('AND "x lang:').root == Words((Term("AND"), Term('"x'), Term("lang:")))


PIECE_NAMES = (
    '( ) " “ « + - * ? ~ ~2 : [ ] AND OR NOT date: headline: lang: id: TO > <= 2016-12 council 東京 é ^2 ||'
)
PIECES = st.sampled_from([*PIECE_NAMES.split(), " ", "\x00", "\ud800", "\u202e"])


def read(text):
    """Return what came of a query: the query or the message."""
    try:
        return parse(text)
    except QueryError as error:
        return str(error)


@given(st.one_of(st.text(alphabet=st.characters()), st.lists(PIECES, max_size=60).map("".join)))
def test_any_text_is_a_query_or_a_short_message(text):
    came = read(text)
    if isinstance(came, str):
        assert 1 <= len(came.splitlines()) <= 3
        assert safe(came) == came
    else:
        assert came.text == text


@pytest.mark.parametrize(
    "piece", ["(", '"', "a*", "[a ", "a:", "-", "?a", "a~", "“", "( a OR ", "date:[", "*a"]
)
def test_reading_ends_soon_whatever_the_text(piece):
    began = time.process_time()
    read((piece * 4096)[:4096])
    assert time.process_time() - began < 0.5
