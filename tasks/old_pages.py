"""Old pages whose evidence changed: how many of them a run segments again.

A new file can make lines of old pages furniture, or cease to be it. Those pages wait in the catalog
(`index.files.to_segment_again`) and are segmented again by the run that finds them. A run of a watcher leaves
them to a later one while new files wait: a page then comes once for many changes of its evidence, and delays
no file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

WAIT_SECONDS: Final = 30.0
"""A stream of files lets old pages wait so long. Of runs of 40 new pages into an archive of 400, fifteen
segmented 1,092 old ones, and 618 where those waited: 48 ms of CPU a file became 39. In an archive of 2,000
pages few wait for more than one reason (382 and 357), but a run takes half as long."""

AT_ONCE: Final = 100
"""Old pages of one run from then on, while new files still come: about a second on two processors."""


def allowed(*, hurried: bool, left_since: float | None, now: float) -> int | None:
    """How many old pages the next run may segment again; None: all of them.

    `hurried`: new files wait for it. `left_since` is when a run first left old pages waiting, None where none
    wait; both moments by one clock, in seconds.
    """
    if not hurried:
        return None
    waited = left_since is not None and now - left_since >= WAIT_SECONDS
    return AT_ONCE if waited else 0


_most: ContextVar[int | None] = ContextVar("most", default=None)


@contextmanager
def at_most(pages: int | None) -> Iterator[None]:
    """Let the runs of this context segment no more than so many old pages again."""
    token = _most.set(pages)
    try:
        yield
    finally:
        _most.reset(token)


def most() -> int | None:
    """How many old pages this run may segment again; None: all of them."""
    return _most.get()
