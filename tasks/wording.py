"""What the text of a line tells by itself, whatever page it stands on.

Long lines are judged by their first `SAMPLE` characters and their end: a line of megabytes costs no more than
a paragraph. Short lines are remembered: the furniture of a site comes again on each of its pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from tasks.cues import CJK, TOKEN, WE, YOU, cues_in

SAMPLE: Final = 600
"""Characters of a line that are tokenised; the number of words of the rest is extrapolated."""

END: Final = 80
"""Characters at the end of a line in which the sentence end is looked for."""

CUE_WORDS: Final = 40
"""Tokens of a line in which cues are looked for: furniture says early what it is."""

PICTURE: Final = 300
"""Characters of a line in which it says that it describes a picture, and in which quotes are looked for."""

CREDIT_WORDS: Final = 60
"""Tokens beyond which a line is no credit, whatever stands at its end."""

CJK_WORD: Final = 0.6
"""Words that one Han, kana or Thai character counts as."""

PROSE_WORDS: Final = 15
"""Words from which a line is as long as prose."""

REMEMBERED: Final = 10_000
REMEMBERED_LENGTH: Final = 160
"""Lines remembered, and their characters at most: about fifteen megabytes."""

_COMMA: Final = re.compile("[,،，、]")
_ASCII_WORDS: Final = bytes(code if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(256))
"""ASCII with blanks for what is in no word: so it need only be split, which is twice as fast as `TOKEN`."""
_SPACED_TOKEN: Final = re.compile(r"\w+")
"""`TOKEN` where no character is a token by itself."""
_CJK_CHARACTER: Final = re.compile(f"[{CJK}]")
_STOPS: Final = frozenset(".!?…。！？۔।")
_CLOSING: Final = frozenset("\"'”’»«)]」』】")
_SENTENCE_END: Final = re.compile(r"[.!?…。！？۔।][\"'”’»«)\]」』】]{0,3}$")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u3040-\ufaff]")
"""Stands in every line that holds a `_CJK_CHARACTER` or is `_STOPLESS`."""
_STOPLESS: Final = re.compile("[\u0e01-\u0e5b\u0e81-\u0edf]")
"""Thai and Lao, which end no sentence with a stop: there a line as long as prose ends as one."""
_QUOTE: Final = re.compile('["“”„«»「」‘]')
_DEPICTS: Final = re.compile(
    r"(?:an? )?(?:infographic|diagram|screenshot|illustration|graphic|graph|chart|bar chart|line graph|map"
    r"|image|photo|logo|portrait|artist.s impression|figure \d|fig\.? ?\d|video|cover image|view"
    r"|aerial view)\b|(?:figure|fig\.|abb\.|abbildung|tabelle|table|foto|photo|图|図)\s?\d",
    re.IGNORECASE,
)
_SHOWN: Final = re.compile(
    r"\b(?:is|are|was|were) seen (?:in|on|at|after|during|as)\b"
    r"|\b(?:left|right|pictured|from left|l-r|file)\b[),.:]|\bpictured\b"
    r"|\bfile (?:photo|picture|image)\b",
    re.IGNORECASE,
)
"""How captions and the texts that stand for pictures begin, and how they speak of what is seen."""
_SHOWN_WORDS: Final = frozenset("seen left right pictured l file".split())
_PICTURE_WORDS: Final = _SHOWN_WORDS | frozenset(
    """infographic photoinfographic diagram screenshot illustration graphic graph chart map image photo logo
    portrait artist figure fig video cover view aerial abb abbildung tabelle table foto 图 図""".split()
)
"""One of these stands in every line that `_SHOWN` finds, or either; "bar", "line" and "from" never alone."""
_CREDIT_TOKENS: Final = frozenset(
    """photo photos image images picture foto fotos bild фото تصوير عدسة ფოტო ap reuters getty file afp epa
    supplied courtesy photograph fotografía""".split()
)
"""One of these stands in every line that `_CREDIT` finds by other signs than "/", "©" and its first word."""
_CREDIT_OPENINGS: Final = frozenset(
    """with additional reporting writing editing credit crédit quelle source fuente fonte źródło
    источник""".split()
)
"""Words that open what `_CREDIT` finds, and are common elsewhere; the others are among the tokens above."""
_PRONOUNS: Final = YOU | WE
_INNER_END: Final = re.compile(r"[.!?…。！？।](?:(?<=[。！？।])|[\"'”’»)\]]?\s)")
_DATE: Final = re.compile(
    r"(?=[\d月])"  # what each begins with, said once: a third of the time
    r"(?:\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d年|月\d)"
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


class Wording(NamedTuple):
    """The text of one line: its tokens, lower case, and what they tell. Shares are of the tokens, 0..1.

    `long` are the tokens of more than three characters.
    """

    lower: tuple[str, ...]
    long: frozenset[str]
    text: str
    words: float
    cjk: float
    capitals: float
    digits: float
    ends: bool
    cues: int
    credit: bool
    bullet: bool
    dated: bool
    sentences: int
    picture: bool
    quoted: bool
    commas: int
    you: float
    we: float


def wording(text: str) -> Wording | None:
    """Return what a stripped line tells; None where it holds no word."""
    return _remembered(text) if len(text) <= REMEMBERED_LENGTH else _wording(text)


def _wording(text: str) -> Wording | None:
    head = text[:SAMPLE]
    plain = head.isascii()
    unspaced = not plain and _UNSPACED.search(head) is not None
    tokens = _tokens(head, plain=plain, unspaced=unspaced)
    if not tokens:
        return None
    lower = tuple(" ".join(tokens).lower().split(" "))  # no token has a space; faster than one by one
    total = len(tokens)
    single = len(_CJK_CHARACTER.findall(head)) if unspaced else 0
    starts = "".join([token[0] for token in tokens])
    letters, digits = _letters_and_digits(starts)
    words = (total - single + CJK_WORD * single) * (len(text) / len(head))
    stopless = unspaced and words >= PROSE_WORDS and 2 * len(_STOPLESS.findall(head)) > len(head)
    edges = text if len(text) <= 2 * END else text[:END] + " … " + text[-END:]
    spoken = not _PRONOUNS.isdisjoint(lower)
    return Wording(
        lower=lower,
        long=frozenset([word for word in lower if len(word) > 3]),
        text=text,
        words=words,
        cjk=single / total,
        capitals=0.0 if starts.islower() else sum(map(str.isupper, starts)) / (letters or 1),
        digits=digits / total,
        ends=stopless or _ends(text),
        cues=cues_in(lower[:CUE_WORDS]),
        credit=total <= CREDIT_WORDS and _is_credit(edges, lower),
        bullet=(text[0] == "o" or not text[0].isalpha()) and _BULLET.match(text) is not None,
        dated=(digits > 0 or len(text) > SAMPLE) and _DATE.search(edges) is not None,
        sentences=min(len(_INNER_END.findall(head)), 8),
        picture=not _PICTURE_WORDS.isdisjoint(lower) and _is_picture(text[:PICTURE], lower),
        quoted='"' in text[:PICTURE] or (not plain and _QUOTE.search(text[:PICTURE]) is not None),
        commas=min(head.count(",") if plain else len(_COMMA.findall(head)), 10),
        you=sum(map(YOU.__contains__, lower)) / total if spoken else 0.0,
        we=sum(map(WE.__contains__, lower)) / total if spoken else 0.0,
    )


def _tokens(head: str, *, plain: bool, unspaced: bool) -> list[str]:
    """Return what `TOKEN` finds, in the fastest way that does."""
    if plain:
        return head.encode().translate(_ASCII_WORDS).decode().split()
    return (TOKEN if unspaced or "©" in head else _SPACED_TOKEN).findall(head)


def _letters_and_digits(starts: str) -> tuple[int, int]:
    """Count letters and digits among the first characters of the tokens; most lines have only letters."""
    if starts.isalpha():
        return len(starts), 0
    return sum(map(str.isalpha, starts)), sum(map(str.isdigit, starts))


def _ends(text: str) -> bool:
    """Whether the line ends as a sentence does: with a stop, or with one before up to three closing signs."""
    last = text[-1]
    return last in _STOPS or (last in _CLOSING and _SENTENCE_END.search(text[-END:]) is not None)


_remembered = lru_cache(maxsize=REMEMBERED)(_wording)


def _is_picture(head: str, lower: Sequence[str]) -> bool:
    """Whether the line describes a picture or stands for one."""
    if _DEPICTS.match(head):
        return True
    return not _SHOWN_WORDS.isdisjoint(lower) and _SHOWN.search(head) is not None


def _is_credit(edges: str, lower: Sequence[str]) -> bool:
    """Whether the line is a credit; most lines hold none of the words or signs of one, and cost nothing."""
    told = lower[0] in _CREDIT_OPENINGS or not _CREDIT_TOKENS.isdisjoint(lower)
    return (told or "/" in edges or "©" in edges) and _CREDIT.search(edges) is not None
