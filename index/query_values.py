"""Reads a single word of a query: plain, pattern, fuzzy, label or date."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Final

from index.errors import QueryError
from index.query_lexer import place
from index.query_tree import (
    LABEL_FIELDS,
    MAX_DISTANCE,
    MAX_PHRASE,
    MIN_LITERALS,
    DateRange,
    Everything,
    Fuzzy,
    LabelIs,
    Leaf,
    Or,
    Pattern,
    Phrase,
    Term,
)
from index.safe import safe_excerpt

_FUZZY: Final = re.compile(r"([^~]+)~(\d*)")
_BOOST: Final = re.compile(r"\^[-+]?[\d.]+$")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_COMPARED: Final = re.compile(r"(>=|<=|>|<)?(.*)", re.DOTALL)
_SPAN: Final = re.compile(r"\s*(\S+)\s+TO\s+(\S+)\s*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,8}(?:[-_][a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)
_DATE_HINT: Final = (
    "A date is 2016-12-08, 2016-12 or 2016; a range is date:[2016-12-01 TO 2016-12-31] or date:>=2016-12"
)
FIRST_DAY: Final = "0001-01-01"
LAST_DAY: Final = "9999-12-31"


def has_words(text: str) -> bool:
    """Tell whether there is anything to look for: a letter, digit, mark or pictograph."""
    return any(unicodedata.category(character) in _SEARCHABLE for character in text)


_SEARCHABLE: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Nl", "No", "So"})


def read_word(text: str, position: int, field: str) -> Leaf | Or | None:
    """Read a bare word, in `field` if that is not empty. None where it is punctuation alone."""
    if field == "date":
        return read_date(text, position)
    if field in LABEL_FIELDS:
        return read_label(text, position, field)
    if text == "*" and not field:
        return Everything()
    if not has_words(text):
        return None
    if "://" in text or text.startswith("www."):
        return Term(text, field, position)
    if _BOOST.search(text):
        raise QueryError(
            f"Weights with ^ are not known ({place(position)}).",
            position=position,
            hint="Write a word twice to give it more weight.",
        )
    if fuzzy := _read_fuzzy(text, position, field):
        return fuzzy
    return _read_pattern(text, position, field)


def read_phrase(text: str, position: int, field: str) -> Leaf | None:
    """Read what stands between quotation marks. None where it is punctuation alone."""
    if field == "date":
        return read_date(text.strip(), position)
    if field in LABEL_FIELDS:
        return read_label(text.strip(), position, field)
    if not has_words(text):
        return None
    if found := re.search(r"\w\*|\*\w|\w\?\w", text):
        start = position + 1 + found.start()
        raise QueryError(
            f"{safe_excerpt(found.group())} {place(start)} cannot be read inside quotation marks.",
            position=start,
            hint="A phrase is found as it stands; put words with * or ? outside of it.",
        )
    if len(text.split()) > MAX_PHRASE:
        raise QueryError(
            f"The phrase {place(position)} is too long: at most {MAX_PHRASE} words.",
            position=position,
            hint="A few words in quotation marks find the passage as well.",
        )
    return Phrase(text, field, position)


def _read_fuzzy(text: str, position: int, field: str) -> Fuzzy | None:
    found = _FUZZY.match(text)
    if not found or not has_words(found.group(1)):
        return None
    word, number = found.groups()
    rest = text[found.end() :]
    if has_words(rest) and not number:
        return None  # a tilde inside a word, as in the path of a page
    if "*" in word or "?" in word:
        raise QueryError(f"A word has either ~ or * and ?, not both ({place(position)}).", position=position)
    if rest.strip(".,;:!?") or (number and not 1 <= int(number[:4]) <= MAX_DISTANCE):
        raise QueryError(
            f"{safe_excerpt(text[len(word) :])} {place(position + len(word))} is no distance.",
            position=position + len(word),
            hint=f"Write {safe_excerpt(word)}~ or ~1 for one letter that differs, ~2 for two.",
        )
    distance = int(number or 1)
    if sum(map(str.isalnum, word)) < distance + 2:
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} is too short: nearly every short word is that near.",
            position=position,
            hint=f"~{distance} needs a word of at least {distance + 2} letters.",
        )
    return Fuzzy(word, distance, field, position)


def _read_pattern(text: str, position: int, field: str) -> Leaf | Or:
    word = text.lstrip("'([{<>.,;:!&%$#@/\\|^¿¡…-+=")
    if "*" not in word and "?" not in word.rstrip("?!.,;:"):
        return _questioned(word, position, field)
    word = word.rstrip(".,;:!")
    literals = sum(map(str.isalnum, word))
    if word[0] in "*?" or literals < MIN_LITERALS:
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} would search through the whole dictionary.",
            position=position,
            hint=f"A word with * or ? begins with a letter and has at least {MIN_LITERALS} letters, as in "
            f"coun* or wor?d",
        )
    return Pattern(word, field, position)


def _questioned(word: str, position: int, field: str) -> Leaf | Or:
    """Read a word without a pattern in it. Question marks at its end may be meant both ways: try both."""
    bare = word.rstrip("?!.,;:")
    plain = Term(bare or word, field, position)
    marks = word[len(bare) :]
    if marks and not marks.strip("?") and sum(map(str.isalnum, bare)) >= MIN_LITERALS:
        return Or((plain, Pattern(word, field, position)))
    return plain


def read_label(text: str, position: int, field: str) -> LabelIs:
    """Read the value of a field that is not text."""
    if not has_words(text) and text != "*":
        raise QueryError(f"{field}: {place(position)} names nothing.", position=position)
    if field == "lang" and not _LANGUAGE.fullmatch(text):
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} is no language code.",
            position=position,
            hint="Languages are codes: lang:en, lang:ru, lang:zh, lang:zh-Hant, lang:und for unknown",
        )
    return LabelIs(field, text, position)


def read_date(text: str, position: int) -> DateRange:
    """Read a day, month or year, with ``>``, ``>=``, ``<`` or ``<=`` before it or without."""
    compared = _COMPARED.fullmatch(text)
    sign, value = compared.groups() if compared else ("", text)
    first, last = _span_of(value, position)
    if (sign == ">" and last == LAST_DAY) or (sign == "<" and first == FIRST_DAY):
        raise QueryError(
            f"No date lies {sign} {value} ({place(position)}).", position=position, hint=_DATE_HINT
        )
    match sign:
        case ">":
            return DateRange(_shifted(last, 1), LAST_DAY, position)
        case ">=":
            return DateRange(first, LAST_DAY, position)
        case "<":
            return DateRange(FIRST_DAY, _shifted(first, -1), position)
        case "<=":
            return DateRange(FIRST_DAY, last, position)
        case _:
            return DateRange(first, last, position)


def read_range(text: str, position: int) -> DateRange:
    """Read the inside of ``[2016-12-01 TO 2016-12-31]``; ``*`` leaves a side open."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} is no range of dates.",
            position=position,
            hint=_DATE_HINT,
        )
    left, right = found.groups()
    first = FIRST_DAY if left == "*" else _span_of(left, position)[0]
    last = LAST_DAY if right == "*" else _span_of(right, position)[1]
    if first > last:
        raise QueryError(
            f"The range {place(position)} runs backwards: {first} is after {last}.",
            position=position,
            hint=f"date:[{safe_excerpt(right)} TO {safe_excerpt(left)}]",
        )
    return DateRange(first, last, position)


def _span_of(text: str, position: int) -> tuple[str, str]:
    """Return first and last day of a day, month or year."""
    found = _DATE.fullmatch(text)
    if not found or found.group(1) == "0000":
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} is no date.", position=position, hint=_DATE_HINT
        )
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if found.group(2) and not 1 <= month <= 12:
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} is no date: there is no month {month:02}.",
            position=position,
            hint=_DATE_HINT,
        )
    days = _days_in(year, month or 12)
    if found.group(3) and not 1 <= day <= days:
        raise QueryError(
            f"{safe_excerpt(text)} {place(position)} is no date: {year:04}-{month:02} has {days} days.",
            position=position,
            hint=_DATE_HINT,
        )
    return (
        f"{year:04}-{month or 1:02}-{day or 1:02}",
        f"{year:04}-{month or 12:02}-{day or days:02}",
    )


def _days_in(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day


def _shifted(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
