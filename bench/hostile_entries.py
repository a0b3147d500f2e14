"""Puts hostile files into a raw folder, and what is no file at all: links, pipes, sockets, devices, holes."""

from __future__ import annotations

import os
import socket
import stat
from typing import Final

from bench.hostile_cases import TIMES
from bench.hostile_kinds import IGNORED, REJECTED, Case
from bench.hostile_texts import page, probe

SPARSE: Final = 10 << 30


def plant(root: bytes, what: list[Case]) -> None:
    """Write the files below `root`."""
    for case in what:
        path = os.path.join(root, case.path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(case.content)
    for name, moment in TIMES.items():
        os.utime(os.path.join(root, b"time", f"{name}.txt".encode()), (moment, moment))


def plant_others(root: bytes) -> list[Case]:
    """Plant what is no plain file below `root`, and return the cases: links, pipes, folders, huge holes."""
    folder = os.path.join(root, b"odd")
    os.makedirs(folder)
    os.makedirs(os.path.join(folder, b"folder.txt"))
    word = probe()
    secret = os.path.join(os.path.dirname(root), b"outside.txt")
    with open(secret, "wb") as out:
        out.write(page(word).encode())
    links = {
        b"dangling.txt": b"nowhere",
        b"out.txt": secret,
        b"proc.txt": b"/proc/self/environ",
        b"zero.txt": b"/dev/zero",
        b"self.txt": b"self.txt",
        b"folder-link": b"/",
        b"up": b"..",
    }
    for name, target in links.items():
        os.symlink(target, os.path.join(folder, name))
    os.mkfifo(os.path.join(folder, b"pipe.txt"))
    others = [*(name for name in links), b"pipe.txt", b"folder.txt", *_socket(folder), *_device(folder)]
    with open(os.path.join(folder, b"sparse.txt"), "wb") as out:
        out.truncate(SPARSE)
    ignored = [Case(b"odd/" + name, allow=IGNORED, absent=(word,)) for name in others]
    return [*ignored, Case(b"odd/sparse.txt", allow=REJECTED, reasons=("large",))]


def _socket(folder: bytes) -> list[bytes]:
    """Leave a socket behind; none where the path is too long for one."""
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(os.path.join(folder, b"socket.txt"))
    except OSError:
        return []
    return [b"socket.txt"]


def _device(folder: bytes) -> list[bytes]:
    """Make an endless device, which only root may."""
    try:
        os.mknod(os.path.join(folder, b"device.txt"), stat.S_IFCHR | 0o644, os.makedev(1, 5))
    except OSError:
        return []
    return [b"device.txt"]
