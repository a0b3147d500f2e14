"""The desk: which `newsfold up` is at work on a home, and where its Prefect server answers.

``.newsfold/desk.json`` says it. Written by ``flows.up``; read by every command that wants Prefect, so that a
run started by hand is seen in the same UI.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from filelock import FileLock, Timeout

from index.errors import LockedError
from index.settings import Home

HEALTH_SECONDS: Final = 2.0
SCHEMES: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Desk:
    """A `newsfold up`: the API address of its server, its process, and the mark its children carry."""

    url: str
    pid: int
    mark: str

    @property
    def ui(self) -> str:
        """The address that a person opens."""
        return self.url.removesuffix("/api")


def new_mark() -> str:
    """A mark that no other desk has."""
    return secrets.token_hex(8)


def write_desk(home: Home, desk: Desk) -> None:
    """Say that this desk is at work on `home`, in one rename."""
    home.make_state()
    new = home.desk.with_suffix(".new")
    new.write_text(json.dumps(asdict(desk)), encoding="utf-8")
    os.replace(new, home.desk)


def read_desk(home: Home) -> Desk | None:
    """The desk that was last at work on `home`, alive or not; None where none is noted."""
    try:
        row = json.loads(home.desk.read_text(encoding="utf-8"))
        desk = Desk(str(row["url"]), int(row["pid"]), str(row["mark"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return desk if desk.url == "" or desk.url.startswith(SCHEMES) else None


def forget_desk(home: Home) -> None:
    """Say that no desk is at work any more."""
    home.desk.unlink(missing_ok=True)


def running_api_url(home: Home) -> str | None:
    """API address of the desk that is at work on `home`, or None. Never raises.

    Its process lives, and its server answers now (waits `HEALTH_SECONDS` at most).
    """
    desk = read_desk(home)
    if desk is None or not desk.url or not _lives(desk.pid) or trouble(desk.url):
        return None
    return desk.url


def trouble(url: str, seconds: float = HEALTH_SECONDS) -> str:
    """Say why the Prefect server at this API address does not answer; empty where it does."""
    try:
        ask(f"{url}/health", seconds=seconds)
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def ask(url: str, body: Mapping[str, Any] | None = None, *, seconds: float = HEALTH_SECONDS) -> Any:
    """Ask a Prefect API: GET, or POST where there is a body. Raises OSError or ValueError."""
    # Every command line loads this module, and few of them ask: http, email and ssl are 40 ms of imports.
    import urllib.request  # noqa: PLC0415
    from http.client import HTTPException  # noqa: PLC0415

    if not url.startswith(SCHEMES):
        raise ValueError(f"no http address: {url}")
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            return json.load(answer)
    except HTTPException as error:
        raise ValueError(f"what answers there is no Prefect server: {error!r}") from error


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


@contextmanager
def only_desk(home: Home) -> Iterator[None]:
    """Be the one desk of `home`. The kernel frees it when its holder dies. Raises LockedError."""
    home.make_state()
    lock = FileLock(home.desk.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        desk = read_desk(home)
        where = f" (process {desk.pid}, {desk.ui or 'starting'})" if desk else ""
        raise LockedError(
            f"another 'newsfold up'{where} is at work on {home.path}",
            hint="one is enough: open its address, or end it with Ctrl-C first",
        ) from None
    try:
        yield
    finally:
        lock.release()
