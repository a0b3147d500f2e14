"""What one query may take: beyond it, it is refused with a reason instead of keeping its reader waiting."""

from __future__ import annotations

import time
from typing import Final

from index.errors import QueryError

SECONDS: Final = 0.8
"""CPU time of the work in the index: a busy machine must not refuse what an idle one answers."""
POSTINGS: Final = 1_500_000
"""Postings that one query may keep, 60 to 100 bytes each: "of the" has 100,000 in 50,000 articles."""
_STEP: Final = 4_096

_HINT: Final = "Use fewer or rarer words, or write more of their letters."


class Budget:
    """The time and the memory that are left to a query. Raises QueryError where they are used up."""

    def __init__(self, seconds: float = SECONDS, postings: int = POSTINGS) -> None:
        self._end = time.thread_time() + seconds
        self._postings = postings
        self._steps = 0

    def check(self) -> None:
        """Look at the clock."""
        if time.thread_time() > self._end:
            raise QueryError("The query takes too long in this archive.", hint=_HINT)

    def step(self) -> None:
        """Take one small step of a loop; the clock is looked at now and then."""
        self._steps += 1
        if not self._steps % _STEP:
            self.check()

    def spend(self, postings: int) -> None:
        """Keep so many postings more."""
        self._postings -= postings
        if self._postings < 0:
            raise QueryError("The words of this query stand in too many articles.", hint=_HINT)
        self.check()
