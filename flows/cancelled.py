"""A run that was cancelled says so itself, as soon as it has stopped.

Prefect's worker would say it 13 to 22 s after somebody has clicked "Cancel": it looks every 3 s whether the
process is gone, and then starts a Python that loads the flow to look for hooks. What it says later finds the
run Cancelled, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prefect import runtime
from prefect.client.orchestration import get_client
from prefect.exceptions import TerminationSignal
from prefect.states import Cancelled

from tasks.aside import Aside, RunLogger

MESSAGE: Final = "cancelled; what was committed stays, the next run goes on from there"
TELL_SECONDS: Final = 15.0
"""Of the 30 s that Prefect leaves a process between its two signals, and systemd 20 to a worker."""


@contextmanager
def cancel_told(log: RunLogger) -> Iterator[None]:
    """Run the work of a flow in here. A signal that ends it, and is no cancel, is left to Prefect."""
    try:
        yield
    except TerminationSignal:
        aside = Aside("the run was stopped, its worker tells of it", log)
        aside.tell(_tell)
        aside.finish(TELL_SECONDS)
        raise


def _tell() -> None:
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(runtime.flow_run.id)
        if run.state is not None and run.state.is_cancelling():
            client.set_flow_run_state(run.id, Cancelled(message=MESSAGE))
