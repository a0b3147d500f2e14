"""``completion``: what bash, zsh and fish are told, so that a tab completes commands, options and values.

The shell asks ``newsfold`` itself at each tab, by the variable `VARIABLE`; that loads no more than the
command on the line needs. Scripts and protocol are click's.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from typing import Final

import click

from index import articles
from index.catalog import Catalog
from index.cli.call import Call, global_options
from index.errors import NewsfoldError
from index.settings import find_home

PROGRAM: Final = "newsfold"
VARIABLE: Final = "_NEWSFOLD_COMPLETE"


@click.command(short_help="Script that makes a shell complete newsfold.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@global_options
def completion(_call: Call, shell: str) -> int:
    """Print the completion script of a shell (bash from 4.4 on).

    \b
    newsfold completion bash > ~/.local/share/bash-completion/completions/newsfold
    newsfold completion zsh > "${fpath[1]}/_newsfold"
    newsfold completion fish > ~/.config/fish/completions/newsfold.fish
    """
    from click import shell_completion  # noqa: PLC0415 - only this command and a completing shell need it

    found = shell_completion.get_completion_class(shell)
    if found is None:
        raise click.BadParameter(f"no completion for {shell}")
    root = click.get_current_context().find_root().command
    script = found(root, {}, PROGRAM, VARIABLE)
    # the class of bash would look for a bash first: this one may be meant for another machine
    sys.stdout.write(shell_completion.ShellComplete.source(script).strip() + "\n")
    return 0


def answer(root: click.Command, instruction: str) -> int:
    """Answer a shell that asks for completions; return the exit code."""
    from click.shell_completion import shell_complete  # noqa: PLC0415

    return shell_complete(root, {}, PROGRAM, VARIABLE, instruction)


def complete_languages(context: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the code of a language that the archive has."""
    home = next((one.params["home"] for one in _upwards(context) if one.params.get("home")), None)
    try:
        catalog = Catalog.read(find_home(home).catalog)
        if catalog is None:
            return []
        with catalog:
            return [code for code in articles.languages(catalog) if code.startswith(incomplete)]
    except (NewsfoldError, sqlite3.Error, OSError):
        return []  # a tab is no place for a message


def _upwards(context: click.Context | None) -> Iterator[click.Context]:
    while context is not None:
        yield context
        context = context.parent
