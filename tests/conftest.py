import pytest
from hypothesis import settings

from tasks import scan
from tests.archive import Archive

settings.register_profile(
    "newsfold", deadline=None
)  # a busy machine is no fault; speed is measured in bench/
settings.register_profile("fuzz", deadline=None, max_examples=4_000)  # make fuzz
settings.load_profile("newsfold")


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An empty archive; the second look at a new file comes at once."""
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    return Archive(tmp_path)
