# The Web UI through the Codec Server: plaintext on the page, the start form, an unknown key, the codec dialog.

import json
import re
from pathlib import Path

from google.protobuf.message import Message
from playwright.async_api import Browser
from temporalio.service import RPCError, RPCStatusCode

import canaries
from aes_gcm import KEY_ID
from checks_history import clear_text, raw_history, sealed_payloads
from processes import eventually
from report import Report, has_all, has_none
from scenario import TASK_QUEUE, Keys, RunningOrder
from servers import CodecServer
from web_ui import WebUi, web_ui

# Web UI 2.50 to 2.53 print an HTTP reason phrase; 2.54 shows the Payload as it is and says nothing.
SHOWS_REASON = {"2.50": True, "2.54": False}


# The steps of the app's card for the Web UI; a test of the app holds them to what it shows.
CARD = Path(__file__).resolve().parent / "connect_card.json"
# What a step calls by its name in the dialog.
QUOTED = re.compile("“([^”]+)”")


def event_with(events: list[Message], attributes: str, key_id: str) -> int:
    """The id of the first event of a kind that holds a Payload sealed with `key_id`."""
    for event in events:
        if event.WhichOneof("attributes") == f"{attributes}_event_attributes":
            if any(p.metadata[KEY_ID].decode() == key_id for p in sealed_payloads(event)):
                return event.event_id
    raise AssertionError(f"no {attributes} event sealed with {key_id}")


async def check_pages(report: Report, browser: Browser, order: RunningOrder, keys: Keys, shots: Path) -> None:
    """Every place of the closed Order, page by page."""
    name = order.server.generation
    here = f"workflows/{order.workflow_id}/{order.run_id}"
    events = await raw_history(order.server, order.workflow_id)
    signal = event_with(events, "workflow_execution_signaled", keys.known_id)
    failed = event_with(events, "activity_task_failed", keys.known_id)
    pages = {
        "the history page shows input and result": ("history", (canaries.CUSTOMER, canaries.RESULT, canaries.ACTIVITY_RESULT)),
        "the start event shows input, memo, summary and header": (
            "history/events/1",
            (canaries.CUSTOMER, canaries.MEMO, canaries.SUMMARY, canaries.HEADER),
        ),
        "the signal event shows its input": (f"history/events/{signal}", (canaries.SIGNAL,)),
        "the memo tab shows the memo": ("memo", (canaries.MEMO,)),
    }
    for what, (path, texts) in pages.items():
        async with report.check(f"{name}: {what}"), web_ui(browser, order.server.ui, shots, name) as ui:
            await ui.open(f"{here}/{path}", *texts)
            await ui.shot(path.replace("/", "-"))
            statuses = {response.status for response in ui.responses}
            assert statuses == {200}, f"the Codec Server answered {statuses}"
    async with report.check(f"{name}: the failed Activity shows its encoded message and details"):
        async with web_ui(browser, order.server.ui, shots, name) as ui:
            # Only `encodedAttributes` have the message: Temporal itself stores "Encoded failure".
            await ui.open(f"{here}/history/events/{failed}", "Encoded failure", "encodedAttributes", canaries.FAILURE)
            await ui.shot("failed-activity")
            await ui.reads(canaries.FAILURE_DETAIL, at_the_end=True)


async def check_unknown_key(report: Report, browser: Browser, order: RunningOrder, keys: Keys, shots: Path) -> None:
    """A signal from a client whose key the Codec Server does not have."""
    name = order.server.generation
    reason = f"Key not found: {keys.unknown_id}"
    events = await raw_history(order.server, order.workflow_id)
    unreadable = event_with(events, "workflow_execution_signaled", keys.unknown_id)
    how = "is readable on the page" if SHOWS_REASON[name] else "arrives as the response's status text"
    async with report.check(f"{name}: the reason of an unknown key {how}"), web_ui(browser, order.server.ui, shots, name) as ui:
        await ui.open(f"workflows/{order.workflow_id}/{order.run_id}/history/events/{unreadable}", "Workflow Execution Signaled")

        async def refusal() -> str | None:
            return next((r.status_text for r in ui.responses if r.status == 422), None)

        phrase = await eventually("a 422 from the Codec Server", refusal)
        assert phrase == reason, f"status text is {phrase!r}"
        text = await ui.reads(*((reason,) if SHOWS_REASON[name] else ("Request ID",)))
        has_none("the page", text, (canaries.UNREADABLE_SIGNAL,))
        await ui.shot("unknown-key")
    async with report.check(f"{name}: beside an unknown key the rest of the page is readable"):
        async with web_ui(browser, order.server.ui, shots, name) as ui:
            await ui.open(f"workflows/{order.workflow_id}/{order.run_id}/history", canaries.CUSTOMER, canaries.RESULT)
            row = ui.page.locator("tr, [data-testid='event-summary-row']").filter(
                has=ui.page.get_by_role("link", name=str(unreadable), exact=True)
            )
            await row.first.get_by_text("Workflow Execution Signaled").click()

            async def refused() -> bool:
                return any(r.status_text == reason for r in ui.responses)

            await eventually("the unreadable signal's request", refused)
            text = await ui.reads(canaries.CUSTOMER, canaries.RESULT, canaries.ACTIVITY_RESULT)
            has_none("the page", text, (canaries.UNREADABLE_SIGNAL,))
            await ui.shot("unknown-key-and-the-rest")


