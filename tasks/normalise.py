"""Text made comparable: what two copies of an article still share after typesetting took its liberties.

Unicode NFKC, casefold, one kind of quote and hyphen, no invisible characters. Words are split at spaces;
scripts that are written without spaces (Han, kana, Thai, Lao, Burmese, Khmer) give one token a character.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

import numpy as np

_UNSPACED: Final = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
    "\u0e01-\u0e5b\u0e81-\u0edf\u1000-\u109f\u1780-\u17d3"
)
# Signs inside words that Python's \w leaves out; without them a Hindi word falls apart.
_MARKS: Final = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc"

_INVISIBLE: Final = (
    *(0xAD, 0x34F, 0x61C, 0x640, 0x180E, 0xFEFF),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0x64B, 0x660),  # Arabic vowel points, which one copy prints and the next does not
    *range(0x591, 0x5BE),  # Hebrew points
)
_FOLD: Final[dict[int, str | None]] = {
    **dict.fromkeys(_INVISIBLE),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4\u0060\u05f3"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u05f4"), '"'),
    **dict.fromkeys(range(0x2010, 0x2014), "-"),
    **dict.fromkeys((0x2014, 0x2015, ord("_")), " "),
    0x2212: "-",
    0x2044: "/",
    # The two characters that NFKC blows up to 18 and 8 others.
    0xFDFA: "\ufdf4",
    0xFDFB: "\ufdf4",
}
_UNSPACED_CHAR: Final = re.compile(f"[{_UNSPACED}]")
# Most texts have no unspaced script, and few characters to fold: one search is cheaper than `translate`.
_MAYBE_UNSPACED: Final = re.compile("[\u0e01-\u0eff\u1000-\u17ff\u2e80-\U0003fffd]")
_FOLDED: Final = re.compile("[" + "".join(map(re.escape, map(chr, _FOLD))) + "]")
_JOINERS: Final = ".,'/-"
_WORD: Final = re.compile(rf"[\w{_MARKS}]+(?:[{_JOINERS}][\w{_MARKS}]+)*")
_NEWLINE: Final = ord("\n")
# Tables for `bytes.translate`: which bytes of an ASCII text are 1.
_ALNUM: Final = bytes(code < 128 and chr(code).isalnum() for code in range(256))
_JOINER: Final = bytes(chr(code) in _JOINERS for code in range(256))
# Nine of ten texts that are not ASCII are, once these are plain; then nothing else is left to fold.
_COMMON: Final = tuple(
    (sign, _FOLD[ord(sign)] or "") for sign in "\u2018\u2019\u201c\u201d\u2013\u2014\u00ad"
)
# CPython sorts a run of combining marks in quadratic time. No word has 64 in a row (Unicode allows 30).
_LONG_RUN: Final = re.compile(r"[^\w\s]{65,}")
_MAYBE_MARKS: Final = re.compile("[\u0300-\u1fff\u20d0-\u20ff\u2c00-\U0010ffff]")
_PIECE: Final = 1 << 16
_PROSE_WORDS: Final = 10
_SENTENCE_WORDS: Final = 6
_ENOUGH_PROSE: Final = 40
_MOSTLY_PROSE: Final = 0.6
_SENTENCE_END: Final = tuple(".!?\u2026\"'\u201d\u2019\u00bb\u3002\uff01\uff1f\u300d\u0964")


def clean(text: str) -> str:
    """Return the text in NFKC with plain quotes and hyphens and without invisible characters.

    Case and lines stay. Time and memory are linear whatever the input.
    """
    plain = text
    if not text.isascii():
        for sign, fold in _COMMON:
            plain = plain.replace(sign, fold)
    if plain.isascii():
        return plain.replace("_", " ")
    if _MAYBE_MARKS.search(text):
        text = _LONG_RUN.sub(" ", text)
    return unicodedata.normalize("NFKC", _FOLDED.sub(_fold, text))


def tokens(text: str) -> list[str]:
    """Return the text's words in comparable form."""
    return list(stream(text))


def stream(text: str) -> Iterator[str]:
    """Yield the `tokens` of a text while holding no more than 64 Ki characters of it."""
    return chain.from_iterable(decoded(lines) for lines in word_lines(text))


def word_lines(text: str) -> Iterator[bytes]:
    """Yield the `tokens` of a text in UTF-8, each ended by a newline, those of 64 Ki characters at a time.

    What counts and hashes words needs no string of each.
    """
    for piece in _pieces(text):
        yield from _piece_lines(piece)


