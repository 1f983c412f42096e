# The real `temporal` CLI as a user calls it, and what its JSON holds once base64 is read.

import asyncio
import base64
import json
from typing import Any

from processes import private_environment
from servers import DevServer


async def temporal(
    server: DevServer, *arguments: str, codec: str | None = None, wired_by: str | None = None, seconds: float = 30
) -> str:
    """Runs one command of the CLI that belongs to the server, and gives its stdout. It must exit with 0 in time.

    `wired_by` is what a shell evaluates first."""
    command = [str(server.temporal), *arguments, "--address", server.grpc]
    if wired_by is not None:
        command = ["sh", "-ec", f'eval "$({wired_by})"; exec "$@"', "sh", *command]
    if codec is not None:
        command += ["--codec-endpoint", codec]
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=private_environment(server.home, TEMPORAL_VERSION_CHECK_DISABLED="1"),
    )
    try:
        out, err = await asyncio.wait_for(child.communicate(), seconds)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode == 0, f"`temporal {' '.join(arguments)}` exits with {child.returncode}: {err.decode()[-400:]}"
    return out.decode()


def payloads(node: Any) -> list[dict[str, Any]]:
    """Every Payload in a proto3-JSON document, in order, with its metadata and data as text."""
    if isinstance(node, list):
        return [payload for item in node for payload in payloads(item)]
    if not isinstance(node, dict):
        return []
    metadata = node.get("metadata")
    if isinstance(metadata, dict) and "encoding" in metadata:
        return [{"metadata": {k: read(v) for k, v in metadata.items()}, "data": read(node.get("data", ""))}]
    return [payload for item in node.values() for payload in payloads(item)]


def read(text: str) -> str:
    """Base64 as text; bytes that are no UTF-8 become escapes, so that ASCII inside them stays searchable."""
    return base64.b64decode(text).decode("utf-8", "backslashreplace")


def searchable(document: str) -> str:
    """A JSON document as it stands, and all its Payloads read: whatever is in clear in either is found in this text."""
    return document + "\n" + json.dumps(payloads(json.loads(document)))
