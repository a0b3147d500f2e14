"""When a watcher starts its next run: soon for one file, seldom enough for a stream of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tasks.looks import Ripe

GATHER_SECONDS: Final = 0.4
"""A run waits so long for files that land together with the first, and are not stable yet."""

PERIOD_SECONDS: Final = 1.6
"""Between the starts of two runs. With the second of settling a file waits at most 2.6 s for its run, where
the contract allows 3 (at 2.0, `bench.watch` found a 95th percentile of 3.02 s); and a stream of files does
not cost a run each. A run that finds nothing costs 30 to 60 ms of CPU in an archive of 2,000 files."""

REST_SHARE: Final = 0.1
"""After a run, the watcher rests for this share of its duration: slow runs take more files each, and leave
room for whoever searches."""

FIRST_BACKOFF: Final = 2.0
LONGEST_BACKOFF: Final = 60.0
"""Seconds until a run that failed is tried again; doubled with each further failure."""


@dataclass(frozen=True, slots=True)
class Past:
    """The last run, by a monotonic clock, and how many runs have failed in a row."""

    started: float
    ended: float
    failures: int = 0


def start_at(ripe: Ripe, past: Past | None) -> float:
    """When the next run shall start, given when the waiting changes are stable and what the last run was."""
    gathered = min(ripe.last, ripe.first + GATHER_SECONDS)
    if past is None:
        return gathered
    if past.failures:
        rest = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(past.failures - 1, 10))
    else:
        rest = REST_SHARE * (past.ended - past.started)
    return max(gathered, past.started + PERIOD_SECONDS, past.ended + rest)


def both(one: Ripe | None, other: Ripe | None) -> Ripe | None:
    """The changes of both together."""
    if one is None or other is None:
        return one or other
    return Ripe(min(one.first, other.first), max(one.last, other.last))
