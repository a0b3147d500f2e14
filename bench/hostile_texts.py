"""Invented stories that hostile files are made of: each tells something else and holds a word to look for."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Final

_PLACES: Final = "Ellery Marrow Tarn Hask Solway Brent Quill Ostrey Pell Varn Lusk Dunmere Ansel".split()
_THINGS: Final = "ferry quarry orchard tramway kiln weir granary chapel windmill pier foundry".split()
_PEOPLE: Final = "Joan Pike|Tom Hale|Ida Marsh|Per Lund|Ruth Cole|Max Orme|Lena Voss|Abel Frost".split("|")
_ACTS: Final = "reopen repair sell flood paint insure lease rename fence widen".split()

FOREIGN: Final = {
    lang: (told["headline"], "\n\n".join(told["body"]), told["word"])
    for lang, told in json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")).items()
}
"""Language → headline, body, and a word of the body that only a right decoding has."""

_numbers = itertools.count(1)


def probe() -> str:
    """Make a word that stands in no other file."""
    number = next(_numbers)
    return "zq" + "".join("bcdfghjklm"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:04d}")


def headline(word: str) -> str:
    """Return the headline of the story that holds a word; each word another story."""
    place, thing, act, person = _choices(word)
    return f"{place} votes to {act} the {thing} after {person.split()[1]} report"


def story(word: str) -> str:
    """Write a story of four paragraphs that holds a word twice and is like no other."""
    place, thing, act, person = _choices(word)
    cost = 300 + sum(map(ord, word)) * len(word) + int.from_bytes(word[-4:].encode()) % 977
    return (
        f"{place.upper()} - The council of {place} voted on Monday to {act} the old {thing}, which the "
        f"{word} society has kept since the flood, at a price of {cost} crowns and after a debate of "
        f"{cost % 7 + 2} hours that two members left in anger.\n\n"
        f'"Nobody will {act} a {thing} for less," said {person}, the engineer, who had measured every beam '
        f"of it in the winter of {1900 + cost % 97} and found {cost % 41 + 3} of them rotten.\n\n"
        f"Those who live near the {thing} have asked for a footbridge instead. Their petition carries "
        f"{cost * 3} names, one of them that of the mayor's own sister, and is to be heard in "
        f"{cost % 11 + 2} weeks.\n\n"
        f"The {word} society meets on Thursday. Tickets for the supper cost {cost % 13 + 1} crowns each, and "
        f"children of {place} eat for nothing."
    )


def page(word: str) -> str:
    """Write a page with a headline, a byline, a story and what stands below one."""
    return f"{headline(word)}\n\nBy Ada Brook\n\n{story(word)}\n\nShare this\nSubscribe to our newsletter\n"


def foreign(lang: str, word: str) -> str:
    """Write a page in a language of `FOREIGN`; the word stands in its body."""
    title, body, _ = FOREIGN[lang]
    return f"{title}\n\n{word} - {body}\n"


def _choices(word: str) -> tuple[str, str, str, str]:
    number = sum(place * ord(letter) for place, letter in enumerate(word, 1))
    return (
        _PLACES[number % len(_PLACES)],
        _THINGS[number // 3 % len(_THINGS)],
        _ACTS[number // 7 % len(_ACTS)],
        _PEOPLE[number // 5 % len(_PEOPLE)],
    )
