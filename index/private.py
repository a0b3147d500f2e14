"""Which folders may be trusted: those that nobody else can write to.

Whoosh unpickles what lies in its index, and newsfold.toml says what is read. Whoever can write to the home
folder could put another state folder in its place, so these three are looked at before anything in them is
opened (CWE-379, CWE-502). Reading is another matter: the state folder is made with mode 0700, since news may
be embargoed.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from pathlib import Path
from typing import Final

from index.errors import UnsafeIndexError

PRIVATE: Final = 0o700
"""Mode of every folder that newsfold makes for itself."""


def refuse_shared(folder: Path, what: str, *, harm: str = "put code into it") -> None:
    """Refuse a folder, or a file, that another user owns or can write to.

    `what` names it in the message, `harm` what could be done to it. One that is not there is no error, and
    neither is a group without anybody else in it, which many systems give each user and let write by default.
    Raises UnsafeIndexError.
    """
    try:
        found = folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return
    if found.st_uid not in {os.geteuid(), 0}:
        raise UnsafeIndexError(
            f"the {what} {folder} belongs to another user ({_user(found.st_uid)}), who could {harm}",
            hint="run newsfold as that user, or name a home of your own with --home DIR",
        )
    others = found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and not _alone(found.st_gid))
    if others:
        raise UnsafeIndexError(
            f"others may write to the {what} {folder} (mode {stat.S_IMODE(found.st_mode):04o}), "
            f"and could {harm}",
            hint=f"if you trust what is in it: chmod go-w '{folder}'",
        )


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid {number}"


def _alone(group: int) -> bool:
    """Whether a group is this user's own: the one of the same name, with no other member."""
    if os.geteuid() == 0 or group != os.getegid():
        return False
    try:
        user = pwd.getpwuid(os.geteuid()).pw_name
        found = grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_name == user and set(found.gr_mem) <= {user}
