"""Commit: outcomes of batches into the catalog, then articles into the index, then files to their states.

The order makes every crash harmless. One catalog transaction stores the articles, their duplicate links and
the index work they cause, and leaves their files `pending`. Index commits then do the work, by stable id, so
that doing it twice changes nothing; each is fsynced before the catalog takes its work off the queue. Only
when none is left do the files settle. A run that finds work on the queue finishes it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from index import articles, files, writer
from index.article import PIPELINE, ArticleId, State, VersionId
from index.catalog import Catalog
from index.documents import document_of
from index.links import LinkStore
from index.settings import Home
from tasks import generations
from tasks.batch import Outcome
from tasks.dedupe import link

INDEX_COMMIT: Final = 2_000
"""Articles of one index commit: bounds its memory."""


def store(catalog: Catalog, outcomes: Iterable[Outcome], *, moment: str) -> None:
    """Write what became of files into the catalog, all or nothing. `moment` is when newsfold saw them."""
    with catalog.transaction():
        added: list[ArticleId] = []
        removed: list[ArticleId] = []
        touched: set[VersionId] = set()
        for outcome in outcomes:
            if outcome.deferred:
                files.set_state(catalog, [outcome.file], State.DEFERRED, outcome.deferred)
                continue
            before = files.hold(catalog, outcome.file, None)
            if before is not None:
                touched.add(before)
            if outcome.unread is not None:
                reason = files.reject_text(outcome.unread.reason, outcome.unread.detail)
                files.set_state(catalog, [outcome.file], State.REJECTED, reason)
            elif outcome.sha256 is not None:
                _put_version(catalog, outcome, moment, added, removed)
                files.hold(catalog, outcome.file, outcome.sha256)
                files.set_state(catalog, [outcome.file], State.PENDING, files.STORED)
                touched.add(outcome.sha256)
        _relink(catalog, added, removed)
        refresh(catalog, touched)


def _put_version(
    catalog: Catalog, outcome: Outcome, moment: str, added: list[ArticleId], removed: list[ArticleId]
) -> None:
    version = outcome.version
    if version is None or articles.known_version(catalog, version.sha256, version.pipeline):
        return
    removed.extend(articles.forget_articles(catalog, version.sha256))  # of an older pipeline
    articles.put_version(catalog, version)
    for article, sketch in outcome.articles:
        articles.put_article(catalog, article, sketch, moment)
        added.append(article.id)


def _relink(catalog: Catalog, added: list[ArticleId], removed: list[ArticleId]) -> None:
    """Bring duplicate links up to date and mark the files whose answer changed."""
    gone = sorted(set(removed) - set(added))
    articles.queue(catalog, gone, remove=True)
    articles.queue(catalog, added)
    changed = link(LinkStore(catalog), added, removed)
    files.unsettle(catalog, {articles.version_of(catalog, article) for article in changed - set(gone)})


def refresh(catalog: Catalog, versions: Iterable[VersionId]) -> None:
    """After a change of who holds these versions: their documents name files, their files have states."""
    for version in sorted(versions):
        articles.queue(catalog, articles.articles_of(catalog, version))
    files.unsettle(catalog, versions)


def release(catalog: Catalog, *, on_missing: str) -> int:
    """Let ignored files, and missing ones unless they are kept, hold nothing; drop what nobody holds.

    Done after a run's new files are stored, so that a renamed file's article never leaves the index. Returns
    how many articles were dropped.
    """
    states = (State.IGNORED, State.MISSING) if on_missing == "remove" else (State.IGNORED,)
    with catalog.transaction():
        touched = {
            before
            for file in files.holders_in(catalog, states)
            if (before := files.hold(catalog, file, None)) is not None
        }
        orphans = articles.orphans(catalog)
        removed = [gone for version in orphans for gone in articles.drop_version(catalog, version)]
        _relink(catalog, [], removed)
        refresh(catalog, touched.difference(orphans))
    return len(removed)


def read_again(catalog: Catalog, *, rejected: bool, outdated: bool) -> None:
    """Mark rejected files, or those that an older pipeline read, for another reading in this run."""
    with catalog.transaction():
        files.see_again(catalog, rejected=rejected, pipeline=PIPELINE if outdated else None)
        for version in articles.orphans(catalog):
            articles.drop_version(catalog, version)


def publish(catalog: Catalog, home: Home, sources: Mapping[str, str]) -> None:
    """Do the index work that the catalog has queued, then settle the files that waited for it."""
    generation = generations.target(catalog)
    while work := articles.queued(catalog, INDEX_COMMIT):
        deletions = [article for article, remove in work if remove]
        documents = (document_of(catalog, article, sources) for article, remove in work if not remove)
        writer.apply(home.generation(generation), documents, deletions)
        with catalog.transaction():
            articles.mark_indexed(catalog, [article for article, _ in work], generation)
    with catalog.transaction():
        files.settle(catalog)
    generations.finish(catalog, home)
