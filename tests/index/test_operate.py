"""Commands that operate an archive, where who reads their output goes away."""

import subprocess
import sys

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
