"""From the bytes of one raw file to its articles: decode, segment, detect the language.

Pure, but for one thing: a date on the page that lies in the future is not believed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from index.article import (
    KEPT,
    PIPELINE,
    Article,
    Reject,
    RejectReason,
    Segmentation,
    Story,
    VersionId,
    article_id,
)
from tasks.asking import Engine
from tasks.decode import decode
from tasks.langdetect_engine import LANGDETECT
from tasks.language import language_of
from tasks.normalise import text_hash, word_count
from tasks.page_lines import Repeated, nothing_repeated
from tasks.segment import segment

MOST_CUT: Final = 65_536
"""Characters kept of what was cut from a page; the furniture of a real page has a tenth of that."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one state of a file's bytes holds: its page's encoding, and its articles or the reject.

    `cut` is the text of the page's other lines (see `cut_text`), empty where there is no article.
    """

    encoding: str
    repairs: int
    guessed: bool
    reject: Reject | None
    articles: tuple[Article, ...] = ()
    cut: str = ""


def extract(
    version: VersionId,
    data: bytes,
    repeated: Repeated = nothing_repeated,
    engine: Engine = LANGDETECT,
) -> Extracted:
    """Make the articles of a version; whatever the bytes are, the answer is articles or a reject.

    `repeated` is asked which of the page's lines stand on many pages, `engine` names languages.
    """
    page = decode(data)
    if isinstance(page, Reject):
        return Extracted("", 0, guessed=False, reject=page)
    segmentation = segment(page, repeated(page))
    if not segmentation.stories:
        reject = Reject(RejectReason.NO_ARTICLE, "no article text on the page")
        return Extracted(page.encoding, page.repairs, page.guessed, reject)
    articles = tuple(
        _article(version, ordinal, story, engine) for ordinal, story in enumerate(segmentation.stories)
    )
    return Extracted(page.encoding, page.repairs, page.guessed, None, articles, cut=cut_text(segmentation))


def cut_text(segmentation: Segmentation) -> str:
    r"""Return the text of the lines that are in no article of the page, joined by ``\n``.

    Each distinct line once, in page order, `MOST_CUT` characters at most; a line whose text also stands in
    an article (the headline repeated above the page) is not cut.
    """
    kept = {part for story in segmentation.stories for part in _parts(story)}
    lines: list[str] = []
    room = MOST_CUT
    for line in segmentation.lines:
        text = line.text.strip()
        if line.label in KEPT or not text or text in kept:
            continue
        kept.add(text)
        lines.append(text[:room])
        room -= len(text) + 1
        if room <= 0:
            break
    return "\n".join(lines)


def _parts(story: Story) -> Iterator[str]:
    yield from (story.headline, story.standfirst, story.byline, story.agency)
    yield from story.body.split("\n\n")


def _article(version: VersionId, ordinal: int, story: Story, engine: Engine) -> Article:
    return Article(
        id=article_id(version, ordinal),
        version=version,
        ordinal=ordinal,
        story=story,
        language=language_of(story, engine),
        text_hash=text_hash(story.body),
        words=word_count(story.body),
        pipeline=PIPELINE,
    )
