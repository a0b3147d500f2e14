"""News agencies: their names, and the lines that credit one."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 200
"""Characters of a line that are read."""

AGENCIES: Final = (
    "dpa-infocom", "dpa", "Reuters", "Thomson Reuters", "The Associated Press", "Associated Press", "AP",
    "AFP", "Agence France-Presse", "TASS", "Tass", "ТАСС", "РИА Новости", "RIA Novosti", "Interfax",
    "Интерфакс", "Xinhua", "新华社", "新華社", "中新社", "中央社", "共同", "時事", "Kyodo", "Jiji", "EFE",
    "Europa Press", "ANSA", "Ansa", "AGI", "Adnkronos", "APA", "SID", "epd", "KNA", "AWP", "Keystone-SDA",
    "SDA", "ATS", "Belga", "ANP", "TT", "NTB", "Ritzau", "STT", "PAP", "ČTK", "MTI", "Agerpres", "BTA",
    "Hina", "STA", "Tanjug", "Ukrinform", "Укрінформ", "Anadolu Agency", "Anadolu Ajansı", "Anadolu",
    "AA", "DHA", "İHA",
    "IRNA", "PTI", "ANI", "IANS", "UNI", "Yonhap", "연합뉴스", "Antara", "Bernama", "VNA", "TTXVN",
    "Agência Brasil", "Lusa", "Télam", "NTN", "PA Media", "PA", "Press Association", "UPI", "Bloomberg",
    "Bloomberg News", "CNN Wire", "The Canadian Press", "Canadian Press", "AAP", "RFE/RL", "BBC",
)  # fmt: skip
_NOT_ALONE: Final = frozenset({"BBC", "RFE/RL", "AA", "TT", "UNI", "STA", "Bloomberg"})
"""Believed in a credit or a dateline; as a line of its own it is an outlet or the buttons for the type
size."""
_AGENCY_ONLY: Final = frozenset(name.lower() for name in AGENCIES if name not in _NOT_ALONE)
ANY_AGENCY: Final = "|".join(sorted((re.escape(name) for name in AGENCIES), key=len, reverse=True))
AGENCY_WORD: Final = re.compile(rf"(?<!\w)(?:{ANY_AGENCY})(?!\w)")
_CREDIT: Final = re.compile(
    r"^\W{0,3}(?:with (?:additional )?(?:reporting|material|files) (?:by|from)|with agency inputs from"
    r"|(?:quelle|source|fuente|fonte|źródło|источник|来源|稿源)\s?[:：])\s?(.{2,120})$",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"^\W{0,3}(?:(?:(?:written|words|story|reported|posted|published|report|text) )?by|authors?|von|par|por"
    r"|di|a cura di|av|af|door|autora?|auteur|автор|текст|text|tekst)\b\s?[:：]?\s",
    re.IGNORECASE,
)
_CAPITALISED: Final = r"[^\W\d_][\w'’&.-]{0,24}"
_TITLED: Final = re.compile(
    rf"(?:{_CAPITALISED}\s){{1,4}}"
    r"(?:(?:news|press|wire) (?:service|agency)|wire services?|news ?wire"
    r"|presseagentur|nachrichtenagentur|presse-agentur|agence de presse|agencia de noticias)",
    re.IGNORECASE,
)


def agency(line: str) -> str:
    """Return the agency that a line consists of, is credited to in a credit, or that a byline ends with."""
    head = line[:LONGEST].strip()
    bare = head.strip("()[]/.,: —–-")
    if bare.lower() in _AGENCY_ONLY:
        return bare
    if credit := _CREDIT.match(head):
        credited = credit[1].strip(" .()")
        return credited if AGENCY_WORD.search(credited) else ""
    if _BY.match(head) and (found := AGENCY_WORD.search(head)) and len(head) < 80:
        return found[0]
    return ""


def titled_agency(line: str) -> str:
    """Return the agency of a line that consists of its name and says so ("Meridian News Service").

    Each word is capitalised: no sentence and no section of a page looks like that near a headline.
    """
    head = line[:LONGEST].strip(" ()[]/.,:—–-")
    found = _TITLED.fullmatch(head)
    return head if found and all(word[0].isupper() for word in head.split() if len(word) > 2) else ""
