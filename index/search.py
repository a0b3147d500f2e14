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
from index.labels import added_since, from_source, in_languages, texts_of
from index.match import Evaluation, Matches
from index.postings import Postings
from index.query import parse, plain_words
from index.query_tree import Words
from index.query_values import LAST_DAY, read_date
from index.ranking import gains, rounded, scores
from index.request import Facets, Gain, Hit, SearchRequest, SearchResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from index.whooshed import Searcher

__all__ = ["Facets", "Hit", "SearchRequest", "SearchResult", "count", "facets", "search"]

_ROUNDING: Final = 1e-5
"""More than the rounding of scores can change."""


def search(
    searcher: Searcher,
    request: SearchRequest,
    clusters: Mapping[ArticleId, ArticleId],
    languages: Iterable[str] = (),
) -> SearchResult:
    """Find the articles that answer `request`.

    `clusters` maps the members of each cluster of duplicates to its canonical copy; `languages` are the
    BCP-47 codes of the archive (by default those that the index knows). Raises QueryError.
    """
    found = _Search(searcher, request, clusters, languages)
    found.run(relax=request.relax and request.sort == "relevance")
    ranked = found.ranked()
    groups = found.groups(ranked)
    page = found.page(groups.keys(), ranked)
    hits = found.hits(page, ranked, groups)
    return SearchResult(
        found.query, hits, len(groups), found.relaxed, found.undated_left_out, found.notes(len(groups))
    )


def count(
    searcher: Searcher,
    request: SearchRequest,
    clusters: Mapping[ArticleId, ArticleId],
    languages: Iterable[str] = (),
) -> SearchResult:
    """Count what matches all words (`SearchResult.total`), without hits. Raises QueryError."""
    found = _Search(searcher, request, clusters, languages)
    found.run(relax=False)
    total = found.clustered(found.documents)
    return SearchResult(found.query, (), total, False, found.undated_left_out, found.notes(total))


def facets(
    searcher: Searcher,
    request: SearchRequest,
    clusters: Mapping[ArticleId, ArticleId],
    languages: Iterable[str] = (),
) -> Facets:
    """Count the matches of all pages by language, source, month and agency. Raises QueryError."""
    found = _Search(searcher, request, clusters, languages)
    found.run(relax=request.relax and request.sort == "relevance")
    documents = found.groups(dict.fromkeys(found.documents, 0.0)).keys()
    column = found.postings.column
    months = Counter(day[:7] for day in column("date", documents).values())
    agencies = texts_of(found.postings, "agency", documents)
    return Facets(
        _by_frequency(Counter(column("lang", documents).values())),
        _by_frequency(Counter(column("source", documents).values())),
        _by_frequency(months),
        _by_frequency(Counter(agencies.get(doc, "") for doc in documents)),
    )


class _Search:
    """One search: what matched, which filters hold, how copies fall together."""

    def __init__(
        self,
        searcher: Searcher,
        request: SearchRequest,
        clusters: Mapping[ArticleId, ArticleId],
        languages: Iterable[str],
    ) -> None:
        self.request = request
        self._searcher = searcher
        self.query = (plain_words if request.plain else parse)(request.query)
        self.postings = Postings(searcher)
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
        return len({self._clusters.get(ArticleId(name), name) for name in ids.values()})

    def groups(self, ranked: Mapping[int, float]) -> dict[int, Sequence[int]]:
        """Map the document shown for each cluster to the others of it that match.

        Shown is the canonical copy if it matches, else the one that ranks best; where an article of the
        cluster matches, none that only its page's cut text finds.
        """
        if not self._clusters:
            return dict.fromkeys(ranked, ())
        names = self.postings.values("id")
        members: dict[str, list[int]] = {}
        shown: dict[int, Sequence[int]] = {}
        for doc in ranked:
            canonical = self._clusters.get(ArticleId(names[doc]))
            if canonical is None:
                shown[doc] = ()
            else:
                members.setdefault(canonical, []).append(doc)

        def order(doc: int) -> tuple[bool, bool, float, str]:
            is_canonical = names[doc] == self._clusters[ArticleId(names[doc])]
            return doc in self._cut, not is_canonical, -rounded(ranked[doc]), names[doc]

        for copies in members.values():
            best = min(copies, key=order)
            shown[best] = [doc for doc in copies if doc != best]
        return shown

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
            for (leaf, concept), times in Counter(
                zip(ranked_by.leaves, ranked_by.concepts, strict=True)
            ).items():
                for doc, gain in gains(self.postings, documents, concept).items():
                    if doc in documents:
                        gained = Gain(str(leaf), rounded(times * gain), len(concept.documents))
                        found.setdefault(doc, []).append(gained)
        return {doc: tuple(sorted(several, key=lambda one: -one.score)) for doc, several in found.items()}

    def notes(self, total: int) -> tuple[str, ...]:
        """Say what a person may not expect of the result."""
        notes = [*self.query.notes, *self.matches.notes, *self._filter_notes]
        if self.relaxed:
            notes.append("No article has all of these words; these have some of them.")
        if self.relaxed or not total:
            notes += advice(self._searcher, self.query.root, (self._wide or self._evaluation).concept)
        if self.undated_left_out:
            many = self.undated_left_out
            notes.append(
                f"{many:,} matching article{' has' if many == 1 else 's have'} no date and "
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


def _by_frequency(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
