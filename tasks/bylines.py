"""Who wrote an article, for which agency and from where: what a byline, a credit and a dateline say."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST: Final = 200
"""Characters of a line that are read."""

_BY: Final = re.compile(
    r"^\W{0,3}(?:(?:written|words|story|reported|posted|published|report|text) by|by|author|authors|von"
    r"|ein bericht von|par|por|di|a cura di|av|af|door|autor|autora|auteur|автор|текст|text|tekst"
    r"|skrevet af|napsal|oleh|yazan)\b"
    r"\s?[:：]?\s+(?=\S)",
    re.IGNORECASE,
)
_BY_CJK: Final = re.compile(
    r"^\W{0,3}(?:作者|文|記者|记者|本报记者|特约记者)\s?[:：/｜|\s]\s?([\u3400-\u9fff·•、\s]{2,24})"
)
_BY_ALONE: Final = re.compile(
    r"^\W{0,3}(?:by|von|par|por|di|av|author|autor|автор|作者)\s?[:：]?$", re.IGNORECASE
)
_AFTER_NAMES: Final = re.compile(
    r"\s*(?:[|•·—–/;(\[<\d@]|\s-\s|\b(?:published|updated|posted|on|für|in|at|am|last|staff"
    r"|special to|et|est|bst|gmt"
    r"|min read|senior|chief|editor|reporter|correspondent|writer|contributor|columnist"
    r"|the associated|january|february"
    r"|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul"
    r"|aug|sept?|oct|nov"
    r"|dec|mon|tue|wed|thu|fri|sat|sun)\b(?!\s[A-Z]\w+\s[A-Z])).*$",
    re.IGNORECASE | re.DOTALL,
)
_NAME: Final = re.compile(
    r"(?:[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄ][\w'’.-]*|de|del|da|dos|van|von|der|den|la|le|al|el|bin|ibn|di|du|ten|ter|zu)"
)
_JOINERS: Final = re.compile(
    r"\s*(?:,|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|\ben\b|\boch\b|\bog\b|\bи\b)\s*"
)

AGENCIES: Final = (
    "dpa-infocom", "dpa", "Reuters", "Thomson Reuters", "The Associated Press", "Associated Press", "AP",
    "AFP", "Agence France-Presse", "TASS", "Tass", "ТАСС", "РИА Новости", "RIA Novosti", "Interfax",
    "Интерфакс", "Xinhua", "新华社", "新華社", "中新社", "中央社", "共同", "時事", "Kyodo", "Jiji", "EFE",
    "Europa Press", "ANSA", "Ansa", "AGI", "Adnkronos", "APA", "SID", "epd", "KNA", "AWP", "Keystone-SDA",
    "SDA", "ATS", "Belga", "ANP", "TT", "NTB", "Ritzau", "STT", "PAP", "ČTK", "MTI", "Agerpres", "BTA",
    "Hina", "STA", "Tanjug", "Ukrinform", "Укрінформ", "Anadolu Agency", "Anadolu", "AA", "DHA", "İHA",
    "IRNA", "PTI", "ANI", "IANS", "UNI", "Yonhap", "연합뉴스", "Antara", "Bernama", "VNA", "TTXVN",
    "Agência Brasil", "Lusa", "Télam", "NTN", "PA Media", "PA", "Press Association", "UPI", "Bloomberg",
    "Bloomberg News", "CNN Wire", "The Canadian Press", "Canadian Press", "AAP", "RFE/RL", "BBC",
)  # fmt: skip
_NOT_ALONE: Final = frozenset({"BBC", "RFE/RL", "AA", "TT", "UNI", "STA", "Bloomberg"})
"""Believed in a credit or a dateline; as a line of its own it is an outlet or the buttons for the type
size."""
_AGENCY_ONLY: Final = frozenset(name.lower() for name in AGENCIES if name not in _NOT_ALONE)
_ANY_AGENCY: Final = "|".join(sorted((re.escape(name) for name in AGENCIES), key=len, reverse=True))
_AGENCY_WORD: Final = re.compile(rf"(?<!\w)(?:{_ANY_AGENCY})(?!\w)")
_CREDIT: Final = re.compile(
    r"^\W{0,3}(?:with (?:additional )?(?:reporting|material|files) (?:by|from)|with agency inputs from"
    r"|(?:quelle|source|fuente|fonte|źródło|источник|来源|稿源)\s?[:：])\s?(.{2,120})$",
    re.IGNORECASE,
)

# BEIRUT — / BEIRUT (AP) — / Berlin (dpa) - / WASHINGTON, Dec 8 (Reuters) - / (ANSA) - ROMA, 8 DIC - /
# PARIS, 8 décembre -
_PLACE: Final = r"[^\W\d_][\w.'’-]{1,24}(?:[ /][^\W\d_][\w.'’-]{1,24}){0,3}"
_DATELINE: Final = re.compile(
    rf"^({_PLACE})(?:,\s?({_PLACE}\.?))?(?:,?\s[^\W_]{{1,12}}\.?(?:\s[^\W_]{{1,12}}\.?){{0,3}},?)?"
    r"\s?(?:[(/]([^)/(]{2,40})[)/]\.?)?\s?([—–]|--|-\s|:\s|\.-)\s?",
)
_SLASHED: Final = re.compile(rf"^({_PLACE}), [^/.]{{2,24}}\.?\s/([^/]{{2,20}})/")
_CJK_DATELINE: Final = re.compile(
    r"^[（(【\s]{0,3}(新华社|新華社|中新社|中央社|中新网|本报)([\u3400-\u9fff]{2,6}?)\d{1,2}月\d{1,2}日"
)


class Dateline(NamedTuple):
    """Where, and for which agency, an article was filed."""

    place: str = ""
    agency: str = ""


def names(line: str, *, bare: bool = False) -> str:
    """Return the names of a byline without its "By"; empty where the line is none.

    `bare` takes a line of names without "By" too: for the line below a lone "By".
    """
    head = line[:LONGEST].strip()
    if cjk := _BY_CJK.match(head):
        return cjk[1].strip()
    opened = _BY.match(head)
    if opened is None and not bare:
        return ""
    listed = _AFTER_NAMES.sub("", head[opened.end() if opened else 0 :]).strip(" ,.:")
    if _AGENCY_WORD.fullmatch(listed):
        return ""
    people = [_person(name) for name in _JOINERS.split(listed)]
    if not people or len(people) > 8:
        return ""
    while people and (people[-1] == "" or _AGENCY_WORD.fullmatch(people[-1])):
        people.pop()
    return listed[: listed.rfind(people[-1]) + len(people[-1])] if people and all(people) else ""


def _person(name: str) -> str:
    words = name.split()
    return name if 2 <= len(words) <= 5 and all(_NAME.fullmatch(word) for word in words) else ""


def opens_byline(line: str) -> bool:
    """Whether the line is a "By" whose names stand on the next one."""
    return len(line) < 20 and _BY_ALONE.match(line) is not None


def agency(line: str) -> str:
    """Return the agency that a line consists of, is credited to in a credit, or that a byline ends with."""
    head = line[:LONGEST].strip()
    bare = head.strip("()[]/.,: —–-")
    if bare.lower() in _AGENCY_ONLY:
        return bare
    if credit := _CREDIT.match(head):
        credited = credit[1].strip(" .()")
        return credited if _AGENCY_WORD.search(credited) else ""
    if _BY.match(head) and (found := _AGENCY_WORD.search(head)) and len(head) < 80:
        return found[0]
    return ""


def dateline(paragraph: str) -> Dateline:
    """Return place and agency that the first paragraph opens with; empty fields where it opens with none.

    A place without an agency is believed only in capitals and before a long dash: neither "Update — ..." nor
    "NATO - ..." is a place.
    """
    head = paragraph[:LONGEST].lstrip()
    if cjk := _CJK_DATELINE.match(head):
        return Dateline(cjk[2], cjk[1])
    if slashed := _SLASHED.match(head):
        return Dateline(slashed[1], slashed[2] if _AGENCY_WORD.fullmatch(slashed[2]) else "")
    if leading := re.match(rf"^\(({_ANY_AGENCY})\)\s?[-–—.]*\s?", head):
        place = _DATELINE.match(head[leading.end() :])
        return Dateline(place[1] if place and place[1][0].isupper() else "", leading[1])
    found = _DATELINE.match(head)
    if found is None:
        return Dateline()
    filed = found[3] or ""
    known = _AGENCY_WORD.search(filed)
    shouted = found[1].isupper() and len(found[1]) > 2 and found[4] in {"—", "–", "--"}
    if known or (shouted and not _AGENCY_WORD.fullmatch(found[1])):
        return Dateline(found[1], known[0] if known else "")
    return Dateline()
