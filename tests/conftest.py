import gc

import pytest
from hypothesis import settings

from tasks import scan
from tests.archive import Archive

# a busy machine is no fault; bench/ measures speed
settings.register_profile("newsfold", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=4_000)  # make fuzz
settings.load_profile("newsfold")


def pytest_collection_finish():
    """Keep the collected tests out of every collection of garbage, which would fall into what is timed."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An empty archive; the second look at a new file comes at once."""
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    return Archive(tmp_path)
