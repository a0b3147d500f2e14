"""When a line is furniture: it stands on pages that tell different stories.

A line is named by a key of its text (`tasks.repeated.line_key`), a page by the set of its lines. Everything
here is a pure function of the set of pages in the archive, so no answer depends on which page came first;
`index.line_counts` keeps the pages and applies the rule.

That a line stands on many pages proves nothing: so does every line of a wire story that thirty papers print.
Two pages tell the same story where they share much of their *prose* (their long lines), whatever furniture
each paper put around it. Furniture can be prose, too (a cookie notice, a legal notice), and longer than a
brief. So lines that stand on more than `COMMON` pages, be they notices or wire copy, cannot prove that two
pages differ; and a page that has nothing but those proves nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, NewType

LineKey = NewType("LineKey", int)
PageId = NewType("PageId", int)
"""Both 48 bits, signed: SQLite stores them in six bytes. Among ten million lines two keys that collide are
as likely as not 0.2; it takes `STORIES` different pages for that to matter."""

KEY_BYTES: Final = 6

LONG: Final = 15
"""Words from which a line is prose."""

STORIES: Final = 4
"""Different stories that a line must stand beside."""

SHARED: Final = 0.4
"""Share of the prose, by words of the page that has less, from which two pages tell one story."""

# Chosen on the 1,833 pages of the segmentation development data (464 pages of the web, each in four forms;
# most sites have one or two). Share of the body's words whose line is marked, and of the words of the
# furniture: 2 stories .0061/.180, 3 .0015/.097, 4 .0001/.077, 5 .0001/.064; with 4 stories, SHARED .33
# .0001/.075, .6 .0002/.081. Two forms of one page share .65 of their prose or more (nineteen in twenty), two
# stories of a site .30 or less. COMMON from 4 to 1,000 makes no difference on so small sites:
# tests/index/test_repetition.py shows what it is for.
COMMON: Final = 8
"""Pages up to which a line of prose can be a story's own; so many carriers, crawls or forms of one page."""

HOLDERS: Final = 64
"""Holders of a line that are looked at, those of smallest id: bounds the work for a line on every page."""


REMEMBERED: Final = 5_000
MEASURED: Final = 200_000
"""Pages whose prose is kept in memory while lines are decided (25 MB), and those of which only the number of
words is (30 MB). Of the 64 holders of a line the first five or so are compared."""

ANSWERED: Final = 2_000
"""Sets of holders whose answer is kept (5 MB): a site's furniture stands on the same pages, line for line."""


@dataclass(frozen=True, slots=True)
class PageLines:
    """The distinct lines of a page that are counted; `prose` gives the words, up to 255, of the long ones."""

    prose: dict[LineKey, int]
    short: frozenset[LineKey]

    @property
    def keys(self) -> frozenset[LineKey]:
        """All of them."""
        return self.short.union(self.prose)

    def pack(self) -> bytes:
        """Pack them: number of long lines (2 bytes), their keys, their words (1 byte each), other keys."""
        long = sorted(self.prose)
        parts = [len(long).to_bytes(2, "little")]
        parts += [key.to_bytes(KEY_BYTES, "little", signed=True) for key in long]
        parts.append(bytes(self.prose[key] for key in long))
        parts += [key.to_bytes(KEY_BYTES, "little", signed=True) for key in sorted(self.short)]
        return b"".join(parts)

    @classmethod
    def unpack(cls, data: bytes) -> PageLines:
        """Undo `pack`."""
        count = int.from_bytes(data[:2], "little")
        middle = 2 + KEY_BYTES * count
        words = data[middle : middle + count]
        return cls(
            prose=dict(zip(_keys(data[2:middle]), words, strict=True)),
            short=frozenset(_keys(data[middle + count :])),
        )


NO_LINES: Final = PageLines({}, frozenset())
"""Of a file that is no page."""


def _keys(data: bytes) -> list[LineKey]:
    return [
        LineKey(int.from_bytes(data[start : start + KEY_BYTES], "little", signed=True))
        for start in range(0, len(data), KEY_BYTES)
    ]


def page_id(packed: bytes) -> PageId:
    """Name a page by its lines: pages with the same ones are one page."""
    digest = hashlib.blake2b(packed, digest_size=KEY_BYTES).digest()
    return PageId(int.from_bytes(digest, "little", signed=True))


@dataclass(frozen=True, slots=True)
class Prose:
    """A page's prose, and what of it is its own (on at most `COMMON` pages): words by line, and in all."""

    all: dict[LineKey, int]
    own: dict[LineKey, int]
    words: int
    own_words: int


