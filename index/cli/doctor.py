"""What `newsfold doctor` looks at. Each finding is a fact, whether it is as it should be, and advice."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from index import languages
from index.article import PIPELINE
from index.articles import outdated
from index.catalog import Catalog
from index.counted import counted
from index.desk import ask, running_api_url
from index.errors import NewsfoldError, SettingsError
from index.files import conservation
from index.runs import DIED, at_work, runs_as_they_are
from index.settings import FILE_NAME, WRITERS, Home, Settings, load_settings
from index.space import FLOOR, LITTLE, free_bytes, mebibytes

PACKAGES: Final = (
    "newsfold",
    "prefect",
    "langdetect",
    "trafilatura",
    "PyStemmer",
    "chardet",
    "numpy",
)
FAST, PLAIN = WRITERS
BROAD_ENGINE: Final = "py3langid"
FEW_ARTICLES: Final = 20
UNKNOWN_SHARE: Final = 0.05
"""An archive of at least so many articles, more of which are of no known language, wants the broad engine."""

SERVER_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    value: str
    ok: bool = True
    advice: str = ""


def examine(home: Home, settings: Settings | SettingsError) -> list[Finding]:
    """Look at versions, folders, catalog, lock, space and server; changes nothing.

    Where newsfold.toml cannot be used, all is looked at that does not hang on it.
    """
    return [
        *_versions(),
        Finding("home", str(home.path), ok=home.path.is_dir(), advice=_unless(home.path.is_dir(), "make it")),
        *_chosen(home, settings),
        *_writer(settings),
        *_archive(home, settings),
        _lock(home),
        _space(home),
        *_server(home),
    ]


def _unless(ok: bool, advice: str) -> str:
    return "" if ok else advice


def _versions() -> Iterator[Finding]:
    yield Finding("python", sys.version.split()[0])
    for package in PACKAGES:
        try:
            yield Finding(package.lower(), version(package))
        except PackageNotFoundError:
            yield Finding(package.lower(), "not installed", ok=False, advice="install newsfold anew")


def _chosen(home: Home, settings: Settings | SettingsError) -> Iterator[Finding]:
    """Look at newsfold.toml, and at what it names."""
    if isinstance(settings, SettingsError):
        yield Finding("settings", settings.message, ok=False, advice=settings.hint)
        return
    there = home.settings_file.is_file()
    yield Finding("settings", str(home.settings_file) if there else f"the defaults: no {FILE_NAME} here")
    yield from _roots(home, settings)
    yield _engine(settings)


def _roots(home: Home, settings: Settings) -> Iterator[Finding]:
    for root in settings.roots:
        if not (root.is_dir() or home.settings_file.is_file()) and root in load_settings(home).roots:
            yield Finding("raw folder", f"none is named: no {FILE_NAME} here, so every run needs --raw DIR")
            continue
        ok = os.access(root, os.R_OK | os.X_OK) and root.is_dir()
        yield Finding("raw folder", str(root), ok, _unless(ok, "it is not there, or cannot be read"))


def _engine(settings: Settings) -> Finding:
    """The language engine that is active, with its version; engines are packages of the same name."""
    name = settings.language_engine
    try:
        return Finding("language engine", f"{name} {version(name)}")
    except PackageNotFoundError:
        advice = f"pip install '.[{name}]' in newsfold's folder, or choose another in {FILE_NAME}"
        return Finding("language engine", f"{name} is not installed", ok=False, advice=advice)


def _writer(settings: Settings | SettingsError) -> Iterator[Finding]:
    """Which Whoosh is there, and what writes the index with it."""
    try:
        from index.whooshed import FAST_POSSIBLE, FAST_WITH, versionstring  # noqa: PLC0415 - may be missing
    except ImportError as error:
        yield Finding("whoosh", f"not usable: {error}", ok=False, advice="install newsfold anew")
        return
    found = versionstring()
    yield Finding("whoosh", found)
    if isinstance(settings, SettingsError):
        return
    if settings.index_writer != FAST or FAST_POSSIBLE:
        yield Finding("index writer", settings.index_writer)
        return
    yield Finding(
        "index writer",
        f"{PLAIN}, several times slower: {FAST} writes the format of Whoosh {FAST_WITH}, and this is {found}",
        advice=f"pip install Whoosh=={FAST_WITH}, after taking the other one away",
    )


def _languages(catalog: Catalog, settings: Settings) -> Iterator[Finding]:
    """What the archive's languages say about the engine."""
    name = settings.language_engine
    unknown, total = languages.unknown_share(catalog)
    if total >= FEW_ARTICLES and unknown > UNKNOWN_SHARE * total and name != BROAD_ENGINE:
        yield Finding(
            "languages",
            f"{unknown:,} of {total:,} articles are in a language that {name} does not know (und)",
            advice=f'language.engine = "{BROAD_ENGINE}" knows more: Eastern Europe, Central Asia, Africa; '
            f"pip install '.[{BROAD_ENGINE}]', then 'newsfold rebuild'",
        )
    if foreign := languages.of_other_engines(catalog, name):
        yield Finding(
            "languages", f"{counted(foreign, 'article')} named by another engine", advice="'newsfold rebuild'"
        )


