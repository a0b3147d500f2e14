"""What `newsfold check` tells a person, and that every command gives the same advice as it."""

import pytest

from index.commits import REPAIR
from tests.archive import page


def fill(archive, many):
    for number in range(many):
        archive.write(f"{number:03d}.txt", page(number))
    archive.ingest()


@pytest.mark.parametrize("what", ["unmounted", "emptied", "halved", "replaced"])
def test_a_raw_folder_that_is_not_believed_is_one_line_and_nothing_to_repair(archive, what):
    """Regression: each of its files was a line, and 'newsfold repair' was to mend them."""
    fill(archive, 24)
    for number in range(24 if what != "halved" else 20):
        (archive.raw / f"{number:03d}.txt").unlink()
    if what in {"unmounted", "replaced"}:
        archive.raw.rmdir()
    if what == "replaced":
        archive.raw.write_text("a file now")
    found = archive.run("check")
    assert found.exit_code == 1
    (line,) = found.stdout.splitlines()
    assert line.startswith(f"raw folder not believed, none of its files was compared: {archive.raw}: ")
    assert "newsfold repair" not in found.stderr
    assert "mount or restore it; 'newsfold ingest --accept-missing'" in found.stderr
    (row,) = archive.rows("check")
    assert row["kind"] == "raw folders"
    assert archive.run("check", "--no-raw").exit_code == 0
    repaired = archive.run("--raw", str(archive.raw), "repair", "--direct")
    assert repaired.exit_code == 1
    assert "mount or restore it" in repaired.stderr
    assert "done" not in repaired.stdout


def test_other_folders_are_compared_and_other_damage_is_told_beside_a_lost_one(archive, tmp_path):
    fill(archive, 3)
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text(page(7))
    assert archive.run("--raw", str(other), "ingest", "--direct").exit_code == 0
    (other / "x.txt").unlink()
    (archive.raw / "001.txt").unlink()
    found = archive.run("check")
    assert [line.split(": ")[0] for line in found.stdout.splitlines()] == [
        "raw folder not believed, none of its files was compared",
        "raw",
    ]
    assert "1 finding; 'newsfold repair'" in found.stderr


def test_files_of_a_believed_folder_that_went_are_told_one_by_one(archive):
    fill(archive, 8)
    for number in range(3):
        (archive.raw / f"{number:03d}.txt").unlink()
    assert len(archive.run("check").stdout.splitlines()) == 3
    assert archive.run("--raw", str(archive.raw), "repair", "--direct").exit_code == 1, "no rows to mend"


@pytest.mark.parametrize("what", ["*.toc", "*.seg"])
@pytest.mark.parametrize("how", ["damaged", "gone"])
def test_search_and_check_advise_the_same_for_a_damaged_index_and_it_helps(archive, what, how):
    """Regression: a search advised 'newsfold rebuild'."""
    fill(archive, 3)
    for path in archive.home.generation(1).glob(what):
        path.write_bytes(b"x" * path.stat().st_size) if how == "damaged" else path.unlink()
    searched = archive.run("search", "council")
    if searched.exit_code != 1:  # without anything of it, it is only empty
        assert searched.exit_code == 3
        assert searched.stderr.splitlines()[-1].strip() == REPAIR
    assert "newsfold repair" in REPAIR
    assert "newsfold rebuild" not in searched.stderr
    assert "'newsfold repair'" in archive.run("check").stderr
    assert archive.run("--raw", str(archive.raw), "repair", "--direct").exit_code == 0
    assert archive.run("search", "council").exit_code == 0
