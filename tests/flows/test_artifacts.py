"""The words of a run in the UI: names, last words, the summary, and that nothing in them is markup."""

import datetime as dt
import re
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from flows.artifacts import Figures, code, command, failure, last_word, run_name, summary
from flows.trend import RUNS, data_uri, picture
from index.errors import NewsfoldError
from index.run_figures import Added, PastRun, RejectGroup
from index.runs import Run, RunId
from tasks.run_report import RunReport

HOME = Path("/srv/my archive")
NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
NEW = {"indexed": 552, "duplicate": 36, "rejected": 2, "deferred": 0}
NONE = dict.fromkeys(NEW, 0)
HOSTILE = "www.evil.com ``x`` <img src=x onerror=alert(1)> [a](http://b.c)|**b**\n# \x1b[31m\u202e.txt"


def report(new=None, *, read=590, **more) -> RunReport:
    told = {"run": 12, "walked": 600, "read": read, "new": new or NEW, "gone": 0, "removed": 0, "again": 0}
    told |= {
        "seconds": 2.0,
        "worker_cpu_seconds": 3.0,
        "equation": "600 walked + 0 missing = 600",
        "lost_roots": (),
    }
    return RunReport(**told | more)


def past(number=1, state="completed", **files) -> PastRun:
    started = f"2026-11-{number:02}T02:06:00+00:00"
    row = Run(RunId(number), started, started, "prefect", state, 1, "")
    return PastRun(row, 3.0, {"files read": 1} | files)


def figures(*rejects: RejectGroup, runs=()) -> Figures:
    return Figures(Added({"en": 500, "de": 88}, {"wires": 588}), rejects, runs)


