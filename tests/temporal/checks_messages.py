# A profile under which the Web UI gets protobuf messages as JSON: the real page shows their fields, and a program gets the bytes.

import asyncio
import base64
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue

from processes import private_environment, program
from report import Report, has_none
from servers import DevServer
from web_ui import web_ui

PROTO = 'syntax = "proto3";\npackage shop.v1;\nmessage Charge { string order_id = 1; int64 amount_cents = 2; Card card = 3; }\nmessage Card { string holder = 1; }\n'
# `order_id`, `amount_cents` and `card`, as any protobuf library writes them.
CHARGE = b"\x0a\x06A-1042\x10\xd0\x0f\x1a\x05\x0a\x03Ada"
FIELDS = ("orderId", "A-1042", "amountCents", "2000", "holder", "Ada")
TYPE = "shop.v1.Charge"


@asynccontextmanager
async def codec_server_with_types(binary: Path, folder: Path, origin: str) -> AsyncIterator[str]:
    """The Codec Server of somebody who switched it on in the app's default profile, and added a folder of `.proto` files."""
    protos = folder / "protos"
    config = folder / ".config/io.github.temporal-codec-desktop"
    for made in (protos, config):
        made.mkdir(parents=True)
    (protos / "charge.proto").write_text(PROTO)
    settings = {"version": 1, "profile": {"messages_as_json": True}, "protobuf": {"paths": [str(protos)]}}
    (config / "settings.json").write_text(json.dumps(settings))
    command = (str(binary), "serve", "--port", "0", "--origin", origin)
    async with program(*command, log=folder / "temporal-codec.log", environment=private_environment(folder)) as process:
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        assert line, (folder / "temporal-codec.log").read_text()[-2000:]
        yield json.loads(line)["listening"][0]


def check_program(endpoint: str) -> None:
    """What a program gets, which sends no Origin."""
    encode = lambda value: base64.b64encode(value).decode()  # noqa: E731
    metadata = {"encoding": encode(b"binary/protobuf"), "messageType": encode(TYPE.encode())}
    sent = {"payloads": [{"metadata": metadata, "data": encode(CHARGE)}]}
    request = urllib.request.Request(f"{endpoint}/decode", json.dumps(sent).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        got = json.load(answer)
    assert got == sent, f"a program got {got}"


async def check_messages(report: Report, browser: Browser, server: DevServer, binary: Path, shots: Path) -> None:
    """A Workflow whose input is a message that only its type explains."""
    name = server.generation
    folder = server.home / "messages"
    folder.mkdir()
    client = await Client.connect(server.grpc, identity="shop-worker")
    metadata = {"encoding": b"binary/protobuf", "messageType": TYPE.encode()}
    charge = RawValue(Payload(metadata=metadata, data=CHARGE))
    handle = await client.start_workflow("Charge", charge, id=f"charge-{name}", task_queue="nobody")
    path = f"{server.ui}/namespaces/default/workflows/{handle.id}/{handle.first_execution_run_id}/history"
    async with codec_server_with_types(binary, folder, server.ui) as endpoint:
        async with report.check(f"{name}: a protobuf message shows its fields in the Web UI, where the profile says so"):
            async with web_ui(browser, server.ui, shots, name) as ui:
                await ui.page.goto(path, wait_until="domcontentloaded")
                has_none("the page without it", await ui.reads("Charge"), ("orderId",))
                await ui.lead_codec_to(endpoint)
                await ui.page.goto(path, wait_until="domcontentloaded")
                await ui.reads(*FIELDS)
                await ui.shot("protobuf")
        async with report.check(f"{name}: a program gets the bytes of the message all the same"):
            await asyncio.to_thread(check_program, endpoint)
    await handle.terminate()
