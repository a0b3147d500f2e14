"""Answers a search: from a request to ordered hits, one per cluster of duplicates.

Order is by score, then newest first, then id; without a date comes last. It does not depend on the order in
which articles arrived. What answers only with the text that was cut from its page comes after all others
(ordered by date: in its place).
"""

from __future__ import annotations

from collections import Counter
from heapq import nlargest
from typing import TYPE_CHECKING, Any, Final

from index.advice import advice
from index.article import ArticleId
from index.counted import counted
from index.fields import split_sources
from index.labels import added_since, from_source, in_languages
from index.match import Evaluation, Matches
from index.members import Clusters
from index.postings import Postings
from index.query import parse, plain_words
from index.query_tree import Words
from index.query_values import LAST_DAY, read_date
from index.ranking import explained, rounded, scores
from index.request import Facets, Gain, Hit, SearchRequest, SearchResult
from index.tally import tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from index.snapshot import Snapshot

__all__ = ["Facets", "Hit", "SearchRequest", "SearchResult", "count", "facets", "search"]

_ROUNDING: Final = 1e-5
"""More than the rounding of scores can change."""


def search(
    snapshot: Snapshot,
    request: SearchRequest,
    clusters: Mapping[ArticleId, ArticleId] | Clusters,
    languages: Iterable[str] = (),
) -> SearchResult:
    """Find the articles that answer `request`.

    `clusters` maps the members of each cluster of duplicates to its canonical copy; `languages` are the
    BCP-47 codes of the archive (by default those that the index knows). Raises QueryError.
    """
    found = _Search(snapshot, request, clusters, languages)
    found.run(relax=request.relax and request.sort == "relevance")
    ranked = found.ranked()
    groups = found.groups(ranked)
    page = found.page(groups.keys(), ranked)
    hits = found.hits(page, ranked, groups)
    return SearchResult(
        found.query, hits, len(groups), found.relaxed, found.undated_left_out, found.notes(len(groups))
    )


def count(
    snapshot: Snapshot,
    request: SearchRequest,
    clusters: Mapping[ArticleId, ArticleId] | Clusters,
    languages: Iterable[str] = (),
) -> SearchResult:
    """Count what matches all words (`SearchResult.total`), without hits. Raises QueryError."""
    found = _Search(snapshot, request, clusters, languages)
    found.run(relax=False)
    total = found.clustered(found.documents)
    return SearchResult(found.query, (), total, False, found.undated_left_out, found.notes(total))


def facets(
    snapshot: Snapshot,
    request: SearchRequest,
    clusters: Mapping[ArticleId, ArticleId] | Clusters,
    languages: Iterable[str] = (),
) -> Facets:
    """Count the matches of all pages by language, source, month and agency. Raises QueryError.

    A cluster counts once for each value that one of its matching articles has: what is counted for a value
    is the total of the search that is filtered by it.
    """
    found = _Search(snapshot, request, clusters, languages)
    found.run(relax=request.relax and request.sort == "relevance")
    hits = found.cluster_names()

    def pairs(field: str) -> Iterator[tuple[str | int, str]]:
        return zip(hits.values(), found.postings.column(field, hits).values(), strict=True)

    return Facets(
        tally(pairs("lang")),
        tally((hit, source) for hit, value in pairs("source") for source in split_sources(value)),
        tally((hit, day[:7]) for hit, day in pairs("date")),
        tally(pairs("agency")),
    )


