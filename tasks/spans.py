r"""Where in the raw file the lines of a page stand: byte ranges that leave no byte out.

Decoding and cleaning lose places: characters take one to four bytes, ``\r\n`` becomes one line end and a form
feed two, escapes vanish. Here the file is decoded once more beside the cleaned page, line ends are found in
it as `tasks.plaintext` makes them, and a decoder that is fed piece by piece tells after which byte each of
them is complete.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from index.article import Line, Page, Segmentation
from tasks import plaintext, sniff
from tasks.html_spans import places

PIECE: Final = 4096
"""Bytes fed to the decoder at once: what is fed again byte by byte where a place lies inside."""

_WIDEST: Final = {"iso2022_jp": "iso2022_jp_2"}
"""Codecs whose name on the page is not the one that decoded it (`tasks.charset.shifted`)."""

_ZEROS: Final = {"utf-16-le": 1, "utf-32-le": 3}
"""NUL bytes after the byte of an ASCII line end."""

_HIDDEN: Final = "\ud800"
"""Stands for a character of an escape sequence; no decoder makes it."""

_BREAK: Final = re.compile(f"\r{_HIDDEN}*\n|[\n\v\r\x85\u2028]|[\f\u2029]")
_DOUBLE: Final = frozenset("\f\u2029")
"""Characters that clean up to two line ends."""


class ByteRange(NamedTuple):
    """A half-open range of the raw file's bytes."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a raw file: a line of its page (`number` from 1), or markup between two (`line` None).

    `place` is None for a line of HTML that could not be found in the source.
    """

    place: ByteRange | None
    line: Line | None = None
    number: int = 0


class _Source(NamedTuple):
    """A raw file before its text is cleaned; `start` is where the text begins, after a byte order mark."""

    data: bytes
    start: int
    codec: str
    errors: str
    text: str


def rows(data: bytes, page: Page, segmentation: Segmentation) -> list[Row]:
    """Return the parts of a raw file in the order of the file; their places tile ``[0, len(data))`` exactly.

    `page` must be what `tasks.decode` made of `data`, else ValueError. Of a text page every byte belongs to
    a line: a byte order mark to the first one, line ends to the line they end. A form feed ends two lines,
    of which the second is empty. The last line takes what is not read of an oversized page. Of HTML the
    lines' own text is placed, from its first to its last byte with the tags inside; the rest is markup.
    """
    source = _source(data, page)
    if page.html:
        return _html_rows(source, segmentation.lines)
    lines = segmentation.lines
    ends = byte_offsets(source, _line_ends(source.text, len(lines)))[: max(0, len(lines) - 1)]
    ends += [len(data)] * (len(lines) - len(ends))
    starts = [0, *ends]
    return [
        Row(ByteRange(start, end), line, number)
        for number, (line, start, end) in enumerate(zip(lines, starts, ends, strict=False), 1)
    ]


def _source(data: bytes, page: Page) -> _Source:
    start = sniff.byte_order_mark(data)[1]
    codec = _WIDEST.get(page.encoding, page.encoding)
    errors = "replace" if page.repairs else "strict"
    text = data[start:].decode(codec, errors)
    if plaintext.clean(text) != page.text:
        raise ValueError("the page was made of other bytes")
    return _Source(data, start, codec, errors, text)


def _line_ends(text: str, most: int) -> list[int]:
    """Return the offsets behind the line ends of decoded text, as `plaintext.clean` counts them."""
    if "\x1b" in text:
        text = plaintext.ESCAPES.sub(lambda escape: _HIDDEN * len(escape[0]), text)
    ends: list[int] = []
    for found in _BREAK.finditer(text):
        ends += [found.end()] * (2 if found[0] in _DOUBLE else 1)
        if len(ends) >= most:
            break
    return ends


def byte_offsets(source: _Source, wanted: Sequence[int]) -> list[int]:
    """Return after which byte of the file so many characters are complete, for ascending numbers of them.

    Linear: no byte is decoded more than twice, whatever the codec and the places.
    """
    offsets = _reached(wanted, 0, 0, source.start)
    decoder = codecs.getincrementaldecoder(source.codec)(source.errors)
    at, characters = source.start, 0
    for piece in _pieces(source):
        if len(offsets) == len(wanted):
            break
        state = decoder.getstate()
        made = characters + len(decoder.decode(piece))
        if wanted[len(offsets)] < made or (wanted[len(offsets)] == made and decoder.getstate()[0]):
            decoder.setstate(state)
            made = characters
            for step in range(len(piece)):
                made += len(decoder.decode(piece[step : step + 1]))
                offsets += _reached(wanted, len(offsets), made, at + step + 1)
        else:
            offsets += _reached(wanted, len(offsets), made, at + len(piece))
        at, characters = at + len(piece), made
    return offsets + [len(source.data)] * (len(wanted) - len(offsets))


def _reached(wanted: Sequence[int], first: int, made: int, at: int) -> list[int]:
    last = first
    while last < len(wanted) and wanted[last] <= made:
        last += 1
    return [at] * (last - first)


def _pieces(source: _Source) -> Iterator[bytes]:
    """Cut the text's bytes behind what looks like a line end, and every `PIECE` bytes."""
    zeros = b"\x00" * _ZEROS.get(source.codec, 0)
    start = source.start
    for found in re.finditer(rb"[\n\v\f\r]" + zeros + rb"|\xc2\x85|\xe2\x80[\xa8\xa9]", source.data):
        if found.end() > start:
            yield from _cut(source.data, start, found.end())
            start = found.end()
    yield from _cut(source.data, start, len(source.data))


def _cut(data: bytes, start: int, end: int) -> Iterator[bytes]:
    for first in range(start, end, PIECE):
        yield data[first : min(end, first + PIECE)]


def _html_rows(source: _Source, lines: Sequence[Line]) -> list[Row]:
    found = places(source.text, [line.text for line in lines])
    marks = sorted({mark for place in found if place for mark in place})
    offsets = byte_offsets(source, marks)
    made: list[Row] = []
    at = 0
    for number, (line, place) in enumerate(zip(lines, found, strict=True), 1):
        if place is None:
            made.append(Row(None if line.text.strip() else ByteRange(at, at), line, number))
            continue
        start, end = (offsets[bisect_left(marks, mark)] for mark in place)
        if start > at:
            made.append(Row(ByteRange(at, start)))
        made.append(Row(ByteRange(start, end), line, number))
        at = end
    return [*made, Row(ByteRange(at, len(source.data)))] if at < len(source.data) else made
