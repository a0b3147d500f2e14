import pytest

from index import members
from index.catalog import Catalog
from index.members import Clusters, clusters, copies, files_of_cluster
from tests.archive import page


@pytest.fixture
def catalog(archive):
    archive.write("herald/1.txt", page(1))
    archive.write("courier/1.txt", page(1, furniture="Front page\nCourier"))
    archive.write("herald/2.txt", page(22))
    archive.ingest()
    with Catalog.read(archive.home.catalog) as opened:
        yield opened


def ids(catalog):
    return [row[0] for row in catalog.db.execute("SELECT id FROM article ORDER BY id")]


def test_clusters_are_those_of_the_articles_asked_about(catalog):
    every = clusters(catalog)
    assert len(every) == 2
    for article in ids(catalog):
        found = Clusters(catalog).among([article])
        assert found.get(article, article) == every.get(article, article)
        assert set(found) <= {article}


def test_for_many_articles_all_clusters_are_read_once(catalog, monkeypatch):
    monkeypatch.setattr(members, "LOOKED_UP", 1)
    known = Clusters(catalog)
    assert known.among(ids(catalog)) == clusters(catalog)
    assert known.among([]) is known.among(ids(catalog))


def test_members_and_files_of_a_cluster(catalog):
    (canonical,) = set(clusters(catalog).values())
    assert copies(catalog, canonical) == sorted(clusters(catalog))
    assert files_of_cluster(catalog, canonical) == 2
