"""Folders that others can write to are refused, whoever asks."""

import os
import stat

import pytest

from index import private
from index.errors import UnsafeIndexError
from index.private import refuse_shared
from index.settings import Home


def test_what_newsfold_makes_is_closed_to_others_whatever_the_umask(tmp_path):
    home = Home(tmp_path / "home")
    old = os.umask(0)
    try:
        home.make_state()
    finally:
        os.umask(old)
    assert stat.S_IMODE(home.path.stat().st_mode) == stat.S_IMODE(home.state.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702, 0o720, 0o770])
@pytest.mark.parametrize("folder", ["path", "state"])
def test_a_folder_that_others_can_write_to_is_refused_and_the_way_out_works(archive, folder, mode):
    archive.ingest()
    shared = getattr(archive.home, folder)
    shared.chmod(mode)
    for command in (["search", "x"], ["status"], ["check"], ["ingest", "--direct"], ["files"], ["doctor"]):
        result = archive.run(*command)
        assert result.exit_code == 3, command
        assert not result.stdout, command
        assert f"others may write to the {'home' if folder == 'path' else 'state'} folder" in result.stderr
        assert f"chmod go-w '{shared}'" in result.stderr
    with pytest.raises(UnsafeIndexError):
        archive.ingest()
    shared.chmod(mode & 0o1755)
    assert archive.run("status").exit_code == 0


def test_settings_that_others_can_write_are_refused(archive):
    archive.write("a.txt", "")
    archive.ingest()
    archive.home.settings_file.write_text('raw = ["raw"]\n')
    archive.home.settings_file.chmod(0o666)
    result = archive.run("count", "ferry")
    assert result.exit_code == 3
    assert "others may write to the settings file" in result.stderr
    assert "change which folders are read" in result.stderr


def test_a_folder_that_others_may_only_read_is_no_matter(tmp_path):
    tmp_path.chmod(0o755)
    refuse_shared(tmp_path, "home folder")
    refuse_shared(tmp_path / "not there", "home folder")


def test_a_folder_of_another_user_is_refused(tmp_path, monkeypatch):
    own = os.geteuid()
    monkeypatch.setattr(private.os, "geteuid", lambda: own + 4_000_000)
    if own == 0:
        refuse_shared(tmp_path, "home folder")  # root can do what it likes anyway
        os.chown(tmp_path, 12_345, -1)
    with pytest.raises(UnsafeIndexError, match="belongs to another user"):
        refuse_shared(tmp_path, "home folder")


def test_a_group_of_one_is_no_group(tmp_path, monkeypatch):
    tmp_path.chmod(0o775)
    entry = type("Entry", (), {"pw_name": "ada", "gr_name": "ada", "gr_mem": []})()
    monkeypatch.setattr(private.os, "geteuid", lambda: tmp_path.stat().st_uid or 1000)
    monkeypatch.setattr(private.os, "getegid", lambda: tmp_path.stat().st_gid)
    monkeypatch.setattr(private.pwd, "getpwuid", lambda _: entry)
    monkeypatch.setattr(private.grp, "getgrgid", lambda _: entry)
    refuse_shared(tmp_path, "home folder")
    entry.gr_mem = ["ada", "eve"]
    with pytest.raises(UnsafeIndexError, match="others may write"):
        refuse_shared(tmp_path, "home folder")
