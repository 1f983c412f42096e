# The desktop program's real window, driven by WebKitWebDriver over HTTP, which starts the program itself.

import asyncio
import base64
import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from processes import eventually, free_port, port_open, program

# The key that WebDriver gives element ids under (W3C WebDriver §12).
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Window:
    """What a person can do with the window: look, and click."""

    def __init__(self, driver: str) -> None:
        self._driver = driver
        self._session = ""

    async def open(self, binary: Path) -> None:
        options = {"webkitgtk:browserOptions": {"binary": str(binary), "args": []}}
        started = await self._call("POST", "/session", {"capabilities": {"alwaysMatch": options}})
        self._session = f"/session/{started['sessionId']}"

    async def click(self, testid: str, inside: str = "") -> None:
        """Clicks what has this `data-testid`, or the first that a selector finds inside it, once it is there."""

        async def clicked() -> bool:
            query = {"using": "css selector", "value": f'[data-testid="{testid}"] {inside}'}
            found = await self._call("POST", f"{self._session}/element", query)
            await self._call("POST", f"{self._session}/element/{found[ELEMENT]}/click", {})
            return True

        await eventually(f"a click on {testid}", clicked)

    async def reads(self, testid: str, text: str) -> None:
        """Waits until what has this `data-testid` shows a text."""
        script = "return [...document.querySelectorAll(`[data-testid=\"${arguments[0]}\"]`)].map((one) => one.innerText).join('\\n')"

        async def shown() -> bool:
            said = await self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": [testid]})
            assert text in said, f"{testid} says {said[:200]!r}"
            return True

        await eventually(f"{text!r} in {testid}", shown)

    async def picture(self) -> bytes:
        """The window as PNG, once what moves has come to rest."""
        script = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 400)))"
        await self._call("POST", f"{self._session}/execute/async", {"script": script, "args": []})
        return base64.b64decode(await self._call("GET", f"{self._session}/screenshot", None))

    async def _call(self, method: str, path: str, body: object) -> object:
        return await asyncio.to_thread(self._blocking_call, method, path, body)

    def _blocking_call(self, method: str, path: str, body: object) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._driver + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            # Only loopback is asked; a session without an answer means that the program does not let itself be driven.
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error


@asynccontextmanager
async def driven(log: Path) -> AsyncIterator[Window]:
    """A driver that may start one program. The program outlives its driver, so it is ended first."""
    port = free_port()
    # WebKitGTK 2.50 never answers a request for a picture of a page that is drawn on the processor.
    environment = {**os.environ, "TAURI_WEBVIEW_AUTOMATION": "true", "WEBKIT_DISABLE_COMPOSITING_MODE": "0"}
    async with program("WebKitWebDriver", f"--port={port}", log=log, environment=environment) as driver:
        await eventually("WebKitWebDriver", lambda: port_open(port))
        try:
            yield Window(f"http://127.0.0.1:{port}")
        finally:
            children = subprocess.run(["ps", "--no-headers", "-o", "pid", "--ppid", str(driver.pid)], capture_output=True, text=True)
            for pid in children.stdout.split():
                os.kill(int(pid), signal.SIGTERM)
