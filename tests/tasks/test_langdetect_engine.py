# ruff: noqa: E501 - the sample texts stay in one piece
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import fit, profiles
from tasks.langdetect_engine import LANGDETECT, Evidence, decide, probability

ROOT = Path(__file__).parents[2]

# Lists folders backwards or shuffled before langdetect is loaded, then detects in batches.
SCRIPT = """
import json, os, pathlib, random, sys
order = sys.argv[1]
listdir, iterdir = os.listdir, pathlib.Path.iterdir
def mixed(names):
    names = sorted(names)
    random.Random(order).shuffle(names)
    return names
os.listdir = lambda path=".": mixed(listdir(path))
pathlib.Path.iterdir = lambda path: iter(mixed(iterdir(path)))
from tasks.language import detect
texts = json.load(sys.stdin)
print([(text, detect(text)) for text in texts])
"""

TEXTS = [
    "Council votes to repair the old bridge",
    "Kommunen vil reparere den gamle bro",
    "Rådet sier nei til broen",
    "La ville vote la réparation du pont",
    "The council met. La ville a voté. Der Rat hat getagt.",
    "Umkhandlu wedolobha unqume ngoLwesibili ukulungisa ibhuloho elidala ngaphambi kobusika.",
]


def test_neither_hash_seeds_nor_the_order_of_the_profiles_change_a_byte():
    found = set()
    for number, order in enumerate(("forth", "back", "mixed")):
        environment = {**os.environ, "PYTHONHASHSEED": str(number)}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, order],
            input=json.dumps(TEXTS),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=environment,
        )
        found.add(done.stdout)
    assert len(found) == 1
    assert "engine='langdetect'" in found.pop()


def test_names_in_a_headline_do_not_outweigh_what_is_said_of_them():
    text = "Trump se reúne hoy en West Virginia"
    assert LANGDETECT.ask(text, cjk=False).code == "es"
    words = profiles.words(text)
    plain, headline = (profiles.weigh(words, headline=flag) for flag in (False, True))
    spanish, german = (profiles.names().index(name) for name in ("es", "de"))
    assert headline[spanish] - headline[german] > plain[spanish] - plain[german]


def test_a_paragraph_speaks_its_language_and_no_other():
    text = "Der Stadtrat hat am Dienstag beschlossen, die alte Brücke über den Fluss noch vor dem Winter zu sanieren."
    assert LANGDETECT.speaks(text, "de")
    assert not LANGDETECT.speaks(text, "nl")
    assert not LANGDETECT.speaks(text, "zu")
    assert not LANGDETECT.speaks("", "de")


def test_certainty_grows_with_the_lead():
    said = [probability(Evidence(lead, 2.0, 60)) for lead in (0.0, 1.0, 4.0, 10.0, 40.0)]
    assert said == sorted(said)
    assert 0 < said[0] < 0.5
    assert said[-1] > 0.98


def test_tags_are_bcp_47():
    assert {"nb", "fil", "zh-Hans", "zh-Hant", "de"} <= LANGDETECT.tags
    assert not {"no", "tl", "zh-cn", "zh-tw"} & LANGDETECT.tags


@pytest.mark.parametrize("text", ["", "x", "...", "\ud800", "语", "¿", "ǅ ǅ"])
@pytest.mark.parametrize("cjk", [False, True])
def test_too_little_to_go_by_is_no_error(text, cjk):
    answer = LANGDETECT.ask(text, cjk=cjk)
    assert 0 <= answer.probability <= 1


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=400))
def test_evidence_is_the_same_twice_and_finite(text):
    words = profiles.words(text)
    parts = fit.measure(words)
    if parts:
        place, evidence = decide(text, words, parts)
        assert (place, evidence) == decide(text, words, parts)
        assert evidence.lead >= 0
        assert 0 <= probability(evidence) <= 1
        assert sum(part.size for part in parts) >= sum(part.known for part in parts)
