"""What the file system tells of changes below some folders, as a wake-up only: the truth is a walk.

By watchfiles (inotify, FSEvents). Events get lost: when too many come at once, for folders that are made and
filled in one moment, on network file systems, in some containers. Nothing here is relied upon.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from watchfiles import Change, watch

GATHER_MS: Final = 200
"""Events are handed on at most so long after the first of them."""
IDLE_MS: Final = 250
"""How often the listener looks up from waiting."""

REMOTE: Final = frozenset(
    "9p afs ceph cifs davfs fuse.glusterfs fuse.rclone fuse.sshfs lustre ncpfs nfs nfs4 smb3 smbfs virtiofs"
    " vboxsf vmhgfs fuse.vmhgfs-fuse fuse.grpcfuse".split()
)
"""File systems that tell at most of what this machine itself changes."""

MOUNTS: Final = Path("/proc/self/mountinfo")


class FileEvents:
    """Tells of changed paths in a thread of its own, from `start` to `close`.

    `tell` gets absolute paths as bytes, in no order, and for each whether something came there (was made, or
    moved in) where nothing had been. What changed, if anything, is to be looked up.
    """

    def __init__(self, folders: Sequence[Path], tell: Callable[[Mapping[bytes, bool]], None]) -> None:
        self._folders = folders
        self._tell = tell
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="file events", daemon=True)
        self.trouble = ""
        """Why nothing is told any more."""

    def start(self) -> None:
        """Begin to listen; returns when every later change is heard, or `trouble` says why none is."""
        self._thread.start()
        self._ready.wait()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        self._thread.join()

    def _listen(self) -> None:
        try:
            try:
                self._hear(ignore_permission_denied=False)
            except PermissionError:  # of some folder below; but so watchfiles would also ignore other trouble
                self._hear(ignore_permission_denied=True)
        except (OSError, RuntimeError) as error:  # folders that vanished, or no inotify watches left
            self.trouble = str(error) or type(error).__name__
        finally:
            self._ready.set()

    def _hear(self, *, ignore_permission_denied: bool) -> None:
        for changes in watch(
            *self._folders,
            watch_filter=None,
            debounce=GATHER_MS,
            stop_event=self._stop,
            rust_timeout=IDLE_MS,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=ignore_permission_denied,
        ):
            self._ready.set()
            if changes:
                came = {path for change, path in changes if change is Change.added}
                came -= {path for change, path in changes if change is Change.deleted}
                self._tell({os.fsencode(path): path in came for _, path in changes})


def remote(folder: Path) -> str:
    """The kind of network file system that a folder lies on; empty where on none, or nobody can say."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    mounted = [(_unescaped(fields[4]), _kind(fields)) for line in lines if len(fields := line.split(" ")) > 9]
    path = os.path.realpath(folder)
    under = [(len(point), kind) for point, kind in mounted if _is_below(path, point)]
    kind = max(under, default=(0, ""), key=lambda one: one[0])[1]
    return kind if kind in REMOTE else ""


def _kind(fields: list[str]) -> str:
    """The type stands behind the dash that ends the optional fields (proc_pid_mountinfo(5))."""
    dash = fields.index("-", 6) if "-" in fields[6:] else len(fields)
    return fields[dash + 1] if dash + 1 < len(fields) else ""


def _unescaped(point: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, character)
    return point


def _is_below(path: str, point: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")
