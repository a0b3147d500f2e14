"""langdetect, asked as it should be: a fresh and seeded detector, one trial, and a test of what it says.

One trial on the first few hundred characters names the language of running text. Where the profiles, asked
about every n-gram, name another, or where the text is a headline, all n-grams decide, and names count less.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tasks import fit, profiles, trial
from tasks.asking import Answer

# langdetect's names where BCP-47 has others.
_TAGS: Final = {"no": "nb", "tl": "fil", "zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
_PROFILES: Final = {tag: name for name, tag in _TAGS.items()}
# langdetect alone reads some traditional Chinese as Korean; this is its public way to say what is possible.
_CHINESE: Final = ("zh-cn", "zh-tw")

# Chosen with evals.language on its development texts.
_TRIALS: Final = 1  # langdetect's default is 7; what one trial says is held against all n-grams
_CHINESE_TRIALS: Final = 7
_ASKED: Final = 400  # characters of the sample that langdetect sees
_SHORT: Final = 250  # trigrams, below which every n-gram is weighed
_PARAGRAPH_FIT: Final = 2.5  # log-odds above the limit that name a paragraph without another look
# Weights of `signs`, made by evals.language_calibration; what they are worth stands in docs/languages.md.
_CALIBRATION: Final = (1.895, -0.324, 0.098, -2.310)
# The end of a sentence with another behind it: prose, whose capitals begin sentences.
_SENTENCES: Final = re.compile(r"[.!?…。؟][\"'”’»)“]?\s")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the probability of an answer rests on.

    `lead`: how far the language is before the next one, in log-odds. `fit`: see `fit.score`. `size`:
    trigrams.
    """

    lead: float
    fit: float
    size: int


class LangdetectEngine:
    """langdetect with its 55 languages."""

    name: Final = "langdetect"

    @cached_property
    def tags(self) -> frozenset[str]:
        """BCP-47 codes of the profiles."""
        return frozenset(_TAGS.get(name, name) for name in profiles.names())

    def load(self) -> None:
        """Read the profiles (0.4 s)."""
        profiles.table()

    def ask(self, text: str, *, cjk: bool) -> Answer:
        """Ask langdetect, and hold what it says against the profile that it chose."""
        if cjk:
            return _chinese(text)
        words = profiles.words(text)
        parts = fit.measure(words)
        if not any(part.known for part in parts):
            return Answer("und", 0.0)
        place, evidence = decide(text, words, parts)
        name = profiles.names()[place]
        return Answer(_TAGS.get(name, name), probability(evidence), evidence.fit >= 0)

    def speaks(self, text: str, code: str) -> bool:
        """Say whether the text fits the language's own profile, and no other better."""
        if code not in self.tags:
            return False
        parts = fit.measure(profiles.words(text))
        place = profiles.names().index(_PROFILES.get(code, code))
        return bool(parts) and fit.nearest(parts) == place and fit.score(parts, place) > _PARAGRAPH_FIT


LANGDETECT: Final = LangdetectEngine()


def decide(text: str, words: Sequence[str], parts: Sequence[fit.Part]) -> tuple[int, Evidence]:
    """Choose a profile (its place) for a text of these words and parts, with the evidence for it."""
    size = sum(part.size for part in parts)
    logs = sum((part.logs for part in parts), np.zeros(len(profiles.names())))
    if size < _SHORT or query(text) != profiles.names()[int(np.argmax(logs))]:
        logs = profiles.weigh(words, headline=not _SENTENCES.search(text))
    place = int(np.argmax(logs))
    lead = float(logs[place] - np.partition(logs, -2)[-2])
    return place, Evidence(lead, fit.score(parts, place), size)


def probability(evidence: Evidence) -> float:
    """Probability that a language is the right one among those of the profiles."""
    odds = sum(weight * sign for weight, sign in zip(_CALIBRATION, signs(evidence), strict=True))
    return 1 / (1 + math.exp(-odds))


def signs(evidence: Evidence) -> tuple[float, float, float, float]:
    """Turn evidence into what `_CALIBRATION` weighs."""
    return math.log1p(evidence.lead), evidence.lead / evidence.size, evidence.fit, 1.0


def query(text: str) -> str:
    """Ask langdetect for its name of a sample's language; empty where it found no features."""
    found = trial.best(text[:_ASKED], trials=_TRIALS)
    return found[0] if found else ""


def _chinese(text: str) -> Answer:
    """Tell simplified from traditional characters."""
    characters = "".join([character for character in text if not character.isascii()])[:_ASKED]
    found = trial.best(characters, trials=_CHINESE_TRIALS, possible=_CHINESE)
    return Answer(_TAGS.get(found[0], found[0]), found[1]) if found else Answer("und", 0.0)
