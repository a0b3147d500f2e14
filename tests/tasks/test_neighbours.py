import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.neighbours import nearest


@pytest.mark.parametrize(
    ("named", "right", "text"),
    [
        ("hr", "sr", "Predsednik opštine rekao je da je vreme da se posle svega reši gde će biti most."),
        (
            "hr",
            "bs",
            "Općina je saopćila da će milion maraka dobiti porodice čiji je uslov ispunjen prije januara.",
        ),
        (
            "hr",
            "hr",
            "Općina je priopćila da će milijun eura dobiti obitelji čiji je uvjet ispunjen prije siječnja.",
        ),
        (
            "id",
            "ms",
            "Beliau memberitahu akhbar bahawa syarikat itu ialah kumpulan antarabangsa, kerana hospital.",
        ),
        ("nb", "nn", "Ho veit ikkje kva dei seier, og eg kjem frå bygda."),
        ("es", "gl", "Non hai unha solución, dixo onte, pero xa están coas obras da ponte."),
        ("bo", "dz", "མི་ཚུ་ལུ་འབད་ཨིན།"),
        ("el", "el", "jeg ikke fra hun"),
    ],
)
def test_words_tell_neighbours_apart(named, right, text):
    assert nearest(named, text, 2) == right


def test_as_many_words_as_asked_for_must_speak():
    text = "Vreme je da se posle svega reši gde."
    assert nearest("hr", text, 3) == "sr"
    assert nearest("hr", text, 4) == "hr"


@given(st.text(), st.sampled_from(["hr", "nb", "fa", "bo", "am", "xx"]))
def test_any_text_has_an_answer(text, code):
    assert nearest(code, text, 2)
    assert nearest(code, "", 1) == code
