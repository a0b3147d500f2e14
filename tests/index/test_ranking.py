"""The index's answers are those of the definition: every article looked at, every word counted."""

import math
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.article import ArticleId
from index.leaves import LENGTHS
from index.ranking import EXACT_BONUS, K1, B, rarity
from index.schema import IndexDocument
from index.search import SearchRequest, search
from index.snapshot import length_of, open_snapshot
from index.stemming import stemmer
from index.whooshed import byte_to_length, length_to_byte
from index.writer import FAST, PLAIN, apply

WORDS = ("mill", "mills", "harbour", "harbours", "tide", "night", "old")
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
corpora = st.lists(st.tuples(texts, texts, st.sampled_from(("en", "und"))), min_size=1, max_size=25)
queries = st.lists(st.sampled_from((*WORDS, '"old mill"', '"tide night tide"', "har*", "mil?s")), min_size=1)


def document(number, headline, body, lang):
    return IndexDocument(
        *(ArticleId(f"{number:040x}"), headline, "", body, "", "", ""),
        *(None, "2026-11-20", lang, ("Daily News",), ()),
    )


def times(word, text):
    """How often a word of the query stands in a text, as it is spelt."""
    if word.startswith('"'):
        return len(re.findall(rf"(?=\b{word.strip(chr(34))}\b)", text))
    if set(word) & set("*?"):
        pattern = word.replace("*", r"\w*").replace("?", r"\w")
        return len(set(re.findall(rf"\b{pattern}\b", text)))
    return text.split().count(word)


def occurrences(word, article):
    headline, body, lang = article
    stems = stemmer("en")
    by_stem = 0
    if word.isalpha() and lang == "en":
        by_stem = sum(stems[one] == stems[word] for one in f"{headline} {body}".split())
    spelt = 0.0
    for field, text in (("headline", headline), ("body", body)):
        spelt += times(word, text) * (EXACT_BONUS[field] + (not by_stem))
    return by_stem + spelt


def naive(words, corpus):
    """Score all articles, word by word, as the formula has it."""
    lengths = [length_of(length_to_byte(len(body.split()))) for _, body, _ in corpus]
    mean = max(1.0, sum(lengths) / len(corpus))
    scores = {}
    counts = {word: [occurrences(word, article) for article in corpus] for word in words}
    for number, length in enumerate(lengths):
        if all(counts[word][number] for word in words):
            norm = K1 * (1 - B + B * length / mean)
            scores[f"{number:040x}"] = sum(
                rarity(len(corpus), sum(map(bool, counts[word]))) * (K1 + 1) * counts[word][number]
                / (counts[word][number] + norm)
                for word in words
            )  # fmt: skip
    return scores


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corpus=corpora, words=queries, kind=st.sampled_from((FAST, PLAIN)), cut=st.integers(0, 25))
def test_hits_and_scores_are_those_of_the_definition(corpus, words, kind, cut, tmp_path_factory):
    directory = tmp_path_factory.mktemp("archive") / "index"
    documents = [document(number, *article) for number, article in enumerate(corpus)]
    for some in (documents[:cut], documents[cut:]):
        apply(directory, some, kind=kind)
    with open_snapshot(directory) as opened:
        for _ in range(2):  # the second time from lists that are kept
            found = search(opened, SearchRequest(" ".join(words), limit=100, relax=False), {})
            expected = naive(words, corpus)
            assert {hit.id: hit.score for hit in found.hits} == pytest.approx(expected, abs=2e-6)
            assert found.total == len(expected)
            ranked = [hit.score for hit in found.hits]
            assert ranked == sorted(ranked, reverse=True)


def test_lengths_are_those_that_whoosh_keeps():
    assert [byte_to_length(byte) for byte in range(256)] == list(LENGTHS)


def test_a_rare_word_weighs_more_and_none_weighs_nothing():
    assert rarity(100, 1) > rarity(100, 50) > rarity(100, 100) > 0
    assert math.isclose(rarity(9, 0), math.log(1 + 9.5 / 0.5))
