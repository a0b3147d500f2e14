import pytest

from tasks import scan
from tests.archive import Archive


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An empty archive; the second look at a new file comes at once."""
    monkeypatch.setattr(scan, "SETTLE_SECONDS", 0.0)
    return Archive(tmp_path)
