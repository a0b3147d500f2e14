"""py3langid: naive Bayes over byte n-grams with 139 languages, also those of Central Asia and Africa.

It always names a language, as langdetect does. The language of its model that explains a text worst knows
next to none of the text's n-grams, so its score says how much there was to explain. A language that explains
too little of that is merely the nearest to one that the model has never seen.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from tasks.asking import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

# The model's names where BCP-47, or newsfold, has others. Arabic of the street is in no news of its own, and
# the dead languages that the model knows are nobody's news; "zxx" is its name for what is no text.
_TAGS: Final = {
    "ary": "ar",
    "arz": "ar",
    "fuv": "ff",
    "grc": "el",
    "gug": "gn",
    "hbo": "he",
    "kik": "ki",
    "no": "nb",
    "tl": "fil",
    "uzs": "uz",
    "wuu": "zh",
    "zxx": "und",
}
_CANTONESE: Final = "yue"

# Characters of everyday news that only one of the two scripts writes, in the same order.
_SIMPLIFIED: Final = "这国们来时会个说为学对过还没样后发经长开问关点动现东话见业给从员两应体报场记气车进无电"
_TRADITIONAL: Final = "這國們來時會個說為學對過還沒樣後發經長開問關點動現東話見業給從員兩應體報場記氣車進無電"

# Log-likelihood in the best language over that in the worst; chosen with evals.language, development texts
# (all articles, each second or third of the rest). Above the limit are, of 100 letters and more, .1 % of the
# texts in languages of the model and all of those that have no sister in it; of shorter ones .7 % and 65 %.
_UNEXPLAINED: Final = 0.675
_UNEXPLAINED_SHORT: Final = 0.7
_SHORT: Final = 100  # letters
_PARTS: Final = 4  # of a text that does not fit as a whole: foreign quotations condemn no article
_LEAST: Final = 0.2  # below this probability fewer than one answer in four was right
_NOTHING: Final = 30.0  # a language so far behind the best, in log-odds, has no share in the probability


class Py3langidEngine:
    """py3langid with the model that comes with it."""

    name: Final = "py3langid"

    @cached_property
    def _identifier(self) -> LanguageIdentifier:
        """The model, read when it is first needed (.8 s, 100 MB)."""
        return LanguageIdentifier.from_model_file(MODEL_FILE)

    def load(self) -> None:
        """Read the model."""
        _ = self._identifier

    @cached_property
    def tags(self) -> frozenset[str]:
        """BCP-47 codes that the model can give."""
        named = {_tag(label) for label in self._identifier.labels}
        return frozenset(named - {"und", "zh"} | {"zh-Hans", "zh-Hant"})

    def ask(self, text: str, *, cjk: bool) -> Answer:
        """Ask py3langid, and hold what it says against what any text would get."""
        ranked: Sequence[tuple[str, float]] = self._identifier.rank(text)
        if cjk:
            return _chinese(ranked, text)
        code = _tag(ranked[0][0])
        if code in {"und", "zh"}:
            return Answer("und", 0.0)
        probability = _probability(ranked, text, code)
        fits = _explains(text, ranked) or self._explains_half(text, code)
        return Answer(code, probability, fits and probability >= _LEAST)

    def _explains_half(self, text: str, code: str) -> bool:
        """Say whether half of a text's parts, each for itself, look like the language."""
        words = text.split()
        if len(text) < _PARTS * _SHORT or len(words) < _PARTS:
            return False
        size = -(-len(words) // _PARTS)
        parts = [" ".join(words[start : start + size]) for start in range(0, len(words), size)]
        ranks = [self._identifier.rank(part) for part in parts]
        fitting = sum(
            _tag(ranked[0][0]) == code and _explains(part, ranked)
            for part, ranked in zip(parts, ranks, strict=True)
        )
        return 2 * fitting >= len(parts)

    def speaks(self, text: str, code: str) -> bool:  # noqa: ARG002 - there is nothing cheaper than to ask
        """Leave it to the question."""
        return False


def _tag(label: str) -> str:
    return _TAGS.get(label, label)


def _probability(ranked: Sequence[tuple[str, float]], text: str, code: str) -> float:
    """Share of a language in the probability of all.

    Scores are log-likelihoods of n-grams that depend on one another; py3langid's own remedy is to divide them
    by the root of the text's length in bytes.
    """
    root = math.sqrt(max(1, len(text.encode("utf-8", "surrogatepass"))))
    least = ranked[0][1] - _NOTHING * root
    of_code = total = 0.0
    for label, score in ranked:
        if score < least:
            break
        share = math.exp((score - ranked[0][1]) / root)
        total += share
        of_code += share if _tag(label) == code else 0.0
    return of_code / total


def _explains(text: str, ranked: Sequence[tuple[str, float]]) -> bool:
    """Say whether the best language explains enough of a text; all log-likelihoods are below 0."""
    limit = _UNEXPLAINED_SHORT if sum(map(str.isalpha, text)) < _SHORT else _UNEXPLAINED
    best, worst = ranked[0][1], ranked[-1][1]
    return best > worst and best >= limit * worst


def _chinese(ranked: Sequence[tuple[str, float]], text: str) -> Answer:
    """Answer for a text of which Chinese characters are known to make up most."""
    best = next((label for label, _ in ranked if label == _CANTONESE or _tag(label) == "zh"), "zh")
    if best == _CANTONESE:
        return Answer(_CANTONESE, _probability(ranked, text, _CANTONESE))
    return Answer(_script(text), _probability(ranked, text, "zh"))


def _script(text: str) -> str:
    """Tell simplified from traditional Chinese; simplified where nothing speaks for either."""
    traditional = sum(character in _TRADITIONAL for character in text)
    simplified = sum(character in _SIMPLIFIED for character in text)
    return "zh-Hant" if traditional > simplified else "zh-Hans"
