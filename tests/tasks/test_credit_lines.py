from datetime import date

import pytest

from index.article import Label
from tasks import credit_lines
from tasks.lines import measure

LATEST = date(2026, 1, 1)
PROSE = (
    "The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone was laid."
)


def wire(*lines, between=range(0)):
    facts = measure([*lines, PROSE])
    labels = {}
    found = credit_lines.wire(facts, between, range(len(facts)), len(facts) - 1, labels)
    return found, labels


@pytest.mark.parametrize("line", ["dpa/AP", "Quelle: dpa", "(Reuters)", "新华社"])
def test_the_line_that_credits_an_agency_is_labelled(line):
    found, labels = wire("Harbour bridge opened", line)
    assert found
    assert labels == {1: Label.AGENCY}


def test_a_news_service_is_believed_between_headline_and_body_alone():
    assert wire("Bridge opened", "Meridian News Service", between=range(1, 2))[0] == "Meridian News Service"
    assert wire("Bridge opened", "Meridian News Service") == ("", {})


def test_the_last_sentence_is_asked_last_and_stays_in_the_body():
    facts = measure(["Bridge opened", f"{PROSE} (dpa)"])
    labels = {}
    assert credit_lines.wire(facts, range(0), [0, 1], 1, labels) == "dpa"
    assert labels == {}


def test_a_byline_is_taken_over_two_lines():
    facts = measure(["Bridge opened", "By", "Ada Quill", PROSE])
    labels = {}
    assert credit_lines.byline(facts, range(1, 4), labels) == "Ada Quill"
    assert labels == {1: Label.BYLINE, 2: Label.BYLINE}


def test_bare_names_need_a_stamp_beside_them():
    stamped = measure(["Bridge opened", "Ada Quill", "8 December 2016", PROSE])
    assert credit_lines.signature(stamped, range(1, 3), [3], LATEST, {}) == "Ada Quill"
    alone = measure(["Bridge opened", "Ada Quill", "Fog", PROSE])
    assert credit_lines.signature(alone, range(1, 3), [3], LATEST, {}) == ""


def test_a_reporting_credit():
    facts = measure([PROSE, "Reporting by Ada Quill in Norhaven; Editing by Bo Li"])
    labels = {}
    assert credit_lines.reported(facts, [1], labels) == "Ada Quill"
    assert labels == {1: Label.BYLINE}
