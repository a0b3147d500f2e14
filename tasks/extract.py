"""From the bytes of one raw file to its articles: decode, segment, detect the language, sketch.

Pure, but for one thing: a date on the page that lies in the future is not believed.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.article import (
    PIPELINE,
    Article,
    Page,
    Reject,
    RejectReason,
    Segmentation,
    Story,
    VersionId,
    article_id,
)
from tasks.decode import decode
from tasks.language import detect
from tasks.normalise import text_hash, word_count
from tasks.segment import segment
from tasks.sketch import sketch


@dataclass(frozen=True, slots=True)
class Extracted:
    """What one state of a file's bytes holds: its page's encoding, and its articles or the reject.

    Each article comes with its near-duplicate sketch (see `tasks.sketch`).
    """

    encoding: str
    repairs: int
    guessed: bool
    reject: Reject | None
    articles: tuple[tuple[Article, tuple[int, ...]], ...] = ()


def extract(version: VersionId, data: bytes) -> Extracted:
    """Make the articles of a version; whatever the bytes are, the answer is articles or a reject."""
    page = decode(data)
    if isinstance(page, Reject):
        return Extracted("", 0, guessed=False, reject=page)
    stories = segment(page).stories
    if not stories:
        reject = Reject(RejectReason.NO_ARTICLE, "no article text on the page")
        return Extracted(page.encoding, page.repairs, page.guessed, reject)
    articles = tuple(
        (_article(version, ordinal, story), sketch(story.body)) for ordinal, story in enumerate(stories)
    )
    return Extracted(page.encoding, page.repairs, page.guessed, None, articles)


def read_page(data: bytes) -> tuple[Page, Segmentation] | Reject:
    """Decode and label a page, for `newsfold explain` and `show --raw`."""
    page = decode(data)
    return page if isinstance(page, Reject) else (page, segment(page))


def _article(version: VersionId, ordinal: int, story: Story) -> Article:
    return Article(
        id=article_id(version, ordinal),
        version=version,
        ordinal=ordinal,
        story=story,
        language=detect(f"{story.headline}\n\n{story.body}"),
        text_hash=text_hash(story.body),
        words=word_count(story.body),
        pipeline=PIPELINE,
    )
