# What Temporal itself stores: not one word in clear, every Payload sealed by the key that its writer used.

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

import canaries
from aes_gcm import ENCODING, KEY_ID
from processes import eventually
from report import Report, has_none
from scenario import Keys, RunningOrder
from servers import DevServer


async def raw_history(server: DevServer, workflow_id: str) -> list[Message]:
    """The events as they are stored, read by a client without a codec."""
    client = await Client.connect(server.grpc)
    return list((await client.get_workflow_handle(workflow_id).fetch_history()).events)


async def raw_description(server: DevServer, workflow_id: str) -> Message:
    """DescribeWorkflowExecution's answer as it is on the wire."""
    client = await Client.connect(server.grpc)
    return (await client.get_workflow_handle(workflow_id).describe()).raw_description


def sealed_payloads(message: Message) -> list[Payload]:
    """Every Payload in a message, except search attributes, which Temporal never encodes."""
    if isinstance(message, Payload):
        return [message]
    found = []
    for field, value in message.ListFields():
        if field.message_type is None or field.name == "search_attributes":
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type is not None:
                found += [payload for item in value.values() for payload in sealed_payloads(item)]
        elif field.is_repeated:
            found += [payload for item in value for payload in sealed_payloads(item)]
        else:
            found += sealed_payloads(value)
    return found


def clear_text(message: Message) -> str:
    """A message's wire form with all that is ASCII left readable: what is in clear anywhere is found in it."""
    return message.SerializeToString().decode("ascii", "replace")


async def check_pending(report: Report, order: RunningOrder) -> None:
    """While packing goes on: heartbeat details, memo and summary are sealed."""
    name = order.server.generation
    async with report.check(f"{name}: a pending Activity's heartbeat is sealed in Temporal"):

        async def heartbeat() -> Message | None:
            description = await raw_description(order.server, order.workflow_id)
            pending = description.pending_activities
            return description if pending and pending[0].heartbeat_details.payloads else None

        description = await eventually("a heartbeat of the packing Activity", heartbeat)
        details = description.pending_activities[0].heartbeat_details.payloads
        assert [p.metadata["encoding"] for p in details] == [ENCODING], "heartbeat details are not sealed"
        has_none("the description", clear_text(description), canaries.ALL)


async def check_history(report: Report, order: RunningOrder, keys: Keys) -> None:
    """The closed Order's history, as stored."""
    name = order.server.generation
    async with report.check(f"{name}: raw history holds no plaintext"):
        events = await raw_history(order.server, order.workflow_id)
        sealed = [payload for event in events for payload in sealed_payloads(event)]
        for event in events:
            has_none(f"event {event.event_id}", clear_text(event), canaries.ALL)
        plain = [p.metadata["encoding"] for p in sealed if p.metadata["encoding"] != ENCODING]
        assert not plain, f"Payloads that are not sealed: {plain}"
        # Input, memo, summary, header, 2 Activity inputs, failure and its detail, Activity result, 2 signals, result.
        assert len(sealed) >= 12, f"only {len(sealed)} Payloads found: the search does not see them"
        ids = [p.metadata[KEY_ID].decode() for p in sealed]
        assert ids.count(keys.unknown_id) == 1, f"one Payload must be sealed with {keys.unknown_id}: {ids}"
        assert set(ids) == {keys.known_id, keys.unknown_id}
