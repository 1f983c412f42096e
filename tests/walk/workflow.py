# Somebody's Worker, with the codec and the key of Temporal's samples, and one Workflow that it ran.

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from playwright.async_api import Page
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.worker import Worker

from aes_gcm import AesGcmCodec
from order import QuoteWorkflow

# The public key of Temporal's samples, and the id that they give it.
SAMPLE_KEY_ID, SAMPLE_KEY = "test-key-id", b"test-key-test-key-test-key-test!"
WORKFLOW_ID = "quote-1042"
ITEM = "one difference engine, brass"
RESULT = f"quoted: {ITEM}"


@asynccontextmanager
async def encrypted_quote(grpc: str) -> AsyncIterator[None]:
    """Runs one Quote to its end, with every Payload encrypted."""
    codec = AesGcmCodec({SAMPLE_KEY_ID: SAMPLE_KEY}, SAMPLE_KEY_ID)
    converter = replace(DataConverter.default, payload_codec=codec)
    client = await Client.connect(grpc, data_converter=converter, identity="quotes-worker")
    async with Worker(client, task_queue="quotes", workflows=[QuoteWorkflow]):
        result = await client.execute_workflow(QuoteWorkflow.run, ITEM, id=WORKFLOW_ID, task_queue="quotes")
        assert result == RESULT, f"the Worker says {result!r}"
        yield


async def shows_only_ciphertext(tab: Page) -> bool:
    """Whether the Workflow's page shows input and result as base64; neither may be decoded."""
    said = await tab.inner_text("body")
    assert ITEM not in said, "the page is decoded"
    return len(re.findall(r'"[A-Za-z0-9+/=\n]{60,}"', said)) == 2
