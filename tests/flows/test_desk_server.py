"""The desk's server collects its garbage beside its event loop."""

import subprocess
import sys
from itertools import islice

from flows.desk_server import FULL_EVERY, OLD, YOUNG, generations
from tests.prefect_server import ROOT, environment

# the loop must go on while a collection waits: here for a finalizer that only the loop can let go
CODE = """
import gc, threading
from flows.desk_server import collect_beside

freed, go_on = threading.Event(), threading.Event()

class Cursor:
    def __init__(self):
        self.cycle = self
    def __del__(self):
        assert threading.current_thread().name == "garbage"
        freed.set()
        assert go_on.wait(60)

collect_beside(lambda _: None)
Cursor()
garbage = [[] for _ in range(100_000)]
assert freed.wait(60)
go_on.set()
print("automatic", gc.isenabled())
"""


def test_old_objects_are_looked_at_now_and_then():
    first = list(islice(generations(), 2 * FULL_EVERY))
    assert first.count(OLD) == 2
    assert first.count(YOUNG) == 2 * FULL_EVERY - 2


def test_a_finalizer_that_waits_holds_no_other_thread_up():
    done = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "automatic False" in done.stdout


def test_it_is_the_command_of_prefect(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flows.desk_server", "server", "start", "--help"],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "--port" in done.stdout
