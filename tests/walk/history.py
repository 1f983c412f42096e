# The walk with a history: out of the real Web UI, into the window, to the Activity that failed and why, and on as a redacted copy.
"""Run by run.py, with an empty home folder of its own. Exits with 0 only if it was walked in time, and nothing was given away.

The window is the app's page in Chromium, over the real core behind the bridge: a file can be dropped there, and a key pressed.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "temporal"))

from playwright.async_api import Locator, Page, async_playwright  # noqa: E402

from failed_order import FAILS, ORDER_ID, VALUES, WHY, failed_order  # noqa: E402
from processes import free_port, program  # noqa: E402
from servers import dev_server  # noqa: E402
from story import Story, Walk, arguments, walked  # noqa: E402
from web_ui import CHROMIUM_FLAGS  # noqa: E402
from workflow import SAMPLE_KEY, SAMPLE_KEY_ID  # noqa: E402

TEMPORAL = HERE.parent / "temporal/.venv-web-ui-2.54/bin/temporal"
DEADLINE_SECONDS = 180
STORY = Story(
    "From a failed Activity in the Web UI to a redacted copy",
    "A test makes them: a Worker encrypts an order with a key and hides its Failures, one Activity fails, and the history is exported "
    "from the real Web UI. The app knows no key when the file is dropped. A drop, a paste and a path that is typed count as one each. "
    "The copy is then searched for each value of the order.",
    "clicks and keys",
    12,
    60,
    "HISTORY.md",
    "history-pictures",
)
# A file that is let go over the window, as a browser tells it to a page.
DROP = """([name, text]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name, { type: 'application/json' }));
  for (const type of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""


async def picture(of: Page | Locator) -> bytes:
    """The tab, or a part of it, as PNG, once what moves has come to rest."""
    await asyncio.sleep(0.6)
    return await of.screenshot()


@asynccontextmanager
async def bridge(binary: Path, home: Path) -> AsyncIterator[str]:
    """The app's page and core, with nothing in it. Gives its address."""
    async with program(str(binary), "--port", "0", log=home / "bridge.log", environment=dict(os.environ)) as child:
        line = await asyncio.wait_for(child.stdout.readline(), 20)
        yield json.loads(line)["listening"]


async def export(walk: Walk, tab: Page, ui: str, folder: Path) -> Path:
    web_ui = "Temporal Web UI"
    await tab.goto(ui, wait_until="domcontentloaded")
    await walk.click(tab.get_by_role("link", name=ORDER_ID).first.click())
    await tab.get_by_text(FAILS).first.wait_for(timeout=20_000)
    await walk.step(web_ui, "Open the Workflow", "One Activity failed, and every value is encrypted", "workflow", picture(tab))
    await walk.click(tab.get_by_test_id("download").click())
    dialog = tab.locator("dialog[open]")
    await dialog.wait_for()
    await walk.step(web_ui, "*Download*", "A choice of forms: as it is stored, to begin with", "download", picture(dialog))
    async with tab.expect_download() as download:
        await walk.click(dialog.get_by_test_id("confirm-modal-button").click())
    path = folder / (await download.value).suggested_filename
    await (await download.value).save_as(path)
    return path


async def find(walk: Walk, tab: Page, file: Path) -> None:
    app = "Temporal Codec Desktop"
    get = tab.get_by_test_id
    await walk.click(tab.evaluate(DROP, [file.name, file.read_text()]))
    await get("failure").wait_for()
    await walk.step(app, "*Download* in the dialog, then drop the file on the window", "The history by its events, and the key that is missing", "dropped", picture(tab))
    await walk.click(get("add-missing-key").click())
    await walk.click(get("key-material").fill(SAMPLE_KEY.hex()))
    await walk.click(get("key-material").press("Enter"))
    await get("import-dialog").wait_for(state="hidden")
    await walk.step(app, f"*Add key {SAMPLE_KEY_ID}*, paste it, Enter", "Everything is decoded", "decoded", picture(tab))
    await walk.click(get("events-row").filter(has_text=FAILS).first.click())
    await get("event-failure").get_by_text(WHY).first.wait_for()
    await walk.step(app, "Click the Activity that is marked as failed", "Why it failed, and where in the code", "failure", picture(tab))


async def hand_out(walk: Walk, tab: Page, copy: Path) -> None:
    app = "Temporal Codec Desktop"
    get = tab.get_by_test_id
    await walk.click(tab.keyboard.press("Control+Shift+E"))
    await walk.click(get("export-as-redacted").check(force=True))
    await get("export-preview").get_by_text("[REDACTED:").first.wait_for()
    await walk.step(app, "Ctrl+Shift+E, *Redacted*", "What the copy will look like, and what is not redacted", "redacted", picture(tab))
    await walk.click(get("save-path").fill(str(copy)))
    await walk.click(get("save-path").press("Enter"))
    await get("toast-ok").filter(has_text="marks").wait_for()
    await walk.step(app, "Say where, Enter", "The copy is written, and what is in it is counted", "written", picture(tab))


def check_copy(copy: Path) -> None:
    """The copy gives no value away, and is still the history of that order."""
    text = copy.read_text()
    given_away = [value for value in VALUES if value in text]
    assert not given_away, f"in the copy: {given_away}"
    for kept in (ORDER_ID, FAILS, "[REDACTED:"):
        assert kept in text, f"{kept} is missing in the copy"


async def run(binary: Path, home: Path) -> Walk:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        server = await enter(dev_server(TEMPORAL, "2.54", home, free_port(), None))
        await enter(failed_order(server.grpc))
        address = await enter(bridge(binary, home))
        playwright = await enter(async_playwright())
        chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS))
        stack.push_async_callback(chromium.close)
        context = await chromium.new_context(viewport={"width": 1200, "height": 800}, locale="en-US", timezone_id="UTC")
        web_ui, window = await context.new_page(), await context.new_page()
        # As high as its page: input, result and timeline are seen without scrolling.
        await web_ui.set_viewport_size({"width": 1200, "height": 980})
        # It runs when the history is dropped.
        await window.goto(address)
        await window.get_by_test_id("view-inspector").wait_for()
        walk = Walk()
        try:
            await web_ui.bring_to_front()
            file = await export(walk, web_ui, server.ui, home)
            await window.bring_to_front()
            await find(walk, window, file)
            copy = home / "order-1042.redacted.json"
            await hand_out(walk, window, copy)
        except Exception:
            if shots := os.environ.get("SHOTS_DIR"):
                await window.screenshot(path=Path(shots) / "walk-history-failed.png")
            raise
        check_copy(copy)
        return walk


async def main() -> int:
    # The SDK reports the Activity that fails on purpose.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    chosen = arguments("--bridge", HERE.parents[1] / "target/debug/bridge", "cargo build --workspace")
    return await walked(STORY, HERE, DEADLINE_SECONDS, run, chosen)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
