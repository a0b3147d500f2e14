"""With another Whoosh in the place of 2.7.4 (`make whoosh3`) the tests of its format have nothing to test."""

import pytest

from index.whooshed import FAST_POSSIBLE, versionstring
from tests.archive import page

collect_ignore = [] if FAST_POSSIBLE else ["test_segments.py", "test_termfile.py", "test_views.py"]


def pytest_report_header():
    left_out = f"; left out, for the format of 2.7.4: {', '.join(collect_ignore)}" if collect_ignore else ""
    return f"Whoosh {versionstring()}{left_out}"


@pytest.fixture
def filled(archive):
    """Three articles, a copy of the first, and an empty file."""
    for number in (1, 22, 53):
        archive.write(f"herald/{number}.txt", page(number))
    archive.write("gazette/copy.txt", page(1, furniture="Menu\nLog in", edit="A second vote is due in June."))
    archive.write("herald/empty.txt", "")
    archive.ingest()
    return archive
