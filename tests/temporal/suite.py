# All checks against real Temporal: two dev servers, one Codec Server, one worker each, one browser.
"""Run by run.py inside the environment that has the packages. Exits with 0 only if every check held."""

import argparse
import asyncio
import base64
import logging
import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import canaries
import checks_cli
import checks_export
import checks_history
import checks_messages
import checks_namespace
import checks_origin
import checks_web_ui
from processes import free_port
from report import Report, has_none
from scenario import Keys, order_at
from servers import CodecServer, codec_server, dev_server
from web_ui import chromium

HERE = Path(__file__).resolve().parent
GENERATIONS = ("2.54", "2.50")
# What is copied to $SHOTS_DIR: pages that speak for themselves and hold no path of this machine.
BEST_SHOTS = ("2.54-history.png", "2.54-history-events-1.png", "2.50-unknown-key.png")
# The whole run may not take longer than this, whatever hangs.
DEADLINE_SECONDS = 480


async def run(binary: Path, shots: Path, folder: Path, report: Report) -> None:
    keys = Keys()
    ports = {generation: free_port() for generation in GENERATIONS}
    async with AsyncExitStack() as stack:
        origins = [f"http://127.0.0.1:{port}" for port in ports.values()]
        document = [{"id": keys.known_id, "material": base64.b64encode(keys.known).decode(), "format": "base64"}]
        codec = await stack.enter_async_context(codec_server(binary, folder, document, origins))
        print(f"temporal-codec listens on {', '.join(codec.addresses)}", flush=True)
        browser = await stack.enter_async_context(chromium())
        for generation in GENERATIONS:
            home = folder / generation
            home.mkdir()
            temporal = HERE / f".venv-web-ui-{generation}/bin/temporal"
            # One generation after the other: two cores, and every page has the machine to itself.
            async with (
                dev_server(temporal, generation, home, ports[generation], codec.addresses[0]) as server,
                order_at(server, keys) as order,
            ):
                await checks_history.check_pending(report, order)
                await checks_cli.check_pending(report, order, codec)
                receipt = await order.finish()
                async with report.check(f"{generation}: the worker's own codec reads the whole Order"):
                    assert (receipt.tracking, receipt.notes) == (canaries.RESULT, 2), f"the worker says {receipt}"
                await checks_history.check_history(report, order, keys)
                await checks_web_ui.check_pages(report, browser, order, keys, shots)
                await checks_web_ui.check_unknown_key(report, browser, order, keys, shots)
                await checks_web_ui.check_start_form(report, browser, order, keys, shots)
                await checks_web_ui.check_dialog(report, browser, order, codec, shots)
                await checks_origin.check_unlisted(report, browser, order, codec, shots)
                await checks_cli.check_show(report, order, codec, keys)
                await checks_cli.check_commands(report, order, codec, keys)
                await checks_export.check_exports(report, order, codec, keys)
                await checks_namespace.check_namespaces(report, browser, server, binary, shots)
                await checks_messages.check_messages(report, browser, server, binary, shots)
        await check_end(report, codec, keys)


async def check_end(report: Report, codec: CodecServer, keys: Keys) -> None:
    """After all that traffic: a clean end, and nothing secret in what was logged at the finest level."""
    async with report.check("temporal-codec ends cleanly on SIGTERM"):
        codec.process.send_signal(signal.SIGTERM)
        status = await asyncio.wait_for(codec.process.wait(), 10)
        assert status == 0, f"exit status {status}"
    async with report.check("temporal-codec's log and stdout hold no plaintext and no key"):
        said = codec.log.read_text(errors="replace") + (await codec.process.stdout.read()).decode(errors="replace")
        assert said.strip(), "the log is empty: this proves nothing"
        in_base64 = tuple(base64.b64encode(f'"{text}"'.encode()).decode() for text in canaries.ALL)
        key_forms = (keys.known.hex(), base64.b64encode(keys.known).decode(), base64.urlsafe_b64encode(keys.known).decode())
        has_none("the log", said, (*canaries.ALL, *in_base64, *key_forms))


async def main() -> int:
    # The SDK reports the Activity that fails on purpose, with a stack trace for each generation.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(description="Checks temporal-codec against the real Temporal server, Web UI and CLI.")
    parser.add_argument("--binary", type=Path, default=HERE.parents[1] / "target/debug/temporal-codec")
    arguments = parser.parse_args()
    if not arguments.binary.is_file():
        print(f"{arguments.binary} is missing: cargo build -p cli", file=sys.stderr)
        return 1
    shots = HERE / "shots"
    shutil.rmtree(shots, ignore_errors=True)
    shots.mkdir()
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    report = Report()
    start = time.monotonic()
    trouble = None
    with tempfile.TemporaryDirectory(prefix="temporal-codec-e2e-") as folder:
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                await run(arguments.binary, shots, Path(folder), report)
        except asyncio.CancelledError:
            trouble = "interrupted"
        except TimeoutError:
            trouble = f"not done within {DEADLINE_SECONDS} s"
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
        if trouble or report.failed:
            for log in sorted(Path(folder).rglob("*.log")):
                print(f"--- {log.name}, its end\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
    print(f"{len(report.passed)} passed, {len(report.failed)} failed, {time.monotonic() - start:.0f} s", flush=True)
    if trouble:
        print(f"the run broke off: {trouble}", file=sys.stderr)
    if trouble or report.failed:
        return 1
    if chosen := os.environ.get("SHOTS_DIR"):
        Path(chosen).mkdir(parents=True, exist_ok=True)
        for name in BEST_SHOTS:
            shutil.copyfile(shots / name, Path(chosen) / f"web-ui-{name}")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
