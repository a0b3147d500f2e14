import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import bylines


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Quill and Juan Brandt", "Ada Quill and Juan Brandt"),
        ("By Ada Quill | Staff Writer", "Ada Quill"),
        ("By ADA QUILL, Associated Press", "ADA QUILL"),
        ("By Juan de la Cruz, Reporter", "Juan de la Cruz"),
        ("Von Max Müller", "Max Müller"),
        ("Par Jean Dupont et Marie Curie", "Jean Dupont et Marie Curie"),
        ("Автор: Иван Петров", "Иван Петров"),
        ("作者：李明", "李明"),
        ("By the time he came", ""),
        ("By continuing you agree", ""),
        ("By Reuters", ""),
        ("By Regan", ""),
        ("Ada Quill", ""),
        ("By", ""),
    ],
)
def test_names_of_a_byline(line, names):
    assert bylines.names(line) == names


def test_names_on_the_line_below_by():
    assert bylines.opens_byline("By")
    assert bylines.names("Ada Quill", bare=True) == "Ada Quill"
    assert bylines.names("a man was seen", bare=True) == ""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Par Jean Dupont avec AFP", "Jean Dupont"),
        ("By Ada Quill with Reuters", "Ada Quill"),
        ("By Ada Quill   Associated Press", "Ada Quill"),
        ("كتبت: ليلى الهاشمي", "ليلى الهاشمي"),
        ("كتبت ليلى الهاشمي رسالة", ""),
        ("ავტორი: ნინო ბერიძე", "ნინო ბერიძე"),
        ("2019年5月6日 来源：江城晚报　记者 李明 王小红　字号：大 中 小", "李明 王小红"),
        ("2019年5月6日 10:00 作者：李明", "李明"),
    ],
)
def test_names_among_other_fields_and_scripts(line, names):
    assert bylines.names(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Quill | Tide staff", "Ada Quill"),
        ("Ada Quill, rural affairs correspondent", "Ada Quill"),
        ("Ada Quill and Juan Brandt, staff writers", "Ada Quill and Juan Brandt"),
        ("Ada Quill – Redakteurin", "Ada Quill"),
        ("Ada Quill, mayor of Pell", ""),
        ("Ada Quill, editor of the Tide, was there.", ""),
        ("harbour news | staff", ""),
    ],
)
def test_a_signature_is_a_name_with_a_role(line, names):
    assert bylines.signature(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Quill", "Ada Quill"),
        ("Ada Quill, Juan de la Cruz", "Ada Quill, Juan de la Cruz"),
        ("Анна Петрова", "Анна Петрова"),
        ("CAR REVIEWS", ""),
        ("Ada", ""),
        ("Ada Quill, mayor", ""),
        ("Telegraph Sport", ""),
        ("Meridian News Service", ""),
        ("The European Central Bank", ""),
        ("ليلى الهاشمي", ""),
    ],
)
def test_bare_names(line, names):
    assert bylines.bare_names(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Reporting by Ada Quill in Pell; Editing by Juan Brandt", "Ada Quill"),
        ("(Reporting by Ada Quill and Juan Brandt)", "Ada Quill and Juan Brandt"),
        ("With reporting by Reuters, AP, and BBC", ""),
        ("Reporting by Reuters", ""),
        ("Additional reporting by Juan Brandt", ""),
    ],
)
def test_reporting_credits(line, names):
    assert bylines.reporting(line) == names


@given(st.text())
def test_no_text_raises(text):
    for read in (bylines.names, bylines.signature, bylines.bare_names, bylines.reporting):
        assert read(text) in text


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ada Quill Follow", "Ada Quill"),
        ("By Ada Quill Travel News Reporter", "Ada Quill"),
        ("Von Ada Quill Korrespondentin", "Ada Quill"),
        ("作者：李明 时间：2016-12-08", "李明"),
    ],
)
def test_names_end_before_role_button_and_next_field(line, names):
    assert bylines.names(line) == names


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("By Our Staff Reporter", True),
        ("By Test Reporter", True),
        ("By a correspondent", True),
        ("Von unserem Korrespondent", True),
        ("By night the old harbour belongs to one lonely reporter", False),
        ("By the river", False),
        ("Reporter", False),
        ("Our Staff Reporter", False),
    ],
)
def test_a_byline_with_a_role_in_the_place_of_a_name(line, role):
    """Regression: such a line above the article was taken for its headline."""
    assert bylines.names_a_role(line) is role
