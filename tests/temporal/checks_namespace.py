# A profile for one Namespace, with a key in another team's format: that Namespace is decoded, and the other gets the reason.

import asyncio
import os
from dataclasses import dataclass, replace
from pathlib import Path

from playwright.async_api import Browser
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.worker import Worker

from cli import searchable, temporal
from fernet import FernetCodec
from order import QuoteWorkflow
from processes import eventually
from report import Report, has_all, has_none
from servers import OTHER_NAMESPACE, DevServer, codec_server
from web_ui import web_ui

ITEM = "a hand-cranked analyst"
RESULT = f"quoted: {ITEM}"
REASON = "No codec for this Namespace"
SHOWS_REASON = {"2.50": True, "2.54": False}


@dataclass(frozen=True)
class Quote:
    """A closed Workflow in one Namespace."""

    namespace: str
    workflow_id: str
    run_id: str

    @property
    def path(self) -> str:
        return f"/namespaces/{self.namespace}/workflows/{self.workflow_id}/{self.run_id}/history"


async def fernet_quote(server: DevServer, namespace: str, secret: bytes) -> Quote:
    """Runs one Quote to its end in a Namespace, encrypted as PostHog does."""
    converter = replace(DataConverter.default, payload_codec=FernetCodec(secret))
    client = await Client.connect(server.grpc, namespace=namespace, data_converter=converter, identity="analytics-worker")
    async with Worker(client, task_queue="analytics", workflows=[QuoteWorkflow]):
        workflow_id = f"quote-{namespace}"
        handle = await client.start_workflow(QuoteWorkflow.run, ITEM, id=workflow_id, task_queue="analytics")
        assert await asyncio.wait_for(handle.result(), 30) == RESULT
        return Quote(namespace, workflow_id, handle.first_execution_run_id)


async def check_namespaces(report: Report, browser: Browser, server: DevServer, binary: Path, shots: Path) -> None:
    """The same secret and the same Workflow in two Namespaces, of which the Codec Server serves one."""
    name, secret = server.generation, os.urandom(32)
    key = {"id": "analytics", "material": secret.hex(), "format": "hex", "preset": "posthog-fernet"}
    profile = {"name": "Analytics", "namespaces": ["default"], "encode_key": "analytics"}
    keys = {"keys": [key], "profiles": [profile], "unlisted": "refuse"}
    folder = server.home / "fernet"
    folder.mkdir()
    served = await fernet_quote(server, "default", secret)
    refused = await fernet_quote(server, OTHER_NAMESPACE, secret)
    async with codec_server(binary, folder, keys, [server.ui]) as codec:
        endpoint = codec.addresses[0]
      
        async with report.check(f"{name}: Fernet without a key id is readable in the Namespace of its profile"):
            async with web_ui(browser, server.ui, shots, name) as ui:
                await ui.lead_codec_to(endpoint)
                await ui.page.goto(server.ui + served.path, wait_until="domcontentloaded")
                await ui.reads(ITEM, RESULT)
                await ui.shot("fernet")
        how = "readable on the page" if SHOWS_REASON[name] else "the response's status text"
        async with report.check(f"{name}: another Namespace gets the reason, {how}"):
            async with web_ui(browser, server.ui, shots, name) as ui:
                await ui.lead_codec_to(endpoint)
                await ui.page.goto(server.ui + refused.path, wait_until="domcontentloaded")

                async def phrase() -> str | None:
                    return next((r.status_text for r in ui.responses if r.status == 404), None)

                said = await eventually("a 404 from the Codec Server", phrase)
                assert said == REASON, f"status text is {said!r}"
                text = await ui.reads(*((REASON,) if SHOWS_REASON[name] else (refused.workflow_id,)))
                has_none("the page", text, (ITEM,))
                await ui.shot("namespace-refused")
        async with report.check(f"{name}: CLI show decodes Fernet"):
            show = ("workflow", "show", "-w", served.workflow_id, "-o", "json")
            has_none("show without codec", searchable(await temporal(server, *show)), (ITEM,))
            has_all("show with codec", searchable(await temporal(server, *show, codec=endpoint)), (ITEM, RESULT))
