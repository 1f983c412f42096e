# Children and deadlines: programs that are always stopped, waiting that always ends, free loopback ports.

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def free_port() -> int:
    """A TCP port that was free on 127.0.0.1 a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def private_environment(home: Path, **more: str) -> dict[str, str]:
    """An environment without the user's own Temporal settings, home or proxies."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **more}


async def eventually(what: str, probe: Callable[[], Awaitable[T | None]], seconds: float = 30) -> T:
    """Asks `probe` until it answers with something true; fails with `what` when the time is over."""
    deadline = asyncio.get_running_loop().time() + seconds
    trouble: Exception | None = None
    while True:
        try:
            if answer := await probe():
                return answer
        except (OSError, AssertionError, RuntimeError) as error:
            trouble = error
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}" + (f" ({trouble})" if trouble else ""))
        await asyncio.sleep(0.1)


async def port_open(port: int) -> bool:
    """Whether something accepts connections on a port of 127.0.0.1."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()
    return True


@asynccontextmanager
async def program(
    *command: str, log: Path, environment: dict[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child for the time of the block, with its stdout piped and its stderr in `log`; ended by SIGTERM, at the worst by SIGKILL."""
    with log.open("wb") as stderr:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            env=environment,
            # Ctrl-C in a terminal goes to this process alone, which then ends its children in order.
            start_new_session=True,
        )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), 10)
            except (TimeoutError, asyncio.CancelledError):
                child.kill()
                await child.wait()
