"""Datelines: from where, and for which agency, an article was filed."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tasks.agencies import AGENCY_WORD, ANY_AGENCY, COMPOUND
from tasks.months import MONTHS

LONGEST: Final = 200
"""Characters of a paragraph that are read."""

CONTEXT: Final = 6000
"""Characters of the article in which a doubtful place must stand again."""

_WORD: Final = r"[^\W\d_][\w.'’-]{1,24}"
_PLACE: Final = rf"{_WORD}(?:[ /]{_WORD}){{0,3}}"
# BEIRUT — / BEIRUT (AP) — / Berlin (dpa) - / WASHINGTON, Dec 8 (Reuters) - / ROMA, 8 DIC - / LYON, France —
_DASHED: Final = re.compile(
    rf"^(?P<town>{_PLACE})(?:,\s?(?P<region>{_PLACE}\.?))?"
    r"(?P<day>(?:,?\s[^\W_]{1,12}\.?){1,4},?)?"
    r"\s?(?:[(/](?P<filed>[^)/(]{2,40})[)/]\.?)?\s?(?P<mark>[—–]|--|-\s|:\s|\.-)\s?",
)
# The same with a known agency in brackets, whatever stands around: NEW DELHI, Dec 8 (PTI) /
# Berlin (dpa/lno) - / KYIV. Dec 8 (Interfax) - / New Delhi [India], December 8 (ANI): / TOKYO, Dec 8, Kyodo -
_TOWN: Final = (
    r"(?:[^\W\d_]{1,3}\.\s)?[^\W\d_][^\s\d,.:;()/\[\]=]{1,24}(?:[ /][^\W\d_][^\s\d,.:;()/\[\]=]{1,24}){0,3}"
)
_FILED: Final = re.compile(
    rf"^(?P<town>{_TOWN})(?:,\s?(?P<region>{_PLACE}\.?))?(?:\s?\[[^\]]{{2,20}}\])?"
    rf"(?P<day>[,.]\s[^()\[\]/]{{2,40}}?)?\s?(?:[(/](?P<filed>(?i:{COMPOUND}))[)/]"
    rf"|,\s(?P<plain>{ANY_AGENCY})\s[-–—])"
)
# KAZAN, 14 March. / Linz. — names without full stops in them, or the sentence would be part of the place
_SPOT: Final = r"[^\W\d_][\w'’-]{1,24}(?:[ -][^\W\d_][\w'’-]{1,24}){0,2}"
_STOPPED: Final = re.compile(
    rf"^(?P<town>{_SPOT})(?:,\s?(?P<day>\d{{1,2}}\.?\s[^\W\d_]{{3,12}}(?:\s\d{{4}})?))?\.\s(?=\S)"
)
_SLASHED: Final = re.compile(rf"^({_PLACE}), [^/.]{{2,24}}\.?\s/([^/]{{2,20}})/")
_LEADING: Final = re.compile(
    rf"^(?:[(（/]({COMPOUND})[)）/]\s?[-–—.]{{0,3}}|({ANY_AGENCY})\s?[-–—]{{1,2}})\s?"
)
# (서울=연합뉴스) / 【東京共同】 / 【ロンドン＝ロイター】 / （路透社北京8日电）
_BRACKETED: Final = re.compile(
    r"^[(\[【（](?:(?P<town>[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,8}?)\s?[=＝・]?\s?"
    r"(?P<agency>연합뉴스|뉴시스|뉴스1|共同社?|時事|ロイター|AFP時事|AFP|AP|新华社|中新社|中央社|法新社|路透社|美联社)"
    r"|(?P<first>路透社|法新社|美联社|美聯社|新华社|中央社|中新社|彭博社)(?P<city>[\u3400-\u9fff]{2,5}?))"
    r"(?:\d{1,2}月)?(?:\d{1,2}日)?[电電讯訊]?[)\]】）]"
)
_CJK: Final = re.compile(
    r"^[（(【\s]{0,3}(?P<agency>新华社|新華社|中新社|中央社|中新网|本报|本報|本社|本网|本網)"
    r"(?P<town>[\u3400-\u9fff]{2,6}?)\d{1,2}月\d{1,2}日"
)
_THEN: Final = re.compile(rf"(?:{ANY_AGENCY})\.")
_OWN: Final = "本"
"""Opens a dateline that names the paper itself, which is no agency."""
_LONG_DASHES: Final = frozenset({"—", "–", "--"})
_WEEKDAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_WHERE: Final = (
    "in|at|near|from|outside|around|im|bei|aus|nach|um|zwischen|à|en|près de|desde|em|da|nel|nella|te|uit"
    "|w|z|ze|i|på|ved|vid|från|fra|v|ve|в|во|из|на|под|от|к|до|у|з"
)
"""Words after which a place stands: what begins a paragraph like a dateline and never follows one of them
is a person, a label ("Update — …") or an organisation."""


class Dateline(NamedTuple):
    """Where, and for which agency, an article was filed."""

    place: str = ""
    agency: str = ""


def dateline(paragraph: str, article: str = "") -> Dateline:
    """Return place and agency that the first paragraph opens with; empty fields where it opens with none.

    A place without an agency is believed at once only in capitals and before a long dash or a day. Any other
    form ("Linz. ", "PORT MOODY - ", scripts without capitals) needs the place again in `article`, headline
    included: neither "Update — ..." nor "NATO - ..." is a place. The place is as printed, with the country
    or region where the dateline prints it.
    """
    head = paragraph[:LONGEST].lstrip()
    if cjk := _CJK.match(head):
        return Dateline(cjk["town"], "" if cjk["agency"].startswith(_OWN) else cjk["agency"])
    if bracketed := _BRACKETED.match(head):
        return Dateline(bracketed["town"] or bracketed["city"], bracketed["agency"] or bracketed["first"])
    if (filed := _FILED.match(head)) and _is_filed(filed["town"], head[filed.end() :]):
        return Dateline(_printed(filed), filed["filed"] or filed["plain"])
    if slashed := _SLASHED.match(head):
        return Dateline(slashed[1], slashed[2] if AGENCY_WORD.fullmatch(slashed[2]) else "")
    if leading := _LEADING.match(head):
        place = _DASHED.match(head[leading.end() :])
        named = _printed(place) if place and place["town"][0].isupper() else ""
        return Dateline(named, leading[1] or leading[2])
    if found := _DASHED.match(head):
        known = AGENCY_WORD.search(found["filed"] or "")
        if known or _believed(found["town"], found["mark"], paragraph[found.end() :], article):
            known = known or _THEN.match(head, found.end())
            return Dateline(_printed(found), known[0].rstrip(".") if known else "")
    if (found := _STOPPED.match(head)) and _stopped(found, paragraph[found.end() :], article):
        return Dateline(found["town"])
    return Dateline()


def _is_filed(town: str, rest: str) -> bool:
    """Whether a place stands before a bracketed agency: words like names, and a sentence behind it.

    "Asian News International (ANI) reported" is none.
    """
    named = all(word[0].isupper() or word[0].lower() == word[0].upper() for word in re.split("[ /]", town))
    opens = rest.lstrip(" \u00a0\"'“”„«»")[:1]
    return named and not opens.islower() and AGENCY_WORD.search(town) is None


def _printed(found: re.Match[str]) -> str:
    """Return the town with the region behind it, unless that is a day."""
    region = found["region"] or ""
    first = region.split(" ")[0].strip(".").lower()
    named = region[:1].isupper() and first not in MONTHS and first not in _WEEKDAYS
    return f"{found['town']}, {region}" if named else found["town"]


def _believed(town: str, mark: str, rest: str, article: str) -> bool:
    if AGENCY_WORD.fullmatch(town) or len(town) < 3 or mark.startswith(":"):
        return False
    if town.isupper():
        return mark in _LONG_DASHES or _stands_again(town, rest, article)
    if not _has_case(town):
        return mark in _LONG_DASHES and town in rest[:CONTEXT] + article[:CONTEXT]
    return town[0].isupper() and _stands_again(town, rest, article)


def _stopped(found: re.Match[str], rest: str, article: str) -> bool:
    """Whether the words before a full stop are a place: in capitals before a day, else by their return."""
    town, words = found["town"], (found["day"] or "").replace(".", " ").lower().split()
    dated = len(words) > 1 and words[1] in MONTHS
    if words and not dated:
        return False
    return (town.isupper() and dated) or (town[0].isupper() and _stands_again(town, rest, article))


def _has_case(text: str) -> bool:
    return text.title() != text or text.lower() != text


def _stands_again(town: str, rest: str, article: str) -> bool:
    """Whether the town stands, not in capitals, behind a word for a place; its ending may be inflected."""
    stem = re.escape(town[: max(4, len(town) - 1)] if len(town) > 5 else town)
    again = re.compile(rf"(?<!\w)(?i:{_WHERE})\s(?P<town>(?i:{stem})\w{{0,3}})(?!\w)")
    places = again.finditer(f"{article[:CONTEXT]}\n{rest[:CONTEXT]}")
    return any(place["town"][0].isupper() and not place["town"].isupper() for place in places)
