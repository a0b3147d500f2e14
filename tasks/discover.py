"""Discovery: what lies in the raw folders, what of it is news, and what changed since the last scan.

A scan looks at names and stat results only. It follows no link and opens no file.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from index.article import State
from index.counted import counted
from index.files import SEEN, STORED, FileRow, Stat
from index.settings import DEFAULT_INCLUDE

HIDDEN: Final = re.compile(r"(?:^|/)\.(?!\.)")
"""Hidden as shells see it, or in a hidden folder; a name of several dots, or ``..\\x.txt``, is only odd."""

TEMPORARY: Final = re.compile(
    r"(~|\.part|\.partial|\.filepart|\.crdownload|\.download|\.tmp|\.temp|\.swp|\.swx|\.lock)$|^#.*#$|^~\$",
    re.IGNORECASE,
)

HIDDEN_NAME: Final = "hidden"
TEMPORARY_NAME: Final = "temporary name"

LOST_SHARE: Final = 0.2
LOST_AT_LEAST: Final = 20
"""A root that lost more than this share of its files, and at least so many, is not believed."""

FINAL_STATES: Final = frozenset({State.INDEXED, State.DUPLICATE, State.REJECTED})


@dataclass(frozen=True, slots=True)
class Entry:
    """A directory entry, its path relative to the root; `ignored` says why it is no raw file, if so."""

    path: bytes
    stat: Stat
    ignored: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What one walk over a root found, and the paths of which the disk would tell nothing."""

    entries: tuple[Entry, ...]
    unreadable: tuple[bytes, ...]


_Identity = tuple[int, int]
"""Device and inode: which folder it is, whatever its name."""

Folder = tuple[str, _Identity | None]
"""A folder's path relative to its root (as by `os.fsdecode`), and which it must be; None: whichever it is."""

_Looked = tuple[str, os.stat_result | None]
"""Name of an entry (as by `os.fsdecode`), and what the disk says of it."""


class Names:
    """Which names are news pages, by shell patterns in any letter case."""

    def __init__(self, include: tuple[str, ...], exclude: tuple[str, ...]) -> None:
        self._include = _pattern(include)
        self._exclude = _pattern(exclude)

    def verdict(self, path: str) -> str:
        """Why a file of this relative path is ignored; empty where its name is one of a news page.

        `path` is decoded as by `os.fsdecode`.
        """
        name = path[path.rfind("/") + 1 :]
        if HIDDEN.search(path):
            return HIDDEN_NAME
        if TEMPORARY.search(name):
            return TEMPORARY_NAME
        if self._exclude.match(name) or self._exclude.match(path):
            return "excluded by newsfold.toml"
        return "" if self._include.match(name) else "not a name of a news page (see include)"


def passing(verdict: str) -> bool:
    """Whether a file ignored for this reason comes and goes by itself, with news of its own when it stays."""
    return verdict in {HIDDEN_NAME, TEMPORARY_NAME}


def _pattern(globs: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(glob) for glob in globs) or r"(?!)", re.IGNORECASE)


def walk(root: bytes, names: Names, *, skip: bytes, folder: Folder = ("", None)) -> Walk:
    """List every entry below `root` that is no plain folder, in no order; `skip` is newsfold's own folder.

    With `folder`, one below the root, only what lies below that; all paths are relative to the root.

    A folder that was swapped for another, or for a link out of the root, since it was listed is not
    entered: it counts as unreadable. Raises OSError where the root itself cannot be listed.
    """
    entries: list[Entry] = []
    unreadable: list[bytes] = []
    folders = [folder]
    while folders:
        inside, identity = folders.pop()
        try:
            listed = _listed(os.path.join(root, os.fsencode(inside)) if inside else root, identity)
        except OSError:
            if not inside:
                raise
            unreadable.append(os.fsencode(inside))
            continue
        above = f"{inside}/" if inside else ""
        for name, result in listed:
            told = above + name
            path = os.fsencode(told)
            if result is None:
                unreadable.append(path)
                continue
            if stat.S_ISDIR(result.st_mode):
                if os.path.join(root, path) != skip:
                    folders.append((told, (result.st_dev, result.st_ino)))
                if names.verdict(told):
                    continue
            entries.append(Entry(path, Stat.of(result), _ignored(result.st_mode, told, names)))
    return Walk(tuple(entries), tuple(unreadable))


