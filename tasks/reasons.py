"""Why a line was kept or cut, in words for a person: what the line model weighed, as it stands on the page.

What each feature adds to a line's log-odds (`tasks.trees`) is summed over the features that speak of one
thing; the things that spoke loudest for the decision are told, where what is to be told is true of the line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tasks.context import SHORT_LINE, Column
from tasks.cues import TOKEN, WE, YOU, Cue, phrase_of
from tasks.lines import Fact, has
from tasks.trees import Trees
from tasks.wording import CUE_WORDS, SAMPLE

MOST: Final = 3
FLOOR: Final = 0.15
"""Reasons told of a line, and the log-odds from which one is worth telling."""

NAMED: Final = 40
"""Characters quoted of another line."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line among the others, for whoever tells of it."""

    fact: Fact
    place: int
    columns: Mapping[str, Column]
    heading: str

    def __getitem__(self, name: str) -> float:
        return float(self.columns[name][self.place])


Teller = Callable[[Told], str]


def _length(line: Told) -> str:
    return "a long line" if line.fact.words >= 25 else ""


def _short(line: Told) -> str:
    return "a short line" if line.fact.words <= SHORT_LINE else ""


def _after(line: Told) -> str:
    return f"stands after '{line.heading}'" if line.heading else ""


def _vocabulary(line: Told) -> str:
    return "shares words with the story" if line["shared words"] >= 2 else ""


def _foreign(line: Told) -> str:
    if not line.fact.content:
        return ""
    if not line["shared words"]:
        return "shares no words with the story"
    return "shares few words with the story" if line["shared"] < 0.4 else ""


def _among(line: Told) -> str:
    return "stands among paragraphs" if line["prose in 5"] >= 0.3 else ""


def _apart(line: Told) -> str:
    if line["prose in 5"] <= 0.1:
        return "no paragraphs around it"
    return "stands among short lines" if line["words in 5"] < 2.4 else ""


def _outside(line: Told) -> str:
    if line["prose before"] >= 0.98:
        return "stands below the story"
    return "stands above the story" if line["prose after"] >= 0.98 else ""


def _inside(line: Told) -> str:
    return "stands in the midst of the story" if 0 < line["prose before"] < 0.9 else ""


def _titles(line: Told) -> str:
    if line.fact.capitals > 0.6 and not line.fact.ends and line.fact.words >= 3:
        return "written like a title"
    return "stands among titles" if line["titles in 12"] > 0.4 else ""


def _copy(line: Told) -> str:
    if line["near copy"]:
        return "doubled caption: repeats the line beside it"
    if line.fact.copies:
        return "stands twice on the page"
    return "repeats a line close by" if max(line["copied above"], line["copied below"]) >= 0.6 else ""


def _picture(line: Told) -> str:
    if line.fact.credit:
        return "a credit"
    if line.fact.picture:
        return "speaks of what a picture shows"
    return _worded(line, Cue.PHOTO, "captions and credits")


def _furniture(line: Told) -> str:
    return next((said for cue, where in _CUES if (said := _worded(line, cue, where))), "")


def _worded(line: Told, cue: Cue, where: str) -> str:
    """Tell the word by which a line is like furniture: the word is there, whatever the line means by it."""
    phrase = phrase_of(_tokens(line.fact), cue) if has(line.fact, cue) else ""
    return f"has '{phrase}', a word of {where}" if phrase else ""


def _reader(line: Told) -> str:
    word = next((word for word in _tokens(line.fact) if word in YOU and word not in WE), "")
    return f"has '{word}', as pages that speak to their readers" if word else ""


def _tokens(fact: Fact) -> list[str]:
    return [token.lower() for token in TOKEN.findall(fact.text[:SAMPLE])[:CUE_WORDS]]


