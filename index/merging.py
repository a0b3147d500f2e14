"""When segments of the index are merged.

Whoosh's own policy rewrites much of the index for a commit of twenty articles. Here segments are kept in
tiers, each `FAN` times larger than the one below, and only a full tier is merged (the log-structured merge of
Lucene and LevelDB): an article is rewritten once a tier, a few times in its life.

Two bounds keep a commit short, however large the archive is. Nothing above `CEILING` is ever made. And a
commit merges no more than its `budget`; what is due beyond that waits for `index.writer.tidy`, a commit of
its own that a run makes last, when its articles can be found already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from itertools import accumulate
from typing import Any, Final

from index.whooshed import SegmentReader

FAN: Final = 6
"""Segments of a tier that are merged together. In 60 commits of 20 articles there are never more than 12
segments (8: 15). `bench.index` measures what that takes."""

CEILING: Final = 20_000
"""Articles in the largest merged segment."""

SMALL_MERGE: Final = 250
"""Articles that any commit may merge: a third of a second's work."""

WORN: Final = 0.5
"""Share of deleted articles above which a segment is written anew."""


def budget(articles: int) -> int:
    """Return how many articles a commit of so many may merge: a large one as many again."""
    return min(CEILING, max(SMALL_MERGE, articles))


def tiered(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh merge policy, without budget: merge into `writer` what is due, return the segments that stay."""
    due = {segment.segment_id() for segment in choose(segments)}
    for segment in segments:
        if segment.segment_id() in due and live(segment):
            with closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
                writer.add_reader(reader)
    kept = [segment for segment in segments if segment.segment_id() not in due]
    writer.storage.keep_only({segment.segment_id() for segment in kept})
    return kept


def choose(segments: Iterable[Any], limit: int = CEILING) -> list[Any]:
    """Choose the segments that should not live on, at most `limit` articles in all, small ones first.

    They are worn ones, empty ones, and those of full tiers, of which as many are taken as fit.
    """
    chosen: list[Any] = []
    tiers: defaultdict[int, list[Any]] = defaultdict(list)
    for segment in segments:
        if segment.deleted_count() > WORN * segment.doc_count_all() or not live(segment):
            chosen.append(segment)
        else:
            tiers[tier(live(segment))].append(segment)
    chosen = _fitting(chosen, limit)
    for _, members in sorted(tiers.items()):
        if len(members) >= FAN:
            some = _fitting(members, limit - sum(map(live, chosen)))
            chosen += some if len(some) > 1 else []
    return chosen


def _fitting(segments: list[Any], limit: int) -> list[Any]:
    """Keep as many segments as have at most `limit` articles together, the smallest."""
    ordered = sorted(segments, key=live)
    sizes = accumulate(map(live, ordered))
    return [segment for segment, size in zip(ordered, sizes, strict=True) if size <= limit]


def tier(articles: int) -> int:
    """Tier of a segment: 0 below `FAN` articles, 1 below its square, and so on."""
    number = 0
    while articles >= FAN:
        articles //= FAN
        number += 1
    return number


def live(segment: Any) -> int:
    """Count the articles of a segment that are not deleted."""
    count: int = segment.doc_count_all() - segment.deleted_count()
    return count
