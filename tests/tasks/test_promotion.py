"""When the copy that a search shows goes or changes, the next best takes its place, everywhere at once."""

import dataclasses

import pytest

from index.errors import RootLostError
from tests.archive import Archive
from tests.linked_pages import BEES, CHESS, part, plain

WHOLE = plain(BEES)
LATER = BEES.replace("nineteen hives", "eighteen hives")
PAGES = {
    "corrected/bees.txt": plain(LATER, end="Correction: traces were found in eighteen hives."),
    "whole/bees.txt": WHOLE,
    "cut/bees.txt": plain(part(BEES, 1, 4, "Dead bees at Wolde")),
    "other/chess.txt": plain(CHESS),
}
SHOWN = ("search", "pesticide", "--lang", "en")


def shown(archive: Archive) -> list[str]:
    """The files of the hits: of each article, the copy that stands for it."""
    return [name for row in archive.rows(*SHOWN) for name in row["files"]]


def assert_whole(archive: Archive, canonical: str, *copies: str) -> None:
    """The copy is the one hit, its copies follow, and catalog, index and states all say so."""
    assert archive.run("check").exit_code == 0, archive.run("check").stdout
    assert shown(archive) == [canonical]
    assert archive.run("search", "pesticide", "--output", "paths").stdout == f"{archive.raw / canonical}\n"
    every = {name for row in archive.rows(*SHOWN, "--all") for name in row["files"]}
    assert every == {canonical, *copies}
    (hit,) = archive.rows(*SHOWN)
    assert {row["canonical"] for row in archive.rows(*SHOWN, "--all")} == {hit["id"]}
    states = archive.states()
    assert states[canonical] == "indexed"
    assert {states[name] for name in copies} <= {"duplicate"}
    assert archive.ingest().summary.startswith("nothing new"), "nothing is left to do"


@pytest.fixture
def filled(archive):
    for name, text in PAGES.items():
        archive.write(name, text)
    archive.ingest()
    assert_whole(archive, "corrected/bees.txt", "whole/bees.txt", "cut/bees.txt")
    return archive


def remove(archive: Archive, name: str) -> None:
    (archive.raw / name).unlink()
    archive.ingest()


def test_one_after_the_other_is_deleted(filled):
    remove(filled, "corrected/bees.txt")
    assert_whole(filled, "whole/bees.txt", "cut/bees.txt")
    remove(filled, "whole/bees.txt")
    assert_whole(filled, "cut/bees.txt")
    remove(filled, "cut/bees.txt")
    assert shown(filled) == []
    assert filled.run("check").exit_code == 0


def test_it_takes_its_place_again_when_it_is_back(filled):
    before = filled.rows(*SHOWN)
    remove(filled, "corrected/bees.txt")
    filled.write("corrected/bees.txt", PAGES["corrected/bees.txt"])
    filled.ingest()
    assert_whole(filled, "corrected/bees.txt", "whole/bees.txt", "cut/bees.txt")
    assert filled.rows(*SHOWN) == before


@pytest.mark.parametrize("content", [b"\x00\x01\xfe" * 300, b"", b"Home\nNews\nSport\n"])
def test_its_file_becomes_a_reject(filled, content):
    filled.write("corrected/bees.txt", content)
    filled.ingest()
    assert filled.state("corrected/bees.txt") == "rejected"
    assert_whole(filled, "whole/bees.txt", "cut/bees.txt")


def test_its_file_becomes_another_article(filled):
    filled.write("corrected/bees.txt", plain(CHESS.replace("eight of", "nine of")))
    filled.ingest()
    assert_whole(filled, "whole/bees.txt", "cut/bees.txt")
    assert filled.counts() == {"indexed": 2, "duplicate": 2}, "a copy of the other story now"


def test_a_moved_file_is_the_same_copy_under_its_new_name(filled):
    (before,) = filled.rows(*SHOWN)
    (filled.raw / "moved").mkdir()
    (filled.raw / "corrected/bees.txt").rename(filled.raw / "moved/here.txt")
    filled.ingest()
    assert_whole(filled, "moved/here.txt", "whole/bees.txt", "cut/bees.txt")
    (after,) = filled.rows(*SHOWN)
    assert (after["id"], after["source"]) == (before["id"], "moved")
    assert filled.run("count", "source:corrected", "--quiet").stdout == "0\n"


def test_the_same_bytes_elsewhere_hold_its_place(filled):
    filled.write("twin/bees.txt", PAGES["corrected/bees.txt"])
    filled.ingest()
    (before,) = filled.rows(*SHOWN)
    assert sorted(before["files"]) == ["corrected/bees.txt", "twin/bees.txt"]
    remove(filled, "corrected/bees.txt")
    assert_whole(filled, "twin/bees.txt", "whole/bees.txt", "cut/bees.txt")
    assert filled.rows(*SHOWN)[0]["id"] == before["id"]


def test_a_copy_that_is_corrected_is_promoted(archive):
    files = {name: text for name, text in PAGES.items() if not name.startswith("corrected")}
    for name, text in files.items():
        archive.write(name, text)
    archive.ingest()
    assert_whole(archive, "whole/bees.txt", "cut/bees.txt")
    archive.write("cut/bees.txt", PAGES["corrected/bees.txt"])
    archive.ingest()
    assert_whole(archive, "cut/bees.txt", "whole/bees.txt")
    archive.write("cut/bees.txt", PAGES["cut/bees.txt"])
    archive.ingest()
    assert_whole(archive, "whole/bees.txt", "cut/bees.txt")


def test_an_excluded_file_gives_its_place_away(filled):
    excluding = dataclasses.replace(filled.settings, exclude=("corrected/*",))
    filled.ingest(settings=excluding)
    assert filled.state("corrected/bees.txt") == "ignored"
    assert shown(filled) == ["whole/bees.txt"]
    assert filled.run("check").exit_code == 0
    filled.ingest()
    assert_whole(filled, "corrected/bees.txt", "whole/bees.txt", "cut/bees.txt")


def test_where_gone_files_are_kept_it_stays(filled):
    keep = dataclasses.replace(filled.settings, on_missing="keep")
    (before,) = filled.rows(*SHOWN)
    (filled.raw / "corrected/bees.txt").unlink()
    filled.ingest(settings=keep)
    assert filled.state("corrected/bees.txt") == "missing"
    assert filled.rows(*SHOWN)[0]["id"] == before["id"]
    assert filled.run("check").exit_code == 0


def test_a_folder_that_is_not_believed_promotes_nothing(filled):
    before = filled.rows(*SHOWN)
    for name in PAGES:
        (filled.raw / name).unlink()
    with pytest.raises(RootLostError):
        filled.ingest()
    assert filled.rows(*SHOWN) == before
    assert filled.run("check", "--quiet").exit_code == 1, "the raw files are not there"
