"""Hostile files of every kind, with what may become of each; generated, so that no bomb lies around."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from bench.hostile_bombs import binaries, huge, markup
from bench.hostile_kinds import EITHER, IGNORED, INDEXED, NOT_TEXT, REJECTED, Case, text_case
from bench.hostile_texts import FOREIGN, foreign, headline, page, probe, story


def cases(*, heavy: bool) -> list[Case]:
    """Return every case, each with a probe of its own; the large ones only where they are asked for."""
    makers = (_encodings, _damage, binaries, markup, _controls, _shapes, _names, _times)
    found = [case for maker in makers for case in maker()]
    return [*found, *huge()] if heavy else found


_LEGACY: Final = {
    "ru": "koi8-r cp1251 iso8859-5 cp866 mac-cyrillic",
    "cs": "cp1250 iso8859-2",
    "fr": "cp1252 latin-1 iso8859-15 mac-roman",
    "el": "cp1253 iso8859-7",
    "tr": "cp1254",
    "he": "cp1255 iso8859-8",
    "ar": "cp1256",
    "th": "cp874",
    "ja": "shift_jis euc-jp iso2022-jp",
    "ko": "euc-kr cp949",
    "zh": "gb18030 gbk",
}
"""Charsets of which the detector must give the right letters: silent mojibake is the failure."""

_OFTEN_WRONG: Final = frozenset({"cp866", "mac-cyrillic", "mac-roman", "iso8859-15"})
"""Charsets in which next to nothing was ever published: a wrong guess is allowed, if it is marked as one."""


def _encodings() -> Iterator[Case]:
    for lang, codecs in _LEGACY.items():
        for codec in ("utf-8", *codecs.split()):
            word = probe()
            data = foreign(lang, word).replace("’", "'").encode(codec, "replace")
            known = codec not in _OFTEN_WRONG
            yield Case(
                f"enc/{lang}-{codec}.txt".encode(),
                data,
                allow=INDEXED if known else EITHER,
                probe=word if known else "",
                find=(FOREIGN[lang][2],) if known else (),
                lang=lang if known else "",
            )
    for codec, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        word = probe()
        yield Case(f"enc/bom-{codec}.txt".encode(), mark + page(word).encode(codec), probe=word, lang="en")
    for codec, mark in (("utf-32-le", b"\xff\xfe\0\0"), ("utf-32-be", b"\0\0\xfe\xff")):
        word = probe()
        yield Case(f"enc/bom-{codec}.txt".encode(), mark + page(word).encode(codec), probe=word, lang="en")
    for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        word = probe()
        yield text_case(f"enc/bare-{codec}.txt", page(word), word, codec, allow=EITHER, reasons=NOT_TEXT)


def _damage() -> Iterator[Case]:
    for name, bad in (("one", b"\xff"), ("five", b"\xc3\x28\xff\xe2\x82"), ("surrogate", b"\xed\xa0\x80")):
        word = probe()
        data = page(word).encode()
        middle = len(data) // 2
        yield Case(f"damage/{name}.txt".encode(), data[:middle] + bad + data[middle:], probe=word, lang="en")
    word = probe()
    yield Case(b"damage/cut.txt", page(word).encode() + "é".encode()[:1], probe=word)
    word = probe()
    mixed = page(word).encode() + "Café près de la forêt\n".encode("cp1252") + "Žižkov náměstí\n".encode()
    yield Case(b"damage/mixed.txt", mixed, allow=EITHER, probe="")
    word = probe()
    yield text_case("damage/nul-one.txt", page(word).replace("council", "coun\0cil", 1), word, allow=EITHER)
    yield Case(b"damage/nuls.txt", b"\0" * 4096, REJECTED, NOT_TEXT)
    yield Case(b"damage/random.txt", random.Random(5).randbytes(30_000), REJECTED, NOT_TEXT)  # noqa: S311
    yield Case(b"damage/high.txt", bytes(range(128, 256)) * 40, REJECTED, (*NOT_TEXT, "no-article"))


_ESCAPES: Final = {
    "csi": "\x1b[31m\x1b[2J\x1b[?1049h",
    "osc-title": "\x1b]0;owned\x07",
    "osc-52": "\x1b]52;c;b3duZWQ=\x07",
    "osc-8": "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "dcs": "\x1bP1$r0m\x1b\\",
    "apc-pm-sos": "\x1b_x\x1b\\\x1b^y\x1b\\\x1bXz\x1b\\",
    "c1": "\x9b31m\x9d0;owned\x9c\x90q\x9c\x85",
    "charset": "\x1b(0\x0e\x0f",
    "reset": "\x1bc",
    "unfinished": "\x1b[\x1b]\x1bP",
    "backspace": "evil\b\b\b\bgood\x7f",
    "return": "good\revil\x0b\x0c",
    "bidi": "\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c",
    "tags": "\U000e0041\U000e007f",
    "invisible": "\u2060\u2063\ufeff\u180e\u00ad",
    "separators": "one\u2028two\u2029three\x1c\x1d\x1e",
    "interlinear": "\ufff9a\ufffab\ufffb",
    "nonchar": "\ufffe\uffff\ufdd0",
    "variation": "\ufe0f\ufe0e\U000e0100",
    "filler": "\u3164\u115f\u2800",
    "log": "\n2026-01-01 00:00:00 ERROR everything is lost\n",
    "markdown": "[x](javascript:alert(1)) <img src=x onerror=alert(1)> ![](http://evil.example/x) | a | `b`",
    "rich": "[/red][bold]x[/bold] [link=http://evil.example]y[/link]",
    "format": "{0} {x!r} %s %n %d {{ 7*7 }} ${HOME} $(id) `id`",
    "formula": "=cmd|' /C calc'!A0",
    "sql": "'); DROP TABLE files;--",
}


def _controls() -> Iterator[Case]:
    for name, evil in _ESCAPES.items():
        word = probe()
        text = f"{headline(word)} {evil}\n\n{story(word).replace('society', f'society {evil}', 1)}\n"
        yield text_case(f"ctl/{name}.txt", text, word)
    for name, split in (("zwsp", "\u200b"), ("zwnj", "\u200c"), ("shy", "\u00ad"), ("wj", "\u2060")):
        word = probe()
        hidden = word[:4] + split + word[4:]
        yield text_case(f"ctl/inside-{name}.txt", page(word).replace(word, hidden), word)


def _shapes() -> Iterator[Case]:
    blanks = {
        "empty": b"",
        "newline": b"\n",
        "one-byte": b"x",
        "one-nul": b"\0",
        "blank": b" \t\r\n" * 900,
        "nbsp": "\u00a0\u3000".encode() * 900,
        "zero-width": "\u200b\ufeff\u2060".encode() * 400,
        "only-bom": b"\xef\xbb\xbf",
        "only-bom-16": b"\xff\xfe",
        "form-feeds": b"\f\v" * 500,
        "digits": b"0123456789 " * 900,
        "dots": b"." * 20_000,
        "one-word": b"word\n",
    }
    for name, data in blanks.items():
        yield Case(f"shape/{name}.txt".encode(), data, REJECTED)
    word = probe()
    ends = {"crlf": "\r\n", "cr": "\r", "nel": "\x85", "ls": "\u2028", "mixed": "\r\n"}
    yield text_case("shape/end-lf.txt", page(word), word)
    for name, end in ends.items():
        text = page(word).replace("\n", end, 3 if name == "mixed" else -1)
        yield text_case(f"shape/end-{name}.txt", text, word)
    word = probe()
    yield text_case("shape/headline.txt", f"{'Very ' * 1000}long\n\n{story(word)}\n", word)
    word = probe()
    yield text_case("shape/byline-only.txt", f"By Ada Brook\n\n{story(word)}\n", word)
    word = probe()
    yield text_case(
        "shape/zalgo.txt", page(word).replace("n", "n" + "\u0301\u0489" * 200), word, allow=EITHER
    )
    word = probe()
    yield text_case("shape/nfkc.txt", page(word) + "\ufdfa" * 100_000, word, allow=EITHER)
    for name, wall in _WALLS.items():
        word = probe()
        yield text_case(f"shape/wall-{name}.txt", f"{page(word)}\n{wall * (200_000 // len(wall))}!\n", word)


_WALLS: Final = {
    "a": "a",
    "space": " ",
    "tab": "\t \t",
    "at": "a@",
    "dots": "a.",
    "slash": "http://a/",
    "dates": "2016-01-01",
    "numbers": "1,",
    "quotes": '"',
    "brackets": "([{<",
    "dashes": "- ",
    "by": "By ",
    "hash": "&#",
    "cjk": "磨坊",
    "thai": "โรงสี",
    "arabic": "طاحونة",
    "emoji": "👩\u200d👧",
    "caps": "MONDAY ",
    "under": "_",
    "percent": "%41",
}
"""What a pattern that backtracks would be slow on."""


def _names() -> Iterator[Case]:
    names = (
        b"a\nb.txt", b"a\rb.txt", b"esc\x1b[31m.txt", b"c1\xc2\x9b2J.txt", b"latin\xe9\xff.txt", b"-rf.txt",
        b"--help.txt", b"@file.txt", b"a b\tc.txt", b"'q\"u'.txt", b"$(id)`id`;x&.txt", b"%s%n{0}.txt",
        b"..\\..\\x.txt", b"....txt", b"*?[x].txt", b"CON.txt", b"bidi\xe2\x80\xaegnp.txt",
        b"n" * 251 + b".txt",
        b"2026-01-01 INFO done\n2026-01-01 ERROR lost.txt", "e\u0301.txt".encode(), "\u00e9.txt".encode(),
        "\U0001f4f0 news.txt".encode(), b"trailing .txt", b"UPPER.TXT", b"a.b.c.txt", b"<img onerror=x>.txt",
        b"'); DROP TABLE file;--.txt", b"\xed\xa0\x80.txt", b"page.HTML",
    )  # fmt: skip
    for name in names:
        word = probe()
        yield text_case(b"names/" + name, page(word), word)
    word = probe()
    yield text_case(b"/".join([b"d"] * 90) + b"/deep.txt", page(word), word)
    for name in (
        b".hidden.txt", b".git/x.txt", b"x.txt~", b"#x.txt#", b"x.txt.part", b"x.txt.tmp", b"x.txt.swp",
        b".x.txt.A1b2C3", b"x.txt.filepart", b"x.txt.crdownload", b"~$x.txt", b"x.pdf", b"no_extension",
    ):  # fmt: skip
        word = probe()
        yield Case(b"temp/" + name, page(word).encode(), IGNORED, absent=(word,))


def _times() -> Iterator[Case]:
    for name in TIMES:
        word = probe()
        yield text_case(f"time/{name}.txt", page(word), word)


TIMES: Final = {
    "1969": -86_400,
    "1970": 0,
    "2038": 2_147_483_647,
    "2106": 4_294_967_296,
    "2036": 2_110_000_000,
}
"""Name of a file → its mtime. It is a hint, never the truth."""
