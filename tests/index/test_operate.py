"""Commands that operate an archive: what they say, and where who reads their output goes away."""

import subprocess
import sys
import zlib

import pytest

from index.catalog import Catalog
from tests.archive import page


def test_a_repair_ends_its_work_though_nobody_reads_what_it_found(archive):
    archive.write("a.txt", page(1))
    archive.ingest()
    victim = next(path for path in archive.home.generation(1).iterdir() if path.suffix == ".seg")
    victim.write_bytes(b"damaged" + victim.read_bytes()[7:])
    assert archive.run("check").exit_code == 1
    command = [sys.executable, "-m", "index.cli.main", "repair", "--direct", "--quiet"]
    where = ["--home", str(archive.home.path), "--raw", str(archive.raw)]
    with subprocess.Popen([*command, *where], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.close()
        assert process.wait(120) == 0
    assert archive.run("check").exit_code == 0


def test_a_rebuild_says_what_it_built(archive):
    """Regression: it said "nothing new", as every run that reads nothing."""
    for number in (1, 22, 53):
        archive.write(f"{number}.txt", page(number))
    archive.ingest()
    where = ["--raw", str(archive.raw)]
    assert archive.run(*where, "ingest", "--direct").stdout.startswith("nothing new among 3 files\n")
    rebuilt = archive.run(*where, "rebuild", "--direct")
    assert rebuilt.exit_code == 0
    assert rebuilt.stdout.startswith("a new index of 3 articles (0 files read in ")
    assert archive.home.generation(2).is_dir()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute("UPDATE version SET pipeline = 'old'")
    again = archive.run(*where, "rebuild", "--direct")
    assert again.stdout.startswith("3 indexed, a new index of 3 articles (3 files read in ")


def test_stats_of_an_archive_without_articles_say_so(archive):
    """Regression: they printed nothing at all."""
    archive.write("blank.txt", "\n")
    archive.ingest()
    told = archive.run("stats")
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr.startswith("there are no articles in the archive yet; 'newsfold status'")
    assert archive.run("stats", "--json").stdout == ""
    assert archive.run("stats", "--quiet").stderr == ""


@pytest.mark.parametrize(
    "value",
    [
        "body = x'0011'",
        f"body = x'{zlib.compress(b'no UTF-8: ' + bytes([0xFF])).hex()}'",
        "headline = x'ff00'",
    ],
)
@pytest.mark.parametrize("asked", ["search council", "search council --json", "show ID", "export", "rebuild"])
def test_an_article_that_cannot_be_read_is_told_with_what_mends_it(archive, value, asked):
    """Regression: one changed byte of a stored text ended a search with a traceback."""
    archive.write("a.txt", page(1))
    archive.ingest()
    before = archive.outcome()
    (row,) = archive.export()
    with Catalog.open(archive.home.catalog) as catalog:
        catalog.db.execute(f"UPDATE article SET {value}")
    direct = ["--direct", "--raw", str(archive.raw)]
    told = archive.run(*asked.replace("ID", row["id"]).split(), *(direct if asked == "rebuild" else []))
    assert told.exit_code == 3
    message, advice = told.stderr.splitlines()[-2:]
    assert message.startswith(f"newsfold: article {row['id'][:10]} of the catalog cannot be read: ")
    assert advice == "  'newsfold repair' mends it"
    if asked == "rebuild":  # once for each kind of damage
        assert archive.run("repair", *direct).exit_code == 0
        assert archive.outcome() == before
