"""Finds articles by language, source, file and id: what a field holds as a whole, not as words."""

from __future__ import annotations

import re
from datetime import date
from functools import reduce
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from index import expand
from index.analysis import fold, terms
from index.query_tree import LabelIs
from index.safe import safe_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from index.postings import Postings

_GROUPS: Final = {
    "no": ("no", "nb", "nn"),
    "cmn": ("zh",),
    "zh-cn": ("zh-hans",),
    "zh-sg": ("zh-hans",),
    "zh-tw": ("zh-hant",),
    "zh-hk": ("zh-hant",),
    "zh-mo": ("zh-hant",),
    "iw": ("he",),
    "in": ("id",),
    "ji": ("yi",),
    "jw": ("jv",),
    "mo": ("ro",),
    "sh": ("sh", "bs", "hr", "sr"),
    "tl": ("tl", "fil"),
}
"""What a person may type for languages that are stored under another code, or under several."""

_LOOKED_UP_DAYS: Final = 100
_SHOWN: Final = 30
_GUESSED_FROM: Final = 5_000


def labelled(postings: Postings, label: LabelIs) -> tuple[set[int], str]:
    """Return the documents and, where the label stands for nothing in the archive, a note that says so."""
    match label.field:
        case "lang":
            return in_languages(postings, (label.text,))
        case "source":
            return from_source(postings, label.text, label.position)
        case "id":
            return _union(
                postings, "id", expand.matching(postings, "id", _id_pattern(label.text), label.position)
            ), ""
        case _:
            return _in_file(postings, label), ""


def in_languages(postings: Postings, asked: Iterable[str]) -> tuple[set[int], str]:
    """Return the documents in any of the languages; ``zh`` finds both scripts, ``no`` nb and nn."""
    known = list(postings.dictionary("lang"))
    codes: set[str] = set()
    missing = []
    for text in asked:
        named = text.lower().replace("_", "-")
        wanted = _GROUPS.get(named, (named,))
        found = {code for code in known if _is_kind_of(code.lower(), wanted)}
        codes |= found
        if not found:
            missing.append(safe_excerpt(text))
    note = ""
    if missing:
        note = f"No article is in {', '.join(missing)}; languages of the archive: {', '.join(known[:_SHOWN])}"
    return _union(postings, "lang", codes), note


def from_source(postings: Postings, text: str, position: int = 0) -> tuple[set[int], str]:
    """Return the documents of a source, by its name in any letter case or a pattern."""
    name = fold(text)
    found = expand.matching(postings, "source", name, position)
    if found:
        return _union(postings, "source", found), ""
    known = list(islice(postings.dictionary("source"), _GUESSED_FROM))
    from difflib import get_close_matches  # noqa: PLC0415 - a mistake may cost the import, a search not

    near = get_close_matches(name, known, n=3, cutoff=0.5) or known[:_SHOWN]
    listed = ", ".join(map(safe_excerpt, near))
    return set(), f"No source is named {safe_excerpt(text)}; there are: {listed}"


def added_since(postings: Postings, first: str) -> set[int]:
    """Return the documents that came into the archive on that day or later."""
    return _union(postings, "added", postings.dictionary("added", first))


def dated(postings: Postings, first: str, last: str, among: AbstractSet[int] | None = None) -> set[int]:
    """Return the documents (of those `among`) whose date lies within these days, inclusive.

    A short span is looked up day by day, anything else in the column of dates.
    """
    if among is None and _days_between(first, last) <= _LOOKED_UP_DAYS:
        return _union(
            postings, "date", takewhile(lambda day: day <= last, postings.dictionary("date", first))
        )
    days = postings.column("date", postings.everything() if among is None else among)
    return {document for document, day in days.items() if day and first <= day <= last}


def _days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def _is_kind_of(code: str, wanted: Iterable[str]) -> bool:
    return any(code == name or code.startswith(name + "-") for name in wanted)


def _id_pattern(text: str) -> str:
    return text.lower().rstrip("*") + "*"


def _in_file(postings: Postings, label: LabelIs) -> set[int]:
    """Find by whole path, by pattern, by parts of the path or, at last, by words in it."""
    name = fold(label.text)
    if name.endswith(("/*", "\\*")):
        name = name[:-1]
    if "*" in name or "?" in name:
        return _union(postings, "path", expand.matching(postings, "path", name, label.position))
    for parts in ([name], [part for part in re.split(r"[/\\]+", name) if part not in ("", ".")], terms(name)):
        if parts and (found := _holding_all(postings, parts)):
            return found
    return set()


def _holding_all(postings: Postings, keys: Iterable[str]) -> set[int]:
    return reduce(set.intersection, (set(postings.documents("path", key)) for key in keys))


def _union(postings: Postings, field: str, values: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for value in values:
        found.update(postings.documents(field, value))
    return found
