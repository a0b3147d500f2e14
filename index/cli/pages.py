"""``explain``: every line of a page with its label and the reasons."""

from __future__ import annotations

import os

import click

from index import articles
from index.cli.call import Call, global_options
from index.cli.upper import upper
from index.errors import NotFoundError, UsageError


@click.command(short_help="Every line of a page: label, confidence, reasons.")
@click.argument("target", metavar="FILE-or-ID")
@global_options
def explain(call: Call, target: str) -> int:
    """Show what newsfold makes of a page, line by line, and why. FILE need never have been ingested.

    \b
    newsfold explain raw/harbour-herald/page.txt
    newsfold explain 3fa9c1
    """
    paths = [os.fsencode(target)] if os.path.lexists(target) else _paths_of_article(call, target)
    return int(upper("tasks.explain:explain_file")(call, paths))


def _paths_of_article(call: Call, target: str) -> list[bytes]:
    try:
        catalog = call.catalog()
    except UsageError:
        catalog = None
    if catalog is None:
        raise NotFoundError(f"no such file: {target}", hint="name a file, or an article's id in an archive")
    with catalog:
        try:
            article = articles.find_article(catalog, target)
        except UsageError as error:
            raise NotFoundError(f"no such file: {target}", hint="name a file, or an article's id") from error
        version = articles.version_of(catalog, article)
        return [os.path.join(root, path) for root, path in articles.paths_of(catalog, version)]
