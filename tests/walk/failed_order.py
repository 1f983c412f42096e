# Somebody's order, encrypted with the key of Temporal's samples: one Activity of it fails, and says why in an encoded Failure.

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadConverter
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from aes_gcm import AesGcmCodec
    from workflow import SAMPLE_KEY, SAMPLE_KEY_ID

ORDER_ID = "order-1042"
# Where the code of the Activities is, for whoever reads a stack trace: a Worker's own path, and not this machine's.
SOURCE = "/app/orders/activities.py"
# The Activity that fails, and what nobody but its owner may read.
FAILS = "charge-card"
WHY = "card 4929-1180 was refused by the bank"
VALUES = (WHY, "Ada Lovelace", "one difference engine, brass", "pay on delivery", "receipt 7")


@dataclass
class Order:
    customer: str
    item: str


@activity.defn(name="reserve-stock")
async def reserve(order: Order) -> str:
    return f"reserved: {order.item}"


@activity.defn(name=FAILS)
async def charge(order: Order) -> str:
    raise ApplicationError(WHY, type="CardRefused", non_retryable=True)


charge.__code__ = charge.__code__.replace(co_filename=SOURCE)


class OwnFrames(DefaultFailureConverterWithEncodedAttributes):
    """Encodes Failures, with the frames of the Worker's own code alone."""

    def to_failure(self, exception: BaseException, payload_converter: PayloadConverter, failure: Failure) -> None:
        frames = exception.__traceback__
        while frames and frames.tb_next:
            frames = frames.tb_next
        super().to_failure(exception.with_traceback(frames), payload_converter, failure)


@activity.defn(name="notify-customer")
async def notify(text: str) -> str:
    return "receipt 7"


@workflow.defn(name="Order")
class FailedOrder:
    @workflow.run
    async def run(self, order: Order) -> str:
        once = {"start_to_close_timeout": timedelta(seconds=30), "retry_policy": RetryPolicy(maximum_attempts=1)}
        await workflow.execute_activity("reserve-stock", order, **once)
        try:
            await workflow.execute_activity(FAILS, order, **once)
        except ActivityError:
            await workflow.execute_activity("notify-customer", "pay on delivery", **once)
        return "ordered"


@asynccontextmanager
async def failed_order(grpc: str) -> AsyncIterator[None]:
    """Runs the order to its end, with every Payload and Failure encrypted."""
    codec = AesGcmCodec({SAMPLE_KEY_ID: SAMPLE_KEY}, SAMPLE_KEY_ID)
    converter = replace(DataConverter.default, payload_codec=codec, failure_converter_class=OwnFrames)
    client = await Client.connect(grpc, data_converter=converter, identity="orders-worker")
    async with Worker(client, task_queue="orders", workflows=[FailedOrder], activities=[reserve, charge, notify]):
        order = Order("Ada Lovelace", "one difference engine, brass")
        await client.execute_workflow(FailedOrder.run, order, id=ORDER_ID, task_queue="orders")
        yield
