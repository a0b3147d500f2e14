"""Hostile files that are no text, or far too much of it: binaries, archives, markup, huge pages."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import random
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from bench.hostile_kinds import EITHER, MEBI, NOT_TEXT, REJECTED, Case, text_case
from bench.hostile_texts import FOREIGN, headline, page, probe, story


def binaries() -> Iterator[Case]:
    """Files of other programs: none is text, and nothing is ever unpacked."""
    word = probe()
    text = page(word).encode()
    packed = {
        "gzip": gzip.compress(text),
        "bzip2": bz2.compress(text),
        "xz": lzma.compress(text),
        "lzma": lzma.compress(text, format=lzma.FORMAT_ALONE),
        "zlib": zlib.compress(text),
        "zip": _zip(text),
        "tar": _tar(text),
        "gzip-bomb": gzip.compress(bytes(30 * MEBI)),
        "zip-bomb": _zip(bytes(30 * MEBI)),
        "lz4": b"\x04\x22\x4d\x18\x64\x40\xa7" + random.Random(1).randbytes(900),  # noqa: S311
        "cab": b"MSCF\0\0\0\0" + bytes(600),
        "ar": b"!<arch>\ndebian-binary   1410122664  0     0     100644  4         `\n2.0\n" + bytes(400),
        "compress": b"\x1f\x9d\x90" + random.Random(2).randbytes(900),  # noqa: S311
    }
    for name, data in packed.items():
        yield Case(f"bin/{name}.txt".encode(), data, REJECTED, NOT_TEXT, absent=(word,))
    noise = random.Random(3).randbytes(3000)  # noqa: S311
    magic = {
        "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise,
        "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + noise,
        "gif": b"GIF89a" + noise,
        "webp": b"RIFF\x10\x20\0\0WEBPVP8 " + noise,
        "bmp": b"BM6\0\0\0\0\0\0\0" + noise,
        "mp4": b"\0\0\0\x20ftypisom" + noise,
        "mp3": b"ID3\x04\0\0\0\0\0\0" + noise,
        "ogg": b"OggS\0\x02" + noise,
        "elf": b"\x7fELF\x02\x01\x01" + bytes(9) + noise,
        "exe": b"MZ\x90\0\x03\0\0\0" + noise,
        "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + noise,
        "wasm": b"\0asm\x01\0\0\0" + noise,
        "sqlite": b"SQLite format 3\0" + bytes(2000),
        "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Type /Catalog>> endobj\n" + noise,
        "pdf-ascii": b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <<>>\n%%EOF\n",
        "ps": b"%!PS-Adobe-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "rtf": b"{\\rtf1\\ansi{\\fonttbl\\f0 Arial;}\\f0 " + text + b"}",
        "pyc": b"\xa7\r\r\n" + bytes(12) + noise,
        **{f"pickle-{level}": pickle.dumps({"a": [1, word]}, level) for level in range(2, 6)},
    }
    for name, data in magic.items():
        yield Case(f"bin/{name}.txt".encode(), data, REJECTED, NOT_TEXT, absent=(word,))
    code = pickle.dumps(_Bomb(), 0)
    yield Case(b"bin/pickle-0.txt", code, REJECTED, (*NOT_TEXT, "no-article"))


class _Bomb:
    """A pickle that would run a program."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch PWNED",)


def _zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../page.txt", data)
    return out.getvalue()


