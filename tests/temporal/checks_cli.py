# The Temporal CLI through the Codec Server: decoded history, one unknown key, odd endpoints, commands that encode.

import asyncio
import json

import canaries
from checks_history import clear_text, raw_history, sealed_payloads
from cli import payloads, searchable, temporal
from report import Report, has_all, has_none
from scenario import TASK_QUEUE, Keys, RunningOrder
from servers import CodecServer

READABLE = tuple(text for text in canaries.IN_HISTORY if text != canaries.UNREADABLE_SIGNAL)


async def check_pending(report: Report, order: RunningOrder, codec: CodecServer) -> None:
    """A pending Activity and a query, while the Workflow still runs."""
    server, name = order.server, order.server.generation
    describe = ("workflow", "describe", "-w", order.workflow_id, "-o", "json")
    async with report.check(f"{name}: CLI describe shows a pending Activity's heartbeat through the codec only"):
        has_none("describe without codec", searchable(await temporal(server, *describe)), canaries.ALL)
        decoded = searchable(await temporal(server, *describe, codec=codec.addresses[0]))
        has_all("describe with codec", decoded, (canaries.HEARTBEAT, canaries.MEMO, canaries.SUMMARY))
    async with report.check(f"{name}: CLI query prints the decoded answer"):
        query = ("workflow", "query", "-w", order.workflow_id, "--type", "status")
        has_none("query without codec", await temporal(server, *query), canaries.ALL)
        has_all("query with codec", await temporal(server, *query, codec=codec.addresses[0]), (canaries.QUERY,))


async def check_show(report: Report, order: RunningOrder, codec: CodecServer, keys: Keys) -> None:
    """`workflow show` of the closed Order, which holds one Payload that nobody here can decode."""
    server, name = order.server, order.server.generation
    show = ("workflow", "show", "-w", order.workflow_id, "-o", "json")
    raw = await temporal(server, *show)
    async with report.check(f"{name}: CLI show without codec prints no plaintext"):
        has_none("show without codec", searchable(raw), canaries.ALL)
        assert len(json.loads(raw)["events"]) > 15, "the history is too short to prove anything"
    async with report.check(f"{name}: CLI show decodes all but the Payload with the unknown key"):
        start = asyncio.get_running_loop().time()
        decoded = await temporal(server, *show, codec=codec.addresses[0])
        took = asyncio.get_running_loop().time() - start
        has_all("show with codec", searchable(decoded), READABLE)
        has_none("show with codec", searchable(decoded), (canaries.UNREADABLE_SIGNAL,))
        left = [p for p in payloads(json.loads(decoded)) if p["metadata"]["encoding"] == "binary/encrypted"]
        assert [p["metadata"]["encryption-key-id"] for p in left] == [keys.unknown_id], f"left sealed: {len(left)}"
        before, after = payloads(json.loads(raw)), payloads(json.loads(decoded))
        assert len(before) == len(after), "decoding changed the number of Payloads"
        assert left[0] in before, "the Payload with the unknown key did not come back as it was"
        # The CLI repeats a refused request for 10 s: fast means that it never was refused.
        assert took < 8, f"took {took:.1f} s: the CLI was retrying"
    async with report.check(f"{name}: CLI show in a terminal that `temporal-codec env` wired"):
        port = codec.addresses[0].rsplit(":", 1)[1]
        wired_by = f"'{codec.binary}' env --port {port}"
        has_all("show", searchable(await temporal(server, *show, wired_by=wired_by)), READABLE)
        unwired = f"{wired_by}; '{codec.binary}' env --undo"
        has_none("show after undo", searchable(await temporal(server, *show, wired_by=unwired)), canaries.ALL)
    ipv6 = next(address for address in codec.addresses if "[::1]" in address)
    spelled = {
        "a trailing slash (//decode)": codec.addresses[0] + "/",
        "{namespace} in the endpoint": codec.addresses[0] + "/{namespace}",
        "a deep path": codec.addresses[0] + "/codec/v1",
        "[::1]": ipv6,
    }
    for how, endpoint in spelled.items():
        async with report.check(f"{name}: CLI show with {how}"):
            has_all("show with codec", searchable(await temporal(server, *show, codec=endpoint)), READABLE)


async def check_commands(report: Report, order: RunningOrder, codec: CodecServer, keys: Keys) -> None:
    """The other commands: `result` and `describe` decode, `execute` encodes and decodes."""
    server, name = order.server, order.server.generation
    async with report.check(f"{name}: CLI result prints the plaintext"):
        result = ("workflow", "result", "-w", order.workflow_id)
        has_none("result without codec", await temporal(server, *result), canaries.ALL)
        has_all("result with codec", await temporal(server, *result, codec=codec.addresses[0]), (canaries.RESULT,))
    async with report.check(f"{name}: CLI describe prints the plaintext"):
        describe = ("workflow", "describe", "-w", order.workflow_id)
        has_none("describe without codec", await temporal(server, *describe), canaries.ALL)
        text = await temporal(server, *describe, codec=codec.addresses[0])
        has_all("describe with codec", text, (canaries.RESULT, canaries.MEMO))
    async with report.check(f"{name}: a Workflow executed from the CLI is sealed by us and read by the worker"):
        item = "one crank handle from the shell"
        execute = ("workflow", "execute", "-w", "quote-from-cli", "--type", "Quote", "--task-queue", TASK_QUEUE)
        text = await temporal(server, *execute, "--input", json.dumps(item), codec=codec.addresses[0])
        has_all("execute", text, (f"quoted: {item}",))
        events = await raw_history(server, "quote-from-cli")
        for event in events:
            has_none(f"event {event.event_id}", clear_text(event), (item,))
        ids = {p.metadata["encryption-key-id"].decode() for event in events for p in sealed_payloads(event)}
        assert ids == {keys.known_id}, f"sealed with {ids}"
