"""With another Whoosh in the place of 2.7.4 (`make whoosh3`) the tests of its format have nothing to test."""

from index.whooshed import FAST_POSSIBLE, versionstring

collect_ignore = [] if FAST_POSSIBLE else ["test_segments.py", "test_termfile.py", "test_views.py"]


def pytest_report_header():
    left_out = f"; left out, for the format of 2.7.4: {', '.join(collect_ignore)}" if collect_ignore else ""
    return f"Whoosh {versionstring()}{left_out}"
