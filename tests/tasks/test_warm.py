import pytest

from tasks.warm import IDLE_SECONDS, Stable, kept_in, present


class FakeWorker:
    def __init__(self):
        self.living = True
        self.closed = False

    def alive(self):
        return self.living

    def close(self):
        self.closed = True


@pytest.fixture
def catalog(tmp_path):
    path = tmp_path / "catalog"
    path.write_text("x")
    return path


def test_the_worker_used_last_comes_first(catalog):
    stable, workers = Stable(), [FakeWorker(), FakeWorker()]
    stable.give(catalog, workers)
    assert len(stable) == 2
    assert [stable.take(catalog), stable.take(catalog)] == workers[::-1]
    assert stable.take(catalog) is None


def test_a_dead_worker_and_one_of_another_catalog_are_not_handed_out(catalog, tmp_path):
    stable, dead, living, foreign = Stable(), FakeWorker(), FakeWorker(), FakeWorker()
    dead.living = False
    stable.give(catalog, [living, dead])
    other = tmp_path / "other"
    other.write_text("y")
    stable.give(other, [foreign])
    assert stable.take(catalog) is living
    assert dead.closed
    assert foreign.closed
    assert not living.closed


def test_a_restored_catalog_is_another(catalog, tmp_path):
    stable, worker = Stable(), FakeWorker()
    stable.give(catalog, [worker])
    backup = tmp_path / "backup"
    backup.write_text("x")
    backup.rename(catalog)
    assert stable.take(catalog) is None
    assert worker.closed


def test_workers_end_when_they_are_not_needed(catalog):
    moment = [0.0]
    stable, old, young = Stable(lambda: moment[0]), FakeWorker(), FakeWorker()
    stable.give(catalog, [old])
    moment[0] = IDLE_SECONDS
    stable.give(catalog, [young])
    stable.sweep()
    assert not old.closed
    moment[0] += 1.0
    stable.sweep()
    assert (old.closed, young.closed) == (True, False)
    stable.close()
    assert young.closed
    assert len(stable) == 0


def test_a_stable_is_known_in_its_context_only():
    stable = Stable()
    assert present() is None
    with kept_in(stable):
        assert present() is stable
    assert present() is None
