"""Generations of the full-text index: a new one is built beside the old, which answers until it is whole."""

from __future__ import annotations

import os
import shutil

from index import articles, writer
from index.catalog import Catalog
from index.errors import IndexDamagedError, IndexVersionError
from index.index_check import BUILDING
from index.settings import Home
from index.storage import latest_generation


def target(catalog: Catalog) -> int:
    """The generation that index work goes to."""
    return int(catalog.setting(BUILDING)) if catalog.setting(BUILDING) else catalog.generation


def begin(catalog: Catalog) -> None:
    """Begin a new generation: every article becomes index work."""
    with catalog.transaction():
        catalog.put_setting(BUILDING, str(target(catalog) + 1))
        articles.queue_all(catalog)


def finish(catalog: Catalog, home: Home) -> None:
    """Let a generation that was built answer from now on, and remove what is of no use any more."""
    if catalog.setting(BUILDING):
        with catalog.transaction():
            catalog.put_setting("generation", catalog.setting(BUILDING))
            catalog.drop_setting(BUILDING)
    folder = home.generation(0).parent
    keep = home.generation(catalog.generation).name
    if folder.is_dir():
        for name in os.listdir(folder):
            if name != keep:
                shutil.rmtree(folder / name)


def heal(catalog: Catalog, home: Home) -> str:
    """Begin a new generation where the present one cannot be used; say why, empty where it can.

    The catalog holds every article, so nothing is lost.
    """
    folder = home.generation(target(catalog))
    if not articles.any_indexed(catalog, target(catalog)):
        return ""
    try:
        if not folder.is_dir() or latest_generation(folder) is None:
            why = "the index is gone"
        else:
            writer.clean(folder)  # also where this run has nothing to write: a merge that died is large
            return ""
    except (IndexVersionError, IndexDamagedError) as error:
        why = error.message
    begin(catalog)
    return f"{why}; it is built anew from the catalog"
