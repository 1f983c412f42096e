# One Order on a dev server: its worker, its client, and a second client whose key the Codec Server does not have.

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from temporalio.client import Client, Interceptor, OutboundInterceptor, StartWorkflowInput, WorkflowHandle
from temporalio.common import HeaderCodecBehavior
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Worker

import canaries
from aes_gcm import AesGcmCodec
from order import Order, OrderWorkflow, QuoteWorkflow, Receipt, Warehouse
from servers import DevServer

TASK_QUEUE = "orders"


@dataclass(frozen=True)
class Keys:
    """Two fresh keys: the Codec Server gets the first, the worker has both."""

    known_id: str = "orders-2026"
    known: bytes = field(default_factory=lambda: os.urandom(32), repr=False)
    unknown_id: str = "billing-2025"
    unknown: bytes = field(default_factory=lambda: os.urandom(32), repr=False)

    def converter(self, seal_with: str) -> DataConverter:
        """A Data Converter that opens both keys' Payloads and hides failure messages and stack traces too."""
        ring = {self.known_id: self.known, self.unknown_id: self.unknown}
        return replace(
            DataConverter.default,
            payload_codec=AesGcmCodec(ring, seal_with),
            failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
        )


class TenantHeader(Interceptor):
    """Gives every started Workflow a header, as tracing and tenancy libraries do."""

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        class WithHeader(OutboundInterceptor):
            async def start_workflow(self, input: StartWorkflowInput) -> WorkflowHandle:
                [payload] = DataConverter.default.payload_converter.to_payloads([canaries.HEADER])
                input.headers = {**input.headers, "tenant": payload}
                return await super().start_workflow(input)

        return WithHeader(next)


async def connect(server: DevServer, keys: Keys, seal_with: str) -> Client:
    """A client that seals with one of the keys, headers included."""
    return await Client.connect(
        server.grpc,
        data_converter=keys.converter(seal_with),
        header_codec_behavior=HeaderCodecBehavior.CODEC,
        interceptors=[TenantHeader()],
        # The default names this machine, and the pages are photographed.
        identity="orders-worker",
    )


@dataclass
class RunningOrder:
    """A started Order, waiting in its packing Activity until `finish`."""

    server: DevServer
    client: Client
    handle: WorkflowHandle
    packed: asyncio.Event
    billing: Client

    @property
    def workflow_id(self) -> str:
        return self.handle.id

    @property
    def run_id(self) -> str:
        return self.handle.first_execution_run_id

    async def finish(self) -> Receipt:
        """Ends packing, signals once with the known and once with the unknown key, and gives the worker's own result."""
        self.packed.set()
        await self.handle.signal("note", canaries.SIGNAL)
        await self.billing.get_workflow_handle(self.workflow_id).signal("note", canaries.UNREADABLE_SIGNAL)
        return await asyncio.wait_for(self.handle.result(), 30)


@asynccontextmanager
async def order_at(server: DevServer, keys: Keys) -> AsyncIterator[RunningOrder]:
    """Runs a worker for the time of the block and starts one Order on it."""
    client = await connect(server, keys, keys.known_id)
    billing = await connect(server, keys, keys.unknown_id)
    packed = asyncio.Event()
    warehouse = Warehouse(packed)
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[OrderWorkflow, QuoteWorkflow],
        activities=[warehouse.charge_card, warehouse.pack],
    )
    async with worker:
        handle = await client.start_workflow(
            OrderWorkflow.run,
            Order(customer=canaries.CUSTOMER, item="difference engine"),
            id=f"order-{server.generation}",
            task_queue=TASK_QUEUE,
            memo={"occasion": canaries.MEMO},
            static_summary=canaries.SUMMARY,
            result_type=Receipt,
        )
        try:
            yield RunningOrder(server, client, handle, packed, billing)
        finally:
            packed.set()
