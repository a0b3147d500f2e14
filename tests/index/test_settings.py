import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import SettingsError, UsageError
from index.settings import ENGINES, TEMPLATE, Home, find_home, load_settings, source_of


def write(folder: Path, text: str) -> Home:
    (folder / "newsfold.toml").write_text(text, encoding="utf-8")
    return Home(folder)


def test_home_is_named_by_the_option_first(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environ = {"NEWSFOLD_HOME": str(tmp_path / "b")}
    assert find_home(str(tmp_path / "a"), environ=environ).path == tmp_path / "a"
    assert find_home(None, environ=environ).path == tmp_path / "b"


def test_home_is_the_nearest_folder_upwards(tmp_path, monkeypatch):
    write(tmp_path, "")
    deep = tmp_path / "x" / "y"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_home(None, environ={}).path == tmp_path


def test_no_home_names_all_three_ways(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        find_home(None, environ={})
    assert caught.value.exit_code == 2
    for word in ("newsfold.toml", "--home", "NEWSFOLD_HOME", "newsfold init"):
        assert word in str(caught.value)


def test_defaults_serve_without_a_file(tmp_path):
    settings = load_settings(Home(tmp_path))
    assert settings.roots == (tmp_path / "raw",)
    assert settings.on_missing == "remove"


def test_the_template_says_the_defaults(tmp_path):
    shown = TEMPLATE.format(raw='"raw"')
    active = re.sub(r"^# (?=\[|\w+ = )", "", shown, flags=re.MULTILINE)
    settings = load_settings(write(tmp_path, active))
    assert "[language]" in active.splitlines()
    assert settings == load_settings(Home(tmp_path))
    assert settings == replace(load_settings(Home(tmp_path / "elsewhere")), roots=(tmp_path / "raw",))


def test_raw_replaces_the_folders(tmp_path):
    home = write(tmp_path, 'raw = ["a", "b"]')
    assert load_settings(home).roots == (tmp_path / "a", tmp_path / "b")
    assert load_settings(home, raw=str(tmp_path / "c")).roots == (tmp_path / "c",)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("raw = 3", "raw"),
        ("raw = []", "raw must name a folder"),
        ("raws = ['x']", "raws"),
        ("include = []\ninterval = 5", "interval"),
        ("on_missing = 'delete'", "on_missing"),
        ("source = 'x'", "source"),
        ("language = 'langdetect'", "language must be a table"),
        ("[language]\nengines = 'langdetect'", "language.engines is not a setting"),
        ("[language]\nengine = 3", "language.engine must be one of"),
        ("[language]\nengine = 'cld3'", '"langdetect", "py3langid"'),
        ("raw = [", "newsfold.toml"),
        ("raw = ['a', 'a/b']", "lie in each other"),
        ("raw = ['a', './a']", "lie in each other"),
    ],
)
def test_a_mistake_in_the_settings_is_told(tmp_path, text, word):
    with pytest.raises(SettingsError, match=word):
        load_settings(write(tmp_path, text))


def test_the_language_engine_is_the_one_that_is_named(tmp_path):
    assert load_settings(Home(tmp_path)).language_engine == "langdetect"
    for name in ENGINES:
        assert load_settings(write(tmp_path, f'[language]\nengine = "{name}"')).language_engine == name


def test_every_language_engine_has_an_extra_that_installs_it():
    root = Path(__file__).resolve().parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    needed = [line.split(">")[0] for line in project["project"]["dependencies"]]
    for name in ENGINES:
        assert name in needed or any(line.startswith(f"{name}>=") for line in extras[name])


def test_source_is_the_longest_named_folder_then_the_first_then_the_publisher():
    sources = {"wires": "Wires", "wires/quick": "Quick Wire"}
    assert source_of(Path("wires/quick/today/x.txt"), "P", sources) == "Quick Wire"
    assert source_of(Path("wires/slow/x.txt"), "P", sources) == "Wires"
    assert source_of(Path("herald/x.txt"), "P", sources) == "herald"
    assert source_of(Path("x.txt"), "P", sources) == "P"
    assert source_of(Path("x.txt"), "", sources) == "unknown"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("schedule = 60", "schedule must be a table"),
        ("[schedule]\nevery = 60", "schedule.every is not a setting"),
        ("[schedule]\ninterval = 1", "at least 5"),
        ("[schedule]\ninterval = true", "schedule.interval must be"),
        ("[schedule]\ninterval = '60'", "schedule.interval must be"),
    ],
)
def test_a_mistake_in_the_schedule_is_told(tmp_path, text, word):
    with pytest.raises(SettingsError, match=word):
        load_settings(write(tmp_path, text))


def test_the_schedule_is_the_one_that_is_set(tmp_path):
    assert load_settings(Home(tmp_path)).interval == 300
    assert load_settings(write(tmp_path, "[schedule]\ninterval = 60")).interval == 60
