"""What every command shares: the global options, home and settings, and the ways to print."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, ParamSpec, TypeVar

import click

from index.catalog import Catalog
from index.safe import safe
from index.settings import Home, Settings, find_home, load_settings

P = ParamSpec("P")
R = TypeVar("R")

SCHEMA: Final = 1
"""Number of the JSON rows' shape, in every row."""


@dataclass(frozen=True, slots=True)
class Call:
    """The global options of this call, from before and after the command's name."""

    home: str | None = None
    raw: str | None = None
    json: bool = False
    no_color: bool = False
    quiet: bool = False

    def place(self) -> Home:
        """The home folder."""
        return find_home(self.home)

    def settings(self) -> Settings:
        """newsfold.toml of the home folder, with --raw in it."""
        return load_settings(self.place(), raw=self.raw)

    def catalog(self) -> Catalog | None:
        """The catalog, for reading; None where nothing was ingested yet."""
        return Catalog.read(self.place().catalog)

    @property
    def color(self) -> bool:
        """Whether stdout takes colours: a terminal that is not dumb, and nobody said no."""
        plain = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not plain and sys.stdout.isatty()

    def note(self, message: str) -> None:
        """Tell a person something beside the data, on stderr, unless --quiet."""
        if not self.quiet:
            click.echo(safe(message), err=True)

    def bold(self, text: str) -> str:
        """Text that stands out on a terminal; call it on text that is safe already."""
        return f"\x1b[1m{text}\x1b[0m" if self.color else text


def emit(text: str = "") -> None:
    """Print data: every foreign character that could steer a terminal is shown, not sent."""
    click.echo(safe(text), color=True)


def emit_styled(text: str) -> None:
    """Print text that was made safe before it was styled."""
    click.echo(text, color=True)


def emit_json(row: Mapping[str, Any]) -> None:
    """Print one JSON row; ASCII only, so nothing in it can steer a terminal."""
    click.echo(json.dumps({"schema": SCHEMA, **row}, ensure_ascii=True))


_HOME = click.option("--home", metavar="DIR", help="Folder of newsfold.toml and .newsfold/.")
_RAW = click.option("--raw", metavar="DIR", help="Raw folder in place of those in newsfold.toml.")
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON lines where a table is printed.")
_PLAIN = click.option("--no-color", is_flag=True, help="No colours, also on a terminal.")
_QUIET = click.option("--quiet", is_flag=True, help="No word on stderr but errors.")


def global_options(command: Callable[..., R]) -> Callable[..., R]:
    """Give a command the global options, and a `Call` that merges them with those before its name."""
    return _RAW(page_options(command))


def page_options(command: Callable[..., R]) -> Callable[..., R]:
    """Like `global_options` without ``--raw DIR``, for a command that means something else by ``--raw``."""

    @_HOME
    @_JSON
    @_PLAIN
    @_QUIET
    @click.pass_context
    @functools.wraps(command)
    def wrapped(
        context: click.Context,
        /,
        *args: Any,
        home: str | None,
        as_json: bool,
        no_color: bool,
        quiet: bool,
        raw: str | None = None,
        **kwargs: Any,
    ) -> R:
        before = context.obj if isinstance(context.obj, Call) else Call()
        call = replace(
            before,
            home=home or before.home,
            raw=raw or before.raw,
            json=as_json or before.json,
            no_color=no_color or before.no_color,
            quiet=quiet or before.quiet,
        )
        context.obj = call
        return command(call, *args, **kwargs)

    return wrapped
