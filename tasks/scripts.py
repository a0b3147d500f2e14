"""Languages that their script or their letters give away.

langdetect has no profile for them and would name a neighbour with full confidence (half of the articles
outside its 55 languages get .99 or more; EVIDENCE 4). Every rule counts characters of a sample; a rule that
needs running text asks for a share of the letters, so that one foreign name decides nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# First and last code point, name: a language where the script is that of one language of news.
_BLOCKS: Final = (
    (0x0041, 0x024F, "Latn"),
    (0x0250, 0x02AF, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0700, 0x074F, "syr"),
    (0x0750, 0x077F, "Arab"),
    (0x0780, 0x07BF, "dv"),
    (0x07C0, 0x07FF, "nqo"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x0F00, 0x0FFF, "bo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1200, 0x139F, "Ethi"),
    (0x13A0, 0x13FF, "chr"),
    (0x1780, 0x17FF, "km"),
    (0x1800, 0x18AF, "mn"),
    (0x1C50, 0x1C7F, "sat"),
    (0x1C90, 0x1CBF, "ka"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x2D30, 0x2D7F, "zgh"),
    (0x3040, 0x30FF, "Kana"),
    (0x31F0, 0x31FF, "Kana"),
    (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xA000, 0xA4CF, "ii"),
    (0xAA60, 0xAA7F, "my"),
    (0xAB70, 0xABBF, "chr"),
    (0xABC0, 0xABFF, "mni"),
    (0xAC00, 0xD7AF, "Hang"),
    (0xF900, 0xFAFF, "Hani"),
    (0x20000, 0x323AF, "Hani"),
)
_STARTS: Final = tuple(first for first, _, _ in _BLOCKS)

# A CJK character carries about as much text as three letters of an alphabet.
CJK_WEIGHT: Final = 3
_CANTONESE: Final = "嘅佢喺唔咗嚟哋啲冇嗰咁"
_SCRIPT_SHARE: Final = 1 / 2
_CJK: Final = frozenset({"Hani", "Kana", "Hang"})


@dataclass(frozen=True, slots=True)
class _Rule:
    """`code` where `letters` make up `share` of the script's letters, with and without certain others.

    Of `needs` there must be half that share; of `without` at most a tenth as many as of `letters`.
    """

    code: str
    letters: str
    share: float
    needs: str = ""
    without: str = ""


# Set on the development texts of evals.language: no language of langdetect's loses an article to a rule.
_RULES: Final[Mapping[str, tuple[_Rule, ...]]] = {
    "Cyrl": (
        _Rule("be", "ў", 0.002, needs="і", without="иқ"),
        _Rule("sr", "ђћ", 0.002, without="ѓќѕ"),
        _Rule("ba", "ҙҫҡ", 0.004),
        _Rule("cv", "ӑӗ", 0.01),
        _Rule("os", "ӕ", 0.01),
        _Rule("sah", "ҕҥ", 0.004),
        _Rule("tg", "ӣӯҷҳ", 0.004, needs="ҷӣӯ"),
        _Rule("uz", "ўқғҳ", 0.01, needs="қғҳ", without="ұі"),
        _Rule("kk", "ұғқ", 0.008, needs="і"),
        _Rule("tt", "җә", 0.01),
        _Rule("mn", "өү", 0.02, needs="х", without="ңәұ"),
        _Rule("ky", "өүң", 0.006, needs="ы", without="ә"),
        _Rule("mn", "өү", 0.02, without="ңәұ"),
        _Rule("be", "ы", 0.01, needs="і", without="иїєәң"),
    ),
    "Arab": (
        _Rule("ps", "ټډړږښڼۍې", 0.004, needs="ښږڼډټړ", without="ںےہۆە"),
        _Rule("ug", "ۇۈې", 0.02, needs="ۇ"),
        _Rule("ckb", "ڕڵێۆ", 0.01),
        _Rule("sd", "ڄڃڏڌڊڳڻ", 0.006),
    ),
    "Latn": (
        _Rule("az", "ə", 0.01),
        _Rule("is", "þ", 0.003, needs="ð", without="øşüç"),
        _Rule("fo", "ð", 0.01, needs="ø", without="þüç"),
        _Rule("is", "ð", 0.01, needs="ö", without="øüç"),
        _Rule("mt", "ħġ", 0.01, needs="ħ"),
        _Rule("ha", "ɗƙɓ", 0.004, needs="ƙ", without="ŋƴ"),
        _Rule("yo", "ṣ", 0.008, needs="ọẹ"),
        _Rule("ig", "ịụṅ", 0.02, without="đơưăḍ"),
        _Rule("ku", "êîû", 0.02, needs="ş", without="ığă"),
        _Rule("tk", "ň", 0.005, needs="ş", without="ı"),
        _Rule("lb", "ë", 0.005, needs="ä", without="ç"),
        _Rule("eo", "ĉĝĥĵŝŭ", 0.02),
        _Rule("hsb", "ě", 0.01, needs="ł"),
    ),
    "Hebr": (_Rule("yi", "װײױ", 0.01),),
    "Beng": (_Rule("as", "ৰৱ", 0.01),),
    "Ethi": (_Rule("ti", "ኣቐ", 0.012),),
}
# What is left of a script when no rule holds; other scripts are the engine's.
_REST: Final[Mapping[str, str]] = {"Beng": "bn", "Ethi": "am", "Grek": "el", "Hebr": "he"}


@dataclass(frozen=True, slots=True)
class Letters:
    """A sample's characters, counted: `total` letters, of them `scripts`, and every lower-cased character."""

    total: int
    scripts: Mapping[str, int]
    characters: Mapping[str, int]

    @property
    def cjk(self) -> int:
        """Chinese, Japanese and Korean characters."""
        return sum(self.scripts.get(name, 0) for name in _CJK)

    @property
    def main(self) -> str:
        """The script with most letters; empty where there are none."""
        return max(self.scripts, key=lambda name: (self.scripts[name], name), default="")

    def is_cjk(self) -> bool:
        """Say whether Chinese, Japanese or Korean makes up most of the text."""
        return self.cjk > 0 and self.cjk * CJK_WEIGHT >= self.total - self.cjk


