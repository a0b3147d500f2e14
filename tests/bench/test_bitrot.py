import json
import shutil

import pytest

from bench import bitrot, power


def test_every_changed_byte_of_ten_is_found_and_mended(capsys):
    assert bitrot.main(["--trials", "10", "--pages", "3", "--seed", "3"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["at rest: found"] == report["at rest: trials"] == 8
    assert report["at rest: mended"] == 8
    assert report["log of a killed run: mended"] == 2


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_loss_of_power_at_any_call_of_a_run_loses_nothing(capsys):
    assert power.main(["--pages", "2", "--stride", "15"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["points"] > 50
    assert report["states"] > 50
