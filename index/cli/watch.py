"""``watch``: ingest what lands, as it lands."""

from __future__ import annotations

import click

from index.cli.call import Call, global_options
from index.cli.upper import upper


@click.command(short_help="Ingest what lands in the raw folders, as it lands.")
@global_options
def watch(call: Call) -> None:
    """Ingest what is new in the raw folders, then what lands there, until Ctrl-C (exit 130) or SIGTERM (143).

    A file is searchable a few seconds after its last write. One that is still being written waits; one that
    changes is read again. Each run prints one line on stderr, and is seen in the Prefect UI where
    PREFECT_API_URL names a server or 'newsfold up' is at work; 'newsfold up' has a watcher of its own.

    \b
    newsfold watch
    newsfold watch --raw DIR --home H    another folder, another archive
    """
    home, settings = call.place(), call.settings()
    upper("tasks.engines:named")(settings.language_engine)
    try:
        upper("flows.watch:watch")(home, settings, call.raw, quiet=call.quiet)
    except KeyboardInterrupt:
        raise click.Abort from None
