"""What the documents say is so: sessions are replayed, commands and modules exist."""

import re
import shutil
from pathlib import Path

import pytest

from index.cli.main import COMMANDS
from tasks import scan
from tests.archive import Archive, command

ROOT = Path(__file__).resolve().parent.parent
NAMES = {name for group in COMMANDS.values() for name in group}
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The sample pages, ingested."""
    archive = Archive(tmp_path_factory.mktemp("docs"))
    shutil.copytree(ROOT / "raw", archive.raw, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SETTLE_SECONDS", 0.0)
        archive.report = archive.ingest()
    return archive


def session() -> dict[str, list[str]]:
    """The README's terminal session: command to the lines it printed."""
    block = re.search(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    shown: dict[str, list[str]] = {}
    for line in block[1].splitlines():
        if line.startswith("$ "):
            shown[line[2:]] = []
        else:
            shown[list(shown)[-1]].append(line)
    return shown


def test_the_session_of_the_readme_is_what_happens(samples):
    shown = session()
    ingested = shown.pop("newsfold ingest")
    assert re.sub(r"in [\d.]+ s", "in 0 s", ingested[0]) == re.sub(
        r"in [\d.]+ s", "in 0 s", samples.report.summary
    )
    assert ingested[1] == samples.report.equation
    for line, printed in shown.items():
        got = samples.run(*line.split()[1:]).stdout.splitlines()
        for want, have in zip(printed, got, strict=False):
            assert have.startswith(want.removesuffix(" …")), line


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_options_that_documents_name_exist(path):
    text = path.read_text(encoding="utf-8")
    for name, rest in re.findall(r"newsfold (?:--\w+ \S+ )*([a-z]+)\b([^\n`]*)", text):
        if name not in NAMES:
            continue
        helped = command(name, "--help").stdout
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest.split("|")[0].split("#")[0]):
            assert option in helped, f"{path.name}: newsfold {name} {option}"
    for named in re.findall(r"`newsfold ([a-z]+)", text):
        assert named in NAMES, f"{path.name}: newsfold {named}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_documents_name_exist(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).exists(), f"{path.name}: {target}"
    for target in re.findall(
        r"`((?:flows|tasks|index|evals|bench|tests)/[\w/.-]+\.(?:py|json|jsonl|toml))`", text
    ):
        assert (ROOT / target).exists(), f"{path.name}: {target}"


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in NAMES:
        assert f"newsfold {name}" in text, name


def test_make_targets_of_documents_exist():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for path in DOCUMENTS:
        for named in re.findall(r"`make (\w+)", path.read_text(encoding="utf-8")):
            assert named in targets, f"{path.name}: make {named}"


def test_the_architecture_names_every_module():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = [path for folder in ("flows", "tasks", "index") for path in (ROOT / folder).glob("[a-z]*.py")]
    assert [path for path in modules if f"`{path.stem}`" not in text] == []
