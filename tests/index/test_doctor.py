"""`newsfold doctor`: what it finds, and that nothing that it meets makes it fall over."""

import socket
import threading

import pytest

from index import whooshed


def test_doctor_finds_what_is_wrong(filled, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    good = filled.run("--raw", str(filled.raw), "doctor")
    assert good.exit_code == 0, good.stdout
    assert "ok  equation" in good.stdout
    bad = filled.run("--raw", str(filled.raw / "no"), "doctor")
    assert bad.exit_code == 1
    assert "BAD raw folder" in bad.stdout
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    unreachable = filled.run("--raw", str(filled.raw), "doctor")
    assert unreachable.exit_code == 1
    assert "does not answer" in unreachable.stdout


def test_doctor_says_what_writes_the_index_and_why_it_is_slow(filled, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    found = {row["name"]: row for row in filled.rows("--raw", str(filled.raw), "doctor")}
    assert found["whoosh"]["value"] == whooshed.versionstring()
    monkeypatch.setattr(whooshed, "FAST_POSSIBLE", False)
    monkeypatch.setattr(whooshed, "versionstring", lambda: "3.99.0")
    found = {row["name"]: row for row in filled.rows("--raw", str(filled.raw), "doctor")}
    slow = found["index writer"]
    assert slow["ok"]
    assert slow["value"].startswith("plain, several times slower")
    assert "Whoosh 2.7.4, and this is 3.99.0" in slow["value"]
    assert "Whoosh==2.7.4" in slow["advice"]


def test_a_home_that_is_used_with_raw_alone_lacks_no_raw_folder(filled, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    found = filled.run("doctor")
    assert found.exit_code == 0, found.stdout
    assert "ok  raw folder       none is named" in found.stdout
    (filled.home.path / "newsfold.toml").write_text('raw = ["gone"]\n')
    try:
        assert "BAD raw folder" in filled.run("doctor").stdout
    finally:
        (filled.home.path / "newsfold.toml").unlink()


def test_what_is_no_prefect_server_is_told_and_not_raised(filled, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.getsockname()[1]}/api")
        talker = threading.Thread(target=_nonsense, args=(server,))
        talker.start()
        found = filled.run("--raw", str(filled.raw), "doctor")
        talker.join()
    assert found.exit_code == 1
    assert "does not answer: what answers there is no Prefect server" in found.stdout


def _nonsense(server):
    connection, _ = server.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(b"220 mail ready\r\n")


def test_doctor_names_a_state_folder_that_it_may_not_enter(filled, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("index.cli.doctor.Catalog.read", refuse)
    monkeypatch.setattr("index.cli.doctor.at_work", refuse)
    shown = filled.run("--raw", str(filled.raw), "doctor")
    assert shown.exit_code == 1
    assert "BAD catalog" in shown.stdout
    assert "check its permissions" in shown.stdout
    assert "free space" in shown.stdout


@pytest.mark.parametrize("line", ["raw = [", "rwa = []", 'raw = "a"\nlanguage = 3', "\xff"])
def test_settings_that_cannot_be_used_are_a_row_among_the_others(filled, monkeypatch, line):
    """Regression: doctor ended with that error, and showed nothing else."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    filled.home.settings_file.write_bytes(line.encode("latin-1"))
    found = filled.run("doctor")
    assert found.exit_code == 1
    rows = {row["name"]: row for row in filled.rows("doctor")}
    assert [name for name, row in rows.items() if not row["ok"]] == ["settings"]
    assert str(filled.home.settings_file) in rows["settings"]["value"]
    assert "'newsfold init'" in rows["settings"]["advice"]
    assert {"python", "home", "whoosh", "catalog", "equation", "lock", "free space"} <= rows.keys()
    assert not {"raw folder", "language engine", "index writer"} & rows.keys(), "these hang on the settings"


def test_a_catalog_that_sqlite_finds_damaged_is_to_be_repaired(filled, monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    data = bytearray(filled.home.catalog.read_bytes())
    data[4096 * 5 : 4096 * 9] = b"\xa5" * 4096 * 4
    filled.home.catalog.write_bytes(data)
    (row,) = [row for row in filled.rows("doctor") if row["name"] == "catalog"]
    assert not row["ok"]
    assert row["advice"] == "'newsfold repair'"
