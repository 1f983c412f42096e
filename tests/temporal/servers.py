# The two kinds of servers of a run: Temporal's dev server with its Web UI, and the Codec Server under test.

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from processes import eventually, free_port, port_open, private_environment, program

# A second Namespace of every dev server, beside `default`.
OTHER_NAMESPACE = "billing"


@dataclass(frozen=True)
class CodecServer:
    """The product's `temporal-codec serve`, listening."""

    binary: Path
    process: asyncio.subprocess.Process
    addresses: tuple[str, ...]
    log: Path


@asynccontextmanager
async def codec_server(
    binary: Path, folder: Path, document: object, origins: list[str]
) -> AsyncIterator[CodecServer]:
    """Starts the Codec Server with a document of keys and the Web UIs' origins, on a port of its own choice."""
    keys = folder / "keys.json"
    keys.touch(mode=0o600)
    keys.write_text(json.dumps(document))
    command = [str(binary), "serve", "--port", "0", "--keys", str(keys)]
    for origin in origins:
        command += ["--origin", origin]
    log = folder / "temporal-codec.log"
    # Everything that it can be made to say: the last check looks for secrets in it.
    environment = private_environment(folder, RUST_LOG="trace")
    async with program(*command, log=log, environment=environment) as process:
        line = await asyncio.wait_for(process.stdout.readline(), 20)
        if not line:
            raise RuntimeError(f"temporal-codec ended without listening: {log.read_text()[-2000:]}")
        yield CodecServer(binary, process, tuple(json.loads(line)["listening"]), log)


@dataclass(frozen=True)
class DevServer:
    """A Temporal dev server with the Web UI of one generation."""

    generation: str
    temporal: Path
    grpc: str
    ui_port: int
    home: Path

    @property
    def ui(self) -> str:
        """The Web UI at the origin that the Codec Server lists."""
        return f"http://127.0.0.1:{self.ui_port}"

    @property
    def unlisted_ui(self) -> str:
        """The same Web UI at an origin that the Codec Server does not list."""
        return f"http://localhost:{self.ui_port}"


async def has_default_namespace(address: str) -> bool:
    """Whether the server answers for its Namespace. An open port is too early: "Frontend is not healthy yet"."""
    client = await Client.connect(address)
    try:
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
    except RPCError as error:
        raise AssertionError(error.message) from error
    return True


@asynccontextmanager
async def dev_server(
    temporal: Path, generation: str, folder: Path, ui_port: int, codec_endpoint: str | None, port: int | None = None
) -> AsyncIterator[DevServer]:
    """Starts `temporal server start-dev`, in memory, and waits until it and its Web UI really serve."""
    port = port or free_port()
    environment = private_environment(folder, TEMPORAL_VERSION_CHECK_DISABLED="1")
    command = [str(temporal), "server", "start-dev", "--ip", "127.0.0.1", "--port", str(port)]
    command += ["--ui-port", str(ui_port), "--namespace", OTHER_NAMESPACE, "--log-level", "error"]
    if codec_endpoint is not None:
        command += ["--ui-codec-endpoint", codec_endpoint]
    async with program(*command, log=folder / f"dev-server-{generation}.log", environment=environment) as process:
        drain = asyncio.create_task(process.stdout.read())
        try:
            address = f"127.0.0.1:{port}"
            await eventually(f"a healthy dev server {generation}", lambda: has_default_namespace(address), 60)
            await eventually(f"the Web UI {generation}", lambda: port_open(ui_port), 60)
            yield DevServer(generation, temporal, address, ui_port, folder)
        finally:
            drain.cancel()
