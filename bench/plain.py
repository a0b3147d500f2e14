"""The plain pipeline: what a good engineer writes in a day, out of the libraries as they are. The baseline.

trafilatura on the lines as paragraphs, langdetect on what it finds, MinHash with banding against duplicates,
Whoosh's own writer with its stemming analyzer; nothing kept but the index. One process, or a
`multiprocessing.Pool` that reads the pages while this process looks for duplicates and writes.
"""

from __future__ import annotations

import hashlib
import html
import multiprocessing
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import index.whooshed  # noqa: F401 - first: it silences the warnings of Whoosh's sources

# isort: split
import langdetect
import numpy as np
import trafilatura
from numpy.typing import NDArray
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.index import create_in

PERMUTATIONS: Final = 128
ROWS: Final = 4
"""Of a band: with 128 permutations two texts meet at a Jaccard similarity of about .4."""
SIMILAR: Final = 0.7
WORDS: Final = 3

_WORD: Final = re.compile(r"\w+")
_PRIME: Final = np.uint64((1 << 61) - 1)
_LOW: Final = np.uint64((1 << 32) - 1)

Signature = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the files: each is one of the three."""

    indexed: int
    duplicate: int
    empty: int


class MinHashes:
    """Signatures seen so far, found again by bands."""

    def __init__(self) -> None:
        chance = np.random.default_rng(1)
        self._factors = chance.integers(1, 1 << 29, PERMUTATIONS, dtype=np.uint64)
        self._offsets = chance.integers(0, 1 << 60, PERMUTATIONS, dtype=np.uint64)
        self._bands: defaultdict[tuple[int, bytes], list[Signature]] = defaultdict(list)

    def seen(self, signature: Signature) -> bool:
        """Say whether a similar text was seen before; remember this one if not."""
        keys = [(start, signature[start : start + ROWS].tobytes()) for start in range(0, PERMUTATIONS, ROWS)]
        for key in keys:
            if any(float(np.mean(other == signature)) >= SIMILAR for other in self._bands[key]):
                return True
        for key in keys:
            self._bands[key].append(signature)
        return False

    def signature(self, text: str) -> Signature:
        """Return the least hash of the text's shingles under each permutation."""
        words = _WORD.findall(text.lower())
        shingles = {" ".join(words[at : at + WORDS]) for at in range(max(1, len(words) - WORDS + 1))}
        hashes = np.fromiter((_hash(shingle) for shingle in shingles), np.uint64, len(shingles))
        mixed = (hashes[:, None] * self._factors + self._offsets) % _PRIME & _LOW
        return np.asarray(mixed.min(axis=0), dtype=np.uint64)


_HASHES: Final = MinHashes()
"""For signatures only: it has seen nothing."""


def _hash(shingle: str) -> int:
    return int.from_bytes(hashlib.sha1(shingle.encode(), usedforsecurity=False).digest()[:4], "little")


@dataclass(frozen=True, slots=True)
class _Read:
    """What is known of a page before its like are looked for."""

    path: str
    article: str
    language: str
    signature: Signature | None


def run(raw: Path, directory: Path, workers: int = 1) -> Counts:
    """Index every text file below `raw` into a new Whoosh index in `directory`."""
    body = TEXT(analyzer=StemmingAnalyzer(), stored=True)
    schema = Schema(path=ID(stored=True, unique=True), lang=ID(stored=True), body=body)
    directory.mkdir(parents=True)
    writer = create_in(str(directory), schema).writer(limitmb=64)
    known = MinHashes()
    indexed = duplicate = empty = 0
    with _reads(sorted(raw.rglob("*.txt")), workers) as pages:
        for page in pages:
            if page.signature is None:
                empty += 1
            elif known.seen(page.signature):
                duplicate += 1
            else:
                writer.add_document(path=page.path, lang=page.language, body=page.article)
                indexed += 1
    writer.commit()
    return Counts(indexed, duplicate, empty)


@contextmanager
def _reads(paths: Sequence[Path], workers: int) -> Iterator[Iterator[_Read]]:
    if workers == 1:
        yield map(_read, paths)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield pool.imap(_read, paths, chunksize=16)


def _read(path: Path) -> _Read:
    langdetect.DetectorFactory.seed = 0
    article = _article(path.read_text(encoding="utf-8", errors="replace"))
    if not article:
        return _Read(str(path), "", "", None)
    return _Read(str(path), article, _language(article), _HASHES.signature(article))


def _article(page: str) -> str:
    lines = (html.escape(line) for line in page.split("\n") if line.strip())
    paragraphs = "".join(f"<p>{line}</p>\n" for line in lines)
    return trafilatura.extract(f"<html><body>{paragraphs}</body></html>") or ""


def _language(text: str) -> str:
    try:
        return str(langdetect.detect(text))
    except langdetect.LangDetectException:
        return "und"
