import os
import threading

import pytest

from tasks import file_events
from tasks.file_events import FileEvents, remote

SECONDS = 60


@pytest.mark.parametrize("how", ["written", "moved in", "made", "changed", "replaced"])
def test_what_lands_is_told_and_whether_it_came(tmp_path, how):
    heard, told = {}, threading.Event()

    def tell(paths):
        heard.update(paths)
        told.set()

    raw, other = tmp_path / "raw", tmp_path / "other"
    for folder in (raw, other):
        folder.mkdir()
    if how in {"changed", "replaced"}:
        (raw / "a").mkdir()
    events = FileEvents([raw], tell)
    events.start()
    try:
        if how == "written":
            (raw / "a").write_text("x")
        elif how == "moved in":
            other.rename(raw / "a")
        elif how == "made":
            (raw / "a").mkdir()
        elif how == "replaced":
            (raw / "a").rename(other / "a")
            (raw / "a").mkdir()
        else:
            (raw / "a").chmod(0o700)
        assert told.wait(SECONDS)
    finally:
        events.close()
    assert events.trouble == ""
    assert heard == {os.fsencode(raw / "a"): how not in {"changed", "replaced"}}


def test_a_folder_that_is_not_there_is_trouble(tmp_path):
    events = FileEvents([tmp_path / "no"], lambda _: None)
    events.start()
    events.close()
    assert events.trouble


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", ""),
        ("/srv/wires", "nfs4"),
        ("/srv/wires/deep/er", "nfs4"),
        ("/srv/wireservice", ""),
        ("/srv/wires/local", ""),
        ("/mnt/two words", "fuse.sshfs"),
    ],
)
def test_network_file_systems_are_known(folder, kind, tmp_path, monkeypatch):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/a rw\n"
        "30 22 0:40 / /srv/wires rw shared:2 master:1 - nfs4 host:/wires rw\n"
        "31 30 8:2 / /srv/wires/local rw - xfs /dev/b rw\n"
        "32 22 0:41 / /mnt/two\\040words rw - fuse.sshfs host: rw\n"
        "broken line\n\n"
        "33 22 0:42 / /odd rw shared:3 no dash in here at all\n"
    )
    monkeypatch.setattr(file_events, "MOUNTS", mounts)
    assert remote(folder) == kind


def test_where_nobody_can_say_a_folder_is_local(tmp_path, monkeypatch):
    monkeypatch.setattr(file_events, "MOUNTS", tmp_path / "no")
    assert remote(tmp_path) == ""
