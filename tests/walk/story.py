# A walk: its steps as they are made, counted and timed, and as people read them, in a page that is checked by every run.

import argparse
import asyncio
import os
import re
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

# A picture that is committed may not be larger.
MAX_PICTURE_BYTES = 150_000
# To read and think, before each click.
PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class Story:
    """What is walked, in how many clicks and seconds at most, and where that is told."""

    title: str
    # After the words on how long people take to think.
    how: str
    # What is counted.
    counted: str
    max_clicks: int
    max_seconds: int
    page: str
    pictures: str


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


class Walk:
    """Counts clicks and seconds, and takes a picture after each step."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._start = time.monotonic()
        self._looking = 0.0
        self._clicks = 0

    async def click(self, what) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        await what
        self._clicks += 1

    async def step(self, where: str, does: str, sees: str, picture: str, png) -> None:
        seconds = time.monotonic() - self._start - self._looking
        before = time.monotonic()
        image = await png
        # Newcomers take no pictures.
        self._looking += time.monotonic() - before
        self.steps.append(Step(where, does, sees, self._clicks, seconds, f"{len(self.steps) + 1}-{picture}.png", image))
        print(f"{seconds:5.1f} s, {self._clicks} clicks: {where}: {does}", flush=True)
        self._clicks = 0


def page(story: Story, steps: list[Step]) -> str:
    """The walk as Markdown."""
    clicks, seconds = sum(step.clicks for step in steps), steps[-1].seconds
    lines = [
        "<!-- A newcomer's walk. Made by `python3 tests/walk/run.py --write`, and checked by every run without it. -->",
        f"# {story.title}",
        "",
        f"**{clicks} {story.counted}, {seconds:.0f} seconds**, with {PAUSE_SECONDS:.0f} seconds to read and think before each. {story.how}",
        "",
        f"| | Where | Do this | You see | {story.counted.capitalize()} | Seconds so far |",
        "|---|---|---|---|---|---|",
    ]
    for number, step in enumerate(steps, 1):
        lines.append(f"| {number} | {step.where} | {step.does} | {step.sees} | {step.clicks or ''} | {step.seconds:.0f} |")
    for number, step in enumerate(steps, 1):
        lines += ["", f"## {number}. {step.does}", "", f"![{step.sees}]({story.pictures}/{step.picture})"]
    return "\n".join(lines) + "\n"


def judge(story: Story, steps: list[Step]) -> list[str]:
    """What is wrong with the walk itself."""
    clicks, seconds = sum(step.clicks for step in steps), steps[-1].seconds
    faults = []
    if clicks > story.max_clicks:
        faults.append(f"{clicks} {story.counted} are more than {story.max_clicks}")
    if seconds > story.max_seconds:
        faults.append(f"{seconds:.0f} s are more than {story.max_seconds}")
    for step in steps:
        if len(step.png) > MAX_PICTURE_BYTES:
            faults.append(f"{step.picture} has {len(step.png)} bytes")
    return faults


def same_but_for_seconds(one: str, other: str) -> bool:
    """Whether two pages tell the same walk: how fast a machine is does not belong to it."""

    def timeless(text: str) -> str:
        return re.sub(r"\| \d+ \|$", "|", re.sub(r", \d+ seconds\*\*", "**", text), flags=re.MULTILINE)

    return timeless(one) == timeless(other)


def arguments(option: str, program: Path, build: str) -> tuple[Path, bool]:
    """The program that is walked through, and whether to write. Ends here where it was not built."""
    parser = argparse.ArgumentParser(description="Walks a newcomer's way and measures it.")
    parser.add_argument(option, type=Path, default=program, dest="program")
    parser.add_argument("--write", action="store_true", help="write the page and its pictures")
    # The other walk has another program.
    chosen, _ = parser.parse_known_args()
    if not chosen.program.is_file():
        sys.exit(f"{chosen.program} is missing: {build}")
    return chosen.program, chosen.write


def tell(story: Story, folder: Path, steps: list[Step], write: bool) -> int:
    """Writes the page and its pictures, or compares with it. Gives the status to exit with."""
    faults = judge(story, steps)
    text = page(story, steps)
    if write and not faults:
        pictures = folder / story.pictures
        pictures.mkdir(exist_ok=True)
        for old in pictures.glob("*.png"):
            old.unlink()
        for step in steps:
            (pictures / step.picture).write_bytes(step.png)
        (folder / story.page).write_text(text)
    elif not same_but_for_seconds(text, (folder / story.page).read_text()):
        faults.append(f"{story.page} tells another walk: run with --write, and look at it")
    for fault in faults:
        print(f"FAIL {fault}", file=sys.stderr)
    clicks = sum(step.clicks for step in steps)
    print(f"{clicks} {story.counted}, {steps[-1].seconds:.0f} s, {len(faults)} faults", flush=True)
    return 1 if faults else 0


async def walked(
    story: Story,
    folder: Path,
    deadline: float,
    way: Callable[[Path, Path], Awaitable["Walk"]],
    chosen: tuple[Path, bool],
) -> int:
    """Goes the way with the program and its home, within so many seconds, and tells of it. Gives the status to exit with."""
    program, write = chosen
    home = Path(os.environ["HOME"])
    try:
        async with asyncio.timeout(deadline):
            walk = await way(program, home)
    except Exception:
        for log in sorted(home.rglob("*.log")):
            print(f"--- {log.name}, its end\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
        raise
    return tell(story, folder, walk.steps, write)
