"""What an engine of language detection is asked, and what it answers.

`tasks.language` prepares the sample and keeps what is common to all engines: letters and scripts, words of
neighbours, the second language, `und` for too little text. An engine names a language of that sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """An engine's language for a sample: BCP-47 code, and the probability 0..1 that it is the right one.

    `code` is ``und`` where the engine found nothing to go by. `fits` is false where the sample does not look
    like text of that language, however certain the engine is among those that it knows.
    """

    code: str
    probability: float
    fits: bool = True


class Engine(Protocol):
    """One way to name the language of a sample; pure, and the same in every process."""

    @property
    def name(self) -> str:
        """Name of the engine as newsfold.toml and the catalog have it."""
        ...

    @property
    def tags(self) -> frozenset[str]:
        """BCP-47 codes that the engine can answer."""
        ...

    def load(self) -> None:
        """Read the model now, where that is not done yet; else the first question does it."""
        ...

    def ask(self, text: str, *, cjk: bool) -> Answer:
        """Name the language of a sample; `cjk` where Chinese characters make up most of it.

        `text` is one line of 1 to 1,000 characters, without addresses, folded where it was capitals. Any
        string must do.
        """
        ...

    def speaks(self, text: str, code: str) -> bool:
        """Say whether a paragraph is surely of the language, more cheaply than by asking; else false."""
        ...
