"""What Prefect has to be told before it is imported. Imports no prefect itself."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import Final

from index.desk import running_api_url
from index.settings import Home

ALWAYS: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    # its first start makes its database, which takes more than the 20 s allowed on a busy machine
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    # what is old goes: events after a week, runs with their logs and artifacts after a month. A run of the
    # watcher takes 34 KB of the database, two thirds of it events, and there may be thousands a day
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
    # kept in memory, the slots of running flows would be lost with a server that restarts, and Prefect then
    # ends those runs
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # a run whose process was killed is known by its silence
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    # "database is locked" is waited out: by the server, which has one file, and by who asks it
    "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
    "PREFECT_CLIENT_MAX_RETRIES": "8",
    "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "newsfold",
}
"""Defaults for every run; what the user has set stays."""

QUIET: Final = {
    # the console belongs to newsfold's own words; the UI still gets every line
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}

DESK: Final = {
    # into a log file that grows as long as the desk is up
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
    "PREFECT_LOGGING_COLORS": "false",
}


def prepare(home: Home, *, quiet: bool, environ: MutableMapping[str, str] | None = None) -> None:
    """Set what is not set: Prefect keeps its things beside the archive, and sends nothing home.

    The server is the one that the user names, else that of the `newsfold up` at work on `home`, else
    Prefect's temporary one.
    """
    environ = os.environ if environ is None else environ
    wanted = ALWAYS | (QUIET if quiet else {})
    if "PREFECT_API_URL" not in environ and "PREFECT_PROFILE" not in environ:
        home.make_state()
        home.prefect.mkdir(mode=0o700, exist_ok=True)
        wanted |= {"PREFECT_HOME": str(home.prefect)}
        if url := running_api_url(home):
            wanted |= {"PREFECT_API_URL": url}
    for name, value in wanted.items():
        environ.setdefault(name, value)