def local(moment: dt.datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def test_a_run_is_named_by_folder_and_local_time():
    assert run_name("ingest", [Path("/srv/raw")], NOON) == f"ingest raw {local(NOON)}"
    assert (
        run_name("retry", [Path("/a/x"), Path("/b"), Path("/c")], NOON) == f"retry x and 2 more {local(NOON)}"
    )
    assert run_name("ingest", [], NOON) == f"ingest {local(NOON)}"
    assert run_name("ingest", [Path("/")], NOON) == f"ingest / {local(NOON)}"


def test_a_hostile_folder_name_is_cut_and_escaped():
    name = run_name("ingest", [Path("/srv/\x1b[31mred\n" + "x" * 500)], NOON)
    assert name.startswith("ingest \\x1b[31mred\\n")
    assert len(name) < 80


def test_the_last_word_says_what_happened():
    assert last_word(report()) == "552 new, 36 duplicates, 2 rejected"
    assert last_word(report(NONE | {"duplicate": 1}, gone=3, removed=2)) == (
        "1 duplicate, 3 missing, 2 articles removed"
    )
    assert last_word(report(NONE, read=0)) == "nothing new among 600 files"


def test_the_summary_answers_the_operators_questions():
    groups = RejectGroup("binary", 7, (("zero.txt", "NUL bytes"),))
    text = summary(report(), figures(groups, runs=[past(3, indexed=5, rejected=1)]), HOME)
    assert text.startswith("## 552 new, 36 duplicates, 2 rejected\n")
    assert "590 of 600 files read in 2.0 s, 295 a second" in text
    assert "**The archive adds up:** 600 walked + 0 missing = 600" in text
    assert "`en` 500, `de` 88" in text
    assert "`wires` 588" in text
    assert "### Rejected: 2 in this run, 7 in the archive" in text
    assert "- `binary`: 7\n    - `zero.txt` `NUL bytes`\n    - and 6 more\n" in text
    for line in ("files --state rejected", "retry", "status"):
        assert f"\nnewsfold --home '/srv/my archive' {line}\n" in text
    assert re.search(r"\| 3 \| 11-0\d \d\d:\d\d \| 3 s \| 5 \| 0 \| 1 \| completed \|", text)
    assert "](data:image/svg+xml;base64," in text


def test_a_run_that_found_nothing_is_short():
    text = summary(report(NONE, read=0), figures(runs=[past()]), HOME)
    assert "nothing new among 600 files" in text
    assert "adds up" in text
    assert "data:image" not in text
    assert len(text) < 1_000


def test_many_languages_and_rejects_are_summed_up():
    added = Added({f"l{number}": 1 for number in range(50)}, {"wires": 50})
    groups = [RejectGroup(f"reason{number}", 10_000, (("f", ""),) * 5) for number in range(40)]
    text = summary(report(), Figures(added, groups, [past(indexed=1)] * 300), HOME)
    assert "and 38 more with 38" in text
    assert len(text) < 15_000


def test_a_failure_says_why_and_what_to_do():
    text = failure(
        NewsfoldError("raw folder <gone>", hint="mount it"), figures(runs=[past(2, "failed")]), HOME
    )
    assert text.startswith("## Failed\n\n`raw folder <gone>`\n\n**Next:** `mount it`")
    assert "| failed |" in text


def test_hostile_names_stand_in_code_spans_on_one_line():
    groups = RejectGroup("empty", 1, ((HOSTILE, HOSTILE),))
    text = summary(report(), figures(groups), HOME)
    (line,) = [line for line in text.splitlines() if "evil" in line]
    assert line.startswith("    - ```www.evil.com ``x`` <img")
    assert "\x1b" not in text
    assert "\u202e" not in text


SPAN = re.compile(r"(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)")
"""A code span of CommonMark (6.1): a run of backticks up to the next run of as many."""


@given(st.text() | st.text("`| \\a"), st.integers(2, 200))
def test_a_code_span_is_one_whatever_the_text(text, width):
    span = code(text, width)
    assert len(span.splitlines()) == 1
    found = SPAN.fullmatch(span)
    assert found is not None, "nothing of it is outside of the span"
    assert found[1] not in re.findall("`+", found[2]), "nothing within ends it"
    assert len(found[2]) <= 10 * width + 2


@given(st.text(max_size=50))
def test_a_command_is_one_line_without_anything_that_steers_a_terminal(name):
    shown = command(Path("/srv") / name.replace("\0", ""), "status")
    assert len(shown.splitlines()) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", shown)


def svg(runs) -> ET.Element:
    return ET.fromstring(picture(runs))  # noqa: S314 - our own


def bars(root: ET.Element) -> list[ET.Element]:
    return [box for box in root.iter("{http://www.w3.org/2000/svg}rect") if box.get("height") != "10.0"]


def test_the_picture_has_a_bar_for_each_state_of_each_run():
    boxes = bars(svg([past(1, indexed=50, rejected=50), past(2, indexed=25)]))
    assert len(boxes) == 3
    tall = [float(box.get("height", "0")) for box in boxes]
    assert tall[0] == tall[1] == 2 * tall[2]


def test_the_picture_marks_what_did_not_complete_and_keeps_to_the_last_runs():
    root = svg(
        [past(1 + number % 28, "failed" if number == 30 else "completed", indexed=1) for number in range(31)]
    )
    assert len(bars(root)) == RUNS
    assert sum(text.text == "✕" for text in root.iter("{http://www.w3.org/2000/svg}text")) == 1


@given(
    st.lists(
        st.builds(lambda a, b, c: past(1, indexed=a, duplicate=b, rejected=c), *[st.integers(0, 10**9)] * 3)
    )
)
def test_every_bar_stays_in_the_picture(runs):
    for box in bars(svg(runs)):
        assert float(box.get("y", "-1")) >= 20
        assert float(box.get("x", "-1")) >= 0


def test_a_picture_becomes_an_address_that_an_image_can_have():
    uri = data_uri("<svg>✕</svg>")
    kind, _, data = uri.partition(";base64,")
    assert kind == "data:image/svg+xml"
    assert b64decode(data).decode() == "<svg>✕</svg>"
