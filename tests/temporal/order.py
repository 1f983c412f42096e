# The Workflows and Activities under observation: every place where a Payload can hide is used once.

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    import canaries


@dataclass
class Order:
    """What the customer wants; the Workflow's input."""

    customer: str
    item: str


@dataclass
class Receipt:
    """The Workflow's result. It only counts the notes: repeating one would seal its text with the worker's key as well."""

    tracking: str
    notes: int


class Warehouse:
    """The Activities. `packed` decides when packing ends, so that a test can look at the pending Activity for as long as it needs."""

    def __init__(self, packed) -> None:
        self._packed = packed

    @activity.defn(name="charge-card")
    async def charge_card(self, order: Order) -> str:
        raise ApplicationError(canaries.FAILURE, canaries.FAILURE_DETAIL, type="CardRefused", non_retryable=True)

    @activity.defn(name="pack")
    async def pack(self, order: Order) -> str:
        activity.heartbeat(canaries.HEARTBEAT)
        await self._packed.wait()
        return canaries.ACTIVITY_RESULT


@workflow.defn(name="Order")
class OrderWorkflow:
    def __init__(self) -> None:
        self._notes: list[str] = []

    @workflow.run
    async def run(self, order: Order) -> Receipt:
        try:
            await workflow.execute_activity(
                "charge-card",
                order,
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except ActivityError:
            workflow.logger.info("the customer pays on delivery instead")
        await workflow.execute_activity("pack", order, start_to_close_timeout=timedelta(minutes=5))
        await workflow.wait_condition(lambda: len(self._notes) == 2)
        return Receipt(tracking=canaries.RESULT, notes=len(self._notes))

    @workflow.signal(name="note")
    def note(self, text: str) -> None:
        self._notes.append(text)

    @workflow.query(name="status")
    def status(self) -> str:
        return f"{canaries.QUERY}, {len(self._notes)} notes"


@workflow.defn(name="Quote")
class QuoteWorkflow:
    """Started from the Web UI's form: its result repeats what it was sent, so it can only be right if the worker could read it."""

    @workflow.run
    async def run(self, item: str) -> str:
        return f"quoted: {item}"
