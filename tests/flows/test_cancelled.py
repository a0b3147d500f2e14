"""What a flow says of itself when a signal ends it."""

import contextlib
import logging
from types import SimpleNamespace

import pytest
from prefect.exceptions import TerminationSignal
from prefect.states import Cancelled, Cancelling, Running

from flows import cancelled
from flows.cancelled import MESSAGE, cancel_told

LOG = logging.getLogger("test")


class Server:
    """A Prefect server with one flow run."""

    def __init__(self, state):
        self.run = SimpleNamespace(id="run", state=state)

    def read_flow_run(self, _):
        return self.run

    def set_flow_run_state(self, _, state):
        self.run.state = state


@pytest.fixture
def stopped(monkeypatch):
    """Ends a flow by a signal while its run is in some state; the state then."""

    def stop(state, error):
        server = Server(state)
        monkeypatch.setattr(cancelled, "get_client", lambda **_: contextlib.nullcontext(server))
        monkeypatch.setattr(cancelled, "runtime", SimpleNamespace(flow_run=SimpleNamespace(id="run")))
        with pytest.raises(type(error)), cancel_told(LOG):
            raise error
        return server.run.state

    return stop


def test_a_run_that_is_cancelled_says_so(stopped):
    state = stopped(Cancelling(), TerminationSignal(signal=15))
    assert (state.type, state.message) == (Cancelled().type, MESSAGE)


def test_a_run_whose_worker_is_ended_leaves_its_state_to_prefect(stopped):
    assert stopped(Running(), TerminationSignal(signal=15)).is_running()


def test_a_run_that_fails_is_not_cancelled(stopped):
    assert stopped(Cancelling(), OSError("disk")).is_cancelling()


def test_a_server_that_is_gone_does_not_hide_the_signal(monkeypatch, caplog):
    def gone(**_):
        raise OSError("connection refused")

    monkeypatch.setattr(cancelled, "get_client", gone)
    with caplog.at_level(logging.WARNING), pytest.raises(TerminationSignal), cancel_told(LOG):
        raise TerminationSignal(signal=15)
    assert "OSError: connection refused" in caplog.messages[0]
