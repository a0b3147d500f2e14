"""The automations that newsfold keeps in Prefect, and how they come there.

``python -m flows.automations`` makes or renews them on the server that PREFECT_API_URL names; `newsfold up`
does it by itself. A process that is killed tells nobody: its run would stand as Running for ever, and hold
the slot of its deployment. What Prefect can notice is that the heartbeats stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from prefect.automations import AutomationCore
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture

from flows.alerts import EVENT

FLOWS: Final = ["ingest", "maintain"]
BLOCK: Final = "newsfold-alerts"
"""Name of the notification block, of any kind, that alerts go to. Without one they stay in the event feed."""

SILENCE: Final = timedelta(seconds=90)
"""A run without heartbeat for so long is dead. They come every 30 s, as often as Prefect allows, so that two
may be lost. The server looks every 5 s: a dead run is Crashed after 95 s at most."""

START: Final = timedelta(seconds=100)
"""A run that is Pending for so long has no process: one needs up to 40 s to start on a busy machine."""

ENDED: Final = {f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed")}
BEAT: Final = "prefect.flow-run.heartbeat"
RUNNING: Final = "prefect.flow-run.Running"
PENDING: Final = "prefect.flow-run.Pending"


def ensure(client: SyncPrefectClient) -> None:
    """Make or renew newsfold's automations; doing it again changes nothing. A paused one stays paused.

    Raises httpx.HTTPError where the server does not answer.
    """
    for wanted in automations(_block(client)):
        found = client.read_automations_by_name(wanted.name)
        if not found:
            client.create_automation(wanted)
            continue
        first, *doubles = found
        for double in doubles:
            client.delete_automation(double.id)
        if _essence(first) != _essence(wanted):
            client.update_automation(first.id, _whole(wanted, enabled=first.enabled))


def automations(block: UUID | None) -> Iterator[AutomationCore]:
    """What newsfold wants of Prefect; alerts go to the notification block, if there is one."""
    yield AutomationCore(
        name="newsfold: dead runs become Crashed",
        description=(
            f"No heartbeat of a run for {SILENCE.seconds} s: its process was killed. "
            "Frees the slot of its deployment; the next run goes on from what was committed."
        ),
        trigger=_silence({BEAT, RUNNING}, {BEAT, *ENDED}, SILENCE),
        actions=[_crash(f"no heartbeat for {SILENCE.seconds} s: its process was killed")],
    )
    yield AutomationCore(
        name="newsfold: runs that never began become Crashed",
        description=f"A run was Pending for {START.seconds} s: its worker died before it could begin.",
        trigger=_silence({PENDING}, {RUNNING, *ENDED}, START),
        actions=[_crash(f"its process did not start within {START.seconds} s")],
    )
    yield AutomationCore(
        name="newsfold: many rejects",
        description=_where(block, "A run rejected more of its files than alert_percent allows."),
        trigger=EventTrigger(expect={EVENT}, match={"prefect.resource.id": "newsfold.archive.*"}),
        actions=[
            _alert(
                block,
                "newsfold: many files rejected",
                "{{ event.payload.message }}\n{{ event.resource.name }}\nlook: {{ event.payload.look }}",
            )
        ],
    )
    yield AutomationCore(
        name="newsfold: runs that failed",
        description=_where(block, "A run failed or crashed. What was committed stays."),
        trigger=_of_our_flows(expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"}),
        actions=[
            _alert(
                block,
                "newsfold: {{ flow_run.name }} {{ flow_run.state.name }}",
                "{{ flow_run.state.message }}\n{{ flow_run|ui_url }}",
            )
        ],
    )


def _silence(after: set[str], expect: set[str], within: timedelta) -> EventTrigger:
    """Fires for a run that says nothing of `expect` within some time after something of `after`."""
    return _of_our_flows(
        after=after,
        expect=expect,
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=within,
    )


def _of_our_flows(**more: Any) -> EventTrigger:
    return EventTrigger(
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related={"prefect.resource.role": "flow", "prefect.resource.name": FLOWS},
        **more,
    )


def _crash(message: str) -> ActionTypes:
    told = f"{message}; the next run does its work"
    return ChangeFlowRunState(name=None, state=StateType.CRASHED, message=told, force=False)


def _alert(block: UUID | None, subject: str, body: str) -> ActionTypes:
    return (
        DoNothing()
        if block is None
        else SendNotification(block_document_id=block, subject=subject, body=body)
    )


def _where(block: UUID | None, what: str) -> str:
    told = (
        f"Sends it to the block {BLOCK}."
        if block
        else f"Sends nothing: there is no notification block {BLOCK}."
    )
    return f"{what} {told}"


def _block(client: SyncPrefectClient) -> UUID | None:
    """The block that alerts go to: one of that name which can notify."""
    for document in client.read_block_documents(include_secrets=False):
        schema = document.block_schema
        if document.name == BLOCK and schema is not None and "notify" in schema.capabilities:
            return document.id
    return None


def _whole(automation: AutomationCore, *, enabled: bool) -> AutomationCore:
    """Return the automation with nothing left to its default: the client sends only what was set.

    All but its owner: the server takes no change of that, not even to nothing.
    """
    told = automation.model_dump(exclude={"owner_resource"}) | {"enabled": enabled}
    return AutomationCore.model_validate(told)


def _essence(automation: AutomationCore) -> dict[str, Any]:
    """What newsfold decides about an automation, to be compared."""
    told = AutomationCore.model_validate(automation.model_dump())
    return told.model_dump(include={"name", "description", "trigger", "actions"})


def main() -> None:
    """Make or renew the automations on the server of the environment."""
    with get_client(sync_client=True) as client:
        ensure(client)


if __name__ == "__main__":
    main()
