"""What the catalog is asked before and after a run, for the summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flows.artifacts import EXAMPLES, LOOK_BACK, Figures
from index.catalog import Catalog
from index.run_figures import Added, added_since, newest_article, past_runs, reject_groups
from index.settings import Home, Settings

NOTHING: Final = Figures(Added({}, {}), (), ())


@dataclass(frozen=True, slots=True)
class Before:
    """A mark in the catalog: what a run adds comes after it."""

    newest: int


def look_before(home: Home) -> Before:
    """Set the mark. Raises NewsfoldError where the catalog is of a newer newsfold."""
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return Before(0)
    with catalog:
        return Before(newest_article(catalog))


def figures_after(home: Home, settings: Settings, before: Before) -> Figures:
    """What there is to say after a run. Raises NewsfoldError where the catalog cannot be read."""
    catalog = Catalog.read(home.catalog)
    if catalog is None:
        return NOTHING
    with catalog:
        past = past_runs(catalog, LOOK_BACK)
        since = past[-1].run.started if past else ""
        return Figures(
            added_since(catalog, before.newest, since, settings.sources),
            reject_groups(catalog, EXAMPLES),
            past,
        )
