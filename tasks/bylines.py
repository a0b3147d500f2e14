"""Who wrote an article: what a byline, a signature or a reporting credit says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from tasks.agencies import AGENCY_WORD, ANY_AGENCY, titled_agency

LONGEST: Final = 200
"""Characters of a line that are read."""

REMEMBERED: Final = 4_096
"""Lines whose names are remembered: several stages ask for those of a line, and a site's come again."""

MOST_NAMES: Final = 8

MOST_ROLE_WORDS: Final = 4

_BY: Final = re.compile(
    r"^\W{0,3}(?:(?:written|words|story|reported|posted|published|report|text) by|by|author|authors|von"
    r"|ein bericht von|par|por|di|a cura di|av|af|door|autor|autora|auteur|автор|текст|text|tekst"
    r"|skrevet af|napsal|oleh|yazan)\b"
    r"\s?[:：]?\s+(?=\S)",
    re.IGNORECASE,
)
# In scripts without capitals, or where the word is a verb ("wrote"), only the colon makes a byline.
_BY_COLON: Final = re.compile(
    r"^\W{0,3}(?:كتب|كتبت|كتبه|كتبها|بقلم|تقرير|إعداد|الكاتب|الكاتبة|نویسنده|کتبه|מאת|ავტორი|ავტორები|հեղինակ"
    r"|συντάκτης|текст|автор|автори|аўтар|нь|เขียนโดย|โดย|लेखक)\s?[:：]\s?(?=\S)",
    re.IGNORECASE,
)
_HAN_NAMES: Final = r"[\u3400-\u9fff·•]{2,12}(?:[、\s\u3000]{1,2}[\u3400-\u9fff·•]{2,12}){0,5}"
_BY_CJK: Final = re.compile(
    r"^\W{0,3}(?:作者|文|記者|记者|本报记者|特约记者)\s?[:：/｜|\s]\s?([\u3400-\u9fff·•、\s]{2,24})"
)
# One field among others of a line: the names end where the next field ("字号：") or the line does.
_FIELD_CJK: Final = re.compile(
    rf"[\s|｜丨](?:作者|記者|记者|本报记者|特约记者)\s?[:：/\s]\s?({_HAN_NAMES}?)"
    r"(?=\s{0,3}$|[\s|｜丨]{1,3}[^\s:：]{1,6}[:：])"
)
_BY_ALONE: Final = re.compile(
    r"^\W{0,3}(?:by|von|par|por|di|av|author|autor|автор|作者)\s?[:：]?$", re.IGNORECASE
)
_AFTER_NAMES: Final = re.compile(
    r"\s*(?:[|•·—–/;(\[<\d@]|\s-\s|\b(?:published|updated|posted|on|für|in|at|am|last|staff"
    r"|special to|et|est|bst|gmt"
    r"|follow|folgen|lifestyle|travel news|news|korrespondent(?:in)?|redakteur(?:in)?|reporterin"
    r"|min read|senior|chief|editor|reporter|correspondent|writer|contributor|columnist"
    r"|the associated|january|february"
    r"|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul"
    r"|aug|sept?|oct|nov"
    r"|dec|mon|tue|wed|thu|fri|sat|sun)\b(?!\s[A-Z]\w+\s[A-Z])).*$",
    re.IGNORECASE | re.DOTALL,
)
_AGENCY_LAST: Final = re.compile(rf"(?<=\w)[\s,]{{1,4}}(?:{ANY_AGENCY})$")
_PARTICLES: Final = frozenset("de del da dos van von der den la le al el bin ibn di du ten ter zu".split())
_FURNITURE: Final = frozenset(
    "headshot avatar portrait photo disclosure disclaimer notice information hinweis hinweise redaktion"
    " rédaction redacción redazione redactie newsroom desk team news sport sports".split()
)
"""Words of lines that look like bare names but name a picture, a notice or a desk."""
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*")
_JOINERS: Final = re.compile(
    r"\s*(?:,|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|\ben\b|\boch\b|\bog\b|\bи\b|\bwith\b|\bavec\b"
    r"|\bmit\b|\bcon\b|\bcom\b|\bmet\b|\bmed\b)\s*"
)
_SIGNATURE: Final = re.compile(r"^([^,|()–—/]{4,60}?)\s?(?:,|\||\s[–—-]\s|/|\()\s?([^.!?]{3,60})$")
_ROLE: Final = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|columnist|staff|journalist|contributor|critic|bureau chief"
    r"|redakteur|redakteurin|korrespondent|korrespondentin|reporterin|journaliste|correspondante?"
    r"|periodista|corresponsal|redactora?|giornalista|inviat[oa]|corrispondente|jornalista"
    r"|correspondente|redacteur|verslaggever|korespondent|dziennikarz|muhabir|muhabiri"
    r"|корреспондент|обозреватель|журналист|спецкор|кореспондент)\b",
    re.IGNORECASE,
)
_REPORTING: Final = re.compile(
    r"^\W{0,2}(?:reporting|reporting and writing|writing|report) by ([^;:)]{4,100}?)"
    r"(?:\s(?:in|from|at)\s[^;]*)?\s?(?:;.*|\)|\.)?$",
    re.IGNORECASE,
)


