"""How well headlines, dates and authors are read: ``python -m evals.metadata GOLD [--every N] [--misses F]``.

GOLD is JSON lines, plain or ``.xz``: ``{id, page, language, text, title, date, author}``, the last three
null or empty where nobody knows. Runs the very function that the pipeline runs, each page alone, takes the
story with the longest body, and prints one JSON object of figures last. Several records may come from one
page (`page`): the figures count records, by language with the number of distinct pages; below
`FEWEST_PAGES` nothing is claimed.

*Headline* is right where it equals the gold title, case as it is, after both are folded: Unicode NFKC,
white space to one space and none before a colon, quotation marks and apostrophes to ``'``, dashes to ``-``,
no invisible characters, no full stops at the end. Gold titles are often ``<title>`` tags, so they may also
lose their tail (" | Site", " - Site": at most `TAIL_WORDS` words behind a spaced bar or dash), more than
one, and a leading "Opinion | ". `right_of_gold` counts all gold titles, `right_of_on_page` those that are a
line of the text: one in six is none, because the title tag is another than the headline or because the
converter lost it.

*Date* is right where it is the gold's day. Gold that states an instant ("2024-08-26 23:27:57+00:00") stands
on two days of the world's calendars; `right_somewhere_of_answered` accepts the day in any time zone.

*Author* is right where every name read is a name of gold (words compared without case and marks).
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from evals import records
from index.article import Page, Story
from tasks.segment import segment

FEWEST_PAGES: Final = 20
"""Distinct pages of a language below which its shares are not printed."""

TAIL_WORDS: Final = 5
"""Words that a site's name behind a title has at most."""

ABSENT: Final = "gold title is no line of the page"
"""The kind of headline miss that no reader of the text could avoid."""

_QUOTES: Final = re.compile("[\"'’‘‚‛“”„‟«»‹›`´′″]+")
_DASHES: Final = re.compile("[‐‑‒–—―−-]+")
_TAIL: Final = re.compile(r"(.+\S)\s(?:[|»·]|-{1,2}|::)\s(.+)")
_LEAD: Final = re.compile(r"Opinion \| ")
_BULLET: Final = re.compile(r"^\s*(?:#{1,6}|[•*·▪+◦○])\s")
_INSTANT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:([+-])(\d\d):(\d\d)|Z)"
)
_WEST: Final = timedelta(hours=12)
_EAST: Final = timedelta(hours=14)


class Outcome(StrEnum):
    """How one field of one record came out."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSTAINED = "abstained"
    NO_GOLD = "no gold"


@dataclass(frozen=True, slots=True)
class Judged:
    """One record: its outcomes, and what was read and was right, for the list of misses."""

    id: str
    page: str
    language: str
    headline: Outcome
    date: Outcome
    author: Outcome
    somewhere: bool
    future: bool
    kind: str
    read: dict[str, str]
    gold: dict[str, str]
    cpu_ms: float


def folded(text: str) -> str:
    """Return a title as it is compared: case as it is, typography away."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKC", text)
        if unicodedata.category(char) not in {"Cf", "Cc"} or char in "\t\n"
    )
    spaced = " ".join(_DASHES.sub("-", _QUOTES.sub("'", plain)).split())
    return spaced.replace(" :", ":").rstrip(".… ")


def title_forms(gold: str) -> tuple[str, ...]:
    """Return the folded gold title, and what remains without the names of site and section behind it."""
    forms = [_LEAD.sub("", folded(gold), count=1)]
    while (found := _TAIL.fullmatch(forms[-1])) and len(found[2].split()) <= TAIL_WORDS:
        forms.append(found[1])
    return (folded(gold), *forms)


def right_days(gold: str) -> tuple[str, ...]:
    """Return the days (ISO) that a gold date may mean, the stated one first."""
    stated = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", gold)
    if stated is None:
        return ()
    day = date(int(stated[1]), int(stated[2]), int(stated[3]))
    instant = _INSTANT.match(gold)
    if instant is None:
        return (day.isoformat(),)
    offset = timedelta(hours=int(instant[5] or 0), minutes=int(instant[6] or 0)) * (
        -1 if instant[4] == "-" else 1
    )
    begun = datetime(day.year, day.month, day.day, int(instant[2]), int(instant[3]), tzinfo=UTC) - offset
    return (day.isoformat(), (begun - _WEST).date().isoformat(), (begun + _EAST).date().isoformat())


def same_people(read: str, gold: str) -> bool:
    """Whether every name read is one of gold: all its words stand there."""
    return bool(_words(read)) and _words(read) <= _words(gold)


