"""A page as an ingestion would judge it now: its lines labelled, with the evidence of the whole archive."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from index import articles
from index.article import Line, Page, Reject, Segmentation
from index.catalog import Catalog
from index.counted import counted
from index.line_counts import files_with, repeated_lines
from index.repetition import LineKey
from tasks.decode import decode
from tasks.page_lines import page_lines
from tasks.repeated import line_key
from tasks.segment import segment

REASONS: Final = 3
"""Reasons shown of a line."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A page and what became of its lines."""

    page: Page
    segmentation: Segmentation


def judge(data: bytes, catalog: Catalog | None = None) -> Judged | Reject:
    """Decode and label a page; of each line the first `REASONS` reasons.

    With a catalog the lines that stand on many pages of its archive are evidence, as in an ingestion, and
    such a line says in how many files of other bytes it occurs. The page itself need not be in the archive.
    """
    page = decode(data)
    if isinstance(page, Reject):
        return page
    repeated: frozenset[LineKey] = frozenset()
    counts: Mapping[LineKey, int] = {}
    if catalog is not None and (repeated := repeated_lines(catalog, page_lines(page).keys)):
        counts = files_with(catalog, repeated)
    segmentation = segment(page, repeated, explain=True)
    own = _files_of(catalog, data) if counts and catalog is not None else 0
    lines = tuple(_told(line, counts, own) for line in segmentation.lines)
    return Judged(page, replace(segmentation, lines=lines))


def _files_of(catalog: Catalog, data: bytes) -> int:
    return len(articles.paths_of(catalog, hashlib.sha256(data).hexdigest()))


def _told(line: Line, counts: Mapping[LineKey, int], own: int) -> Line:
    others = counts.get(line_key(line.text), 0) - own if counts and line.text else 0
    if others <= 0:
        return line._replace(reasons=line.reasons[:REASONS])
    told = f"occurs in {counted(others, 'other file')}"
    return line._replace(reasons=(*line.reasons[: REASONS - 1], told))


def least_sure(lines: Sequence[Line], most: int) -> list[tuple[int, Line]]:
    """Return the lines whose label is least certain, with their numbers from 1; the surest is the last."""
    written = [(number, line) for number, line in enumerate(lines, 1) if line.text.strip()]
    return sorted(written, key=lambda item: (item[1].confidence, item[0]))[:most]