def _tar(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("../page.txt")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def markup() -> Iterator[Case]:
    """HTML, XML and JSON under the name of a text, harmless and not."""
    word = probe()
    paragraphs = "".join(f"<p>{part}</p>\n" for part in story(word).split("\n\n"))
    html = (
        f"<!DOCTYPE html><html><head><title>{headline(word)}</title><style>.stylezq {{color: red}}</style>"
        f"<script>var scriptzq = 1;</script></head><body><h1>{headline(word)}</h1><article>{paragraphs}"
        "<!-- commentzq --></article><noscript>noscriptzq</noscript></body></html>"
    )
    hidden = ("stylezq", "scriptzq", "commentzq")
    yield text_case(
        "html/page.txt", html, word, allow=EITHER, reasons=("markup", "no-article"), absent=hidden
    )
    word = probe()
    evil = story(word).replace("council", "council&#27;[31m&#x9b;2J&#x202e;&#8238;", 1)
    body = "".join(f"<p>{part}</p>" for part in evil.split("\n\n"))
    yield text_case("html/entities.txt", f"<html><body><h1>{headline(word)}</h1>{body}</body></html>", word)
    word = probe()
    body = "".join(f"<p>{part}</p>" for part in story(word).split("\n\n"))
    bombs = {
        "deep": "<div>" * 30_000 + body + "</div>" * 30_000,
        "deep-tables": "<table><tr><td>" * 8_000 + body,
        "unclosed": "<b><i><a href=x>" * 10_000 + body,
        "attributes": "<p " + " ".join(f'a{n}="{n}"' for n in range(100_000)) + ">x</p>" + body,
        "one-attribute": f'<p title="{"x" * 900_000}">x</p>' + body,
        "many-tags": "<br>" * 150_000 + body,
        "entities-many": "&amp;" * 120_000 + body,
        "comments": "<!--" * 80_000 + body,
        "open-angles": "<" * 300_000 + body,
        "scripts": "<script>x</script>" * 20_000 + body,
    }
    for name, inside in bombs.items():
        data = f"<html><body><h1>{headline(word)}</h1>{inside}</body></html>"
        yield Case(f"html/{name}.txt".encode(), data.encode(), EITHER)
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    laughs = f'<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY l0 "lol">{entities}]><lol>&l11;</lol>'
    quadratic = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "{"x" * 50_000}">]><a>{"&b;" * 50_000}</a>'
    outside = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for name, text in (("laughs", laughs), ("quadratic", quadratic), ("external", outside)):
        yield Case(f"html/xml-{name}.txt".encode(), text.encode(), REJECTED, ("markup",), absent=("lollol",))
    feed = "<rss version='2.0'><channel>" + "<item><title>t</title></item>" * 30 + "</channel></rss>"
    yield Case(b"html/rss.txt", feed.encode(), REJECTED, ("markup", "no-article"))
    yield Case(b"html/json.txt", json.dumps({"a": [{"b": n} for n in range(3000)]}).encode(), EITHER)
    yield Case(b"html/json-deep.txt", b"[" * 200_000 + b"]" * 200_000, EITHER)


def huge() -> Iterator[Case]:
    """Pages near the limit of what is read, and beyond it."""
    word = probe()
    text = page(word)
    chance = random.Random(7)  # noqa: S311 - must be repeatable
    unique = " ".join(f"{chance.getrandbits(60):x}" for _ in range(200_000))
    sizes = {
        "line-7mb": (text + "word " * (7 * MEBI // 5)).encode(),
        "line-no-space": (text + "x" * (7 * MEBI)).encode(),
        "wide-one": (text + "\U0001f4f0" + "word word\n" * (7 * MEBI // 10)).encode(),
        "wide-all": (text + "\U0001f4f0 " * (7 * MEBI // 5)).encode(),
        "cjk": (text + "磨坊河边的旧" * (7 * MEBI // 18)).encode(),
        "lines-million": (text + "a\n" * (4 * MEBI - 2000)).encode(),
        "lines-sentences": (text + "The mayor spoke of it, and left.\n" * (7 * MEBI // 33)).encode(),
        "paragraphs": (text + "\n\n".join(story(f"w{n}") for n in range(6500))).encode()[: 8 * MEBI],
        "unique-words": (text + unique).encode(),
        "newlines-7mb": b"\n" * (7 * MEBI),
        "nfd-7mb": (text + "e\u0301" * (7 * MEBI // 3)).encode(),
        "marks-7mb": (text + "e" + "\u0301" * (7 * MEBI // 2)).encode(),
        "escapes-7mb": (text + "\x1b[31m" * (7 * MEBI // 5)).encode(),
        "open-osc": (text + "\x1b]0;" * (7 * MEBI // 4)).encode(),
        "tags-7mb": f"<html><body>{'<p>word</p>' * (7 * MEBI // 11)}</body></html>".encode(),
        "deep-7mb": f"<html><body>{'<div>' * (7 * MEBI // 5)}</body></html>".encode(),
        "latin1-7mb": "caf\xe9 pr\xe8s ".encode("latin-1") * (7 * MEBI // 10),
        "koi8-7mb": FOREIGN["ru"][1].encode("koi8-r") * (7 * MEBI // 600),
        "utf16-7mb": (b"\xff\xfe" + text.encode("utf-16-le") * (7 * MEBI // 2 // len(text))),
        "iso2022-7mb": FOREIGN["ja"][1].encode("iso2022-jp") * (5 * MEBI // 400),
    }
    for name, data in sizes.items():
        yield Case(f"heavy/{name}.txt".encode(), data, EITHER, heavy=True)
    for name, piece in (("newlines-50mb", b"\n"), ("line-100mb", b"word ")):
        size = 100 if "100" in name else 50
        yield Case(f"heavy/{name}.txt".encode(), piece * (size * MEBI // len(piece)), REJECTED, heavy=True)
