"""What a raw folder holds, kept in memory beside it: what must be found, and every file's state.

Every story has a word that no other has, so that a search for it says exactly whether the story is there.
Pure but for `Folder`, which does to the disk what it notes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench import pages

STORIES: Final = 400
"""Texts to begin with; each gets another word whenever it is used."""
BINARY: Final = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\x02\x03"
CHANGES: Final = {"add": 6, "edit": 5, "rename": 3, "delete": 5, "copy": 2, "spoil": 1}
"""How often each happens; adds and copies are as many as deletes, so that a folder keeps its size."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file: its story's word, empty where its bytes are no text."""

    word: str

    @property
    def readable(self) -> bool:
        """Whether an article is in it."""
        return bool(self.word)


@dataclass(slots=True)
class Model:
    """The files by name, and the words that were there once."""

    files: dict[str, Item] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def words(self) -> set[str]:
        """Those that a search must find."""
        return {item.word for item in self.files.values() if item.readable}

    def differences(self, told: Mapping[str, str]) -> list[str]:
        """Say where the states told of the files are not those that they must have.

        `told` has each file that is in the archive and not `missing`. Of files with the same bytes one is
        indexed and the others are its duplicates.
        """
        found = [f"{name}: not told of" for name in self.files.keys() - told.keys()]
        found += [f"{name}: told of, and not there" for name in told.keys() - self.files.keys()]
        by_word: dict[str, Counter[str]] = {}
        for name, item in self.files.items():
            if not item.readable and told.get(name, "rejected") != "rejected":
                found.append(f"{name}: {told[name]}, and has no text")
            elif item.readable and name in told:
                by_word.setdefault(item.word, Counter())[told[name]] += 1
        for word, states in by_word.items():
            copies = states.total() - 1
            if states != Counter({"indexed": 1}) + Counter({"duplicate": copies}):
                found.append(f"files with {word}: {dict(states)}")
        return sorted(found)


class Folder:
    """A folder of raw files that changes at random, and its model."""

    def __init__(self, path: Path, *, size: int, seed: int) -> None:
        self.path = path
        self.model = Model()
        self._size = size
        self._chance = random.Random(seed)  # noqa: S311 - must be repeatable, not secret
        self._texts: Sequence[str] = sorted(set(pages.generated(STORIES, seed=seed)))
        self._number = 0
        path.mkdir(parents=True, exist_ok=True)

    def fill(self) -> None:
        """Add files up to the folder's size."""
        while len(self.model.files) < self._size:
            self._add()

    def change(self, times: int) -> Counter[str]:
        """Do `times` random things to the files; returns what was done."""
        done: Counter[str] = Counter()
        for _ in range(times):
            what = self._chance.choices(list(CHANGES), weights=list(CHANGES.values()))[0]
            if len(self.model.files) > 1.2 * self._size:
                what = "delete"
            elif len(self.model.files) < 0.8 * self._size:
                what = "add"
            {
                "add": self._add,
                "edit": self._edit,
                "rename": self._rename,
                "delete": self._delete,
                "copy": self._copy,
                "spoil": self._spoil,
            }[what]()
            done[what] += 1
        return done

    def sample(self, words: set[str], count: int) -> list[str]:
        """Choose some of the words."""
        return self._chance.sample(sorted(words), min(count, len(words)))

    def seconds(self, most: float) -> float:
        """Choose a time."""
        return self._chance.uniform(0, most)

    def _add(self) -> None:
        name = f"site-{self._chance.randrange(9)}/{self._next()}.txt"
        self._write(name, self._story())

    def _edit(self) -> None:
        self._write(self._any(), self._story())

    def _rename(self) -> None:
        name, new = self._any(), f"site-{self._chance.randrange(9)}/moved-{self._next()}.txt"
        (self.path / new).parent.mkdir(exist_ok=True)
        (self.path / name).rename(self.path / new)
        self.model.files[new] = self.model.files.pop(name)

    def _delete(self) -> None:
        name = self._any()
        (self.path / name).unlink()
        self._forget(self.model.files.pop(name))

    def _copy(self) -> None:
        name, new = self._any(), f"site-9/copy-{self._next()}.txt"
        (self.path / new).parent.mkdir(exist_ok=True)
        (self.path / new).write_bytes((self.path / name).read_bytes())
        self.model.files[new] = self.model.files[name]

    def _spoil(self) -> None:
        self._put(self._any(), BINARY + str(self._next()).encode(), Item(""))

    def _story(self) -> str:
        return f"zq{self._next():06d}"

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _any(self) -> str:
        return self._chance.choice(sorted(self.model.files))

    def _write(self, name: str, word: str) -> None:
        """Write a story that nobody has had: another's words in another order, and its own in between."""
        words = self._chance.choice(self._texts).split()
        self._chance.shuffle(words)
        sentences = [" ".join(words[at : at + 14]).capitalize() for at in range(0, len(words), 14)]
        marked = [f"{part} {word}" if at % 3 == 0 else part for at, part in enumerate(sentences)]
        paragraphs = [". ".join(marked[at : at + 3]) + "." for at in range(0, len(marked), 3)]
        text = f"{sentences[0]} {word}\n\n" + "\n\n".join(paragraphs) + "\n"
        self._put(name, text.encode(), Item(word))

    def _put(self, name: str, data: bytes, item: Item) -> None:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        before = self.model.files.get(name)
        self.model.files[name] = item
        if before is not None:
            self._forget(before)

    def _forget(self, item: Item) -> None:
        if item.readable and item not in self.model.files.values():
            self.model.gone.add(item.word)
