"""Which language an article is written in, whatever engine is asked.

Input is headline and body of the segmented article. On whole pages with foreign navigation langdetect is
right 37 % of the time, on the body always (EVIDENCE 4). Script and letters speak first, then the engine on a
sample of the text, then the words that tell neighbours apart; last, a text that does not look like the
language that it was given is `und`. Nothing is ever guessed: the answer without evidence is `und`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from index.article import Language, Story
from tasks import neighbours, scripts
from tasks.asking import Engine
from tasks.langdetect_engine import LANGDETECT
from tasks.sampling import Sample, is_menu, is_prose, prepare

_DENSE: Final = frozenset({"zh-Hans", "zh-Hant", "yue", "ja", "ko"})

# Chosen with evals.language on its development texts.
_MIN_LETTERS: Final = 8
_MIN_CJK: Final = 2
_SURE: Final = 0.99  # probability given to what script or letters prove
_VOTES: Final = 2  # words that speak for a neighbour
_VOTES_UNFIT: Final = 6  # where the text does not look like the language that the engine named
_RELIABLE: Final = 0.9
_RELIABLE_LETTERS: Final = 20

# Second language: paragraphs of at least this many letters, at most so many of them, evenly spread.
_BLOCK_LETTERS: Final = 40
_BLOCK_CHARACTERS: Final = 20  # a line of so many may hold that much Chinese
_BLOCKS: Final = 8
_BLOCK_SAMPLE: Final = 160
_SECOND_SHARE: Final = 1 / 5
_SCANNED: Final = 100_000  # characters of an article in which paragraphs are looked for


def detect(text: str, engine: Engine = LANGDETECT) -> Language:
    """Detect the language of an article's text (headline, blank line, body).

    Returns a BCP-47 code with its probability rounded to two places; `und` for too little text and for
    languages that are not known. Any string will do; the same string gives the same answer in every process.
    """
    found, sample = _detect(text, engine)
    if found.code == "und":
        return found
    second = _second(_votes(text, found.code, sample.letters.main, engine), found.code)
    return Language(found.code, found.probability, found.engine, reliable=found.reliable, second=second)


def language_of(story: Story, engine: Engine) -> Language:
    """Detect the language of a story: of its headline and body, never of the page around it."""
    return detect(f"{story.headline}\n\n{story.body}", engine)


def block_languages(blocks: Iterable[str], engine: Engine = LANGDETECT) -> list[Language | None]:
    """Name the language of each paragraph for itself; None where it is too short to say."""
    found: list[Language | None] = []
    for block in blocks:
        sample = prepare(block, _BLOCK_SAMPLE)
        long_enough = _enough(sample.letters, _BLOCK_LETTERS)
        found.append(_named(sample, engine) if long_enough else None)
    return found


def language_shares(text: str, engine: Engine = LANGDETECT) -> dict[str, float]:
    """Share of each language in an article, by the length of its paragraphs, the greatest first.

    Paragraphs that are too short or unlike any language count for none. Empty where the article is `und`.
    """
    found, sample = _detect(text, engine)
    if found.code == "und":
        return {}
    votes = _weighted(_votes(text, found.code, sample.letters.main, engine))
    del votes["und"]
    return {
        code: votes[code] / votes.total() for code in sorted(votes, key=lambda code: (-votes[code], code))
    }


def _detect(text: str, engine: Engine) -> tuple[Language, Sample]:
    sample = prepare(text)
    if not _enough(sample.letters, _MIN_LETTERS) or is_menu(text) or not is_prose(sample.text):
        return _unknown(engine), sample
    return _named(sample, engine), sample


def _named(sample: Sample, engine: Engine) -> Language:
    code, probability = _decide(sample, engine)
    if code == "und":
        return _unknown(engine)
    reliable = probability >= _RELIABLE and sample.letters.total >= _RELIABLE_LETTERS
    return Language(code, round(probability, 2), engine.name, reliable=reliable)


def _unknown(engine: Engine) -> Language:
    return Language("und", 0.0, engine.name, reliable=False)


def _enough(letters: scripts.Letters, wanted: int) -> bool:
    """Say whether there are letters enough to speak of a language."""
    return letters.cjk >= _MIN_CJK if letters.is_cjk() else letters.total >= wanted


def _decide(sample: Sample, engine: Engine) -> tuple[str, float]:
    """Name a sample's language with its probability."""
    proven = scripts.by_letters(sample.letters)
    if proven:
        return neighbours.nearest(proven, sample.text, _VOTES), _SURE
    answer = engine.ask(sample.text, cjk=sample.letters.is_cjk())
    nearest = neighbours.nearest(answer.code, sample.text, _VOTES if answer.fits else _VOTES_UNFIT)
    if answer.fits or nearest != answer.code:
        return nearest, answer.probability
    return "und", 0.0


def _second(votes: Counter[str], first: str) -> str | None:
    """Choose another language with a fifth of the text, by characters or by what they carry."""
    best: tuple[float, str] = (_SECOND_SHARE, "")
    for counted in (votes, _weighted(votes)):
        shares = [
            (times / counted.total(), code) for code, times in counted.items() if code not in (first, "und")
        ]
        best = max([best, *shares])
    return best[1] or None


def _votes(text: str, first: str, main: str, engine: Engine) -> Counter[str]:
    """Count the characters that the paragraphs of each language stand for; `main` is the first's script."""
    votes: Counter[str] = Counter()
    for block, size in _blocks(text):
        votes[_block_language(block, first, main, engine)] += size
    return votes


def _weighted(votes: Counter[str]) -> Counter[str]:
    return Counter(
        {code: times * (scripts.CJK_WEIGHT if code in _DENSE else 1) for code, times in votes.items()}
    )


def _blocks(text: str) -> Iterator[tuple[str, int]]:
    """Yield evenly spread paragraphs with the characters that each stands for."""
    blocks = [block for block in text[:_SCANNED].split("\n") if len(block) >= _BLOCK_CHARACTERS]
    step = max(1, -(-len(blocks) // _BLOCKS))
    for start in range(0, len(blocks), step):
        yield blocks[start], sum(map(len, blocks[start : start + step]))


def _block_language(block: str, first: str, main: str, engine: Engine) -> str:
    """Name a paragraph's language; a good fit to the article's language saves the detection.

    Where the engine does not know the article's language, it would see a neighbour in every paragraph: then
    only another script proves another language.
    """
    sample = prepare(block, _BLOCK_SAMPLE)
    if not _enough(sample.letters, _BLOCK_LETTERS):
        return "und"
    same_script = sample.letters.main == main
    if same_script and first not in engine.tags:
        return first
    if same_script and engine.speaks(sample.text, first):
        return first
    code, probability = _decide(sample, engine)
    return code if probability >= _RELIABLE else "und"