def _listed(folder: bytes, identity: _Identity | None) -> list[_Looked]:
    """Names and stat results of a folder's entries, by its descriptor; raises OSError.

    With an identity, it must be that very folder: what its parent saw. So the last look at each entry was
    taken through folders of the root alone, and `tasks.reading` opens no file with another inode.
    """
    # the root itself may be a link: the user named it
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | (os.O_NOFOLLOW if identity else 0)
    handle = os.open(folder, flags)
    try:
        if identity:
            found = os.fstat(handle)
            if (found.st_dev, found.st_ino) != identity:
                raise NotADirectoryError(errno.ENOTDIR, "it was swapped for another folder", folder)
        with os.scandir(handle) as entries:
            looked = [one for entry in entries if (one := _looked(entry))]
        if looked and all(result is None for _, result in looked):
            raise OSError(errno.EIO, "nothing in it can be looked at", folder)
        return looked
    finally:
        os.close(handle)


def _looked(entry: os.DirEntry[str]) -> _Looked | None:
    """Look at an entry; its stat is None where the disk cannot tell it. Raises PermissionError."""
    try:
        return entry.name, entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # gone between the listing and this look: not there
        return None
    except PermissionError:  # of the folder: it hides all of them
        raise
    except OSError:  # one damaged inode must not hide the others
        return entry.name, None


def _ignored(mode: int, path: str, names: Names) -> str:
    if stat.S_ISREG(mode):
        return names.verdict(path)
    if stat.S_ISLNK(mode):
        return "symbolic link"
    if stat.S_ISDIR(mode):
        return "a folder with the name of a page"
    return "not a regular file"


@dataclass(frozen=True, slots=True)
class Diff:
    """What a walk means for the catalog.

    `seen` are rows to write (path, stat, state, reason); `candidates` are paths to read once they are stable;
    `gone` are rows of files that are not there any more; `walked` is the walker's own count.
    """

    seen: tuple[tuple[bytes, Stat, State, str], ...]
    candidates: Mapping[bytes, Stat]
    gone: tuple[FileRow, ...]
    walked: int


def compare(found: Walk, known: Mapping[bytes, FileRow]) -> Diff:
    """Compare a walk with the catalog's rows of that root. Pure."""
    seen: list[tuple[bytes, Stat, State, str]] = []
    candidates: dict[bytes, Stat] = {}
    here: set[bytes] = set()
    for entry in found.entries:
        here.add(entry.path)
        row = known.get(entry.path)
        same = row is not None and row.stat == entry.stat
        if entry.ignored:
            if row is None or not same or (row.state, row.reason) != (State.IGNORED, entry.ignored):
                seen.append((entry.path, entry.stat, State.IGNORED, entry.ignored))
            continue
        if row is not None and same and (row.state in FINAL_STATES or row.reason == STORED):
            continue
        seen.append((entry.path, entry.stat, State.PENDING, SEEN))
        candidates[entry.path] = entry.stat
    hidden = frozenset(found.unreadable)
    carried = set(_below(hidden, known))
    for path in carried:
        row = known[path]
        if row.state is not State.DEFERRED:
            why = "it cannot be looked at" if path in hidden else "its folder cannot be listed"
            seen.append((path, row.stat, State.DEFERRED, why))
    gone = tuple(row for path, row in known.items() if path not in here and path not in carried)
    return Diff(
        seen=tuple(seen),
        candidates=candidates,
        gone=gone,
        walked=len(found.entries) + len(carried),
    )


def _below(hidden: frozenset[bytes], known: Mapping[bytes, FileRow]) -> Iterator[bytes]:
    """Known files that are hidden, or below folders that are: nobody can say that they are gone."""
    if not hidden:
        return
    for path, row in known.items():
        if row.state is not State.MISSING and (
            path in hidden or any(folder in hidden for folder in folders_of(path))
        ):
            yield path


def folders_of(path: bytes) -> Iterator[bytes]:
    """The folders above a path, the nearest first."""
    while (slash := path.rfind(b"/")) >= 0:
        path = path[:slash]
        yield path


def lost(diff: Diff, known: Mapping[bytes, FileRow]) -> str:
    """Why a root is not believed to have lost its files; empty where it is. See LOST_SHARE."""
    before = sum(1 for row in known.values() if row.state is not State.MISSING)
    gone = sum(1 for row in diff.gone if row.state is not State.MISSING)
    if before and not diff.walked:
        return f"it is empty, and held {counted(before, 'file')}"
    if gone >= LOST_AT_LEAST and gone > LOST_SHARE * before:
        return f"{gone:,} of its {before:,} files are gone"
    return ""


def doubt(root: bytes, known: Mapping[bytes, FileRow], *, skip: bytes) -> str:
    """Why a scan would not believe a root of which these files are known; empty where it would."""
    if all(row.state is State.MISSING for row in known.values()):
        return ""
    try:
        found = walk(root, Names(DEFAULT_INCLUDE, ()), skip=skip)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return lost(compare(found, known), known)


def still_same(path: bytes, before: Stat) -> bool:
    """Take the second look: whether the file of this absolute path is as it was at the first."""
    try:
        return Stat.of(os.lstat(path)) == before
    except OSError:
        return False
