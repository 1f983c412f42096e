# The walk itself, by clicks alone: in the desktop program's window, then in the Web UI.
"""Run by run.py, with a screen, a session bus and an empty home folder of its own. Exits with 0 only if it was walked in time."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "temporal"))

from playwright.async_api import Page, async_playwright  # noqa: E402

from processes import eventually, port_open, program  # noqa: E402
from servers import dev_server  # noqa: E402
from stopped import check_stopped  # noqa: E402
from story import Story, Walk, PAUSE_SECONDS, arguments, walked  # noqa: E402
from web_ui import CHROMIUM_FLAGS  # noqa: E402
from window import Window, driven  # noqa: E402
from workflow import ITEM, RESULT, WORKFLOW_ID, encrypted_quote, shows_only_ciphertext  # noqa: E402

TEMPORAL = HERE.parent / "temporal/.venv-web-ui-2.54/bin/temporal"
# What a newcomer gets without choosing: the ports are part of the walk.
GRPC_PORT, UI_PORT, CODEC_PORT = 7233, 8233, 8081
ENDPOINT = f"http://127.0.0.1:{CODEC_PORT}"
DEADLINE_SECONDS = 300
STORY = Story(
    "From a fresh start to a decoded Workflow",
    "A test makes them, with the real desktop app in an empty home folder with a new keychain, the real `temporal server start-dev` on "
    "its default ports, its Web UI in Chromium, and a Worker that encrypts with Temporal’s sample key. It then pauses and locks the app, "
    "to check that the Web UI shows encrypted Payloads until the app is resumed or unlocked.",
    "clicks",
    9,
    120,
    "README.md",
    "pictures",
)


@asynccontextmanager
async def keyring(home: Path) -> AsyncIterator[None]:
    """A keychain that was unlocked at login, as on a desktop, with nothing in it."""
    command = ("gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground")
    child = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=(home / "keyring.log").open("wb")
    )
    child.stdin.write(b"test")
    child.stdin.close()
    try:
        login = Path(os.environ["XDG_DATA_HOME"]) / "keyrings/login.keyring"

        async def made() -> bool:
            return login.exists()

        await eventually("a login keyring", made)
        yield
    finally:
        child.terminate()
        await child.wait()


async def in_the_app(walk: Walk, window: Window) -> None:
    app = "Temporal Codec Desktop"
    await window.reads("welcome", "Add a key")
    await window.reads("welcome-endpoint", ENDPOINT)
    await walk.step(app, "Start the app for the first time", "Three steps; the server is already running", "welcome", window.picture())
    await walk.click(window.click("add-sample-key"))
    await window.reads("welcome", "(public demo key) added")
    await walk.step(app, "*Add Temporal’s sample key*", "The key is in the keychain", "key", window.picture())
    await walk.click(window.click("welcome-copy-endpoint"))
    await walk.step(app, "*Copy*, beside the endpoint", "The endpoint is on the clipboard", "copied", window.picture())
    await walk.click(window.click("welcome-sample"))
    await window.reads("verdict", "Decrypted with key test")
    await walk.step(app, "*Decode sample*", "A decoded Payload: its layers and its value", "sample", window.picture())


async def picture(tab: Page) -> bytes:
    """The tab as PNG, once what moves has come to rest."""
    await asyncio.sleep(0.6)
    return await tab.screenshot()


async def in_the_web_ui(walk: Walk, tab: Page) -> None:
    web_ui = "Temporal Web UI"
    reads = lambda text: tab.get_by_text(text).first.wait_for(timeout=20_000)  # noqa: E731
    await tab.goto(f"http://localhost:{UI_PORT}", wait_until="domcontentloaded")
    await walk.click(tab.get_by_role("link", name=WORKFLOW_ID).first.click())
    await eventually("input and result as base64", lambda: shows_only_ciphertext(tab))
    await walk.step(web_ui, "Open the Workflow", "Its input and result, encrypted", "encrypted", picture(tab))
    await walk.click(tab.locator("[data-testid^=data-encoder-status]").first.click())
    dialog = tab.locator("dialog[open]")
    await walk.click(dialog.get_by_test_id("use-local-endpoint-input").check(force=True))
    field = dialog.locator("textarea, input:not([type=radio]):not([type=checkbox])").first
    await walk.click(field.click())
    await field.press("Control+V")
    pasted = await field.input_value()
    assert pasted == ENDPOINT, f"the clipboard held {pasted!r}"
    does = "Click the glasses, *Use my browser setting and ignore Cluster-level setting*, paste the endpoint"
    await walk.step(web_ui, does, "The copied endpoint in the dialog", "dialog", picture(tab))
    await walk.click(dialog.get_by_test_id("confirm-modal-button").click())
    await dialog.wait_for(state="hidden")
    await asyncio.sleep(PAUSE_SECONDS)
    await tab.reload(wait_until="domcontentloaded")
    await reads(RESULT)
    await reads(ITEM)
    await walk.step(web_ui, "*Apply*, then reload the page (F5)", "Input and result, decoded on this machine", "decoded", picture(tab))


async def keep(name: str, png) -> None:
    """Leaves a picture in $SHOTS_DIR, for people to look at."""
    image = await png
    if shots := os.environ.get("SHOTS_DIR"):
        (Path(shots) / f"walk-{name}.png").write_bytes(image)


async def run(binary: Path, home: Path) -> Walk:
    for port in (GRPC_PORT, UI_PORT, CODEC_PORT):
        async def is_free(port: int = port) -> bool:
            try:
                await port_open(port)
            except OSError:
                return True
            raise AssertionError("another program has it")

        await eventually(f"port {port} to be free", is_free, 60)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        await enter(keyring(home))
        server = await enter(dev_server(TEMPORAL, "2.54", home, UI_PORT, None, GRPC_PORT))
        await enter(encrypted_quote(server.grpc))
        playwright = await enter(async_playwright())
        # With a window on the same screen, so that the clipboard is the one that the app copied to.
        chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", headless=False, args=list(CHROMIUM_FLAGS))
        stack.push_async_callback(chromium.close)
        context = await chromium.new_context(viewport={"width": 1200, "height": 800}, locale="en-US", timezone_id="UTC")
        tab = await context.new_page()
        window = await enter(driven(home / "window.log"))
        walk = Walk()
        await window.open(binary)
        await in_the_app(walk, window)
        try:
            await in_the_web_ui(walk, tab)
            await check_stopped(window, tab, keep)
        except Exception:
            await keep("failed", tab.screenshot())
            raise
        return walk


async def main() -> int:
    program = HERE.parents[1] / "target/debug/temporal-codec-desktop"
    chosen = arguments("--program", program, "cargo build -p desktop --features desktop/custom-protocol")
    return await walked(STORY, HERE, DEADLINE_SECONDS, run, chosen)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
