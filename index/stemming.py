"""Stems: the forms of a word reduced to one, language by language (Snowball, by PyStemmer).

The stemmer sees the word with its accents, which German or French rules need, and the *stem* is folded
afterwards. So "économie" and "economie" meet, and so do "Müller" and "Mueller", which Snowball itself unites.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import Stemmer

from index.folding import bare

_CACHE: Final = 50_000
"""Words remembered per language, about 10 MB; the cache starts afresh when it is full."""

_ALGORITHMS: Final = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}

_ALIASES: Final = {
    "nb": "no",
    "nn": "no",
    "hr": "sr",
    "bs": "sr",
    "sh": "sr",
    "mo": "ro",
    "in": "id",
    "ji": "yi",
}

STEM_LANGUAGES: Final[tuple[str, ...]] = tuple(_ALGORITHMS)
"""Keys of the languages that have a stemmer; each has an index field of its own."""


class _Stems(dict[str, str]):
    """Word → folded stem in one language, with a bound on what is remembered."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self._stem = Stemmer.Stemmer(algorithm, 0).stemWord

    def __missing__(self, word: str) -> str:
        if len(self) >= _CACHE:
            self.clear()
        stemmed = self[word] = bare(self._stem(word)) or bare(word)
        return stemmed


# A module-level table, because PyStemmer's objects cannot be pickled and so must not hang on a schema.
_tables: Final[dict[str, _Stems]] = {}


def stem_language(bcp47: str) -> str | None:
    """Find the stemming key of a BCP-47 code (``nb`` → ``no``, ``pt-BR`` → ``pt``), None if none serves."""
    primary = re.split("[-_]", bcp47.lower(), maxsplit=1)[0]
    primary = _ALIASES.get(primary, primary)
    return primary if primary in _ALGORITHMS else None


def stemmer(language: str) -> Mapping[str, str]:
    """Return what gives the stem of any word (as `index.analysis.words` gives it) by the language's key."""
    table = _tables.get(language)
    if table is None:
        table = _tables[language] = _Stems(_ALGORITHMS[language])
    return table


def stem(words: Sequence[str], language: str) -> list[str]:
    """Stem words (as `index.analysis.words` gives them) by the language's key, one for one."""
    return list(map(stemmer(language).__getitem__, words))
