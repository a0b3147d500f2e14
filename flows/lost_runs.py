"""Runs that stand as begun though their process is dead.

A deployment with one slot and CANCEL_NEW never runs again while a run of it stands as Pending or Running
(opsmill/infrahub #9856). `newsfold up` asks its own server for them in plain HTTP, without Prefect.
While a desk is up, the automations of `flows.automations` watch for others.
"""

from __future__ import annotations

from typing import Final

from index.desk import ask

POOL: Final = "newsfold"
BEGUN: Final = ("PENDING", "RUNNING", "CANCELLING")
LIMIT: Final = 200
ANSWER_SECONDS: Final = 5.0


def crash_begun(url: str, *, seconds: float = ANSWER_SECONDS) -> int:
    """Mark every run of the work pool that has begun as Crashed; return how many.

    For when no worker of the pool lives. `seconds` is how long an answer may take. Raises OSError or
    ValueError where the server does not answer.
    """
    query = {
        "flow_runs": {"state": {"type": {"any_": list(BEGUN)}}},
        "work_pools": {"name": {"any_": [POOL]}},
        "limit": LIMIT,
    }
    runs = ask(f"{url}/flow_runs/filter", query, seconds=seconds)
    for run in runs:
        message = "newsfold up ended while it ran; the next run goes on from there"
        state = {"type": "CRASHED", "name": "Crashed", "message": message}
        ask(f"{url}/flow_runs/{run['id']}/set_state", {"state": state}, seconds=seconds)
    return len(runs)
