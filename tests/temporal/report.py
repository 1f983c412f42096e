# The list of checks of a run: each has a name, a time and an outcome; one that fails does not hide those after it.

import time
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


class Report:
    """Prints each check as it ends and remembers what failed."""

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.failed: list[str] = []

    @asynccontextmanager
    async def check(self, name: str) -> AsyncIterator[None]:
        """Everything inside the block must hold. Cancellation is not a failed check: it ends the run."""
        if name in self.passed or name in self.failed:
            raise ValueError(f"two checks have one name: {name}")
        start = time.monotonic()
        try:
            yield
        except Exception as error:
            self.failed.append(name)
            where = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent == Path(__file__).parent]
            place = f"{Path(where[-1].filename).name}:{where[-1].lineno}" if where else "?"
            print(f"FAIL {name} ({time.monotonic() - start:.1f} s)\n     {place}: {type(error).__name__}: {error}", flush=True)
        else:
            self.passed.append(name)
            print(f"ok   {name} ({time.monotonic() - start:.1f} s)", flush=True)


def has_all(what: str, text: str, wanted: tuple[str, ...]) -> None:
    """Every string of `wanted` is in `text`."""
    missing = [w for w in wanted if w not in text]
    assert not missing, f"{what} lacks {missing}; it is: {text[:600]!r}"


def has_none(what: str, text: str, forbidden: tuple[str, ...]) -> None:
    """No string of `forbidden` is in `text`."""
    found = [f for f in forbidden if f in text]
    assert not found, f"{what} holds {found}"
