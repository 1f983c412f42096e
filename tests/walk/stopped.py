# The decoded page again, while the app decodes nothing: paused and locked in its own window, then back.

from dataclasses import dataclass

from playwright.async_api import Page, Response

from processes import eventually
from web_ui import codec_operation
from window import Window
from workflow import ITEM, RESULT, shows_only_ciphertext


@dataclass(frozen=True)
class Stop:
    """A way to stop decoding, and all that tells of it."""

    name: str
    # What does it in the Server view, what undoes it, and where the window says so, with its words before and meanwhile.
    stop: str
    back: str
    sign: str
    before: str
    meanwhile: str
    # The Codec Server's answer, which browser tools show; `name` is in its reason, and in the one that Requests gives.
    status: int


PAUSED = Stop(
    "paused",
    "server-pause",
    "server-resume",
    "server-state",
    "Serving",
    "Paused",
    503,
)
LOCKED = Stop(
    "locked",
    "lock",
    "lock",
    "lock",
    "Lock",
    "Unlock",
    423,
)


async def check_stopped(window: Window, tab: Page, shot) -> None:
    """Stops decoding in each way: the page shows ciphertext, Requests says why, and it is readable again afterwards."""
    for stop in (PAUSED, LOCKED):
        await window.click("nav-server")
        await window.click(stop.stop)
        await window.reads(stop.sign, stop.meanwhile)
        await shot(f"{stop.name}-window", window.picture())
        await reads_ciphertext(tab, stop)
        await shot(f"{stop.name}-web-ui", tab.screenshot())
        await window.click("nav-requests")
        await window.reads("requests", f"Codec Server {stop.name}")
        await window.click("requests", "[role=option]")
        await window.reads("request-reason", stop.name)
        await shot(f"{stop.name}-requests", window.picture())
        await window.click("nav-server")
        await window.click(stop.back)
        await window.reads(stop.sign, stop.before)
        await tab.reload(wait_until="domcontentloaded")
        for text in (RESULT, ITEM):
            await tab.get_by_text(text).first.wait_for(timeout=20_000)
        await shot(f"{stop.name}-over-web-ui", tab.screenshot())
        print(f"{stop.name}: ciphertext with a reason in Requests, and decoded again afterwards", flush=True)


async def reads_ciphertext(tab: Page, stop: Stop) -> None:
    """Reloads the page: the Codec Server refuses with a reason, and input and result are as encrypted as before."""
    answers: list[tuple[int, str]] = []

    def note(response: Response) -> None:
        if codec_operation(response.url) and response.request.method == "POST":
            answers.append((response.status, response.status_text))

    async def encrypted() -> bool:
        assert answers, "the Codec Server was not asked"
        return await shows_only_ciphertext(tab)

    tab.on("response", note)
    await tab.reload(wait_until="domcontentloaded")
    await eventually(f"input and result as base64 while {stop.name}", encrypted)
    tab.remove_listener("response", note)
    assert all(status == stop.status and stop.name in reason for status, reason in answers), f"the Codec Server answered {answers}"
