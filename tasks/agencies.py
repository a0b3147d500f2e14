"""News agencies: their names, and the lines that credit one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

LONGEST: Final = 200
"""Characters of a line that are read."""

REMEMBERED: Final = 4_096
"""Lines whose agency is remembered: several stages ask for that of a line, and a site's come again."""

MOST_CREDITED: Final = 8
"""Words of a credit behind "Source:": more are a sentence."""

AGENCIES: Final = (
    # international
    "Thomson Reuters", "Reuters", "The Associated Press", "Associated Press", "AP", "AFP",
    "Agence France-Presse", "UPI", "Bloomberg News", "Bloomberg", "CNN Wire", "PA Media",
    "Press Association", "PA", "EPA", "RFE/RL", "BBC", "PRNewswire", "PR Newswire", "Business Wire",
    "GlobeNewswire",
    # Europe
    "dpa-infocom", "dpa-AFX", "Deutsche Presse-Agentur", "dpa", "SID", "epd", "KNA", "APA", "AWP",
    "Keystone-SDA", "SDA", "ATS", "Belga", "ANP", "TT", "NTB", "Ritzau", "STT", "EFE",
    "Agencia EFE", "Europa Press", "Lusa", "ANSA", "Ansa", "AGI", "Adnkronos", "AdnKronos",
    "Askanews", "PAP", "ČTK", "TASR", "SITA", "MTI", "Agerpres", "Mediafax", "BTA", "БТА", "Hina",
    "STA", "Tanjug", "Танјуг", "Fena", "SRNA", "MIA", "LETA", "BNS", "ELTA", "ΑΠΕ-ΜΠΕ", "ANA-MPA",
    # Russia, Ukraine, Central Asia
    "TASS", "Tass", "ТАСС", "РИА Новости", "RIA Novosti", "RIA", "РИА", "Interfax-Ukraine",
    "Интерфакс-Украина", "Interfax", "Интерфакс", "Інтерфакс-Україна", "Ukrinform", "Укрінформ",
    "Укринформ", "УНІАН", "УНИАН", "UNIAN", "БелТА", "БЕЛТА", "BelTA", "Казинформ", "Kazinform",
    "Qazinform", "АЗЕРТАДЖ", "AZERTAC", "Armenpress", "УзА",
    # Turkey, the Middle East, Africa
    "Anadolu Agency", "Anadolu Ajansı", "Anadolu", "AA", "DHA", "İHA", "MENA", "WAFA", "WAM",
    "KUNA", "QNA", "SANA", "Petra", "IRNA", "ISNA", "Tasnim", "رويترز", "فرانس برس", "أ ف ب",
    "أ.ف.ب", "أسوشيتد برس", "د ب أ", "الأناضول", "واس", "وام", "كونا", "قنا", "سانا", "بترا", "وفا",
    "أ ش أ", "ایرنا", "ایسنا", "APS", "GNA", "NAN",
    # Asia and the Pacific
    "Xinhua News Agency", "Xinhua", "新华社", "新華社", "中新社", "中新网", "中央社",
    "法新社", "路透社", "美联社", "美聯社",
    "共同社", "彭博社", "共同通信", "時事通信", "AFP時事", "共同", "時事",
    "ロイター", "Kyodo News", "Kyodo", "Jiji Press",
    "Jiji", "Yonhap News Agency", "Yonhap", "연합뉴스", "뉴시스", "뉴스1", "로이터", "PTI", "ANI", "IANS",
    "UNI", "भाषा", "पीटीआई", "एएनआई", "वार्ता", "APP", "UNB", "BSS", "Antara", "ANTARA", "Bernama",
    "BERNAMA", "VNA", "TTXVN", "PNA", "AAP",
    # the Americas
    "The Canadian Press", "Canadian Press", "La Presse Canadienne", "Agência Brasil",
    "Estadão Conteúdo", "Télam", "NTN", "Notimex", "Prensa Latina",
)  # fmt: skip
_NOT_ALONE: Final = frozenset(
    "BBC RFE/RL AA TT UNI STA Bloomberg EPA MIA MENA SANA SITA RIA РИА Petra Fena GNA NAN APP APS BSS"
    " UNB PNA QNA وام واس قنا سانا بترا وفا भाषा वार्ता".split()
)
"""Believed in a credit or a dateline; as a line of its own it is an outlet, a word, or the buttons for the
type size."""
_ALONE: Final = frozenset(name for name in AGENCIES if name not in _NOT_ALONE)
_HEADS: Final = frozenset(name[:2] for name in AGENCIES)
"""What every line that consists of agencies opens with: most lines do not, and cost no look at each name."""
_SMALL: Final = frozenset(
    "dpa afp ap apa sda epd kna sid awp efe ansa reuters belga tass xinhua ritzau".split()
)
"""Written without capitals too: no words of their own."""
ANY_AGENCY: Final = "|".join(sorted((re.escape(name) for name in AGENCIES), key=len, reverse=True))
AGENCY_WORD: Final = re.compile(rf"(?<!\w)(?:{ANY_AGENCY})(?!\w)")
COMPOUND: Final = rf"(?:{ANY_AGENCY})(?:\s?[/,+&]\s?(?:{ANY_AGENCY}|[a-z]{{2,4}}|[A-Z]{{2,4}}))*"
"""Agencies together ("dpa/AP"), or with the initials of an editor ("dpa/lno")."""
_COMPOUND: Final = re.compile(COMPOUND)
_TRAILING: Final = re.compile(
    rf"[(\[（]\s?({COMPOUND})\s?[)\]）][.。]?$|[.!?…”\"»]\s{{0,2}}[/—–]\s?({COMPOUND})/?$"
)
_CREDIT: Final = re.compile(
    r"^\W{0,3}(?:with (?:additional )?(?:reporting|material|files|inputs) (?:by|from)|with agency inputs from"
    r"|(?:quellen?|sources?|fuentes?|fonti?|fontes?|źródło|zdroj|forrás|källa|kilde|lähde|bron|kaynak|источник"
    r"|джерело|извор|πηγή|المصدر|منبع|מקור|nguồn|sumber|स्रोत|来源|來源|稿源|出典|출처)\s?[:：]"
    r"|mit (?:material|informationen|angaben|agenturmaterial)(?: (?:von|der|des))?|con información(?: de)?"
    r"|con informaciones de|com informações (?:da|de|do)|avec|con|z wykorzystaniem(?: materiałów)?"
    r"|по материалам|за матеріалами|par .{2,40}? avec)(?:\s|(?<=[:：]))\s?(.{2,120})$",
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
    """Return the agency that a line consists of, is credited to in a credit, or that a byline ends with.

    Several agencies are returned as printed ("dpa/AP").
    """
    return _agency_of(line[:LONGEST].strip())


@lru_cache(maxsize=REMEMBERED)
def _agency_of(head: str) -> str:
    bare = head.strip("()[]（）【】/.,: —–-")
    if bare in _ALONE or bare.lower() in _SMALL or bare.title() in _ALONE:
        return bare
    if len(bare) < 40 and bare[:2] in _HEADS and _COMPOUND.fullmatch(bare) and bare not in _NOT_ALONE:
        return bare
    if credit := _CREDIT.match(head):
        credited = credit[1].strip(" .()")
        return credited if AGENCY_WORD.search(credited) and len(credited.split()) <= MOST_CREDITED else ""
    if len(head) < 80 and _BY.match(head) and (found := AGENCY_WORD.search(head)):
        return found[0]
    return ""


def trailing_agency(paragraph: str) -> str:
    """Return the agency that the last paragraph of an article ends with: "... in January. (dpa/lno)"."""
    found = _TRAILING.search(paragraph[-60:].rstrip())
    return (found[1] or found[2]) if found else ""


def titled_agency(line: str) -> str:
    """Return the agency of a line that consists of its name and says so ("Meridian News Service").

    Each word is capitalised: no sentence and no section of a page looks like that near a headline.
    """
    head = line[:LONGEST].strip(" ()[]/.,:—–-")
    found = _TITLED.fullmatch(head)
    return head if found and all(word[0].isupper() for word in head.split() if len(word) > 2) else ""