def _archive(home: Home, settings: Settings | SettingsError) -> Iterator[Finding]:
    try:
        catalog = Catalog.read(home.catalog)
        if catalog is None:
            yield Finding("catalog", "none yet; 'newsfold ingest' makes it")
            return
        with catalog:
            quick = catalog.db.execute("PRAGMA quick_check(1)").fetchone()[0]
            balance = conservation(catalog)
            old = outdated(catalog, PIPELINE)
            named = [] if isinstance(settings, SettingsError) else list(_languages(catalog, settings))
            last = runs_as_they_are(catalog, home, 1)
    except NewsfoldError as error:
        yield Finding("catalog", error.message, ok=False, advice=error.hint)
        return
    except sqlite3.Error as error:
        yield Finding("catalog", str(error), ok=False, advice="'newsfold repair'")
        return
    except OSError as error:
        found = f"{home.catalog}: {error.strerror}"
        yield Finding("catalog", found, ok=False, advice="check its permissions")
        return
    if quick == "ok":
        yield Finding("catalog", str(home.catalog))
    else:
        yield Finding("catalog", f"{home.catalog}: {quick}", ok=False, advice="'newsfold repair'")
    yield Finding("equation", str(balance), balance.holds, _unless(balance.holds, "please report this"))
    if old:
        yield Finding(
            "pipeline", f"{PIPELINE}; {counted(old, 'article')} of older ones", advice="'newsfold rebuild'"
        )
    yield from named
    for run in last:
        if run.state == DIED:
            yield Finding("last run", f"run {run.id} died", advice="'newsfold ingest' completes it")


def _lock(home: Home) -> Finding:
    try:
        return Finding("lock", "held: a run is at work" if at_work(home) else "free")
    except OSError as error:
        return Finding("lock", f"{home.lock}: {error.strerror}", ok=False, advice="check its permissions")


def _space(home: Home) -> Finding:
    try:
        free = free_bytes(home)
    except OSError as error:
        found = f"{home.state}: {error.strerror}"
        return Finding("free space", found, ok=False, advice="check its permissions")
    if free < FLOOR:
        advice = f"no run begins below {mebibytes(FLOOR)}: free some"
        return Finding("free space", mebibytes(free), ok=False, advice=advice)
    ok = free >= LITTLE
    return Finding("free space", f"{free / (1 << 30):,.1f} GiB", ok, _unless(ok, "a run may not fit"))


def _server(home: Home) -> Iterator[Finding]:
    url = os.environ.get("PREFECT_API_URL") or running_api_url(home)
    if not url:
        yield Finding("prefect server", "none ('newsfold up' is one): each run starts a temporary one")
        return
    try:
        ask(f"{url}/health", seconds=SERVER_SECONDS)
        found = ask(f"{url}/deployments/filter", {"limit": 200}, seconds=SERVER_SECONDS)
        names = [row["name"] for row in found if "newsfold" in row.get("tags", [])]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        advice = "start it with 'prefect server start', or unset PREFECT_API_URL"
        yield Finding("prefect server", f"{url} does not answer: {error}", ok=False, advice=advice)
        return
    yield Finding("prefect server", url)
    yield Finding(
        "deployments",
        ", ".join(names) or "none",
        ok=bool(names),
        advice=_unless(bool(names), "'prefect deploy --all' in newsfold's folder makes them"),
    )
