"""What the bytes of a file say about themselves: marks, magic numbers, declared charsets.

Every test looks at a bounded part of the file and takes linear time.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

# UTF-32-LE starts with the mark of UTF-16-LE: the longer one is asked first.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF87a", "GIF image"),
    (b"GIF89a", "GIF image"),
    (b"II*\x00", "TIFF image"),
    (b"MM\x00*", "TIFF image"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"%PDF-", "PDF"),
    (b"%!PS-Adobe", "PostScript"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"PK\x05\x06", "ZIP archive"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x7fELF", "ELF program"),
    (b"\xca\xfe\xba\xbe", "Java class"),
    (b"\xcf\xfa\xed\xfe", "Mach-O program"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document"),
    (b"{\\rtf", "RTF document"),
    (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"\x00asm", "WebAssembly"),
)
_PICKLE: Final = re.compile(rb"\x80[\x02-\x05](?:[\x95\x8c()\]}cK]|\x00)")

_WINDOW: Final = 64 * 1024  # bytes of each end that stand for the file
_HEAD: Final = 4 * 1024  # where HTML declares its charset (the standard asks for the first 1,024)
_WIDE_SHARE: Final = 0.1  # of UTF-16's high bytes are NUL: blanks and punctuation of any script at least
_ALL, _NONE = 0.99, 0.01
_CONTROL_SHARE: Final = 0.02

# Controls that no text has: all of C0 but tab, line ends, form feed, vertical tab, ESC (ISO 2022) and the
# shifts SO and SI, besides 0x1A, which some editors leave at the end.
_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x0e\x0f\x1a\x1b")) + b"\x7f"
_DECLARED: Final = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{2,40})"
    rb"|<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})",
    re.IGNORECASE,
)


def byte_order_mark(data: bytes) -> tuple[str, int]:
    """Return the codec that a byte order mark names and the mark's length; ("", 0) without one."""
    for mark, codec in _MARKS:
        # UTF-16-LE text may start with its mark and NULs; then its length is seldom a multiple of four.
        if data.startswith(mark) and not (codec == "utf-32-le" and len(data) % 4):
            return codec, len(mark)
    return "", 0


def wide(data: bytes) -> str:
    """Name UTF-16 or UTF-32 without a mark by where its NUL bytes stand; empty where it is neither."""
    window = data[: _WINDOW - _WINDOW % 4]
    if b"\x00" not in window or len(window) < 8:
        return ""
    lanes = [window[lane::4].count(0) / len(window[lane::4]) for lane in range(4)]
    if len(data) % 4 == 0 and min(lanes[2:]) > _ALL and lanes[0] < _NONE:
        return "utf-32-le"
    if len(data) % 4 == 0 and min(lanes[:2]) > _ALL and lanes[3] < _NONE:
        return "utf-32-be"
    even, odd = (lanes[0] + lanes[2]) / 2, (lanes[1] + lanes[3]) / 2
    if odd > _WIDE_SHARE and even < _NONE:
        return "utf-16-le"
    if even > _WIDE_SHARE and odd < _NONE:
        return "utf-16-be"
    return ""


def magic(data: bytes) -> str:
    """Say what kind of binary file the first bytes announce; empty for none that is known."""
    for start, kind in _MAGIC:
        if data.startswith(start):
            return kind
    if _PICKLE.match(data):
        return "pickle"
    media = data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] in (b"WEBP", b"WAVE", b"AVI "))
    return "media" if media else ""


def controls(data: bytes) -> str:
    """Say what in the bytes no text in an 8-bit or multi-byte charset has; empty where there is nothing."""
    window = data[:_WINDOW] + data[_WINDOW:][-_WINDOW:]
    if b"\x00" in window:
        return "NUL bytes"
    found = len(window) - len(window.translate(None, _CONTROLS))
    return "control characters" if found > _CONTROL_SHARE * len(window) else ""


def declared_charset(data: bytes) -> str:
    """Return the charset that HTML or XML source declares, as Python's codec name; empty without one."""
    found = _DECLARED.search(data[:_HEAD])
    return codec_name((found[1] or found[2]).decode("ascii", "ignore")) if found else ""


def codec_name(label: str) -> str:
    """Return Python's canonical name of a text encoding that pages use, lower case; empty for all others.

    The web's latin-1 and ASCII mean cp1252, its GB2312 and GBK mean GB 18030 (WHATWG Encoding Standard).
    """
    try:
        name = codecs.lookup(label.strip()).name.lower()
    except (LookupError, ValueError):
        return ""
    name = _WEB.get(name, name)
    return name if _PAGES.fullmatch(name) else ""


_WEB: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "utf-8-sig": "utf-8",
}
# No escapes, punycode, EBCDIC or UTF-7: nobody publishes in them, and some can make what is no text.
_PAGES: Final = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|cp125[0-8]|cp874|cp932|cp949|cp866|iso8859-\d{1,2}|koi8-[rut]|gb18030|big5hkscs|johab"
    r"|shift_jis\w{0,6}|euc_j\w{1,10}|iso2022_\w{2,6}|mac-(?:roman|cyrillic|latin2|greek|turkish)|hz|ptcp154|kz1048"
)