def names(line: str, *, bare: bool = False) -> str:
    """Return the names of a byline without its "By"; empty where the line is none.

    `bare` takes a line of names without "By" too: for the line below a lone "By".
    """
    return _names_of(line[:LONGEST].strip(), bare=bare)


@lru_cache(maxsize=REMEMBERED)
def _names_of(head: str, *, bare: bool) -> str:
    if not head.isascii():
        if cjk := _BY_CJK.match(head) or _FIELD_CJK.search(head):
            listed = cjk[1].strip()
            next_field = head[cjk.end() : cjk.end() + 1] in {":", "："}
            return " ".join(listed.split()[:-1]) if next_field else listed
        if spelled := _BY_COLON.match(head):
            return _people(head[spelled.end() :], uncased=True)
    opened = _BY.match(head)
    if opened is None and not bare:
        return ""
    return _people(head[opened.end() if opened else 0 :])


def signature(line: str) -> str:
    """Return the names of a line that gives them with a role: "Ada Quill, rural affairs correspondent"."""
    return _signed_by(line[:LONGEST].strip())


@lru_cache(maxsize=REMEMBERED)
def _signed_by(head: str) -> str:
    found = _SIGNATURE.match(head)
    if found is None or not _ROLE.search(found[2]):
        return ""
    listed = _people(found[1])
    return listed if listed == found[1].strip() else ""


def names_a_role(line: str) -> bool:
    """Whether a line is a byline with a role in the place of a name: "By Our Staff Reporter"."""
    head = line[:LONGEST].strip(" .")
    opened = _BY.match(head)
    if opened is None:
        return False
    rest = head[opened.end() :]
    roles = list(_ROLE.finditer(rest))
    return bool(roles) and roles[-1].end() == len(rest) and len(rest.split()) <= MOST_ROLE_WORDS


def bare_names(line: str) -> str:
    """Return the line where it consists of names of two or three words each, particles aside.

    "Port Ellery" looks the same: the caller must have other evidence that a byline stands there.
    """
    head = line[:LONGEST].strip()
    listed = _people(head)
    people = _JOINERS.split(listed) if listed else []
    plain = all(
        name[0].isupper() and _is_plain([w for w in name.split() if w not in _PARTICLES]) for name in people
    )
    return listed if listed and listed == head and plain and not titled_agency(head) else ""


def _is_plain(words: Sequence[str]) -> bool:
    shouted = any(word.isupper() and len(word) > 3 for word in words)
    return 2 <= len(words) <= 3 and not shouted and not _FURNITURE & {word.lower() for word in words}


def reporting(line: str) -> str:
    """Return the names of the credit below an article: "Reporting by Ada Quill in Pell; Editing by ..."."""
    found = _REPORTING.match(line[:LONGEST].strip())
    return _people(found[1]) if found else ""


def _people(text: str, *, uncased: bool = False) -> str:
    """Return the names that the text opens with, as printed, up to an agency, a role or a date."""
    listed = _AGENCY_LAST.sub("", _AFTER_NAMES.sub("", text)).strip(" ,.:")
    if AGENCY_WORD.fullmatch(listed):
        return ""
    people = [_person(name, uncased=uncased) for name in _JOINERS.split(listed)]
    while people and (people[-1] == "" or AGENCY_WORD.fullmatch(people[-1])):
        people.pop()
    if not people or len(people) > MOST_NAMES or not all(people):
        return ""
    return listed[: listed.rfind(people[-1]) + len(people[-1])]


def _person(name: str, *, uncased: bool) -> str:
    words = name.split()
    return name if 2 <= len(words) <= 5 and all(_names(word, uncased=uncased) for word in words) else ""


def _names(word: str, *, uncased: bool) -> bool:
    if word in _PARTICLES:
        return True
    first = word[0]
    capital = first.isupper() or (uncased and first.title() == first)
    return capital and _NAME.fullmatch(word) is not None


def opens_byline(line: str) -> bool:
    """Whether the line is a "By" whose names stand on the next one."""
    return len(line) < 20 and _BY_ALONE.match(line) is not None
