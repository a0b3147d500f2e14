"""``newsfold``: the commands by name, loaded when called, and what a failure prints."""

from __future__ import annotations

import importlib
import io
import os
import signal
import sqlite3
import sys
from types import FrameType
from typing import Final

import click

from index.catalog import is_damage
from index.cli.call import Call, global_options
from index.cli.completion import VARIABLE, answer
from index.errors import NewsfoldError
from index.safe import safe

COMMANDS: Final = {
    "Search": {
        "search": "index.cli.search:search",
        "show": "index.cli.pages:show",
        "similar": "index.cli.similar:similar",
        "count": "index.cli.search:count",
        "explain": "index.cli.pages:explain",
        "review": "index.cli.pages:review",
    },
    "Archive": {
        "status": "index.cli.overview:status",
        "stats": "index.cli.overview:stats",
        "files": "index.cli.archive:files",
        "export": "index.cli.archive:export",
        "check": "index.cli.archive:check",
    },
    "Operate": {
        "init": "index.cli.operate:init",
        "ingest": "index.cli.operate:ingest",
        "watch": "index.cli.watch:watch",
        "up": "index.cli.up:up",
        "retry": "index.cli.operate:retry",
        "rebuild": "index.cli.operate:rebuild",
        "repair": "index.cli.operate:repair",
        "doctor": "index.cli.operate:doctor",
        "completion": "index.cli.completion:completion",
    },
}
"""Groups of the help page: command, and where it is found."""


class Commands(click.Group):
    """Commands that are imported when they are called, so that a search loads nothing of the ingestion."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order of the help page."""
        return [name for group in COMMANDS.values() for name in group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        for group in COMMANDS.values():
            if cmd_name in group:
                module, name = group[cmd_name].split(":")
                command = getattr(importlib.import_module(module), name)
                return command if isinstance(command, click.Command) else None
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by group."""
        for title, group in COMMANDS.items():
            with formatter.section(title):
                rows = []
                for name in group:
                    command = self.get_command(ctx, name)
                    if command is not None:
                        rows.append((name, command.get_short_help_str(80)))
                formatter.write_dl(rows)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="newsfold", message="newsfold %(version)s")
@global_options
def cli(call: Call) -> None:
    """Turn a folder of scraped news pages into a searchable archive.

    \b
    newsfold init ~/scrapes           name the folder that holds the raw pages
    newsfold ingest                   read what is new in it
    newsfold search white helmets     find it

    Exit codes: 0 found or done, 1 nothing found or damage found, 2 wrong call or query, 3 the run failed,
    75 another run is at work, 130 and 143 interrupted.
    """


class TerminatedError(BaseException):
    """SIGTERM arrived. Not an Exception: nothing may swallow it."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise TerminatedError


def main() -> None:
    """Run the command line and exit with its code."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # letters that its encoding lacks are shown as escapes
    if instruction := os.environ.get(VARIABLE):
        sys.exit(answer(cli, instruction))
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; return the exit code. Every failure becomes one message on stderr."""
    code = _run(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_printing()
    return code


def _stop_printing() -> None:
    """Whoever read us has seen enough: what is still to be printed goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _run(arguments: list[str]) -> int:
    try:
        # not cli.main: it takes a closed pipe for a failure
        with cli.make_context("newsfold", arguments or ["--help"]) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as done:  # --help, --version
        return done.exit_code
    except NewsfoldError as error:
        return _fail(error.message, error.hint, error.exit_code)
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", "what was committed stays; the next run goes on from there", 130)
    except TerminatedError:
        return _fail("terminated", "what was committed stays; the next run goes on from there", 143)
    except BrokenPipeError:
        _stop_printing()
        return 0
    except sqlite3.DatabaseError as error:
        advice = "'newsfold repair' mends it" if is_damage(error) else "'newsfold doctor' looks for the cause"
        return _fail(f"the catalog cannot be used: {error}", advice, 3)
    except OSError as error:
        where = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", "'newsfold doctor' looks for the cause", 3)
    return code if isinstance(code, int) else 0


def _fail(message: str, hint: str, code: int) -> int:
    click.echo(safe(f"newsfold: {message}"), err=True)
    if hint:
        click.echo(safe(f"  {hint}"), err=True)
    return code


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    name = context.command_path if context is not None else "newsfold"
    hint = f"'{name} --help' shows how it is called"
    if isinstance(error, click.NoSuchOption) and name.split()[-1] in {"search", "count"}:
        hint += f"; a query that begins with a dash goes behind two: '{name} -- -word'"
    return _fail(error.format_message()[:500], hint, 2)


if __name__ == "__main__":
    main()