_CUES: Final = (
    (Cue.SUBSCRIBE, "invitations to subscribe or sign in"),
    (Cue.LEGAL, "legal notices"),
    (Cue.RELATED, "lists of other stories"),
    (Cue.SHARE, "share bars"),
    (Cue.COMMENTS, "comment sections"),
    (Cue.ADVERT, "advertisements"),
    (Cue.NAVIGATION, "menus"),
)

_AROUND: Final = (
    "prose in 2,prose in 5,prose in 15 above,words in 2,words in 5,words in 12,long-1,long+1,ends+1,"
    "shared around,shared-1,shared-2,shared+1"
)
_THINGS: Final[tuple[tuple[str, Teller | None, Teller | None], ...]] = (
    ("long,chars,commas", _length, _short),
    (
        "ends",
        lambda line: "ends a sentence" if line.fact.ends else "",
        lambda line: "" if line.fact.ends else "ends no sentence",
    ),
    (
        "prose,density",
        lambda line: "reads like a paragraph" if line.fact.prose else "",
        lambda line: "" if line.fact.prose else "no paragraph",
    ),
    (
        _AROUND,
        _among,
        _apart,
    ),
    ("prose before tail,since tail,since end,ends before,since related,tail", None, _after),
    ("prose before,prose after,below subject,shared below,to date", _inside, _outside),
    ("shared,shared words,of subject", _vocabulary, _foreign),
    ("capitals,capitals+1,capitals-1,capitals in 5,titles in 12,titles of page", None, _titles),
    ("copies,copies+1,near copy,copied above,copied below,copied below-1,same words", None, _copy),
    ("picture,photo,photo+1,credit,credit+1", None, _picture),
    ("subscribe,subscribe+1,legal,related,furniture", None, _furniture),
    (
        "furniture in 12,since furniture",
        None,
        lambda line: "page furniture around it" if line["furniture in 12"] > 0.2 else "",
    ),
    ("you,we,you in 3", None, _reader),
    ("bullet,alike in 5", lambda line: "an item of a list" if line.fact.bullet else "", None),
    ("colon", lambda line: "leads in" if line["colon"] else "", None),
    ("dates in 5", None, lambda line: "a date or time" if line.fact.dated else ""),
    ("cut off", None, lambda line: "breaks off" if line["cut off"] else ""),
    ("pipes", None, lambda line: "parts of a list in one line" if line["pipes"] > 1 else ""),
)
"""Features that speak of one thing, and what they say where they speak for the line, and against it."""


def reasons(
    facts: Sequence[Fact], columns: Mapping[str, Column], kept: Sequence[bool], model: Trees
) -> list[tuple[str, ...]]:
    """Return for each line what spoke most for the decision on it, loudest first."""
    shares = model.shares(columns)
    heard = np.zeros((len(facts), len(_THINGS)))
    for thing, (names, _, _) in enumerate(_THINGS):
        known = [model.names.index(name) for name in names.split(",") if name in model.names]
        heard[:, thing] = shares[:, known].sum(axis=1)
    heard[~np.asarray(kept, dtype=np.bool_)] *= -1
    order = np.argsort(-heard, axis=1, kind="stable")
    headings = _headings(facts)
    told = []
    for place, fact in enumerate(facts):
        line = Told(fact, place, columns, headings[place])
        said = [
            text
            for thing in order[place].tolist()
            if heard[place, thing] > FLOOR
            and (teller := _THINGS[thing][1 if kept[place] else 2]) is not None
            and (text := teller(line))
        ]
        told.append(tuple(said[:MOST]))
    return told


def _headings(facts: Sequence[Fact]) -> list[str]:
    """Return for each line the nearest line above that opens another part of the page ("More in")."""
    headings, heading = [], ""
    for fact in facts:
        headings.append(heading)
        if fact.words < SHORT_LINE and has(fact, Cue.TAIL, Cue.END):
            heading = fact.text if len(fact.text) <= NAMED else f"{fact.text[: NAMED - 1]}…"
    return headings
