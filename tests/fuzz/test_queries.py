"""Any text as a query: a tree or one clear refusal."""

from hypothesis import example, given
from hypothesis import strategies as st

from index.errors import QueryError
from index.query import parse
from index.safe import safe

PIECES = (
    *("AND", "OR", "NOT", "(", ")", '"', "+", "-", "*", "?", "~", "~1", "~9", ":", "[", "]", "TO", ">", "<"),
    *("headline:", "body:", "date:", "lang:", "source:", "file:", "nofield:", "lang:zz", "date:>", "\\"),
    *("date:2016-02-30", "date:[2016 TO", "wor?d", "h*d*", "a*", "fuz~2", "the", "council", "κόσμος", "新闻"),
    *("\x1b[31m", "\u202e", "\x00", "\ud800", "'", "`", "$(id)", "--", "../x", "%s", "{0}", "\n", "…", "²"),
)
QUERIES = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(PIECES), max_size=24).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=24).map("".join),
)


@given(QUERIES)
@example("(" * 5000)
@example("a " * 5000)
@example('"' * 999)
@example("NOT " * 500 + "a")
def test_whatever_the_query_is_there_is_a_tree_or_a_refusal_that_can_be_printed(query):
    refusal = None
    try:
        root = parse(query).root
    except QueryError as error:
        refusal = error
    if refusal is None:
        assert parse(query).root == root
        hash(root)
    else:
        told = f"{refusal.message} {refusal.hint}"
        assert refusal.message.strip()
        assert told == safe(told)
