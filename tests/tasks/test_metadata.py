from datetime import date

from index.article import Label
from tasks import metadata
from tasks.lines import measure

PROSE = (
    "The new harbour bridge was opened on Thursday by the mayor, nine years after the first stone.",
    "A long queue of cars stood on both banks until the evening, and the police closed the ferry landing.",
    "The bridge cost twice as much as planned, and the council will discuss the bill in January.",
)


def read(*above: str, below: tuple[str, ...] = ()) -> metadata.Metadata:
    facts = measure([*above, *PROSE, *below])
    start = len(facts) - len(PROSE) - len(below)
    return metadata.read(facts, range(start, start + len(PROSE)), latest=date(2026, 1, 1))


def test_the_headline_shares_the_words_of_the_body():
    found = read(
        "Home", "Sport", "Dog found on a boat", "New harbour bridge opened after nine years", "By Ada Quill"
    )
    assert found.headline == "New harbour bridge opened after nine years"
    assert found.byline == "Ada Quill"
    assert set(found.labels.values()) == {Label.HEADLINE, Label.BYLINE}


def test_a_byline_is_never_the_headline():
    assert read("By Ada Quill").headline == ""
    assert read("By Harbour Bridge", "dpa").headline == ""


def test_no_headline_among_navigation():
    assert read("Home", "Sport", "Search", "Menu").headline == ""


def test_by_alone_takes_the_names_below_it():
    found = read("New harbour bridge opened after nine years", "By", "Ada Quill", "dpa")
    assert (found.byline, found.agency) == ("Ada Quill", "dpa")


def test_the_date_line_below_the_headline_counts():
    found = read("New harbour bridge opened after nine years", "8 December 2016")
    assert (found.date, found.date_evidence) == ("2016-12-08", "8 December 2016")


def test_published_wins_over_another_date():
    found = read("New harbour bridge opened", "9 December 2016", "Published: 8 December 2016")
    assert found.date == "2016-12-08"


def test_the_day_of_the_visit_in_the_page_header_does_not_count():
    assert read("Friday, 20 November 2020", "New harbour bridge opened after nine years").date is None


def test_dates_of_teasers_captions_and_the_future_do_not_count():
    assert read("New harbour bridge opened", below=("Fire in Norhaven", "3 December 2014")).date is None
    assert read("New harbour bridge opened", "Photo: the bridge on 3 December 2014").date is None
    assert read("New harbour bridge opened", "Published: 3 December 2030").date is None
    assert read("New harbour bridge opened", "December 8").date is None


def test_the_date_of_another_article_on_the_page_does_not_count():
    facts = measure(["Fire in Pell", "9 December 2016", "A story.", "New harbour bridge opened", *PROSE])
    found = metadata.read(facts, range(4, 7), latest=date(2026, 1, 1), after=3)
    assert (found.headline, found.date) == ("New harbour bridge opened", None)
    facts = measure(["New harbour bridge opened", *PROSE, "Reporting by Ada Quill", "By Bo Li"])
    assert metadata.read(facts, range(1, 4), latest=date(2026, 1, 1)).byline == "Ada Quill"
    assert metadata.read(facts, range(1, 4), latest=date(2026, 1, 1), before=4).byline == ""


def test_the_agency_behind_the_last_sentence_counts():
    facts = measure(["New harbour bridge opened", *PROSE[:2], PROSE[2] + " (dpa/lno)"])
    assert metadata.read(facts, range(1, 4), latest=date(2026, 1, 1)).agency == "dpa/lno"


def test_a_sentence_between_headline_and_body_is_the_standfirst():
    line = "Thousands walked over the river on the first day of the new bridge"
    found = read("New harbour bridge opened after nine years", line, "By Ada Quill")
    assert found.standfirst == line


def test_the_publisher_is_whom_the_copyright_names():
    found = read("New harbour bridge opened", below=("© 2019 The Tide. All rights reserved.",))
    assert found.publisher == "The Tide"
    assert read("New harbour bridge opened | The Norhaven Herald").publisher == "The Norhaven Herald"
    assert read("New harbour bridge opened").publisher == ""


def test_the_line_above_a_standfirst_is_the_headline():
    stand = "The new harbour bridge cost twice as much as planned and the council will discuss the bill"
    found = read("Harbour bridge opened after nine years", stand, "EFE", "8 December 2016")
    assert (found.headline, found.agency) == ("Harbour bridge opened after nine years", "EFE")
    assert found.standfirst == stand


def test_bare_names_beside_a_date_are_the_byline():
    found = read("New harbour bridge opened after nine years", "Ada Quill", "8 December 2016")
    assert (found.byline, found.date) == ("Ada Quill", "2016-12-08")
    found = read("New harbour bridge opened", "MERIDIAN NEWS SERVICE", "Ada Quill, Juan Brandt", "Fog")
    assert (found.byline, found.agency) == ("Ada Quill, Juan Brandt", "MERIDIAN NEWS SERVICE")


def test_bare_names_without_a_witness_or_of_people_in_the_news_are_none():
    assert read("New harbour bridge opened after nine years", "Ada Quill").byline == ""
    assert read("Ada Quill opens the harbour bridge", "Ada Quill", "8 December 2016").byline == ""
    assert read("New harbour bridge opened", "Ferry Landing", "8 December 2016").byline == ""


def test_a_name_with_a_role_is_the_byline():
    found = read("New harbour bridge opened after nine years", "Ada Quill | Tide staff")
    assert found.byline == "Ada Quill"


def test_a_reporting_credit_below_names_the_author():
    found = read("New harbour bridge opened", below=("Reporting by Ada Quill in Norhaven; Editing by Bo Li",))
    assert found.byline == "Ada Quill"


def test_a_date_that_opens_a_line_of_fields_counts():
    line = "2016年12月8日 09:36　来源：江城晚报　记者 李明 王小红　字号：大 中 小"
    found = read("New harbour bridge opened", line)
    assert (found.date, found.byline, found.agency) == ("2016-12-08", "李明 王小红", "")


def test_a_paragraph_whose_dateline_states_the_day_stays_in_the_body():
    opening = "PORT PELL, 12 March 2016 (AFP) — The new harbour bridge was opened by the mayor"
    facts = measure(["New harbour bridge opened after nine years", opening, *PROSE])
    found = metadata.read(facts, range(1, 5), latest=date(2026, 1, 1))
    assert (found.place, found.agency, found.date) == ("PORT PELL", "AFP", "2016-03-12")
    assert 1 not in found.labels