class _Search:
    """One search: what matched, which filters hold, how copies fall together."""

    def __init__(
        self,
        snapshot: Snapshot,
        request: SearchRequest,
        clusters: Mapping[ArticleId, ArticleId] | Clusters,
        languages: Iterable[str],
    ) -> None:
        self.request = request
        self._snapshot = snapshot
        self.query = (plain_words if request.plain else parse)(request.query)
        self.postings = Postings(snapshot)
        self.relaxed = False
        self.undated_left_out = 0
        self.documents: AbstractSet[int] = set()
        self.matches = Matches(set(), (), ())
        self._clusters = {} if request.all_copies else clusters
        archived = tuple(languages) or tuple(self.postings.dictionary("lang"))
        self._evaluation = Evaluation(self.postings, archived)
        self._wide = (
            Evaluation(self.postings, archived, boilerplate=True) if request.include_boilerplate else None
        )
        self._cut: AbstractSet[int] = set()
        self._cut_matches = Matches(set(), (), ())
        self._days = _days(request)
        self._filter_notes: list[str] = []
        self._filters = self._fixed_filters()

    def run(self, *, relax: bool) -> None:
        """Evaluate the query and the filters, and again for partial matches where nothing was found."""
        self._evaluate(any_words=self.request.any_words)
        root = self.query.root
        if relax and not self.documents and isinstance(root, Words) and len(root.wanted) > 1:
            self._evaluate(any_words=True)
            self.relaxed = bool(self.documents) and not self.request.any_words

    def _evaluate(self, *, any_words: bool) -> None:
        self.matches = self._evaluation.run(self.query.root, any_words=any_words)
        documents = self.matches.documents
        if self._wide is not None:
            found = self._wide.run(self.query.root, any_words=any_words)
            documents = documents | found.documents
            self._cut_matches = found
        for allowed in self._filters:
            documents = documents & allowed
        self.documents = self._of_days(documents)
        self._cut = self.documents - self.matches.documents

    def ranked(self) -> dict[int, float]:
        """Return the score of each document: its article's, or its page's where only that answers."""
        articles = scores(self.postings, self.documents - self._cut, self.matches.concepts)
        return (
            articles | scores(self.postings, self._cut, self._cut_matches.concepts) if self._cut else articles
        )

    def _fixed_filters(self) -> list[set[int]]:
        filters = []
        if self.request.langs:
            found, note = in_languages(self.postings, self.request.langs)
            filters.append(found)
            self._filter_notes += [note] if note else []
        if self.request.source:
            found, note = from_source(self.postings, self.request.source)
            filters.append(found)
            self._filter_notes += [note] if note else []
        if self.request.added_since:
            first = read_date(self.request.added_since, 0).first
            filters.append(added_since(self.postings, first))
        return filters

    def _of_days(self, documents: AbstractSet[int]) -> AbstractSet[int]:
        """Keep what was published in the days asked for; without a date only where that is asked for."""
        if not (self._days or self.request.undated) or not documents:
            return documents
        days = self.postings.column("date", documents)
        undated = {doc for doc, day in days.items() if not day}
        if self.request.undated:
            return undated
        first, last = self._days or ("", "")
        self.undated_left_out = self.clustered(undated)
        return {doc for doc, day in days.items() if day and first <= day <= last}

    def clustered(self, documents: AbstractSet[int]) -> int:
        """Count documents, those of one cluster once."""
        if not self._clusters:
            return len(documents)
        ids = self._ids_of(documents)
        known = self._canonicals(ids)
        return len({known.get(ArticleId(name), name) for name in ids.values()})

    def cluster_names(self) -> dict[int, str | int]:
        """Map each document that matches to what all documents of its cluster have in common."""
        if not self._clusters:
            return {doc: doc for doc in self.documents}
        ids = self._ids_of(self.documents)
        known = self._canonicals(ids)
        return {doc: known.get(ArticleId(name), name) for doc, name in ids.items()}

    def groups(self, ranked: Mapping[int, float]) -> dict[int, Sequence[int]]:
        """Map the document shown for each cluster to the others of it that match.

        Shown is the canonical copy if it matches, else the one that ranks best; where an article of the
        cluster matches, none that only its page's cut text finds.
        """
        if not self._clusters:
            return dict.fromkeys(ranked, ())
        names = self._ids_of(ranked)
        known = self._canonicals(names)
        members: dict[str, list[int]] = {}
        shown: dict[int, Sequence[int]] = {}
        for doc in ranked:
            canonical = known.get(ArticleId(names[doc]))
            if canonical is None:
                shown[doc] = ()
            else:
                members.setdefault(canonical, []).append(doc)

        def order(doc: int) -> tuple[bool, bool, float, str]:
            is_canonical = names[doc] == known[ArticleId(names[doc])]
            return doc in self._cut, not is_canonical, -rounded(ranked[doc]), names[doc]

        for copies in members.values():
            best = min(copies, key=order)
            shown[best] = [doc for doc in copies if doc != best]
        return shown

    def _canonicals(self, ids: Mapping[int, str]) -> Mapping[ArticleId, ArticleId]:
        """Return the canonical copies of articles; one that stands alone may be missing."""
        if isinstance(self._clusters, Clusters):
            return self._clusters.among([ArticleId(name) for name in ids.values()])
        return self._clusters

    def page(self, documents: Iterable[int], ranked: Mapping[int, float]) -> list[int]:
        """Return the documents of the page that was asked for, in order."""
        end = max(0, self.request.offset) + max(0, self.request.limit)
        by_date = self.request.sort == "date"
        keep = list(documents)
        if not by_date:
            keep = self._likely(keep, end, ranked)
        rank = {doc: (doc not in self._cut, rounded(ranked[doc])) for doc in keep}
        days = self.postings.values("date")
        key: Callable[[int], Any] = (
            (lambda doc: days[doc]) if by_date else (lambda doc: (rank[doc], days[doc]))
        )
        keep = _best(keep, end, key)
        ids = self._ids_of(keep)
        keep.sort(key=ids.__getitem__)
        keep.sort(key=lambda doc: (days[doc], rank[doc]) if by_date else (rank[doc], days[doc]), reverse=True)
        return keep[max(0, self.request.offset) : end]

    def _likely(self, documents: list[int], most: int, ranked: Mapping[int, float]) -> list[int]:
        """Drop most of those that cannot be among the best `most`."""
        sure = [doc for doc in documents if doc not in self._cut] if self._cut else documents
        if len(sure) < most or most <= 0:
            return documents
        worst = nlargest(most, map(ranked.__getitem__, sure))[-1] - _ROUNDING
        return [doc for doc in sure if ranked[doc] >= worst]

    def hits(
        self, page: Iterable[int], ranked: Mapping[int, float], groups: Mapping[int, Sequence[int]]
    ) -> tuple[Hit, ...]:
        """Make the hits of a page."""
        page = list(page)
        ids = self._ids_of([*page, *(copy for doc in page for copy in groups[doc])])
        days = self.postings.column("date", page)
        why = self._why(set(page)) if self.request.explain else {}
        return tuple(
            Hit(
                ArticleId(ids[doc]),
                rounded(ranked[doc]),
                days[doc] or None,
                tuple(sorted(ArticleId(ids[copy]) for copy in groups[doc])),
                doc in self._cut,
                why.get(doc, ()),
            )
            for doc in page
        )

    def _why(self, page: set[int]) -> dict[int, tuple[Gain, ...]]:
        """Say for each document which words gave how much of its score, the most first."""
        found: dict[int, list[Gain]] = {}
        for documents, ranked_by in ((page - self._cut, self.matches), (page & self._cut, self._cut_matches)):
            asked = Counter(zip(ranked_by.leaves, ranked_by.concepts, strict=True))
            for (leaf, concept), times in asked.items():
                for doc in documents & concept.documents:
                    gain = explained(self.postings, doc, concept, str(leaf), times)
                    found.setdefault(doc, []).append(gain)
        return {doc: tuple(sorted(several, key=lambda one: -one.score)) for doc, several in found.items()}

    def notes(self, total: int) -> tuple[str, ...]:
        """Say what a person may not expect of the result."""
        notes = [*self.query.notes, *self.matches.notes, *self._filter_notes]
        if self.relaxed:
            notes.append("No article has all of these words; these have some of them.")
        if self.relaxed or not total:
            notes += advice(self._snapshot, self.query.root, (self._wide or self._evaluation).concept)
        if self.undated_left_out:
            many = self.undated_left_out
            notes.append(
                f"{counted(many, 'matching article has', 'matching articles have')} no date and "
                f"{'is' if many == 1 else 'are'} left out; --undated shows {'it' if many == 1 else 'them'}."
            )
        return tuple(dict.fromkeys(notes))

    def _ids_of(self, documents: Iterable[int]) -> dict[int, str]:
        return self.postings.column("id", documents)


def _days(request: SearchRequest) -> tuple[str, str] | None:
    """Return first and last day of `since` and `until`, None where neither is given."""
    if request.since is None and request.until is None:
        return None
    first = read_date(request.since, 0).first if request.since else ""
    last = read_date(request.until, 0).last if request.until else LAST_DAY
    return first, last


def _best(documents: list[int], most: int, key: Callable[[int], object]) -> list[int]:
    """Drop what cannot be among the best `most`; what ties with the last of them stays."""
    if most <= 0 or len(documents) <= most:
        return documents
    ordered = sorted(documents, key=key, reverse=True)  # type: ignore[arg-type]  # all keys of one call compare
    worst = key(ordered[most - 1])
    end = most
    while end < len(ordered) and key(ordered[end]) == worst:
        end += 1
    return ordered[:end]
