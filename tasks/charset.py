"""Bytes to characters where nothing declares the charset: damaged UTF-8 is repaired, the rest is guessed.

charset-normalizer gives up on UTF-8 with one bad byte and takes French cp1252 for cp1250; chardet 7.7 is
best on legacy Cyrillic and CJK, cp1252 the best guess for Western text (EVIDENCE 6).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final, NamedTuple

import chardet

from tasks import sniff

_REPLACEMENT: Final = "\ufffd"

# UTF-8 with bad bytes: sequences that are right for each byte that is not. An 8-bit file has hardly any.
_SEQUENCES_PER_BAD_BYTE: Final = 2
# ASCII with bad bytes: their share of the file, and the clusters they stand in. Western 8-bit text has
# letters that stand alone or in pairs; other 8-bit text has a cluster for each word.
_DAMAGE: Final = 0.01
_CLUSTERS: Final = 8
_CLUSTER: Final = re.compile(rb"[\x80-\xff]{3,}")

_ASCII: Final = bytes(range(0x80))

_SAMPLE: Final = 32 * 1024  # bytes of lines with non-ASCII characters, for the detector
_SAMPLED: Final = 1024 * 1024  # bytes searched for them
_LONG_LINE: Final = 2 * 1024
_ERAS: Final = chardet.EncodingEra.MODERN_WEB | chardet.EncodingEra.LEGACY_ISO
_BALTIC: Final = frozenset({"cp1257", "iso8859-13"})
_WESTERN_LETTERS: Final = bytes.fromhex("c7cbe7eb")  # Ç Ë ç ë: all that Albanian and much French need
_NO_LETTERS: Final = bytes(range(0x80, 0xC0))

_BAD_SHARE: Final = 0.01  # of characters that no page contains, before an answer is given up
_JUDGED: Final = 64 * 1024  # characters looked at for that


class Decoded(NamedTuple):
    """Text, the codec that made it, the bytes (or characters) replaced, and whether the codec was guessed."""

    text: str
    codec: str
    repairs: int = 0
    guessed: bool = False


def decoded(data: bytes, codec: str) -> Decoded | None:
    """Decode with a codec that is known; at most one bad character in a hundred, else None."""
    try:
        return Decoded(data.decode(codec), codec)
    except (UnicodeError, LookupError):
        pass
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return None
    bad = text.count(_REPLACEMENT)
    return Decoded(text, codec, bad) if bad <= _BAD_SHARE * len(text) else None


def shifted(data: bytes) -> Decoded | None:
    """Decode the seven-bit ISO 2022 charsets, whose escapes would otherwise pass for ASCII."""
    for escape, codec in ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_2")):
        if escape in data and data.isascii():
            try:
                return Decoded(data.decode(codec), "iso2022_jp" if codec == "iso2022_jp_2" else codec)
            except UnicodeError:
                continue
    return None


def repaired(data: bytes) -> Decoded | None:
    """Decode UTF-8 with few bad bytes, each bad sequence as U+FFFD; None where the file is no UTF-8.

    `repairs` counts the bad bytes.
    """
    kept = data.decode("utf-8", "ignore")
    bad = len(data) - len(kept.encode())
    sequences = len(kept) - len(kept.encode("ascii", "ignore"))
    if sequences >= _SEQUENCES_PER_BAD_BYTE * bad or _cut(data) or _damaged(data, bad):
        return Decoded(data.decode("utf-8", "replace"), "utf-8", bad)
    return None


def _cut(data: bytes) -> bool:
    """Say whether the file merely ends within a character; one byte alone may be a Western letter."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(data)
    except UnicodeDecodeError:
        return False
    return len(decoder.getstate()[0]) > 1


def _damaged(data: bytes, bad: int) -> bool:
    """Say whether ASCII text has a few bytes that are no 8-bit text: in clusters, or FE and FF."""
    if bad > max(1, _DAMAGE * len(data)):
        return False
    return 0 < len(_CLUSTER.findall(data)) <= _CLUSTERS or not data.translate(None, _ASCII + b"\xfe\xff")


def guessed(data: bytes) -> Decoded | None:
    """Decode with the charset that the detector names, else as cp1252; None where neither gives text."""
    sample = _sample(data)
    found = chardet.detect(
        sample, encoding_era=_ERAS, max_bytes=_SAMPLE, compat_names=False, prefer_superset=False
    )
    codec = sniff.codec_name(found["encoding"] or "") or "cp1252"
    if codec in _BALTIC and not sample.translate(None, _ASCII + _NO_LETTERS + _WESTERN_LETTERS):
        codec = "cp1252"
    for candidate in dict.fromkeys((codec, "cp1252")):
        result = decoded(data, candidate)
        if result and plausible(result.text):
            return result._replace(guessed=True)
    return None


def _sample(data: bytes) -> bytes:
    """Collect lines that are not ASCII: no charset of pages uses a line end within a character."""
    lines: list[bytes] = []
    size = 0
    for line in data[:_SAMPLED].split(b"\n"):
        if size >= _SAMPLE:
            break
        if not line.isascii():
            lines.append(line[:_SAMPLE] if len(line) > _LONG_LINE else line)
            size += len(lines[-1]) + 1
    return b"\n".join(lines) if lines else data[:_SAMPLE]


def plausible(text: str) -> bool:
    """Say whether a text has hardly any characters that no page has: C1 controls, private, unassigned."""
    part = text[:_JUDGED]
    strange = sum(
        unicodedata.category(character) in _STRANGE or "\x80" <= character <= "\x9f" for character in part
    )
    return strange <= _BAD_SHARE * len(part)


_STRANGE: Final = frozenset({"Cn", "Co", "Cs"})
