"""What a run is asked to do, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

from index.counted import counted


@dataclass(frozen=True, slots=True)
class Options:
    """One run's choices."""

    accept_missing: bool = False
    max_rejects: int | None = None
    retry: bool = False
    rebuild: bool = False


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, in files; `equation` is the archive's conservation after it.

    `again` counts old pages that were segmented anew, because lines of theirs are judged otherwise now, and
    `later` those that a watcher leaves to a later run. `rebuilt`: so many articles are in a new index.
    """

    run: int
    walked: int
    read: int
    new: dict[str, int]
    gone: int
    removed: int
    again: int
    seconds: float
    worker_cpu_seconds: float
    equation: str
    lost_roots: tuple[tuple[str, str], ...]
    later: int = 0
    rebuilt: int | None = None

    @property
    def summary(self) -> str:
        """The run in one line."""
        built = [] if self.rebuilt is None else [f"a new index of {counted(self.rebuilt, 'article')}"]
        if not (self.read or self.gone or self.removed or self.again or built):
            found = f"nothing new among {counted(self.walked, 'file')}"
            return found if self.walked else "there are no files in the raw folders"
        parts = [f"{count:,} {state}" for state, count in self.new.items() if count]
        if self.gone:
            parts.append(f"{self.gone:,} missing")
        if self.removed:
            parts.append(f"{counted(self.removed, 'article')} removed")
        if self.again:
            parts.append(f"{counted(self.again, 'old page')} segmented again")
        return ", ".join(parts + built) + f" ({counted(self.read, 'file')} read in {self.seconds:.1f} s)"
