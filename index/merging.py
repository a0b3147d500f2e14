"""When small segments of the index are merged into the one that a commit writes.

Whoosh's own policy rewrites much of the index for a commit of twenty articles. Here segments are kept in
tiers, each `FAN` times larger than the one below, and only a full tier is merged (the log-structured merge of
Lucene and LevelDB): an article is rewritten once a tier, at most four times in its life. Nothing above
`CEILING` is made, so that the longest commit stays bounded whatever the archive's size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from typing import Any, Final

from index.whooshed import SegmentReader

FAN: Final = 8
"""Segments of a tier that are merged together. 60 commits of 20 wire reports: 24 CPU s, worst 2.4 s
(Whoosh's own policy: 32 and 10; no merging: 16 and .4, but 60 segments)."""

CEILING: Final = 20_000
"""Articles in the largest merged segment."""

WORN: Final = 0.5
"""Share of deleted articles above which a segment is written anew."""


def tiered(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh merge policy: merge into `writer` what is due, return the segments that stay as they are."""
    due = {segment.segment_id() for segment in choose(segments)}
    for segment in segments:
        if segment.segment_id() in due and _live(segment):
            with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                writer.add_reader(reader)
    kept = [segment for segment in segments if segment.segment_id() not in due]
    writer.storage.keep_only({segment.segment_id() for segment in kept})
    return kept


def choose(segments: Iterable[Any]) -> list[Any]:
    """Choose the segments that should not live on: worn ones, empty ones, and those of full tiers."""
    chosen: list[Any] = []
    tiers: defaultdict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        if segment.deleted_count() > WORN * segment.doc_count_all() or not _live(segment):
            chosen.append(segment)
        else:
            tiers[tier(_live(segment))].append(segment)
    for members in tiers.values():
        members.sort(key=_live)
        if len(members) >= FAN and sum(map(_live, members[:FAN])) <= CEILING:
            chosen += members[:FAN]
    return chosen


def tier(articles: int) -> int:
    """Tier of a segment: 0 below `FAN` articles, 1 below its square, and so on."""
    number = 0
    while articles >= FAN:
        articles //= FAN
        number += 1
    return number


def _live(segment: Any) -> int:
    count: int = segment.doc_count_all() - segment.deleted_count()
    return count
