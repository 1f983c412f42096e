# Exported histories in a Replayer: decoded ones without a codec, encoded ones with the key that they were encoded under.

import asyncio
import base64
import json
import os
from dataclasses import replace
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes
from temporalio.worker import Replayer

import canaries
from aes_gcm import AesGcmCodec
from cli import payloads, searchable, temporal
from order import OrderWorkflow
from report import Report, has_all, has_none
from scenario import Keys, RunningOrder
from servers import CodecServer

COLLEAGUE = "colleague-2026"


def key_list(folder: Path, keys: dict[str, bytes]) -> Path:
    """A file of keys for the command line."""
    path = folder / "export-keys.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps([{"id": i, "material": base64.b64encode(k).decode(), "format": "base64"} for i, k in keys.items()]))
    return path


async def exported(binary: Path, history: str, *arguments: str) -> str:
    """What `temporal-codec` makes of a history. It must exit with 0."""
    child = await asyncio.create_subprocess_exec(
        str(binary), *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(child.communicate(history.encode()), 30)
    assert child.returncode == 0, f"{arguments[0]} exits with {child.returncode}: {err.decode()[-400:]}"
    return out.decode()


async def check_exports(report: Report, order: RunningOrder, codec: CodecServer, keys: Keys) -> None:
    """The closed Order, exported in every form."""
    server, name = order.server, order.server.generation
    show = ("workflow", "show", "-w", order.workflow_id, "-o", "json")
    raw = await temporal(server, *show)
    colleague = os.urandom(32)
    ring = {keys.known_id: keys.known, keys.unknown_id: keys.unknown, COLLEAGUE: colleague}
    with_keys = ("--keys", str(key_list(server.home, ring)))
    decoded = await exported(codec.binary, raw, "decode", *with_keys)
    async with report.check(f"{name}: a decoded export replays without a codec"):
        hidden = replace(DataConverter.default, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)
        history = WorkflowHistory.from_json(order.workflow_id, decoded)
        await Replayer(workflows=[OrderWorkflow], data_converter=hidden).replay_workflow(history)
    async with report.check(f"{name}: an export encoded under another key replays with that key alone"):
        encoded = await exported(codec.binary, raw, "encode", *with_keys, "--key", COLLEAGUE)
        has_none("the encoded export", searchable(encoded), canaries.ALL)
        ids = {p["metadata"]["encryption-key-id"] for p in payloads(json.loads(encoded)) if "encryption-key-id" in p["metadata"]}
        assert ids == {COLLEAGUE}, f"keys in the export: {ids}"
        sealed = replace(
            DataConverter.default,
            payload_codec=AesGcmCodec({COLLEAGUE: colleague}, COLLEAGUE),
            failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
        )
        history = WorkflowHistory.from_json(order.workflow_id, encoded)
        await Replayer(workflows=[OrderWorkflow], data_converter=sealed).replay_workflow(history)
    async with report.check(f"{name}: a decoded export says the same as the CLI does, Payload by Payload"):
        theirs = payloads(json.loads(await temporal(server, *show, codec=codec.addresses[0])))
        ours = payloads(json.loads(decoded))
        differ = [(one, other) for one, other in zip(theirs, ours, strict=True) if one != other]
        # The Codec Server has one of the two keys.
        assert [one["metadata"].get("encryption-key-id") for one, _ in differ] == [keys.unknown_id], f"{len(differ)} differ"
    async with report.check(f"{name}: a redacted export holds no value"):
        redacted = await exported(codec.binary, raw, "decode", *with_keys, "--as", "redacted")
        has_none("the redacted export", redacted, canaries.ALL)
        has_all("the redacted export", redacted, ("[REDACTED:", order.workflow_id))
