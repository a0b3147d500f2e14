# ruff: noqa: E501 - the sample texts stay in one piece
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import fit, profiles

GERMAN = "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke über den Fluss noch vor dem Winter zu sanieren. Anwohner hatten sich seit Jahren über den schmalen Gehweg beschwert."
ZULU = "Umkhandlu wedolobha unqume ngoLwesibili ukulungisa ibhuloho elidala ngaphambi kobusika. Izakhamuzi bezikhala iminyaka eminingi ngendlela encane yabahamba ngezinyawo nokukhanya okubi ebusuku."


def score_in(text, name):
    return fit.score(fit.measure(profiles.words(text)), profiles.names().index(name))


def test_a_text_fits_its_own_language_best():
    parts = fit.measure(profiles.words(GERMAN))
    assert profiles.names()[fit.nearest(parts)] == "de"
    assert score_in(GERMAN, "de") > 0 > score_in(GERMAN, "en")


def test_a_language_without_a_profile_fits_none():
    parts = fit.measure(profiles.words(ZULU))
    assert all(fit.score(parts, place) < 0 for place in range(len(profiles.names())))


def test_a_foreign_quotation_condemns_no_article():
    assert score_in(f"{GERMAN} {GERMAN} {GERMAN} {ZULU}", "de") > 0


def test_without_words_nothing_fits():
    assert fit.measure([]) == ()
    assert fit.score((), 0) < 0


@pytest.mark.parametrize("size", [0, 1, 89, 90, 249, 250, 5000])
def test_every_size_has_a_limit(size):
    assert fit.limit(size) < 0


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=1500))
def test_parts_hold_every_trigram_once(text):
    words = profiles.words(text)
    parts = fit.measure(words)
    assert sum(part.size for part in parts) == len(profiles.trigrams(words))
    assert len(parts) <= 4
    for part in parts:
        likely, known, behind = part.to(0).values
        assert likely <= 0
        assert 0 <= known <= 1
        assert behind >= -1e-3
