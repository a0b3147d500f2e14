"""The help of every command: examples that work, one screen for search, and what a shell completes."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from index.cli import operate
from index.cli.main import COMMANDS, cli
from index.cli.upper import upper
from tasks import scan
from tasks.ingest import ingest
from tasks.run_report import Options
from tests.archive import Archive, InProcess, Quiet, command, page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Articles, one of them twice; only to be read."""
    archive = Archive(tmp_path_factory.mktemp("help"))
    for number in (1, 22, 53, 64):
        archive.write(f"herald/{number}.txt", page(number))
    archive.write("gazette/copy.txt", page(1, furniture="Menu\nLog in", edit="A second vote is due in June."))
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


def examples() -> list[tuple[str, str]]:
    """Every example of every command's help: a line that begins with newsfold, without comment and pipe."""
    found = []
    for name in [name for group in COMMANDS.values() for name in group]:
        lines = re.findall(r"^ *newsfold (.+)$", cli.get_command(None, name).help, re.MULTILINE)
        found += [(name, re.split(r" {2,}| \| | > ", line)[0]) for line in lines]
    return found


def test_every_command_has_an_example():
    named = {name for name, _ in examples()}
    assert named == {name for group in COMMANDS.values() for name in group}


def in_process(home, settings, _raw, options, *, quiet):
    """The same steps without a Prefect server and without worker processes."""
    assert not quiet
    return ingest(home, settings, InProcess(home), Quiet(), Options(**options))


STAYS_UP = {"up", "watch"}
CHANGES = {"init", "ingest", "retry", "rebuild"}


@pytest.mark.parametrize(("name", "line"), examples())
def test_the_examples_of_the_help_work(name, line, archive, known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSFOLD_HOME", str(tmp_path / "h" if name in CHANGES else archive.home.path))
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder in ("scrapes", "srv/wires", "raw/harbour-herald"):
        (tmp_path / folder).mkdir(parents=True)
    for path in ("raw/harbour-herald/page.txt", "page.txt"):
        (tmp_path / path).write_text(page(3), encoding="utf-8")
    line = line.replace("3fa9c1", known[:12]).replace("/srv/", f"{tmp_path}/srv/").replace("DIR", "raw")
    arguments = shlex.split(line.replace("--home H", "--home h"))
    if name in STAYS_UP:
        command_ = cli.get_command(None, name)
        with command_.make_context(name, arguments[arguments.index(name) + 1 :]):
            return
    if name in CHANGES - {"init"}:
        monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
        monkeypatch.setattr(
            operate, "upper", lambda wanted: in_process if ":run" in wanted else upper(wanted)
        )
        arguments += ["--raw", "raw"] if "--raw" not in arguments else []
    result = command(*arguments)
    allowed = {0, 1} if name in {"search", "count", "files", "doctor", "review", "check"} else {0}
    assert result.exit_code in allowed, result
    assert "Error" not in result.stderr


def test_the_help_of_search_fits_one_screen():
    lines = command("search", "--help").stdout.splitlines()
    assert len(lines) <= 23, "and the prompt"
    assert max(map(len, lines)) <= 80
    for option in cli.get_command(None, "search").params:
        assert option.opts[-1] in "\n".join(lines) or option.name == "query"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell):
    script = command("completion", shell).stdout
    assert f"_NEWSFOLD_COMPLETE={shell}_complete" in script
    assert command("completion", "tcsh").exit_code == 2


def completed(words: str, archive=None) -> list[str]:
    """What bash is told for a line whose last word is still being written."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; sys.argv[0] = 'newsfold'; from index.cli.main import main; main()",
        ],
        env={
            "PATH": "/usr/bin:/bin",
            "_NEWSFOLD_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
            **({"NEWSFOLD_HOME": str(archive.home.path)} if archive else {}),
        },
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_completion_of_commands_options_and_values(archive):
    assert "search" in completed("newsfold ")
    assert completed("newsfold sea") == ["search"]
    assert "--since" in completed("newsfold search --")
    assert completed("newsfold files --state rej") == ["rejected"]
    assert set(completed("newsfold search --lang ", archive)) == {"en"}
    assert completed("newsfold --home /nowhere search --lang ") == [""]
