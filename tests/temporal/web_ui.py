# The real Web UI in headless Chromium: pages are opened and read as a person would, and codec traffic is written down.

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, Error, Page, Request, Response, Route, async_playwright

from processes import eventually

OPERATIONS = ("encode", "decode", "download")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The Web UI's editor renders only the lines in sight, so a long Payload's end is not on the page until one scrolls there.
SCROLL_TO_THE_END = """() => document.querySelectorAll('.cm-scroller').forEach((scroller) => {
  scroller.scrollIntoView({ block: 'end' });
  scroller.scrollTop = scroller.scrollHeight;
})"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium; nothing is downloaded."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


def codec_operation(url: str) -> str | None:
    """Which operation of a Codec Server a URL asks for."""
    last = urlsplit(url).path.rsplit("/", 1)[-1]
    return last if last in OPERATIONS else None


class WebUi:
    """One tab with storage of its own, at one origin of a Web UI."""

    def __init__(self, page: Page, origin: str, shots: Path, name: str) -> None:
        self.page = page
        self.origin = origin
        self.responses: list[Response] = []
        self.refused: list[Request] = []
        self._shots = shots
        self._name = name
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)

    def _answered(self, response: Response) -> None:
        if codec_operation(response.url):
            self.responses.append(response)

    def _failed(self, request: Request) -> None:
        if codec_operation(request.url):
            self.refused.append(request)

    async def open(self, path: str, *texts: str) -> str:
        """Opens a page below /namespaces/default, waits until all of `texts` are on it, and gives all that it says."""
        await self.page.goto(f"{self.origin}/namespaces/default/{path}", wait_until="domcontentloaded")
        return await self.reads(*texts)

    async def lead_codec_to(self, endpoint: str) -> None:
        """Sets the endpoint as the browser's own setting, as the Web UI's dialog does."""
        setting = {"endpoint": endpoint, "overrideRemoteCodecConfiguration": True}
        script = "for (const [name, value] of Object.entries(SETTING)) localStorage.setItem(name, JSON.stringify(value))"
        await self.page.add_init_script(script.replace("SETTING", json.dumps(setting)))

    async def reads(self, *texts: str, at_the_end: bool = False) -> str:
        """Waits until all of `texts` are on the page; `at_the_end` scrolls its code blocks to their last lines first."""

        async def all_there() -> str | None:
            if at_the_end:
                await self.page.evaluate(SCROLL_TO_THE_END)
            said = await self.text()
            missing = [text for text in texts if text not in said]
            assert not missing, f"missing {missing}"
            return said

        try:
            return await eventually(f"{texts} on {self.page.url}", all_there, 25)
        except AssertionError:
            await self.shot("failed")
            raise

    async def text(self) -> str:
        """All visible text; a page that is just being replaced has none."""
        try:
            return await self.page.inner_text("body", timeout=5000)
        except Error as error:
            raise AssertionError(f"the page has no text: {error.message}") from error

    async def shot(self, name: str) -> Path:
        """A picture of the page (which scrolls inside, so the viewport is tall)."""
        path = self._shots / f"{self._name}-{name}.png"
        await self.page.screenshot(path=path, full_page=True)
        return path


@asynccontextmanager
async def web_ui(browser: Browser, origin: str, shots: Path, name: str) -> AsyncIterator[WebUi]:
    """A fresh tab; every request to another host than this machine is refused, so the run needs no network."""
    context = await browser.new_context(viewport={"width": 1360, "height": 1200}, locale="en-US", timezone_id="UTC")

    async def loopback_only(route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost", "::1"):
            await route.continue_()
        else:
            await route.abort()

    await context.route(lambda url: not url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")), loopback_only)
    try:
        yield WebUi(await context.new_page(), origin, shots, name)
    finally:
        await context.close()