@lru_cache(maxsize=2)
def _piece_lines(piece: str) -> tuple[bytes, ...]:
    """Find the words of a piece; the last ones are remembered, for its name and its terms need the same."""
    folded = clean(piece).casefold()
    if folded.isascii():
        return (_ascii_lines(folded.encode()),)
    found = _words(folded)
    return (encoded("\n".join([*found, ""])),) if found else ()


def encoded(text: str) -> bytes:
    """Return a text in UTF-8, lone surrogates included."""
    return text.encode("utf-8", "surrogatepass")


def decoded(lines: bytes) -> list[str]:
    """Return the words of `word_lines`."""
    return lines.decode("utf-8", "surrogatepass").split("\n")[:-1]


@lru_cache(maxsize=1 << 14)
def is_unspaced(token: str) -> bool:
    """Tell whether a token is one character of a script that is written without spaces."""
    return len(token) == 1 and _UNSPACED_CHAR.match(token) is not None


def text_hash(text: str) -> str:
    """Name a text by its tokens: SHA-256, 64 hex digits; equal for CRLF, NFD and typographic variants."""
    digest = hashlib.sha256()
    for lines in word_lines(text):
        digest.update(lines)
    return digest.hexdigest()


def word_count(text: str) -> int:
    """Count words: what stands between spaces, two characters of an unspaced script being one."""
    if text.isascii():
        return len(text.split())
    unspaced = 0
    if _MAYBE_UNSPACED.search(text):
        text, unspaced = _UNSPACED_CHAR.subn(" ", text)
    words = text.split()
    lone = [word for word in words if len(word) == 1 and not word.isalnum()]
    return unspaced // 2 + len(words) - len(lone)


def prose(text: str) -> str:
    """Keep the lines that read like prose; see `split_prose`."""
    return split_prose(text)[0]


@lru_cache(maxsize=1)
def split_prose(text: str) -> tuple[str, str]:
    """Part the lines that read like prose (10 words, or 6 that end as a sentence does) from the others.

    What segmentation left of lists of links and captions must not make two pages alike. A text that is
    mostly made of short lines (a table, verse) counts as prose.
    """
    kept: list[str] = []
    rest: list[str] = []
    for line in text.splitlines():
        (kept if _is_prose(line) else rest).append(line)
    kept_words = 0
    for line in kept:
        kept_words += word_count(line)
        if kept_words >= _ENOUGH_PROSE:
            return "\n".join(kept), "\n".join(rest)
    if kept_words >= _MOSTLY_PROSE * (kept_words + sum(map(word_count, rest))):
        return "\n".join(kept), "\n".join(rest)
    return text, ""


def _is_prose(line: str) -> bool:
    count = len(line.split(None, _PROSE_WORDS)) if line.isascii() else word_count(line)
    if count >= _PROSE_WORDS:
        return True
    return count >= _SENTENCE_WORDS and line.rstrip().endswith(_SENTENCE_END)


def _ascii_lines(folded: bytes) -> bytes:
    """Find the `_WORD`s of ASCII text: letters and digits, and a joiner that stands between two of them."""
    padded = b" %b " % folded
    alnum = np.frombuffer(padded.translate(_ALNUM), bool)
    joiner = np.frombuffer(padded.translate(_JOINER), bool)
    inside = alnum.copy()
    inside[1:-1] |= joiner[1:-1] & alnum[:-2] & alnum[2:]
    after = inside[:-1] & ~inside[1:]
    codes = np.frombuffer(padded, np.uint8).copy()
    codes[1:][after] = _NEWLINE
    inside[1:] |= after
    lines: bytes = codes[inside].tobytes()
    return lines


def _words(folded: str) -> list[str]:
    """Take the words out of what stands between spaces; most parts are one word as they are."""
    if _MAYBE_UNSPACED.search(folded):
        folded = _UNSPACED_CHAR.sub(r" \g<0> ", folded)
    parts = folded.split()
    whole = [*map(str.isalnum, parts), False]
    found: list[str] = []
    start = 0
    while (odd := whole.index(False, start)) < len(parts):
        found += parts[start:odd]
        found += _WORD.findall(parts[odd])
        start = odd + 1
    return found + parts[start:]


def _fold(found: re.Match[str]) -> str:
    return _FOLD[ord(found[0])] or ""


def _pieces(text: str) -> Iterator[str]:
    """Cut at a space near every 64 Ki characters, so that no copy of a huge text is ever made."""
    start = 0
    while len(text) - start > _PIECE:
        end = start + _PIECE
        cut = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = cut if cut > start else end
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:]
