"""What `newsfold explain` and `show --raw` print: a page, line by line, with labels and reasons."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from index.article import Line, Page, Reject, Segmentation
from index.cli.call import Call, emit, emit_json
from index.errors import NotFoundError
from index.files import Stat
from index.safe import safe_line
from tasks.decode import MAX_BYTES
from tasks.extract import read_page
from tasks.language import detect
from tasks.reading import UnreadableError, read_raw

TEXT_WIDTH: Final = 100


def explain_file(call: Call, paths: Sequence[bytes]) -> int:
    """Print the page at the first of `paths` that can be read; exit code 1 for a reject."""
    path, data = _first_readable(paths)
    found = read_page(data)
    if isinstance(found, Reject):
        reason = f"{found.reason}: {found.detail}" if found.detail else str(found.reason)
        if call.json:
            emit_json({"file": os.fsdecode(path), "reject": reason})
        else:
            emit(f"{safe_line(os.fsdecode(path))}: rejected, {safe_line(reason)}")
        return 1
    page, segmentation = found
    if call.json:
        for number, line in enumerate(segmentation.lines, 1):
            emit_json(_row(number, line))
    else:
        _print(path, page, segmentation)
    return 0 if segmentation.stories else 1


def _first_readable(paths: Sequence[bytes]) -> tuple[bytes, bytes]:
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


def _row(number: int, line: Line) -> dict[str, Any]:
    return {
        "line": number,
        "label": line.label.value,
        "confidence": round(line.confidence, 3),
        "reasons": list(line.reasons),
        "text": line.text,
    }


def _print(path: bytes, page: Page, segmentation: Segmentation) -> None:
    guessed = ", guessed" if page.guessed else ""
    repaired = f", {page.repairs} bytes repaired" if page.repairs else ""
    kind = "HTML" if page.html else "text"
    emit(f"{safe_line(os.fsdecode(path))}: {kind}, {page.encoding}{guessed}{repaired}")
    for story in segmentation.stories:
        language = detect(f"{story.headline}\n\n{story.body}")
        emit(f"article: {safe_line(story.headline) or '(no headline)'}")
        emit(
            f"  language {language.code} ({language.probability:.2f}), date {story.date or 'none'}"
            f" ({safe_line(story.date_evidence) or 'the page names none'})"
        )
    if not segmentation.stories:
        emit("no article on this page")
    emit()
    for number, line in enumerate(segmentation.lines, 1):
        if line.text.strip():
            text = line.text if len(line.text) <= TEXT_WIDTH else line.text[: TEXT_WIDTH - 1] + "…"
            reasons = f"   [{safe_line('; '.join(line.reasons))}]" if line.reasons else ""
            emit(f"{number:>5}  {line.label:10} {line.confidence:4.2f}  {safe_line(text)}{reasons}")
