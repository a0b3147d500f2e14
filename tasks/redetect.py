"""Languages named anew, after another engine was chosen: from the stored articles, no raw file is read.

A run that dies at it is completed by the next one: the catalog notes that it was begun, and each article says
which engine named its language.
"""

from __future__ import annotations

from typing import Final

from index import languages
from index.catalog import Catalog
from index.event_store import EventStore
from tasks.asking import Engine
from tasks.event_terms import terms_of
from tasks.language import language_of

BEGUN: Final = "redetecting"
"""The catalog's setting that says so while languages are named anew."""

STEP: Final = 500
"""Articles of one transaction: a kill loses at most a few seconds of work."""


class Redetection:
    """The work of one run: as many times `step` as there are `STEP`s in what is `waiting`, then `finish`."""

    def __init__(self, catalog: Catalog, engine: Engine) -> None:
        self.engine = engine
        self._catalog = catalog
        self._after = ""

    @property
    def begun(self) -> bool:
        """Whether this run, or one that died, has begun."""
        return bool(self._catalog.setting(BEGUN))

    def waiting(self) -> int:
        """Articles whose language another engine named."""
        return languages.of_other_engines(self._catalog, self.engine.name)

    def begin(self) -> None:
        """Note that the work was begun, so that the next run goes on if this one dies."""
        with self._catalog.transaction():
            self._catalog.put_setting(BEGUN, self.engine.name)

    def step(self) -> None:
        """Name the languages of the next `STEP` articles, all or nothing."""
        waiting = languages.next_of_other_engines(self._catalog, self.engine.name, self._after, STEP)
        found = [(article, language_of(article.story, self.engine)) for article in waiting]
        with self._catalog.transaction():
            changed = languages.put_languages(self._catalog, found)
            events = EventStore(self._catalog)
            events.put({article.id: terms_of(article) for article in changed})
            events.settle([article.id for article in changed])
        self._after = waiting[-1].id if waiting else self._after

    def finish(self) -> None:
        """Note that all is done."""
        with self._catalog.transaction():
            self._catalog.drop_setting(BEGUN)
