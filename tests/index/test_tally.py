from hypothesis import given
from hypothesis import strategies as st

from index.folding import fold
from index.tally import tally

PAIRS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(["", "Tide", "TIDE", "tidé", "Mill", "ﬁsh", "fish"]))
)


def test_a_thing_counts_once_for_each_value_that_it_has():
    assert tally([("a", "Tide"), ("a", "Mill"), ("a", "Mill"), ("b", "Mill")]) == (("Mill", 2), ("Tide", 1))


def test_spellings_are_one_value_as_most_things_spell_it():
    assert tally([("a", "TASS"), ("b", "Tass"), ("c", "Tass"), ("a", "Tass")]) == (("Tass", 3),)
    assert tally([("a", "Čtk"), ("b", "ctk")]) == (("ctk", 2),)


def test_equal_numbers_come_by_name():
    assert tally([(1, "b"), (2, "a"), (3, "c")]) == (("a", 1), ("b", 1), ("c", 1))
    assert tally([]) == ()


@given(PAIRS)
def test_the_count_of_a_value_is_how_many_have_it_in_any_spelling_and_any_order(pairs):
    counted = tally(pairs)
    assert counted == tally(reversed(pairs))
    assert len({fold(value) for value, _ in counted}) == len(counted) == len({fold(v) for _, v in pairs})
    for value, number in counted:
        assert number == len({thing for thing, other in pairs if fold(other) == fold(value)})
    assert [number for _, number in counted] == sorted((number for _, number in counted), reverse=True)
