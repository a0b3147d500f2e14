"""What a search says while articles leave the archive."""

import dataclasses

import pytest

from index.article import Reject, RejectReason
from index.catalog import Catalog
from tasks import page_work
from tests.archive import page


@pytest.mark.parametrize("how", [("--json",), (), ("--output", "paths"), ("--output", "ids")])
def test_a_search_answers_while_articles_go_that_the_index_still_has(archive, monkeypatch, how):
    """Old pages are segmented again, and half of them hold no article any more."""
    for number in range(12):
        archive.write(f"{number}.txt", page(number))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as catalog, catalog.transaction():
        catalog.db.execute("INSERT INTO resegment SELECT sha256 FROM version")
    real = page_work.extract

    def halved(sha256, *rest):
        found = real(sha256, *rest)
        gone = dataclasses.replace(found, articles=(), reject=Reject(RejectReason.NO_ARTICLE, ""))
        return found if sha256 < "8" else gone

    monkeypatch.setattr(page_work, "extract", halved)
    answers = []

    def look(step):
        if step.startswith("commit"):
            answers.append(archive.run("search", "council", "--limit", "50", *how))

    archive.ingest(before=look)
    left = len(archive.export())
    assert 0 < left < 12
    assert [answer.exit_code for answer in answers] == [0]
    if "ids" not in how:
        assert f"{12 - left} hits left out: no longer in the archive" in answers[0].stderr
        shown = len(answers[0].stdout.splitlines())
        assert shown == left or not how