def _words(names: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", names).casefold()
    return frozenset(re.findall(r"[^\W\d_]{2,}", re.sub(r"[\u0300-\u036f]|\b(?:and|und|et|y)\b", "", plain)))


def judge(record: dict[str, Any], *, today: date) -> Judged:
    """Segment a record's page as the pipeline would and compare what it read with gold."""
    page = Page(text=record["text"], encoding="utf-8")
    begun = time.process_time()
    stories = segment(page).stories
    spent = time.process_time() - begun
    story = max(stories, key=lambda found: len(found.body), default=Story(headline="", body=""))
    gold = {name: str(record.get(name) or "").strip() for name in ("title", "date", "author")}
    days = right_days(gold["date"])
    forms = title_forms(gold["title"]) if gold["title"] else ()
    return Judged(
        id=str(record["id"]),
        page=str(record.get("page") or record["id"]),
        language=str(record.get("language") or "und").split("-")[0],
        headline=_outcome(story.headline, forms, folded(story.headline) in forms),
        date=_outcome(story.date, days, story.date in days[:1]),
        author=_outcome(story.byline, gold["author"], same_people(story.byline, gold["author"])),
        somewhere=story.date in days,
        future=story.date is not None and story.date > today.isoformat(),
        kind=_headline_kind(folded(story.headline), forms, record["text"]),
        read={
            "title": story.headline,
            "date": f"{story.date or ''} {story.date_evidence}".strip(),
            "author": story.byline,
        },
        gold=gold,
        cpu_ms=spent * 1000,
    )


def _outcome(read: str | None, gold: object, right: bool) -> Outcome:
    if not gold:
        return Outcome.NO_GOLD
    return Outcome.RIGHT if read and right else Outcome.WRONG if read else Outcome.ABSTAINED


def _headline_kind(read: str, forms: Sequence[str], text: str) -> str:
    """Name what a headline that is not right is."""
    if not forms or read in forms:
        return ""
    lines = {folded(_BULLET.sub("", line)) for line in text.split("\n")}
    if not lines & set(forms):
        loose = {_loose(form) for form in forms}
        if _loose(read) in loose:
            return "differs in case or marks"
        return f"{ABSENT}, but for case or marks" if loose & {_loose(line) for line in lines} else ABSENT
    if not read:
        return "abstained"
    part = len(read) > 10 and any(read in form or form in read for form in forms)
    return "part of it or more than it" if part else "another line"


def _loose(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return counts and shares of all records, and shares by language where enough pages carry them."""
    languages = sorted({record.language for record in judged})
    return {
        **_shares(judged),
        "cpu_ms_per_page": round(sum(record.cpu_ms for record in judged) / max(1, len(judged)), 2),
        "headline_misses": dict(Counter(record.kind for record in judged if record.kind).most_common()),
        "by_language": {name: _language([r for r in judged if r.language == name]) for name in languages},
    }


def _language(judged: Sequence[Judged]) -> dict[str, Any]:
    pages = len({record.page for record in judged})
    return {"pages": pages, **(_shares(judged) if pages >= FEWEST_PAGES else {"claimed": "nothing"})}


def _shares(judged: Sequence[Judged]) -> dict[str, Any]:
    report: dict[str, Any] = {"records": len(judged), "pages": len({record.page for record in judged})}
    for name, outcomes in (
        ("headline", Counter(record.headline for record in judged)),
        ("date", Counter(record.date for record in judged)),
        ("author", Counter(record.author for record in judged)),
    ):
        gold = len(judged) - outcomes[Outcome.NO_GOLD]
        answered = gold - outcomes[Outcome.ABSTAINED]
        report[name] = {
            "gold": gold,
            "answered": answered,
            "right": outcomes[Outcome.RIGHT],
            "right_of_gold": _share(outcomes[Outcome.RIGHT], gold),
            "right_of_answered": _share(outcomes[Outcome.RIGHT], answered),
            "abstained": _share(outcomes[Outcome.ABSTAINED], gold),
        }
    absent = sum(record.kind == ABSENT for record in judged)
    titles = len(judged) - Counter(record.headline for record in judged)[Outcome.NO_GOLD]
    report["headline"]["right_of_on_page"] = _share(report["headline"]["right"], titles - absent)
    given = [record for record in judged if record.date in {Outcome.RIGHT, Outcome.WRONG}]
    report["date"]["right_somewhere_of_answered"] = _share(sum(r.somewhere for r in given), len(given))
    report["date"]["in_the_future"] = sum(record.future for record in judged)
    return report


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def misses(judged: Iterable[Judged]) -> Iterable[dict[str, Any]]:
    """Yield one record a field that was not right: which field, how, what was read and what is right."""
    for record in judged:
        for field, key, outcome in (
            ("headline", "title", record.headline),
            ("date", "date", record.date),
            ("author", "author", record.author),
        ):
            if outcome in {Outcome.WRONG, Outcome.ABSTAINED}:
                yield {
                    "id": record.id,
                    "field": field,
                    "kind": record.kind if field == "headline" else str(outcome),
                    "read": record.read[key],
                    "gold": record.gold[key],
                }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.metadata", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "gold", type=Path, metavar="GOLD", help="JSON lines of pages with title, date and author"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take each N-th record only")
    parser.add_argument(
        "--misses", type=Path, metavar="FILE", help="write what was not right there, as JSON lines"
    )
    options = parser.parse_args(arguments)
    today = datetime.now(tz=UTC).date() + timedelta(days=1)
    chosen = (
        record for number, record in enumerate(records.read(options.gold)) if number % options.every == 0
    )
    judged = [judge(record, today=today) for record in chosen]
    if options.misses is not None:
        records.write(options.misses, misses(judged))
    print(json.dumps(figures(judged), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
