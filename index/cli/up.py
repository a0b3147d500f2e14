"""``up``: the whole desk in one command."""

from __future__ import annotations

import sys

import click

from index.cli.call import Call, emit, emit_json, global_options
from index.cli.upper import upper
from index.desk import Desk

PORT = 4200


@click.command(short_help="The whole desk: server and UI, schedules, worker, watcher.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, help=f"Of the UI; {PORT} if not given.")
@click.option("--no-watch", is_flag=True, help="Only the schedule: files wait for the next scan.")
@global_options
def up(call: Call, port: int, no_watch: bool) -> int:
    """Bring up the whole desk, and keep it up until Ctrl-C.

    A Prefect server on this machine alone, the deployments ingest/scheduled and maintain/nightly, a worker
    that runs them, and a watcher that ingests what lands. Prints the address of the UI. Where PREFECT_API_URL
    names a server, that one is used. Everything ends with this command.

    \b
    newsfold up
    newsfold --home ~/archive up --port 4300
    """
    settings = call.settings()
    choices = upper("flows.up:Choices")(raw=call.raw, port=port, watch=not no_watch)

    def show(desk: Desk) -> None:
        if call.json:
            emit_json({"ui": desk.ui, "api": desk.url, "pid": desk.pid})
        else:
            emit(f"Prefect UI: {desk.ui}")
        sys.stdout.flush()
        call.note("the desk is up; Ctrl-C closes it")

    code: int = upper("flows.up:run")(call.place(), settings, choices, call.note, show)
    return code
