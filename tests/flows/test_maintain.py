"""The order of the maintenance, without a server: its tasks are called here."""

import logging

import pytest

from flows import maintain as module
from index.runs import only_run
from tests.archive import page


class Here:
    """In the place of Prefect's tasks: steps are called, and their names kept."""

    done: list[str]

    def __init__(self, _workers):
        pass

    def step(self, name, work):
        Here.done.append(name)
        return work()


@pytest.fixture
def artifacts(monkeypatch):
    """What the flow leaves in the UI: key to content."""
    left = {}
    Here.done = []
    monkeypatch.setattr(module, "PrefectSteps", Here)
    monkeypatch.setattr(module, "get_run_logger", lambda: logging.getLogger("test"))
    monkeypatch.setattr(
        module, "create_markdown_artifact", lambda key, markdown, **_: left.update({key: markdown})
    )
    monkeypatch.setattr(module, "create_table_artifact", lambda key, table, **_: left.update({key: table}))
    return left


def upkeep(archive, **options):
    return module.maintain.fn(home=str(archive.home.path), raw=str(archive.raw), retry=False, **options)


def test_a_sound_archive_is_checked_merged_and_vacuumed(archive, artifacts):
    archive.write("a.txt", page(1))
    archive.ingest()
    state = upkeep(archive)
    assert state.is_completed()
    assert Here.done == ["check", "merge segments", "vacuum"]
    assert state.message.startswith("check: all agree; 1 → 1 index segments; catalog ")
    assert "check: all agree" in artifacts["maintain-summary"]
    assert "maintain-findings" not in artifacts


def test_damage_fails_the_run_and_nothing_is_merged_over_it(archive, artifacts):
    archive.write("a.txt", page(1))
    archive.ingest()
    victim = next(path for path in archive.home.generation(1).iterdir() if path.suffix == ".seg")
    victim.write_bytes(b"damaged" + victim.read_bytes()[7:])
    state = upkeep(archive)
    assert state.is_failed()
    assert state.message == "check: 1 finding"
    assert Here.done == ["check"]
    (row,) = artifacts["maintain-findings"]
    assert "'newsfold repair' builds it anew" in row["finding"]


def test_names_from_outside_are_shown_not_sent(archive, artifacts, monkeypatch):
    archive.write("a.txt", page(1))
    archive.ingest()
    monkeypatch.setattr(module.steps, "check", lambda *_, **__: ("raw: \x1b[31m\n|x.txt: gone",))
    upkeep(archive)
    assert artifacts["maintain-findings"] == [{"finding": r"raw: \x1b[31m\n|x.txt: gone"}]


def test_beside_a_run_at_work_it_is_skipped_and_green(archive, artifacts):
    archive.write("a.txt", page(1))
    archive.ingest()
    with only_run(archive.home):
        state = upkeep(archive)
    assert state.is_completed()
    assert state.message.startswith("skipped: ")
    assert "is at work" in state.message
    assert (Here.done, artifacts) == ([], {})


def test_only_the_steps_that_were_asked_for_are_done(archive, artifacts):
    archive.write("a.txt", page(1))
    archive.ingest()
    assert upkeep(archive, check=False, merge=False).is_completed()
    assert Here.done == ["vacuum"]
    assert upkeep(archive, check=False, merge=False, vacuum=False).message == "nothing was asked for"