def count(text: str) -> Letters:
    """Count the letters of a text by script."""
    return letters_of(Counter(text))


def letters_of(counts: Mapping[str, int]) -> Letters:
    """Count letters by script, given how often a text has each character."""
    characters: dict[str, int] = {}
    scripts: dict[str, int] = {}
    for character, times in counts.items():
        for small in character.lower():
            characters[small] = characters.get(small, 0) + times
            if small.isalpha():
                name = script(small)
                scripts[name] = scripts.get(name, 0) + times
    return Letters(sum(scripts.values()), scripts, characters)


@lru_cache(maxsize=1 << 12)
def script(character: str) -> str:
    """Name the script of a letter; empty where it is none of those that matter here."""
    point = ord(character)
    place = bisect_right(_STARTS, point) - 1
    if place < 0 or point > _BLOCKS[place][1]:
        return ""
    return _BLOCKS[place][2]


def by_letters(letters: Letters) -> str | None:
    """Name the language that script or letters give away; None where the engine may answer."""
    if letters.is_cjk():
        return _cjk(letters)
    name = letters.main
    size = letters.scripts.get(name, 0)
    if size < max(1, letters.total * _SCRIPT_SHARE):
        return None
    if name.islower():
        return name
    for rule in _RULES.get(name, ()):
        if _holds(rule, letters.characters, size):
            return rule.code
    return _REST.get(name)


def _cjk(letters: Letters) -> str | None:
    """Korean, Japanese and Cantonese by their own characters; None where Chinese is left to langdetect."""
    hangul, kana, han = (letters.scripts.get(name, 0) for name in ("Hang", "Kana", "Hani"))
    if hangul > 0.3 * letters.cjk:
        return "ko"
    if kana > 0.05 * (kana + han):
        return "ja"
    if _sum(letters.characters, _CANTONESE) > max(1, 0.015 * han):
        return "yue"
    return None


def _holds(rule: _Rule, characters: Mapping[str, int], size: int) -> bool:
    found = _sum(characters, rule.letters)
    return (
        found > 0
        and found >= rule.share * size
        and (not rule.needs or _sum(characters, rule.needs) >= rule.share * size / 2)
        and _sum(characters, rule.without) <= found / 10
    )


def _sum(characters: Mapping[str, int], wanted: str) -> int:
    return sum(characters.get(character, 0) for character in wanted)
