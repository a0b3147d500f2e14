from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.normalise import (
    clean,
    is_unspaced,
    prose,
    split_prose,
    stream,
    text_hash,
    tokens,
    word_count,
    word_lines,
)

ARTICLE = "The café’s owner, Zoë Ångström, said “no” on 2 May.\nIt won't re-open \N{EN DASH} not in 2021."


def test_words_numbers_and_joined_words_stay_whole():
    assert tokens("U.S. GDP rose 3.5 per cent, it's a well-known 7-1/4") == [
        *("u.s", "gdp", "rose", "3.5", "per", "cent", "it's", "a", "well-known", "7-1/4"),
    ]


@pytest.mark.parametrize(
    "variant",
    [
        ARTICLE.replace("\n", "\r\n"),
        unicodedata.normalize("NFD", ARTICLE),
        ARTICLE.replace("’", "'").replace("“", '"').replace("”", '"'),
        ARTICLE.replace("owner", "ow\u00adner").replace("said", "sa\u200bid"),
        ARTICLE.replace(" ", "\u00a0"),
        ARTICLE.upper(),
        ARTICLE.replace("2", "\uff12"),
    ],
    ids=["crlf", "nfd", "quotes", "invisible", "nbsp", "capitals", "fullwidth"],
)
def test_typographic_variants_have_one_hash(variant):
    assert text_hash(variant) == text_hash(ARTICLE)


def test_another_word_or_another_word_boundary_is_another_text():
    assert text_hash("ab c") != text_hash("a bc")
    assert text_hash(ARTICLE) != text_hash(ARTICLE.replace("2021", "2022"))


def test_unspaced_scripts_give_characters():
    assert tokens("东京2021年") == ["东", "京", "2021", "年"]
    assert tokens("ไทย") == ["ไ", "ท", "ย"]
    assert is_unspaced("京")
    assert not is_unspaced("a")


def test_hangul_and_devanagari_give_words():
    assert tokens("서울 시장") == ["서울", "시장"]
    assert tokens("हिन्दी समाचार") == ["हिन्दी", "समाचार"]


def test_an_em_dash_parts_words_and_a_hyphen_joins_them():
    assert tokens("risk\N{EM DASH}mostly re\N{HYPHEN}open") == ["risk", "mostly", "re-open"]


def test_word_count_takes_two_unspaced_characters_for_a_word():
    assert word_count("one two  three") == 3
    assert word_count("青石镇图书馆，") == 3
    assert word_count("GDP 增长 5") == 3


def test_lists_of_links_are_not_prose():
    sentence = "The harbour will close for three weeks while divers repair the gate."
    body, rest = split_prose(f"Home\nNews\n{sentence}\nRead more")
    assert body == sentence
    assert rest == "Home\nNews\nRead more"


def test_a_text_of_short_lines_stays_whole():
    table = "Wheat 318\nBarley 240\nOats 199"
    assert prose(table) == table


def test_one_character_cannot_become_many():
    assert len(clean("\ufdfa" * 1000)) <= 6000


@pytest.mark.parametrize(
    "hostile",
    [
        "\u0301\u0316" * 200_000,
        "\ufdfa" * 200_000,
        "a'" * 300_000,
        "\ud800" * 1000,
        "\n" * 300_000,
        ("\u0301\u0316" * 32 + " ") * 3000,
    ],
    ids=["marks", "ligatures", "quotes", "surrogates", "lines", "many marks"],
)
def test_hostile_text_is_read_in_linear_time(hostile):
    started = time.process_time()
    text_hash(hostile)
    prose(hostile)
    assert time.process_time() - started < 5


@given(st.text())
def test_any_text_has_tokens_a_hash_and_prose(text):
    assert all(token == token.strip() and token for token in tokens(text))
    assert len(text_hash(text)) == 64
    prose(text)


def test_cutting_a_huge_text_in_pieces_is_not_seen():
    text = " ".join(f"word{number}" for number in range(20_000))
    assert list(stream(text)) == text.split()


@given(st.text("aZ0_ .,'/-\n\x00\x1f~\u2019\u201c\u2014\u00e9\u5317", max_size=40))
def test_words_are_what_the_definition_says(text):
    folded = clean(text).casefold()
    plain = re.findall(r"\u5317|[^\W\u5317_]+(?:[.,'/-][^\W\u5317_]+)*", folded)
    assert tokens(text) == plain
    assert b"".join(word_lines(text)) == "".join(f"{word}\n" for word in plain).encode()


@given(st.text("ab \u2018\u2019\u201c\u2014\u00ad_\u0301", max_size=40))
def test_common_signs_are_folded_as_all_others(text):
    folded = clean(text + "\u00e9")
    assert clean(text) + "\u00e9" == folded or text.endswith("\u0301")


LINES = ["a", "a b c d e.", "a b c d e f.", "a b c d e f", "w " * 10, "\u5317" * 13, "- a"]


@given(st.lists(st.sampled_from(LINES)))
def test_prose_lines_are_those_of_ten_words_or_whole_sentences(lines):
    counts = {line: word_count(line) for line in lines}
    kept = [line for line in lines if counts[line] >= (6 if line.endswith(".") else 10)]
    words = sum(counts[line] for line in kept)
    enough = words >= min(40, 0.6 * sum(counts[line] for line in lines))
    assert prose("\n".join(lines)) == "\n".join(kept if enough else lines)
