"""newsfold.toml and the home folder.

Home is the folder that holds ``newsfold.toml`` and ``.newsfold/``. It is named by ``--home``, by
``NEWSFOLD_HOME``, or is the nearest folder upwards that has a ``newsfold.toml``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from index.durable import make_folder
from index.errors import SettingsError, UsageError
from index.private import PRIVATE, refuse_shared

FILE_NAME: Final = "newsfold.toml"
STATE_FOLDER: Final = ".newsfold"
HOME_VARIABLE: Final = "NEWSFOLD_HOME"

TEMPLATE: Final = """\
# newsfold: which folders hold the raw news pages, and how they are read.
# Paths are relative to this file. Everything below but `raw` shows the default.

# Folders that scrapers, feeds and colleagues write to. They are read recursively and never changed.
raw = [{raw}]

# Which files are news pages (shell patterns on the file name, any letter case).
# include = ["*.txt", "*.text", "*.htm", "*.html", "*.xhtml"]
# exclude = []

# A file that is gone: "remove" takes its article out of the search, "keep" leaves it
# (for scrapers that rotate their files).
# on_missing = "remove"

# Which engine names the language of an article: "langdetect" (55 languages) or "py3langid" (139: the better
# one for Eastern Europe, Central Asia and Africa; pip install '.[py3langid]' in newsfold's folder installs
# it). After a change 'newsfold rebuild' names the languages of the old articles anew.
# [language]
# engine = "langdetect"

# What writes the index: "fast", or "plain", which is Whoosh's own writer. Both make the same index.
# [index]
# writer = "fast"

# How often 'newsfold up' scans the raw folders, in seconds. The watcher sees a new file at once; the scan is
# the truth, and finds what a watcher missed.
# [schedule]
# interval = 300

# The source of a file is what [source] says for the longest matching folder (relative to its raw folder),
# else the first folder below the raw folder, else the publisher named on the page.
# [source]
# "wires/reuters" = "Reuters"
"""

ENGINES: Final = ("langdetect", "py3langid")
"""What may name languages, the default first. Each is also the name of its package and of our extra."""

WRITERS: Final = ("fast", "plain")
"""What may write the index."""

INTERVAL: Final = 300
"""Seconds between two scheduled scans."""
SHORTEST_INTERVAL: Final = 5
"""Prefect looks for new schedules every five seconds."""

DEFAULT_INCLUDE: Final = ("*.txt", "*.text", "*.htm", "*.html", "*.xhtml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What newsfold.toml says; `roots` are absolute."""

    roots: tuple[Path, ...]
    include: tuple[str, ...] = DEFAULT_INCLUDE
    exclude: tuple[str, ...] = ()
    on_missing: str = "remove"
    sources: Mapping[str, str] = field(default_factory=dict)
    language_engine: str = ENGINES[0]
    index_writer: str = WRITERS[0]
    interval: int = INTERVAL


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder and the places in it."""

    path: Path

    @property
    def settings_file(self) -> Path:
        """The settings."""
        return self.path / FILE_NAME

    @property
    def state(self) -> Path:
        """Everything newsfold writes."""
        return self.path / STATE_FOLDER

    def make_state(self) -> None:
        """Make the state folder, closed to others: Whoosh unpickles what lies in its index.

        Raises UnsafeIndexError where others could write to it, or to the home folder.
        """
        make_folder(self.path, PRIVATE)
        self.refuse_shared()
        make_folder(self.state, PRIVATE)

    def refuse_shared(self) -> None:
        """Raise UnsafeIndexError where others could write to the home folder or to what lies in it."""
        refuse_shared(self.path, "home folder")
        refuse_shared(self.state, "state folder")
        refuse_shared(self.settings_file, "settings file", harm="change which folders are read")

    @property
    def catalog(self) -> Path:
        """The ledger of files, articles and runs."""
        return self.state / "catalog.sqlite3"

    @property
    def lock(self) -> Path:
        """Held by the one run at work."""
        return self.state / "lock"

    @property
    def spool(self) -> Path:
        """Results of batches on their way into the catalog."""
        return self.state / "spool"

    @property
    def worker_log(self) -> Path:
        """What the worker processes of the last run said on stderr."""
        return self.state / "worker.log"

    @property
    def prefect(self) -> Path:
        """Prefect's own home."""
        return self.state / "prefect"

    @property
    def desk(self) -> Path:
        """Which `newsfold up` is at work; its lock and its logs stand beside it."""
        return self.state / "desk.json"

    def generation(self, number: int) -> Path:
        """Folder of one generation of the full-text index."""
        return self.state / "index" / f"{number:04d}"


def find_home(explicit: str | None, *, environ: Mapping[str, str] | None = None) -> Home:
    """Find the home folder: `explicit` (``--home``), ``NEWSFOLD_HOME``, or upwards from here."""
    environ = os.environ if environ is None else environ
    named = explicit or environ.get(HOME_VARIABLE)
    if named:
        path = Path(os.path.abspath(os.path.expanduser(named)))
        if path.exists() and not path.is_dir():
            raise UsageError(f"home is not a folder: {path}", hint="name a folder with --home DIR")
        return Home(path)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE_NAME).is_file():
            return Home(folder)
    raise UsageError(
        f"no home found: no {FILE_NAME} in {here} or a folder above it",
        hint=f"run 'newsfold init DIR' here, or name a home with --home DIR or {HOME_VARIABLE}=DIR",
    )


