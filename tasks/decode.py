"""The bytes of a raw file to the text of a page, or the reason why there is none.

The order: nothing, byte order mark, binary files, UTF-16 and UTF-32 by their NUL bytes, strict UTF-8, the
charset that HTML declares, UTF-8 with few bad bytes, and at last a guess. How it came about is kept with
the page: codec, repairs, and whether it was guessed. Mojibake that nobody notices is the failure here.
"""

from __future__ import annotations

import re
from typing import Final

from index.article import Page, Reject, RejectReason
from tasks import charset, plaintext, sniff
from tasks.charset import Decoded

MAX_BYTES: Final = 8 * 1024 * 1024
"""Largest file that is read as text; a megabyte-long article does not exist, a poisoned file does."""

_START: Final = 2 * 1024  # characters in which a document says what it is
_WINDOW: Final = 64 * 1024
_MIN_TAGS: Final = 8
_CHARACTERS_PER_TAG: Final = 400  # HTML source has a tag at least that often
_ROOT: Final = re.compile(r"<(?:!doctype\s{1,9}html|html|head|body)\b", re.IGNORECASE)
_TAG: Final = re.compile(
    r"</?(?:a|article|b|br|div|em|h[1-6]|i|img|li|link|meta|ol|p|script|section|span|strong|style|table|td|tr|ul)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
_XML: Final = re.compile(r"\s{0,99}<(?:\?xml|!doctype|!entity|[a-z][\w.:-]{0,60}[\s/>])", re.IGNORECASE)


def decode(data: bytes) -> Page | Reject:
    r"""Decode the bytes of one file.

    Returns a page whose text has no surrogates, no other line ends than ``\n`` and is in NFC; or a reject:
    EMPTY, TOO_LARGE (above `MAX_BYTES`), BINARY, ENCODING, BLANK or MARKUP (XML that is no HTML).
    """
    if not data:
        return Reject(RejectReason.EMPTY)
    if len(data) > MAX_BYTES:
        return Reject(RejectReason.TOO_LARGE, f"{len(data):,} bytes, the limit is {MAX_BYTES:,}")
    found = _characters(data)
    if isinstance(found, Reject):
        return found
    text = plaintext.clean(found.text)
    if plaintext.blank(text):
        return Reject(RejectReason.BLANK)
    html = _is_html(text)
    if _is_xml(text, html=html):
        return Reject(RejectReason.MARKUP, "XML")
    return Page(text, found.codec, found.repairs, found.guessed, html)


def _characters(data: bytes) -> Decoded | Reject:
    """Turn bytes into characters by the first way that holds."""
    marked, length = sniff.byte_order_mark(data)
    if not marked and (kind := sniff.magic(data)):
        return Reject(RejectReason.BINARY, kind)
    codec = marked or sniff.wide(data)
    data = data[length:]
    if codec and codec != "utf-8":
        wide = charset.decoded(data, codec)
        if wide and charset.plausible(wide.text):
            return wide
        return Reject(RejectReason.ENCODING if marked else RejectReason.BINARY, f"no text in {codec}")
    if kind := sniff.controls(data):
        return Reject(RejectReason.BINARY, kind)
    return _eight_bit(data) or Reject(RejectReason.ENCODING, "no charset gives text")


def _eight_bit(data: bytes) -> Decoded | None:
    if result := charset.shifted(data):
        return result
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    declared = sniff.declared_charset(data)
    if declared and declared != "utf-8" and (result := charset.decoded(data, declared)):
        return result
    return charset.repaired(data) or charset.guessed(data)


def _is_html(text: str) -> bool:
    """Say whether the text is HTML source: a root near its start, or tags all over."""
    if _ROOT.search(text[:_START]):
        return True
    window = text[:_WINDOW]
    tags = sum(1 for _ in _TAG.finditer(window))
    return tags >= _MIN_TAGS and tags * _CHARACTERS_PER_TAG >= len(window)


def _is_xml(text: str, *, html: bool) -> bool:
    """Say whether the text is XML of another kind; entity declarations are never HTML."""
    start = text[:_START]
    if "<!ENTITY" in start.upper():
        return _XML.match(start) is not None
    return not html and _XML.match(start) is not None and text.rstrip().endswith(">")
