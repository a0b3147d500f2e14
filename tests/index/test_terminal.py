"""What a person sees: colours, links, columns, bars, the pager; and that no page can steer the terminal."""

import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.catalog import Catalog
from index.cli import terminal
from index.cli.layout import cells, cut, cut_path, paint_marks, without_codes, wrap
from index.cli.main import run
from index.runs import finish_run, only_run, start_run
from tasks import scan
from tests.archive import Archive, page
from tests.terminal import CODES, MIXED, STEERS, on_terminal, plain
from tests.terminal import terminal as a_terminal

ROOT = Path(__file__).resolve().parents[2]
EVIL = "\x1b]0;owned\x07\x1b[31mred\u202egnp.exe\x9b2J"
CHINESE = """首页
新闻

河边小镇决定修复百年老桥 居民捐款三万元

河边镇讯 河边镇议会星期一投票决定修复横跨清水河的百年老桥，工程预计花费三千四百万元，明年春天开工，
工期大约十四个月。镇长周立平在会后对记者说，这座桥是小镇的象征，不能再等下去了。

议会文件显示，去年冬天的洪水冲坏了两个桥墩，工程师发现木桩已经腐烂，卡车从那以后必须绕行二十公里。
镇上的商户说，过去一年里他们的生意少了三成，许多老顾客不愿意多走那么远的路。
"""
ARABIC = """الرئيسية
أخبار

مجلس البلدة يقرر ترميم الجسر القديم بعد عامين من الإغلاق

البلدة - قرر مجلس البلدة يوم الاثنين ترميم الجسر القديم الذي يربط ضفتي النهر بعد عامين من إغلاقه أمام
الشاحنات، وقال رئيس المجلس إن الأعمال ستبدأ في الربيع المقبل وتستمر أربعة عشر شهرا بكلفة ثلاثة ملايين.

وأوضح المهندس المسؤول أن الفيضان الأخير كشف عن تآكل في القواعد الخشبية، وأن السكان جمعوا تواقيع كثيرة
للمطالبة بالترميم، فيما شكا أصحاب المتاجر من تراجع المبيعات منذ تحويل الطريق إلى المدينة المجاورة.
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Articles in several scripts, a long name, a copy, and pages that mean harm; only to be read."""
    archive = Archive(tmp_path_factory.mktemp("terminal"))
    for number in (1, 22, 53, 64, 75, 86):
        archive.write(f"herald/{number}.txt", page(number))
    archive.write("herald/a-very-long-section-of-the-paper/a-town-and-its-dam-that-waits.txt", page(97))
    archive.write("gazette/copy.txt", page(1, furniture="Menu\nLog in", edit="A second vote is due in June."))
    archive.write("河边日报/老桥.txt", CHINESE)
    archive.write("صحيفة/جسر.txt", ARABIC)
    archive.write(f"evil {EVIL}/x.txt", page(5).replace("approves", f"approves {EVIL}"))
    archive.write(b"evil/caf\xe9 %41\n.txt", page(48))
    archive.write("herald/empty.txt", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        archive.ingest()
    return archive


@pytest.fixture(scope="module")
def known(archive):
    """The id of an article that has a copy."""
    (row,) = archive.rows("search", "Marrow")
    return row["id"]


def shown(archive, *arguments: str, **options) -> str:
    return on_terminal("--home", str(archive.home.path), *arguments, **options)


def commands(id_: str, archive) -> list[list[str]]:
    return [
        ["search", "council"],
        ["search", "council", "--facets", "--limit", "30"],
        ["search", "--all", "--explain", "Marrow"],
        ["search", "桥 OR الجسر OR library"],
        ["search", f"council {EVIL}"],
        ["search", "unheardof"],
        ["show", id_],
        ["show", "--raw", id_],
        ["similar", id_],
        ["stats"],
        ["files"],
        ["status"],
        ["doctor"],
        ["explain", str(archive.raw / f"evil {EVIL}" / "x.txt")],
        ["explain", str(archive.raw / f"no {EVIL}.txt")],
        ["review", "--sample", "20"],
        ["search", "--output", "paths", "council"],
        ["search", "--json", "council"],
    ]


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_nothing_of_a_page_steers_the_terminal(archive, known, columns):
    for arguments in commands(known, archive):
        for links in "01":
            sent = shown(archive, *arguments, columns=columns, FORCE_HYPERLINK=links)
            assert sent
            assert not STEERS.search(plain(sent)), arguments


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_lines_fit_the_terminal(archive, known, columns):
    for arguments in (
        ["search", "council", "--limit", "30"],
        ["search", "桥 OR الجسر OR library"],
        ["search", "council", "--facets"],
        ["show", known],
        ["similar", known],
        ["stats"],
        ["status"],
    ):
        for line in plain(shown(archive, *arguments, "--quiet", columns=columns)).splitlines():
            assert cells(line) <= columns or line.startswith("file "), (arguments, line)


def test_colours_are_balanced_and_links_closed(archive):
    sent = shown(archive, "search", "council", FORCE_HYPERLINK="1")
    codes = CODES.findall(sent)
    assert [code == "\x1b[0m" for code in codes if code[1] == "["] == [False, True] * (
        sum(code[1] == "[" for code in codes) // 2
    )
    links = [code for code in codes if code[1] == "]"]
    assert [code == "\x1b]8;;\x1b\\" for code in links] == [False, True] * (len(links) // 2)
    assert links


def test_a_hit_links_to_its_file_whatever_its_name(archive):
    sent = shown(archive, "search", "file:caf", FORCE_HYPERLINK="1")
    (target,) = re.findall(r"\x1b\]8;;(file://[^\x1b]+)\x1b", sent)
    assert target == f"file://{socket.gethostname()}{quote(str(archive.raw))}/evil/caf%E9%20%2541%0A.txt"


@pytest.mark.parametrize(
    ("variables", "colour", "links"),
    [
        ({}, True, False),
        ({"VTE_VERSION": "7003"}, True, True),
        ({"VTE_VERSION": "4600"}, True, False),
        ({"VTE_VERSION": "²"}, True, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, True, False),
        ({"TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a", "VTE_VERSION": "7003"}, True, False),
        ({"TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4"}, True, True),
        ({"TERM": "xterm-kitty"}, True, True),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, True, False),
        ({"FORCE_HYPERLINK": "1"}, True, True),
        ({"FORCE_HYPERLINK": "1", "NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, False),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, False, False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1", "FORCE_HYPERLINK": "1"}, True, False),
    ],
)
def test_when_colours_and_links_are_sent(variables, colour, links):
    with a_terminal(**variables):
        told = terminal.takes_color(), terminal.takes_links()
        never = terminal.takes_color(no_color=True), terminal.takes_links(no_color=True)
    assert told == (colour, links)
    assert never == (False, False)


def test_no_color_sends_no_codes_at_all(archive):
    for sent in (
        shown(archive, "search", "--no-color", "council", FORCE_HYPERLINK="1"),
        shown(archive, "search", "council", NO_COLOR="1"),
        shown(archive, "search", "council", TERM="dumb"),
    ):
        assert "\x1b" not in sent
        assert "*council*" in sent


def test_colour_through_a_pipe_is_for_who_forces_it(archive, monkeypatch):
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    forced = archive.run("search", "Tarn").stdout
    assert "\x1b[1;31mTarn\x1b[0m" in forced
    assert "]8;;" not in forced
    monkeypatch.setenv("CLICOLOR_FORCE", "0")
    assert plain(forced).replace("Tarn", "*Tarn*").count("\n") == archive.run("search", "Tarn").stdout.count(
        "\n"
    )
    assert "\x1b" not in archive.run("search", "Tarn").stdout


def test_how_many_and_how_fast_is_told_on_a_terminal_only(archive):
    assert re.search(r"\n1 article in \d+ ms\n$", shown(archive, "search", "Tarn"))
    assert re.search(
        r"\n\d articles in \d+ ms; 1 to 2 of \d shown", shown(archive, "search", "-n2", "council")
    )
    assert archive.run("search", "Tarn").stderr == ""
    assert "article in" not in shown(archive, "search", "--quiet", "Tarn")


def test_nothing_found_says_what_to_try(archive):
    told = archive.run("search", "--lang", "ru", "council").stderr
    assert re.search(r"^nothing found\n  \d without the options that filter", told, re.MULTILINE)
    told = archive.run("search", "council -council").stderr
    assert "--any" in told
    assert "unheardof~" in archive.run("search", "unheardof").stderr
    behind = archive.run("search", "--offset", "500", "council")
    assert (behind.exit_code, behind.stdout) == (1, "")
    assert "behind the last of" in behind.stderr
    assert archive.run("search", "--quiet", "unheardof").stderr == ""


def test_stats_draws_bars_on_a_terminal_and_numbers_elsewhere(archive):
    drawn = plain(shown(archive, "stats", columns=60))
    assert re.match(r"\d+ articles without duplicates, .*\d languages, \d sources\n\nmonth\n", drawn)
    assert re.search(r"\n  herald    +\d  █+\n", drawn)
    assert re.search(r"\n  河边日报  +\d  ", drawn)
    assert "█" not in archive.run("stats").stdout
    columns = {cells(line.partition("█")[0]) for line in drawn.split("\n\n")[3].splitlines() if "█" in line}
    assert len(columns) == 1, "bars begin in one column, whatever the script of the names"


def test_facets_on_a_terminal_and_elsewhere(archive):
    assert re.search(r"\nlang\n  en  +\d  █", plain(shown(archive, "search", "--facets", "council")))
    assert re.search(r"^lang: en \d", archive.run("search", "--facets", "council").stdout, re.MULTILINE)


def test_status_on_a_terminal_and_elsewhere(archive):
    drawn = plain(shown(archive, "status", columns=80))
    assert re.search(r"\nfiles     \d+ walked \+ 0 missing = \d+ = ", drawn)
    assert re.search(r"\n          indexed +\d+  █+\n          duplicate +1  █", drawn)
    assert re.search(r"\n +1  (just now|1 minute ago) +\d+\.\d s  completed$", drawn, re.MULTILINE)
    piped = archive.run("status").stdout
    assert "█" not in piped
    assert re.search(r"\n +1  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  completed ", piped)


def test_a_run_that_was_killed_is_not_said_to_be_running(archive):
    with Catalog.open(archive.home.catalog) as catalog:
        run = start_run(catalog, "direct")
    try:
        assert (
            "died         its process was killed; 'newsfold ingest' completes it"
            in archive.run("status").stdout
        )
        assert archive.rows("status")[0]["runs"][0]["state"] == "died"
        assert "run 2 died" in archive.run("--raw", str(archive.raw), "doctor").stdout
        with only_run(archive.home):
            assert "  running" in archive.run("status").stdout
            assert "held: a run is at work" in archive.run("--raw", str(archive.raw), "doctor").stdout
    finally:
        with Catalog.open(archive.home.catalog) as catalog:
            finish_run(catalog, run, "interrupted", "")


def test_long_output_goes_to_the_pager_and_short_output_does_not(archive, tmp_path):
    pager = f"{sys.executable} -c \"import sys; print('PAGED', len(sys.stdin.read()) > 9)\""
    long = shown(archive, "search", "--limit", "30", "council", lines=10, PAGER=pager)
    assert long == "PAGED True\n"
    assert "PAGED" not in shown(archive, "search", "Tarn", PAGER=pager)
    assert "PAGED" not in shown(archive, "search", "council", "--json", lines=5, PAGER=pager)
    assert "PAGED" not in shown(archive, "search", "council", lines=5, PAGER="cat")
    missing = shown(archive, "search", "Tarn", lines=3, PAGER=str(tmp_path / "none"))
    assert "No such file" in missing
    assert "Tarn" in missing


def test_a_reader_who_has_seen_enough_is_no_error(archive):
    with a_terminal(lines=5, PAGER=f"{sys.executable} -c pass"):
        codes = [
            run(["--home", str(archive.home.path), *rest])
            for rest in (["search", "-n", "30", "council"], ["review"])
        ]
    assert codes == [0, 0]


@given(MIXED, st.integers(1, 60))
def test_what_is_cut_fits(text, width):
    for short in (cut(text, width), cut_path(text, width)):
        assert cells(short) <= width
    if cells(text) <= width and len(text) <= 8 * width:
        assert cut(text, width) == cut_path(text, width) == text


def test_paths_lose_their_middle():
    name = "harbour-herald/news/2024/03/barge-strikes-lift-bridge.txt"
    assert cut_path(name, 60) == name
    assert cut_path(name, 50) == "harbour-herald/…/barge-strikes-lift-bridge.txt"
    assert cut_path(name, 44) == "harbour-herald/…arge-strikes-lift-bridge.txt"
    assert cut_path(name, 31) == "…/barge-strikes-lift-bridge.txt"
    assert cut_path(name, 20) == "…kes-lift-bridge.txt"
    assert cut_path("x" * 10_000_000, 20) == "…" + "x" * 19


@given(st.lists(st.tuples(MIXED, st.booleans()), max_size=6), st.integers(4, 40))
def test_marks_survive_wrapping(spans, width):
    text = "".join(part for part, _ in spans)
    marks = [marked for part, marked in spans for _ in "".join(part.split())]
    lines = wrap(text, width)
    painted = paint_marks(lines, marks, "", "1;31")
    assert [without_codes(line) for line in painted] == lines
    kept = [c for c, marked in zip("".join(text.split()), marks, strict=True) if marked]
    assert "".join(re.findall(r"\x1b\[1;31m(.*?)\x1b\[0m", "".join(painted))) == "".join(kept)


def test_count_also_in_what_was_cut(archive):
    assert archive.run("count", "newsletter").stdout == "0\n"
    assert int(archive.run("count", "--include-boilerplate", "newsletter").stdout) > 5


@pytest.mark.parametrize("value", ["nan", "-nan", "NaN", "inf", "2", "x"])
def test_review_below_what_is_no_share(archive, value):
    result = archive.run("review", "--below", value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--below" in result.stderr


def test_explain_names_what_is_no_file(archive, tmp_path):
    fifo = tmp_path / "fifo"
    subprocess.run(["mkfifo", fifo], check=True)
    (tmp_path / "gone").symlink_to("nothing")
    for target, why in {
        "/dev/null": "a device",
        str(tmp_path): "a folder",
        str(fifo): "a pipe",
    }.items():
        result = archive.run("explain", target)
        assert (result.exit_code, result.stdout) == (2, ""), target
        assert why in result.stderr
    assert "a link to a file that is not there" in archive.run("explain", str(tmp_path / "gone")).stderr
    (tmp_path / "link.txt").symlink_to(archive.raw / "herald" / "1.txt")
    assert archive.run("explain", str(tmp_path / "link.txt")).exit_code == 0


@pytest.mark.parametrize(
    "arguments", [["search", "council"], ["count", "council"], ["show", "ID"], ["stats"], ["--help"]]
)
def test_what_a_reader_asks_for_loads_nothing_heavy(archive, known, arguments):
    code = (
        "import sys; from index.cli.main import run; code = run(sys.argv[1:]);"
        "heavy = {'prefect', 'tasks', 'flows', 'numpy', 'rich', 'trafilatura', 'lxml', 'langdetect'};"
        "print(code, sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    home = ["--home", str(archive.home.path)]
    done = subprocess.run(
        [sys.executable, "-c", code, *home, *(known if one == "ID" else one for one in arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stderr.endswith("0 []\n")
    assert done.stdout


def test_letters_that_the_locale_lacks_are_shown_as_escapes(archive):
    done = subprocess.run(
        [sys.executable, "-m", "index.cli.main", "--home", str(archive.home.path), "search", "桥"],
        env={"PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert b"\\u6cb3\\u8fb9" in done.stdout
    assert done.stderr == b""
