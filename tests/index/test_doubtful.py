import pytest

from index.catalog import Catalog
from index.doubtful import doubtful
from tests.archive import page


@pytest.fixture
def catalog(archive):
    for number in range(12):
        archive.write(f"{number}.txt", page(number))
    archive.write("copy.txt", page(1, furniture="Menu\nLog in"))
    archive.ingest()
    with Catalog.open(archive.home.catalog) as opened:
        rows = opened.db.execute("SELECT id FROM article ORDER BY id").fetchall()
        for place, (article,) in enumerate(rows):
            opened.db.execute(
                "UPDATE article SET confidence = ? WHERE id = ?", (0.5 + place // 2 / 20, article)
            )
        yield opened


def test_the_least_certain_come_first_and_copies_not_at_all(catalog):
    found = doubtful(catalog, 100)
    assert len(found) == len({doubt.version for doubt in found}) == 12
    assert [doubt.confidence for doubt in found] == sorted(doubt.confidence for doubt in found)
    assert doubtful(catalog, 3) == found[:3]


def test_only_what_is_less_certain(catalog):
    found = doubtful(catalog, 100, below=0.6)
    assert 0 < len(found) < 12
    assert all(doubt.confidence < 0.6 for doubt in found)
    assert doubtful(catalog, 100, below=0.1) == []


def test_a_seed_draws_the_same_sample_again_and_another_seed_another(catalog):
    drawn = doubtful(catalog, 4, seed="june")
    assert drawn == doubtful(catalog, 4, seed="june")
    assert len(drawn) == 4
    assert [doubt.confidence for doubt in drawn] == sorted(doubt.confidence for doubt in drawn)
    assert len({tuple(doubtful(catalog, 4, seed=f"{seed}")) for seed in range(8)}) > 1
    assert set(doubtful(catalog, 100, seed="june")) == set(doubtful(catalog, 100))
