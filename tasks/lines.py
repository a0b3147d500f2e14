"""What can be told of each line of a page without looking at its neighbours, in one pass.

Long lines are judged by their first `SAMPLE` characters and their end: a line of megabytes costs no more than
a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Final, NamedTuple

from tasks import stopwords
from tasks.cues import CJK, TOKEN, Cue, cues_in

SAMPLE: Final = 600
"""Characters of a line that are tokenised; the number of words of the rest is extrapolated."""

END: Final = 80
"""Characters at the end of a line in which the sentence end is looked for."""

CUE_WORDS: Final = 40
"""Tokens of a line in which cues are looked for: furniture says early what it is."""

SENTENCE: Final = 8
"""Tokens from which a line tells the language of the page: navigation is often in another."""

CREDIT_WORDS: Final = 60
"""Tokens beyond which a line is no credit, whatever stands at its end."""

CJK_WORD: Final = 0.6
"""Words that one Han, kana or Thai character counts as."""

PROSE_WORDS: Final = 15
PROSE_DENSITY: Final = 0.25
"""A line is prose from so many words on, with a sentence end and so many function words per token."""

_CJK_CHARACTER: Final = re.compile(f"[{CJK}]")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？۔।][\"'”’»«)\]」』】]{0,3}$")
_STOPLESS: Final = re.compile("[\u0e01-\u0e5b\u0e81-\u0edf]")
"""Thai and Lao, which end no sentence with a stop: there a line as long as prose ends as one."""
_INNER_END: Final = re.compile(r"[.!?…][\"'”’»)\]]?\s|[。！？।]")
_DATE: Final = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d年|月\d"
)
_BULLET: Final = re.compile(r"[•*\-–—·▪►>»›→+◦○]\s|o\s|\d{1,2}[.)]\s|\[\d")
_CREDIT: Final = re.compile(
    r"^\W{0,3}(?:with (?:additional )?reporting (?:by|from)|(?:additional |reporting and |writing and )?"
    r"(?:reporting|editing|writing) by|with files from|with agency inputs|"
    r"(?:photo|photos|image|images|picture|credit|foto|fotos|bild|crédit|quelle|source|fuente|fonte"
    r"|źródło|источник|фото|تصوير|عدسة|ფოტო)"
    r"(?: credit| by| courtesy)?\s?[:：/])"
    r"|\((?:photo|photos|ap photo|image|picture|reuters|getty|file|foto|bild|afp|epa|supplied"
    r"|courtesy)\b[^)]{0,80}\)$"
    r"|[.!?]\s(?:photograph|photo|foto|bild|fotografía|фото|تصوير|عدسة|ფოტო)\s?[:：][^.!?]{2,80}$"
    r"|/ ?(?:ap|afp|getty|getty images|reuters|epa|dpa|the \w{1,20})\)?$"
    r"|©\s?\w{1,20}[^.]{0,60}$|\bgetty images\b.{0,40}$",
    re.IGNORECASE,
)


class Fact(NamedTuple):
    """One non-blank line by itself; `line` is its number on the page. Shares are of its tokens, 0..1."""

    line: int
    text: str
    words: float
    density: float
    cjk: float
    capitals: float

    digits: float
    ends: bool
    cues: int
    content: frozenset[str]
    credit: bool
    bullet: bool
    dated: bool
    sentences: int
    indent: int
    gap: int
    copies: int

    @property
    def prose(self) -> bool:
        """Whether the line alone looks like a paragraph of an article."""
        written = self.cjk > 0.3 or self.density >= PROSE_DENSITY
        return self.words >= PROSE_WORDS and self.ends and written


class _Tokens(NamedTuple):
    line: int
    raw: str
    text: str
    tokens: list[str]
    lower: list[str]
    gap: int


def measure(lines: Sequence[str]) -> list[Fact]:
    """Return the facts of each line that holds a word, in order. Linear in the text."""
    found = _tokenise(lines)
    written = Counter(chain.from_iterable(line.lower for line in found if len(line.lower) >= SENTENCE))
    stops = stopwords.of_page(written)
    copies = Counter(line.text for line in found)
    return [_fact(line, stops, copies[line.text]) for line in found]


def _tokenise(lines: Sequence[str]) -> list[_Tokens]:
    found, gap = [], 0
    for index, raw in enumerate(lines):
        text = raw.strip()
        tokens = TOKEN.findall(text[:SAMPLE]) if text else None
        if not tokens:
            gap += 1
            continue
        found.append(_Tokens(index, raw, text, tokens, [token.lower() for token in tokens], gap))
        gap = 0
    return found


def _fact(line: _Tokens, stops: frozenset[str], copies: int) -> Fact:
    text, tokens, lower = line.text, line.tokens, line.lower
    total = len(tokens)
    head = text[:SAMPLE]
    single = len(_CJK_CHARACTER.findall(head)) if not head.isascii() else 0
    cjk = single / total
    stretch = len(text) / len(head)
    letters = [token for token in tokens if token[0].isalpha()]
    words = (total - single + CJK_WORD * single) * stretch
    stopless = words >= PROSE_WORDS and 2 * len(_STOPLESS.findall(head)) > len(head)
    edges = text if len(text) <= 2 * END else text[:END] + " … " + text[-END:]
    return Fact(
        line=line.line,
        text=text,
        words=words,
        density=sum(map(stops.__contains__, lower)) / total if stops and cjk < 0.3 else 0.35,
        cjk=cjk,
        capitals=sum([token[0].isupper() for token in letters]) / (len(letters) or 1),
        digits=sum([token[0].isdigit() for token in tokens]) / total,
        ends=stopless or _SENTENCE_END.search(text[-END:]) is not None,
        cues=cues_in(lower[:CUE_WORDS]),
        content=_content(lower, stops, cjk),
        credit=total <= CREDIT_WORDS and _CREDIT.search(edges) is not None,
        bullet=_BULLET.match(text) is not None,
        dated=_DATE.search(edges) is not None,
        sentences=min(len(_INNER_END.findall(head)), 8),
        indent=min(len(line.raw) - len(line.raw.lstrip()), 12),
        gap=min(line.gap, 3),
        copies=min(copies - 1, 3),
    )


def _content(lower: Sequence[str], stops: frozenset[str], cjk: float) -> frozenset[str]:
    """Return the words that carry meaning; pairs of characters where words are not separated."""
    if cjk > 0.3:
        return frozenset(first + second for first, second in pairwise(lower))
    return frozenset([word for word in lower if len(word) > 3]) - stops


def has(fact: Fact, *cues: Cue) -> bool:
    """Whether the line holds any of the cues."""
    return any(fact.cues & cue for cue in cues)