async def check_start_form(report: Report, browser: Browser, order: RunningOrder, keys: Keys, shots: Path) -> None:
    """A Workflow that a person starts in the Web UI's own form."""
    server, name = order.server, order.server.generation
    async with report.check(f"{name}: a Workflow started from the Web UI's form is sealed by us and read by the worker"):
        async with web_ui(browser, server.ui, shots, name) as ui:
            await ui.open("workflows/start-workflow", "Start Workflow", "json/plain")
            await ui.page.get_by_test_id("workflowId").fill("quote-from-web-ui")
            await ui.page.get_by_test_id("taskQueue").fill(TASK_QUEUE)
            await ui.page.get_by_test_id("workflowType").fill("Quote")
            await ui.page.locator(".cm-content[contenteditable=true]").click()
            # Inserted as one piece: typed quotes would be doubled by the editor.
            await ui.page.keyboard.insert_text(json.dumps(canaries.FROM_WEB_UI))
            await ui.shot("start-form")
            await ui.page.get_by_role("button", name="Start Workflow", exact=True).click()

            async def result() -> str | None:
                try:
                    return await order.client.get_workflow_handle("quote-from-web-ui").result()
                except RPCError as error:
                    if error.status != RPCStatusCode.NOT_FOUND:
                        raise
                    return None

            answer = await eventually("the Workflow's result", result)
            assert answer == f"quoted: {canaries.FROM_WEB_UI}", f"the worker read {answer!r}"
            encodes = [r.status for r in ui.responses if "/encode" in r.url]
            assert encodes and set(encodes) == {200}, f"/encode answered {encodes}"
            events = await raw_history(server, "quote-from-web-ui")
            for event in events:
                has_none(f"event {event.event_id}", clear_text(event), canaries.ALL)
            ids = {p.metadata[KEY_ID].decode() for event in events for p in sealed_payloads(event)}
            assert ids == {keys.known_id}, f"sealed with {ids}"
            run_id = events[0].workflow_execution_started_event_attributes.original_execution_run_id
            await ui.open(f"workflows/quote-from-web-ui/{run_id}/history", f"quoted: {canaries.FROM_WEB_UI}")
            await ui.shot("started-from-form")


async def check_dialog(report: Report, browser: Browser, order: RunningOrder, codec: CodecServer, shots: Path) -> None:
    """The codec dialog of the Web UI, where a person pastes one URL."""
    name = order.server.generation
    pasted = codec.addresses[0].replace("127.0.0.1", "localhost")
    async with report.check(f"{name}: the steps of the app's card, in their order, decode after a reload"):
        async with web_ui(browser, order.server.ui, shots, name) as ui:
            path = f"workflows/{order.workflow_id}/{order.run_id}/history"
            await ui.open(path, canaries.RESULT)
            await follow_card(ui, pasted)
            ui.responses.clear()
            text = await ui.open(path, canaries.CUSTOMER, canaries.RESULT)
            has_all("the page", text, (canaries.ACTIVITY_RESULT,))
            others = [r.url for r in ui.responses if not r.url.startswith(pasted)]
            assert ui.responses and not others, f"asked elsewhere: {others}"


async def follow_card(ui: WebUi, endpoint: str) -> None:
    """Does what the app's card says, step by step. What a step names must be on the page by then: the order is the dialog's."""
    dialog = ui.page.locator("dialog[open]")
    for step in json.loads(CARD.read_text()):
        text, named = step["text"], QUOTED.findall(step["text"])
        if "glasses icon" in text:
            await ui.page.locator("[data-testid^=data-encoder-status]").first.click()
        elif step["copy"] is not None:
            field = dialog.get_by_role("textbox")
            assert await field.count() == 1, f"{await field.count()} fields to paste the endpoint into"
            await field.fill(endpoint)
        elif text.startswith("Choose "):
            await dialog.get_by_text(named[0]).click()
        elif text.startswith("Leave "):
            box = dialog.get_by_label(named[0])
            assert await box.count() == 1, f"no {named[0]} in the dialog"
            assert not await box.is_checked(), f"{named[0]} is on by itself"
        elif text.startswith("Click "):
            await ui.shot("codec-dialog")
            await dialog.get_by_role("button", name=named[0], exact=True).click()
            await dialog.wait_for(state="hidden")
        else:
            raise AssertionError(f"a step that nobody follows: {text}")
