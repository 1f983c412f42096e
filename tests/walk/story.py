# The walk as people read it: steps, clicks, seconds and pictures, written as README.md and checked against it.

import re
from dataclasses import dataclass, field
from pathlib import Path

# A picture that is committed may not be larger.
MAX_PICTURE_BYTES = 150_000
MAX_CLICKS = 9
MAX_SECONDS = 120


@dataclass
class Step:
    """One thing that a newcomer does."""

    where: str
    does: str
    sees: str
    clicks: int
    seconds: float
    picture: str
    png: bytes = field(repr=False)


def page(steps: list[Step], pause: float) -> str:
    """The walk as Markdown."""
    clicks, seconds = sum(step.clicks for step in steps), steps[-1].seconds
    lines = [
        "<!-- A newcomer's walk. Made by `python3 tests/walk/run.py --write`, and checked by every run without it. -->",
        "# From a fresh start to a decoded Workflow",
        "",
        f"**{clicks} clicks, {seconds:.0f} seconds**, with {pause:.0f} seconds to read and think before each click. A test makes "
        "them, with the real desktop app in an empty home folder with a new keychain, the real `temporal server start-dev` on its "
        "default ports, its Web UI in Chromium, and a Worker that encrypts with Temporal’s sample key. It then pauses and locks "
        "the app, to check that the Web UI shows encrypted Payloads until the app is resumed or unlocked.",
        "",
        "| | Where | Do this | You see | Clicks | Seconds so far |",
        "|---|---|---|---|---|---|",
    ]
    for number, step in enumerate(steps, 1):
        lines.append(f"| {number} | {step.where} | {step.does} | {step.sees} | {step.clicks or ''} | {step.seconds:.0f} |")
    for number, step in enumerate(steps, 1):
        lines += ["", f"## {number}. {step.does}", "", f"![{step.sees}](pictures/{step.picture})"]
    return "\n".join(lines) + "\n"


def judge(steps: list[Step]) -> list[str]:
    """What is wrong with the walk itself."""
    clicks, seconds = sum(step.clicks for step in steps), steps[-1].seconds
    faults = []
    if clicks > MAX_CLICKS:
        faults.append(f"{clicks} clicks are more than {MAX_CLICKS}")
    if seconds > MAX_SECONDS:
        faults.append(f"{seconds:.0f} s are more than {MAX_SECONDS}")
    for step in steps:
        if len(step.png) > MAX_PICTURE_BYTES:
            faults.append(f"{step.picture} has {len(step.png)} bytes")
    return faults


def same_but_for_seconds(one: str, other: str) -> bool:
    """Whether two pages tell the same walk: how fast a machine is does not belong to it."""

    def timeless(text: str) -> str:
        return re.sub(r"\| \d+ \|$", "|", re.sub(r", \d+ seconds\*\*", "**", text), flags=re.MULTILINE)

    return timeless(one) == timeless(other)


def write(folder: Path, text: str, steps: list[Step]) -> None:
    """Writes the page and its pictures."""
    (folder / "pictures").mkdir(exist_ok=True)
    for old in (folder / "pictures").glob("*.png"):
        old.unlink()
    for step in steps:
        (folder / "pictures" / step.picture).write_bytes(step.png)
    (folder / "README.md").write_text(text)
