"""Everything that stops a command, in one tree.

::

    NewsfoldError            exit 3   the run failed
    ├── UsageError           exit 2   the call was wrong
    │   ├── SettingsError             newsfold.toml cannot be used
    │   └── QueryError                a query cannot be read; knows the place
    ├── NotFoundError        exit 1   nothing there by that name
    ├── LockedError          exit 75  another run is at work
    ├── RootLostError        exit 3   a raw folder is gone, empty or half lost
    ├── UnsafeIndexError     exit 3   somebody else could have written the index
    ├── IndexVersionError    exit 3   the index has another schema
    ├── IndexDamagedError    exit 3   files of the index are missing or changed
    └── CatalogDamagedError  exit 3   SQLite cannot make sense of the catalog

Each carries a message for a person (cause and path) and, where there is one, the next command to try.
"""

from __future__ import annotations

from typing import ClassVar


class NewsfoldError(Exception):
    """A failure with a message for a person, the next command to try, and an exit code."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class UsageError(NewsfoldError):
    """The call was wrong: option, folder, home."""

    exit_code = 2


class SettingsError(UsageError):
    """newsfold.toml cannot be read or says something impossible."""


class QueryError(UsageError):
    """A query that cannot be read. `position` counts characters from 0."""

    def __init__(self, message: str, *, position: int | None = None, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.position = position


class NotFoundError(NewsfoldError):
    """Nothing stands under that name."""

    exit_code = 1


class LockedError(NewsfoldError):
    """Another run holds the lock."""

    exit_code = 75


class RootLostError(NewsfoldError):
    """A raw folder cannot be trusted: unreadable, unexpectedly empty or half lost."""

    ADVICE: ClassVar[str] = (
        "mount or restore it; 'newsfold ingest --accept-missing' if its files are really gone"
    )


class UnsafeIndexError(NewsfoldError):
    """Somebody else could have written the index; opening it would run their code."""


class IndexVersionError(NewsfoldError):
    """The index was written with another schema."""


class IndexDamagedError(NewsfoldError):
    """The index cannot be read: files are missing or changed."""


class CatalogDamagedError(NewsfoldError):
    """The catalog cannot be read: its bytes were changed."""
