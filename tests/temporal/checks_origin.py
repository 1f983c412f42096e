# An origin that is not listed gets nothing: the very same Web UI, opened at another of its names.

import asyncio
import json
import urllib.error
import urllib.request
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from playwright.async_api import Browser

import canaries
from checks_history import raw_history
from processes import eventually
from report import Report, has_none
from scenario import RunningOrder
from servers import CodecServer
from web_ui import web_ui

FETCH = """async ([url, body]) => {
  try {
    const response = await fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json', 'X-Namespace': 'default' } });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    return { refused: String(error) };
  }
}"""


async def sealed_input(order: RunningOrder) -> bytes:
    """The Order's sealed input as a /decode body."""
    started = (await raw_history(order.server, order.workflow_id))[0].workflow_execution_started_event_attributes
    return json.dumps(MessageToDict(started.input)).encode()


def post(url: str, body: bytes, origin: str | None) -> tuple[int, str, str | None]:
    """A plain HTTP client's POST: status, body and Access-Control-Allow-Origin."""
    headers = {"Content-Type": "application/json", "X-Namespace": "default"}
    if origin is not None:
        headers["Origin"] = origin
    request = urllib.request.Request(url, body, headers, method="POST")
    # No proxy of the environment may come between.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, response.read().decode(), response.headers.get("Access-Control-Allow-Origin")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers.get("Access-Control-Allow-Origin")


async def check_unlisted(report: Report, browser: Browser, order: RunningOrder, codec: CodecServer, shots: Path) -> None:
    """What a page at an unlisted origin can get hold of."""
    server, name = order.server, order.server.generation
    url, body = codec.addresses[0] + "/decode", await sealed_input(order)
    async with report.check(f"{name}: a Web UI at an unlisted origin shows no plaintext"):
        async with web_ui(browser, server.unlisted_ui, shots, name) as ui:
            path = f"workflows/{order.workflow_id}/{order.run_id}/history/events/1"
            await ui.open(path, "Workflow Execution Started", "Task Queue Name")

            async def refused() -> bool:
                return bool(ui.refused)

            await eventually("a codec request that the browser refuses to hand over", refused)
            has_none("the page", await ui.text(), canaries.ALL)
            readable = [r.status for r in ui.responses if r.status == 200 and r.request.method == "POST"]
            assert not readable, "the Codec Server decoded for an unlisted origin"
            answer = await ui.page.evaluate(FETCH, [url, body.decode()])
            assert "refused" in answer, f"a fetch of the page got {answer}"
            await ui.shot("unlisted-origin")
        # The same fetch from the listed origin proves that the refusal above has no other cause.
        async with web_ui(browser, server.ui, shots, name) as ui:
            await ui.open("workflows", "Workflows")
            answer = await ui.page.evaluate(FETCH, [url, body.decode()])
            assert answer.get("status") == 200, f"a fetch of the listed page got {answer}"
    async with report.check(f"{name}: an unlisted Origin is answered with 403 and no content"):
        for origin in (server.unlisted_ui, "https://evil.example", "null"):
            status, text, allowed = await asyncio.to_thread(post, url, body, origin)
            assert status == 403, f"{origin} got {status}"
            assert allowed is None, f"{origin} may read the answer: {allowed}"
            assert len(text) < 200 and "payloads" not in text, f"{origin} got content: {text!r}"
        for origin in (None, server.ui):
            status, text, _ = await asyncio.to_thread(post, url, body, origin)
            assert status == 200 and "payloads" in text, f"{origin} got {status}"
