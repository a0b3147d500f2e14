"""Which runs alert an operator, and what an archive is called in an event."""

from pathlib import Path

import pytest

from flows.alerts import FEW, look_at_rejects, resource_of, too_many
from index.settings import Home
from tasks.run_report import RunReport


def report(rejected: int, read: int) -> RunReport:
    return RunReport(1, read, read, {"rejected": rejected}, 0, 0, 0, 1.0, 1.0, "", ())


@pytest.mark.parametrize(
    ("rejected", "read", "percent", "alert"),
    [
        (0, 0, 0.0, False),
        (FEW, FEW, 0.0, False),
        (FEW + 1, FEW + 1, 5.0, True),
        (50, 1_000, 5.0, False),
        (51, 1_000, 5.0, True),
        (1_000, 1_000, 100.0, False),
    ],
)
def test_more_than_a_few_and_more_than_the_share_alert(rejected, read, percent, alert):
    assert too_many(report(rejected, read), percent) is alert


def test_an_archive_has_one_name_in_events_whatever_its_folder_is_called():
    plain, strange = Home(Path("/srv/a")), Home(Path("/srv/\udcff\n"))
    assert resource_of(plain) == resource_of(Home(Path("/srv/a"))) != resource_of(strange)
    assert resource_of(strange).startswith("newsfold.archive.")
    assert look_at_rejects(plain) == "newsfold --home /srv/a files --state rejected"
