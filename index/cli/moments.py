"""When something was and how long it took, as a person says it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from index.counted import counted

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_RECENT: Final = 7 * _DAY
"""Seconds from which on the day says more than how long ago it was."""


def moment_of(noted: str) -> datetime:
    """Read a moment of the catalog (ISO, UTC). Raises ValueError for none."""
    moment = datetime.fromisoformat(noted)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def ago(moment: datetime, now: datetime) -> str:
    """Say how long before `now` it was: ``just now``, ``3 minutes ago``; after a week the local day."""
    seconds = (now - moment).total_seconds()
    if not -_MINUTE < seconds < _RECENT:  # the clock may have been set back since
        return f"{moment.astimezone():%Y-%m-%d}"
    for size, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size:
            return f"{counted(int(seconds // size), name)} ago"
    return "just now"


def lasted(seconds: float) -> str:
    """Say how long something took, to what matters: ``0.4 s``, ``48 s``, ``3 min 20 s``, ``2 h 5 min``."""
    seconds = max(0.0, seconds)
    if round(seconds, 1) < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR:,} h {whole % _HOUR // _MINUTE} min"
