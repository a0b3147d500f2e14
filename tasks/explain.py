"""What `newsfold explain` and `show --raw` print: every byte of a file, by lines, with labels and reasons."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from typing import Any

from index.article import KEPT, Language, Reject, Story
from index.catalog import Catalog
from index.cli.call import Call, emit, emit_json
from index.errors import NotFoundError, UsageError
from index.files import Stat, reject_text
from index.safe import safe_line
from index.settings import ENGINES
from tasks.account import MARKUP, Account, holders_of, ranges_of, sizes_of
from tasks.asking import Engine
from tasks.decode import MAX_BYTES
from tasks.engines import named
from tasks.explain_text import print_text
from tasks.judged import judge
from tasks.language import language_of
from tasks.reading import UnreadableError, read_raw
from tasks.spans import ByteRange, Row, rows


def explain_file(call: Call, paths: Sequence[bytes]) -> int:
    """Print the page at the first of `paths` that can be read; exit code 1 for a reject or no article."""
    engine = _engine(call)
    path, data = first_readable(paths)
    catalog = _catalog(call)
    with closing(catalog) if catalog is not None else nullcontext():
        judged = judge(data, catalog)
    name = os.fsdecode(path)
    if isinstance(judged, Reject):
        reason = reject_text(judged.reason, judged.detail)
        if call.json:
            emit_json({"row": "reject", "file": name, "reject": reason})
        else:
            emit(f"{safe_line(name)}: rejected, {safe_line(reason)}")
        return 1
    stories = judged.segmentation.stories
    explained = Account(
        name,
        len(data),
        judged,
        rows(data, judged.page, judged.segmentation),
        [language_of(story, engine) for story in stories],
    )
    if call.json:
        _print_json(explained)
    else:
        print_text(call, explained)
    return 0 if stories else 1


def first_readable(paths: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Read the first of the files that can be read; raise NotFoundError with the reason of the last."""
    why = "no file holds it any more"
    for path in paths:
        name = os.fsdecode(path)
        try:
            stat = Stat.of(os.lstat(path))
            if stat.size <= MAX_BYTES:
                return path, read_raw(path, stat)
            why = f"{name}: {stat.size:,} bytes; the limit is {MAX_BYTES:,}"
        except OSError as error:
            why = f"{name}: {error.strerror}"
        except UnreadableError as error:
            why = f"{name}: {error}"
    raise NotFoundError(why)


def _catalog(call: Call) -> Catalog | None:
    """The archive's catalog if there is one: a page can be explained without."""
    try:
        return call.catalog()
    except UsageError:
        return None


def _engine(call: Call) -> Engine:
    """The language engine of the archive's settings; the default where there is no archive."""
    try:
        call.place()
    except UsageError:
        return named(ENGINES[0])
    return named(call.settings().language_engine)


def _print_json(explained: Account) -> None:
    page, stories = explained.judged.page, explained.judged.segmentation.stories
    lines, sizes = sizes_of(explained.parts)
    emit_json(
        {
            "row": "page",
            "file": explained.name,
            "kind": "html" if page.html else "text",
            "encoding": page.encoding,
            "guessed": page.guessed,
            "repairs": page.repairs,
            "bytes": explained.size,
            "lines": sum(lines.values()),
            "labels": {name: {"lines": lines[name], "bytes": sizes[name]} for name in sorted(sizes)},
        }
    )
    ranges = ranges_of(explained.parts, stories)
    for number, (story, language, place) in enumerate(zip(stories, explained.languages, ranges, strict=True)):
        emit_json(_story_row(number, story, language, place))
    holders = holders_of(stories)
    for part in explained.parts:
        emit_json(_part_row(part, holders))


def _story_row(number: int, story: Story, language: Language, place: ByteRange | None) -> dict[str, Any]:
    return {
        "row": "article",
        "article": number,
        "headline": story.headline,
        "byline": story.byline,
        "agency": story.agency,
        "dateline": story.place,
        "lang": language.code,
        "lang_probability": round(language.probability, 3),
        "date": story.date,
        "date_evidence": story.date_evidence,
        "confidence": round(story.confidence, 3),
        "first_line": story.span[0] + 1,
        "last_line": story.span[1],
        "start": place[0] if place else None,
        "end": place[1] if place else None,
    }


def _part_row(part: Row, holders: Mapping[int, int]) -> dict[str, Any]:
    start, end = part.place or (None, None)
    if part.line is None:
        return {"row": MARKUP, "start": start, "end": end}
    return {
        "row": "line",
        "line": part.number,
        "start": start,
        "end": end,
        "label": part.line.label.value,
        "confidence": round(part.line.confidence, 3),
        "reasons": list(part.line.reasons),
        "article": holders.get(part.number) if part.line.label in KEPT else None,
        "text": part.line.text,
    }