def own_prose(page: PageLines, common: Collection[LineKey]) -> Prose:
    """Tell a page's own prose from lines that stand on many pages."""
    own = {key: words for key, words in page.prose.items() if key not in common}
    return Prose(page.prose, own, sum(page.prose.values()), sum(own.values()))


class _Answer(NamedTuple):
    """Whether a line that is prose on none of the pages `looked_at` is repeated."""

    repeated: bool
    looked_at: tuple[PageId, ...]


class Stories:
    """Decides lines by the rule, and remembers pages and what they share: most lines meet the same ones.

    Whoever changes which lines are common has to say whose prose that changes (`forget`).
    """

    def __init__(self, prose_of: Callable[[PageId], Prose]) -> None:
        self._prose_of = prose_of
        self._prose: dict[PageId, Prose] = {}
        self._own_words: dict[PageId, int] = {}
        self._answers: dict[tuple[PageId, ...], _Answer] = {}
        self._shared: defaultdict[PageId, dict[PageId, tuple[int, int]]] = defaultdict(dict)

    def is_repeated(self, line: LineKey, holders: Sequence[PageId]) -> bool:
        """Whether a line stands beside `STORIES` mutually different stories.

        `holders` are its first `HOLDERS` pages in order of their ids. Those with the most prose of their own
        are tried first, for a page with little looks like every page of its site; each is kept that differs
        from all kept before it. A further page can thus take a mark away; the answer depends on the set of
        pages alone.
        """
        if len(holders) < STORIES:
            return False
        pages = tuple(holders)
        known = self._answers.get(pages)
        if known is not None and not self._is_prose(line, known.looked_at):
            return known.repeated
        answer = self._answer(pages, line)
        if known is None and not self._is_prose(line, answer.looked_at):
            if len(self._answers) >= ANSWERED:
                del self._answers[next(iter(self._answers))]
            self._answers[pages] = answer
        return answer.repeated

    def _is_prose(self, line: LineKey, pages: Iterable[PageId]) -> bool:
        """Whether a line is prose on one of these pages. Of one that is not, the pages alone decide."""
        return any(line in self._read(page).all for page in pages)

    def forget(self, page: PageId) -> None:
        """Read a page again when it is met again: other lines of it are common now, or it is gone."""
        self._answers.clear()
        self._own_words.pop(page, None)
        self._let_go(page)

    def _answer(self, pages: Sequence[PageId], line: LineKey) -> _Answer:
        """Say whether pages tell `STORIES` different stories, `line` aside."""
        known = self._own_words
        words = {page: known[page] if page in known else self._measure(page) for page in pages}
        looked_at: list[PageId] = []
        kept: list[PageId] = []
        for page in sorted(pages, key=words.__getitem__, reverse=True):
            if words[page] < LONG:
                break
            looked_at.append(page)
            prose = self._read(page)
            if prose.own_words - prose.own.get(line, 0) < LONG:
                continue
            if all(self._different(page, other, line) for other in kept):
                kept.append(page)
                if len(kept) == STORIES:
                    break
        return _Answer(len(kept) == STORIES, tuple(looked_at))

    def _measure(self, page: PageId) -> int:
        """Count the words of a page's own prose."""
        if len(self._own_words) >= MEASURED:
            del self._own_words[next(iter(self._own_words))]
        words = self._own_words[page] = self._read(page).own_words
        return words

    def _read(self, page: PageId) -> Prose:
        found = self._prose.get(page)
        if found is None:
            if len(self._prose) >= REMEMBERED:
                self._let_go(next(iter(self._prose)))
            found = self._prose[page] = self._prose_of(page)
        return found

    def _let_go(self, page: PageId) -> None:
        self._prose.pop(page, None)
        for other in self._shared.pop(page, ()):
            self._shared.get(other, {}).pop(page, None)

    def _different(self, one: PageId, other: PageId, line: LineKey) -> bool:
        """Whether two pages tell different stories, `line` aside: by all their prose and by their own."""
        mine, theirs = self._read(one), self._read(other)
        shared, own_shared = self._overlap(one, other)
        words, own_words = mine.all.get(line, 0), mine.own.get(line, 0)
        least, own_least = min(mine.words, theirs.words), min(mine.own_words, theirs.own_words)
        return shared - words < SHARED * (least - words) and own_shared - own_words < SHARED * (
            own_least - own_words
        )

    def _overlap(self, one: PageId, other: PageId) -> tuple[int, int]:
        """Words of the prose that stands on both pages: of all of it, and of what is their own."""
        found = self._shared[one].get(other)
        if found is None:
            mine, theirs = self._read(one), self._read(other)
            both = mine.all.keys() & theirs.all.keys()
            found = sum(mine.all[key] for key in both), sum(mine.own.get(key, 0) for key in both)
            self._shared[one][other] = self._shared[other][one] = found
        return found