def load_settings(home: Home, *, raw: str | None = None) -> Settings:
    """Read newsfold.toml of `home` (defaults where there is none); `raw` replaces its raw folders."""
    table: dict[str, Any] = {}
    if home.settings_file.is_file():
        import tomllib  # noqa: PLC0415 - only where there is a file to read

        try:
            table = tomllib.loads(home.settings_file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise SettingsError(
                f"{home.settings_file}: {error}",
                hint="mend that line; 'newsfold init' elsewhere writes one with every setting explained",
            ) from error
    settings = _Checked(table, home).settings()
    if raw is not None:
        settings = replace(settings, roots=(Path(os.path.abspath(os.path.expanduser(raw))),))
    return settings


class _Checked:
    """A settings table whose entries are taken one by one, each checked, and none left over."""

    def __init__(self, table: Mapping[str, Any], home: Home) -> None:
        self._table = dict(table)
        self._home = home

    def settings(self) -> Settings:
        roots = self._strings("raw", ("raw",))
        if not roots:
            raise self._wrong("raw", "must name a folder")
        settings = Settings(
            roots=tuple(Path(os.path.abspath(self._home.path / os.path.expanduser(r))) for r in roots),
            include=self._strings("include", DEFAULT_INCLUDE),
            exclude=self._strings("exclude", ()),
            on_missing=self._on_missing(),
            sources=self._sources(),
            language_engine=self._language_engine(),
            index_writer=self._index_writer(),
            interval=self._interval(),
        )
        for key in self._table:
            raise self._wrong(key, "is not a setting of newsfold")
        _refuse_nested(settings.roots, self._home)
        return settings

    def _strings(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._table.pop(key, list(default))
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self._wrong(key, "must be a list of strings")
        return tuple(value)

    def _on_missing(self) -> str:
        value = self._table.pop("on_missing", "remove")
        if value not in ("remove", "keep"):
            raise self._wrong("on_missing", 'must be "remove" or "keep"')
        return str(value)

    def _sources(self) -> dict[str, str]:
        value = self._table.pop("source", {})
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value.values()):
            raise self._wrong("source", 'must be a table of "folder" = "name"')
        return {folder.strip("/"): name for folder, name in value.items()}

    def _language_engine(self) -> str:
        table = self._table.pop("language", {})
        if not isinstance(table, dict):
            raise self._wrong("language", 'must be a table with engine = "NAME"')
        for key in table:
            if key != "engine":
                raise self._wrong(f"language.{key}", "is not a setting of newsfold")
        value = table.get("engine", ENGINES[0])
        if value not in ENGINES:
            choices = ", ".join(f'"{name}"' for name in ENGINES)
            raise self._wrong("language.engine", f"must be one of {choices}")
        return str(value)

    def _index_writer(self) -> str:
        table = self._table.pop("index", {})
        if not isinstance(table, dict):
            raise self._wrong("index", 'must be a table with writer = "NAME"')
        for key in table:
            if key != "writer":
                raise self._wrong(f"index.{key}", "is not a setting of newsfold")
        value = table.get("writer", WRITERS[0])
        if value not in WRITERS:
            choices = ", ".join(f'"{name}"' for name in WRITERS)
            raise self._wrong("index.writer", f"must be one of {choices}")
        return str(value)

    def _interval(self) -> int:
        table = self._table.pop("schedule", {})
        if not isinstance(table, dict):
            raise self._wrong("schedule", "must be a table with interval = SECONDS")
        for key in table:
            if key != "interval":
                raise self._wrong(f"schedule.{key}", "is not a setting of newsfold")
        value = table.get("interval", INTERVAL)
        if not isinstance(value, int) or isinstance(value, bool) or value < SHORTEST_INTERVAL:
            raise self._wrong(
                "schedule.interval", f"must be a number of seconds, at least {SHORTEST_INTERVAL}"
            )
        return value

    def _wrong(self, key: str, why: str) -> SettingsError:
        return SettingsError(
            f"{self._home.settings_file}: {key} {why}",
            hint="'newsfold init' in an empty folder shows every setting with its default",
        )


def _refuse_nested(roots: tuple[Path, ...], home: Home) -> None:
    """A file must belong to one raw folder only, or it would be counted twice."""
    for at, root in enumerate(roots):
        for other in roots[at + 1 :]:
            if root == other or root in other.parents or other in root.parents:
                raise SettingsError(
                    f"{home.settings_file}: raw folders lie in each other: {root} and {other}",
                    hint="name only the outer one",
                )


def source_of(relative: Path, publisher: str, sources: Mapping[str, str]) -> str:
    """Name the source of the file at `relative` (below its root), as newsfold.toml's comments say."""
    folders = relative.parts[:-1]
    for depth in range(len(folders), 0, -1):
        named = sources.get("/".join(folders[:depth]))
        if named:
            return named
    return folders[0] if folders else publisher or "unknown"
