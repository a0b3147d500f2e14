"""What every command shares: the global options, home and settings, and the ways to print."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, ParamSpec, TypeVar

import click

from index.catalog import Catalog
from index.cli.layout import Cell, cut_path, pad, paint
from index.cli.pager import Paged, paged
from index.cli.terminal import link, takes_color, takes_links
from index.safe import safe, safe_line
from index.settings import Home, Settings, find_home, load_settings

P = ParamSpec("P")
R = TypeVar("R")

SCHEMA: Final = 1
"""Number of the JSON rows' shape, in every row."""


BOLD: Final = "1"
DIM: Final = "2"
OK_STYLE: Final = "32"
BAD_STYLE: Final = "1;31"
ID_STYLE: Final = "33"
DATE_STYLE: Final = "36"
FILE_STYLE: Final = "35"
MATCH_STYLE: Final = "1;31"
"""SGR codes: what stands out is what was searched for, then headlines; the rest is quiet."""


SHORTEST_NAME: Final = 20
"""Columns that the name of a file has at least, or it gets a line of its own."""
FILE_INDENT: Final = 2


@dataclass(frozen=True, slots=True)
class Call:
    """The global options of this call, from before and after the command's name."""

    home: str | None = None
    raw: str | None = None
    json: bool = False
    no_color: bool = False
    quiet: bool = False

    def place(self) -> Home:
        """The home folder. Raises UnsafeIndexError where others could write to it."""
        home = find_home(self.home)
        home.refuse_shared()
        return home

    def settings(self) -> Settings:
        """newsfold.toml of the home folder, with --raw in it."""
        return load_settings(self.place(), raw=self.raw)

    def catalog(self) -> Catalog | None:
        """The catalog, for reading; None where nothing was ingested yet."""
        return Catalog.read(self.place().catalog)

    @property
    def color(self) -> bool:
        """Whether stdout takes colours: see `index.cli.terminal`."""
        return takes_color(no_color=self.no_color)

    def pager(self) -> contextlib.AbstractContextManager[None]:
        """While it is entered, long output for a person goes through a pager."""
        return paged(wanted=not self.json)

    def note(self, message: str) -> None:
        """Tell a person something beside the data, on stderr, unless --quiet."""
        if self.quiet:
            return
        if isinstance(sys.stdout, Paged):
            sys.stdout.note(safe(message))
            return
        sys.stdout.flush()  # where both go to one place, what was printed before comes first
        sys.stderr.write(f"{safe(message)}\n")
        sys.stderr.flush()

    def bold(self, text: str) -> str:
        """Text that stands out on a terminal; call it on text that is safe already."""
        return self.paint(text, BOLD)

    def paint(self, text: str, style: str, width: int = 0) -> str:
        """Text in a style (an SGR code), filled up to `width` columns; the text is safe already."""
        return paint(Cell(text, style), color=self.color, width=width)

    def file_name(self, root: bytes, path: bytes, shown: str | None = None, style: str = "") -> str:
        """The name of a raw file, safe to print (or `shown`); a link to it where the terminal can."""
        text = self.paint(safe_line(os.fsdecode(path)) if shown is None else shown, style)
        return link(text, os.path.join(root, path)) if takes_links(no_color=self.no_color) else text


def file_line(
    call: Call,
    facts: str,
    file: tuple[bytes, bytes] | None,
    used: int,
    width: int | None,
    *,
    behind: str = "",
) -> list[str]:
    """Put the name of a raw file (root, path) behind facts about it; all texts are safe already.

    On a terminal it is cut to what is left of `width` columns, of which all else takes `used`, and has a line
    of its own where that is little.
    """
    if file is None:
        return [f"{facts}  (its file is gone){behind}"]
    name = safe_line(os.fsdecode(file[1]))
    if width is None:
        return [f"{facts}  {call.file_name(*file, name, FILE_STYLE)}{behind}"]
    own_line = width - used < SHORTEST_NAME
    short = pad(cut_path(name, width - FILE_INDENT if own_line else width - used), 0)
    linked = call.file_name(*file, short, FILE_STYLE)
    return [f"{facts}{behind}", f"{'':{FILE_INDENT}}{linked}"] if own_line else [f"{facts}  {linked}{behind}"]


def emit(text: str = "") -> None:
    """Print data: every foreign character that could steer a terminal is shown, not sent."""
    sys.stdout.write(f"{safe(text)}\n")


def emit_styled(text: str) -> None:
    """Print text that was made safe before it was styled."""
    sys.stdout.write(f"{text}\n")


def emit_json(row: Mapping[str, Any]) -> None:
    """Print one JSON row; ASCII only, so nothing in it can steer a terminal."""
    sys.stdout.write(f"{json.dumps({'schema': SCHEMA, **row}, ensure_ascii=True)}\n")


def complete_folders(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
    """Let the shell complete the name of a folder."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a completing shell needs it

    return [CompletionItem(incomplete, type="dir")]


def complete_files(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[Any]:
    """Let the shell complete the name of a file."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - as above

    return [CompletionItem(incomplete, type="file")]


_HOME = click.option(
    "--home", metavar="DIR", shell_complete=complete_folders, help="Folder of newsfold.toml and .newsfold/."
)
_RAW = click.option(
    "--raw",
    metavar="DIR",
    shell_complete=complete_folders,
    help="Raw folder in place of those in newsfold.toml.",
)
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
