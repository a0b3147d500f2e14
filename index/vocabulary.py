"""Numbers for the terms of one segment: analysis is done once for each raw token, not for each occurrence."""

from __future__ import annotations

from array import array

from index.analysis import TOKEN_CAP, neutral, words_of
from index.stemming import stemmer


class _Numbers(dict[str, int]):
    """Term → its number, in the order of first use."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class Entries(dict[str, int]):
    """Raw token → its entry: the run of words that it stands for, in one language (None: neutral terms only).

    The words of entry ``e`` are ``starts[e]`` to ``starts[e + 1]`` of the parallel arrays `neutral` and
    `stems`, which hold numbers of terms.
    """

    def __init__(self, numbers: _Numbers, language: str | None) -> None:
        super().__init__()
        self.neutral, self.stems, self.starts = array("i"), array("i"), array("i", [0])
        self._numbers = numbers
        self._stems = None if language is None else stemmer(language)

    def __missing__(self, token: str) -> int:
        plain = token.isascii() and token.isalnum()
        words = [token[:TOKEN_CAP]] if plain else words_of(token)
        numbers, stems = self._numbers, self._stems
        for word, term in zip(words, words if plain else neutral(words), strict=True):
            self.neutral.append(numbers[term])
            if stems is not None:
                self.stems.append(numbers[stems[word]])
        entry = self[token] = len(self.starts) - 1
        self.starts.append(len(self.neutral))
        return entry


class Terms(dict[str, int]):
    """Terms that are ready: each is an entry of its own. Has the arrays of `Entries`."""

    def __init__(self, numbers: _Numbers) -> None:
        super().__init__()
        self.neutral, self.starts = array("i"), array("i", [0])
        self.stems = self.neutral
        self._numbers = numbers

    def __missing__(self, term: str) -> int:
        self.neutral.append(self._numbers[term])
        entry = self[term] = len(self.starts) - 1
        self.starts.append(len(self.neutral))
        return entry


class Vocabulary:
    """The terms of a segment and the raw tokens that gave them."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._entries: dict[str | None, Entries] = {}
        self.ready = Terms(self._numbers)

    def __len__(self) -> int:
        """Return how much is remembered: tokens and terms."""
        return len(self._numbers) + len(self.ready) + sum(map(len, self._entries.values()))

    def entries(self, language: str | None) -> Entries:
        """Return the table of a language's key, or of no language."""
        if language not in self._entries:
            self._entries[language] = Entries(self._numbers, language)
        return self._entries[language]

    def in_order(self) -> tuple[list[str], list[int]]:
        """Return all terms in the order of their UTF-8 bytes, and their numbers in that order."""
        terms = list(self._numbers)
        order = sorted(range(len(terms)), key=terms.__getitem__)
        return [terms[number] for number in order], order
