"""Commit: outcomes of batches into the catalog, then articles into the index, then files to their states.

The order makes every crash harmless. First, one transaction counts lines, decides anew which are furniture
and notes the versions that were read with other evidence (`count`). Later, one stores the articles, their
duplicate links and the index work they cause, and leaves their files `pending`. Index commits then do the
work, by stable id, so that doing it twice changes nothing; each is fsynced before the catalog takes its work
off the queue. Only when none is left do the files settle. A run that finds work on the queue finishes it
first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from index import articles, files, line_counts, links, writer
from index.article import PIPELINE, ArticleId, State, VersionId
from index.builders import Builders
from index.catalog import Catalog
from index.copies import copies
from index.documents import document_of
from index.event_store import EventStore, EventTerms
from index.line_counts import LineCounter
from index.links import LinkStore
from index.settings import Home, Settings
from tasks import generations
from tasks.batch import Outcome
from tasks.dedupe import link
from tasks.event_terms import terms_of

INDEX_COMMIT: Final = 4_000
"""Articles of one index commit: bounds its memory. Fewer would make more segments, which are merged later."""
RELINK: Final = 1_000
"""Articles linked again in one transaction."""


def count(counter: LineCounter, outcomes: Iterable[Outcome]) -> None:
    """Count the lines of files, and note whose evidence that changes, all or nothing."""
    with counter.catalog.transaction():
        counter.count((outcome.file, outcome.lines) for outcome in outcomes)


def count_no_more(counter: LineCounter, *, on_missing: str) -> None:
    """Count the lines no more of those files that `release` will let go."""
    with counter.catalog.transaction():
        counter.release(_let_go(on_missing))


def store(catalog: Catalog, outcomes: Iterable[Outcome], *, moment: str) -> bool:
    """Write what became of files into the catalog, all or nothing. `moment` is when newsfold saw them.

    Returns whether articles went, or have another text: until `publish` the index still finds the old ones.
    A file that was segmented again, with the same articles, is left as it was: the index hears nothing.
    """
    with catalog.transaction():
        added: dict[ArticleId, EventTerms] = {}
        removed: list[ArticleId] = []
        touched: set[VersionId] = set()
        for outcome in outcomes:
            if outcome.deferred:
                files.set_state(catalog, [outcome.file], State.DEFERRED, outcome.deferred)
            elif _put_version(catalog, outcome, moment, added, removed) or not _rests(catalog, outcome):
                touched |= _hold(catalog, outcome)
        _relink(catalog, added, removed)
        refresh(catalog, touched)
    return bool(removed)


def _rests(catalog: Catalog, outcome: Outcome) -> bool:
    return outcome.sha256 is not None and files.rests_on(catalog, outcome.file, outcome.sha256)


def _hold(catalog: Catalog, outcome: Outcome) -> set[VersionId]:
    """Let a file hold what was read of it; return the versions whose holders change."""
    touched: set[VersionId] = set()
    before = files.hold(catalog, outcome.file, None)
    if before is not None:
        touched.add(before)
    if outcome.unread is not None:
        reason = files.reject_text(outcome.unread.reason, outcome.unread.detail)
        files.set_state(catalog, [outcome.file], State.REJECTED, reason)
    elif outcome.sha256 is not None:
        files.hold(catalog, outcome.file, outcome.sha256)
        files.set_state(catalog, [outcome.file], State.PENDING, files.STORED)
        touched.add(outcome.sha256)
    return touched


def _put_version(
    catalog: Catalog,
    outcome: Outcome,
    moment: str,
    added: dict[ArticleId, EventTerms],
    removed: list[ArticleId],
) -> bool:
    """Store what was made of a version; return whether that is anything new."""
    version = outcome.version
    if version is None or articles.known_version(catalog, version.sha256, version.pipeline):
        return False
    line_counts.served(catalog, version.sha256)
    same = articles.same_as_stored(catalog, version, outcome.articles)
    if same:
        articles.put_confidence(catalog, outcome.articles)
    else:
        since = articles.first_stored(catalog, version.sha256)
        removed.extend(articles.forget_articles(catalog, version.sha256))  # of other evidence, or pipeline
        articles.put_version(catalog, version)
        for article in outcome.articles:
            articles.put_article(catalog, article, since.get(article.id, moment))
        added.update(
            (article.id, event) for article, event in zip(outcome.articles, outcome.events, strict=True)
        )
    line_counts.rests_on_page(catalog, version.sha256, outcome.file)
    return not same


def _relink(catalog: Catalog, added: Mapping[ArticleId, EventTerms], removed: list[ArticleId]) -> None:
    """Let the index and the links between articles follow what came and went."""
    gone = sorted(set(removed).difference(added))
    articles.queue(catalog, gone, remove=True)
    articles.queue(catalog, added)
    _link(catalog, added, removed)


def _link(catalog: Catalog, added: Mapping[ArticleId, EventTerms], removed: Collection[ArticleId]) -> None:
    """Bring duplicate links and events up to date, and mark the files whose answer changed."""
    events = EventStore(catalog)
    events.drop(removed)
    events.put(added)
    changed = link(LinkStore(catalog), added, removed)
    events.settle(changed.union(added))
    gone = set(removed).difference(added)
    told_by = {copy for again in set(removed).intersection(added) for copy in copies(catalog, again)}
    files.unsettle(catalog, {articles.version_of(catalog, article) for article in changed - gone | told_by})


def relink(catalog: Catalog) -> None:
    """Link the next articles that an older newsfold linked by other sketches (see `index.links.waiting`)."""
    with catalog.transaction():
        waiting = links.waiting(catalog, RELINK)
        events = {id_: terms_of(articles.get_article(catalog, id_).article) for id_ in waiting}
        _link(catalog, events, waiting)


def refresh(catalog: Catalog, versions: Iterable[VersionId]) -> None:
    """After a change of who holds these versions: their documents name files, their files have states."""
    for version in sorted(versions):
        articles.queue(catalog, articles.articles_of(catalog, version))
    files.unsettle(catalog, versions)


def _let_go(on_missing: str) -> tuple[State, ...]:
    """States of files that hold nothing in the end."""
    return (State.IGNORED, State.MISSING) if on_missing == "remove" else (State.IGNORED,)


def release(catalog: Catalog, *, on_missing: str) -> int:
    """Let ignored files, and missing ones unless they are kept, hold nothing; drop what nobody holds.

    Done after a run's new files are stored, so that a renamed file's article never leaves the index. Returns
    how many articles were dropped.
    """
    with catalog.transaction():
        touched = {
            before
            for file in files.holders_in(catalog, _let_go(on_missing))
            if (before := files.hold(catalog, file, None)) is not None
        }
        orphans = articles.orphans(catalog)
        removed = [gone for version in orphans for gone in articles.drop_version(catalog, version)]
        _relink(catalog, {}, removed)
        refresh(catalog, touched.difference(orphans))
    return len(removed)


def read_again(catalog: Catalog, *, rejected: bool, outdated: bool) -> None:
    """Mark rejected files, or those that an older pipeline read, for another reading in this run.

    Forgets what nobody holds any more and gave no article, so that it is judged again. Articles that a dead
    run left without a file stay for `release`, which takes them out of ledger and index, too.
    """
    with catalog.transaction():
        files.see_again(catalog, rejected=rejected, pipeline=PIPELINE if outdated else None)
        for version in articles.orphans(catalog):
            if not articles.articles_of(catalog, version):
                articles.drop_version(catalog, version)


def publish(catalog: Catalog, home: Home, settings: Settings, builders: Builders) -> None:
    """Do the index work that the catalog has queued, then settle the files that waited for it.

    Merges that would have made a commit long come last, when everything can be found already. `builders`
    build what is new, if that is much.
    """
    generation = generations.target(catalog)
    folder = home.generation(generation)
    kind, sources = settings.index_writer, settings.sources
    worked = False
    while work := articles.queued(catalog, INDEX_COMMIT):
        worked = True
        deletions = [article for article, remove in work if remove]
        documents = (document_of(catalog, article, sources) for article, remove in work if not remove)
        writer.apply(folder, documents, deletions, kind=kind, builders=builders)
        with catalog.transaction():
            articles.mark_indexed(catalog, [article for article, _ in work], generation)
    with catalog.transaction():
        files.settle(catalog)
    generations.finish(catalog, home)
    if worked:
        writer.tidy(folder, kind=kind)
