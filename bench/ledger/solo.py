"""One node: its driver in this process, then the same through HTTP; and how it goes on when the ledger is large.

    python -m bench.ledger.solo [--scale 1.0] [--grow 100000]

Prints one JSON object.
"""

import argparse
import asyncio
import base64
import json
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import uvloop

from bench.ledger import growth, verifying
from bench.ledger.envelopes import Depositor
from bench.ledger.meters import Meter, at, pss_mb
from bench.ledger.places import CHAIN, depositor_of, running, solo_home
from bench.ledger.sending import post, send
from tianping.apps.ledger_keys import NODE, passphrase_of, signer_of
from tianping.engines.ledger.drivers.solo import SoloDriver
from tianping.engines.ledger.gateway.signed import request_message
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.store import Store
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.engines.signing.verifying import ThreadedVerifying

ITEMS = 1000
DEPOSITS = "/ledger/v1/deposits:cbor"


def through_driver(home: Home, depositor: Depositor, scale: float) -> dict[str, Any]:
    """Single deposits and batches, all handed in at once; then one after another, for the time of an acknowledgement."""
    signer = signer_of(home, NODE, Register(home.ca, sm2()), passphrase_of(home))
    singles, batches = depositor.deposits(int(4000 * scale)), depositor.deposits(int(60 * scale), ITEMS)
    alone = depositor.deposits(100)
    verifier = ThreadedVerifying(sm2())
    store = Store(home.chain(CHAIN))

    async def measure() -> dict[str, Any]:
        driver = SoloDriver(store, signer, verifier)
        await driver.start()
        try:
            found: dict[str, Any] = {}
            for name, envelopes, items in (("single", singles, 1), ("items", batches, ITEMS)):
                with Meter() as meter:
                    answers = await asyncio.gather(*(driver.submit([one]) for one in envelopes))
                codes = {answer.receipt.code for [answer] in answers}
                if codes != {"ok"}:
                    raise AssertionError(codes)
                found[name] = meter.rate(len(envelopes) * items)
            latencies = []
            for one in alone:
                began = time.perf_counter()
                await driver.submit([one])
                latencies.append(time.perf_counter() - began)
            found["alone"] = {"p50_ms": at(latencies, 0.5), "p95_ms": at(latencies, 0.95)}
            return found
        finally:
            await driver.stop()

    try:
        return uvloop.run(measure())
    finally:
        store.close()
        verifier.close()


def through_http(home: Home, depositor: Depositor, scale: float) -> dict[str, Any]:
    """The node as a process; the sender in another one. By the node's token, and by requests that are signed themselves."""
    token = {"Authorization": f"Bearer {home.token.read_text().strip()}"}
    media = "application/cbor"
    found: dict[str, Any] = {}
    with running(home) as (pid, port):
        warm = [(port, post(DEPOSITS, one, media, token)) for one in depositor.deposits(200)]
        send(warm)
        found["memory_mb"] = pss_mb(pid)
        singles = [(port, post(DEPOSITS, one, media, token)) for one in depositor.deposits(int(3000 * scale))]
        signed = [
            (port, post(DEPOSITS, one, media, signing(depositor, DEPOSITS, one)))
            for one in depositor.deposits(int(1000 * scale))
        ]
        batches = [(port, post(DEPOSITS, one, media, token)) for one in depositor.deposits(int(40 * scale), ITEMS)]
        many = [
            (port, post("/ledger/v1/deposits:batch", together(part), "application/json", token))
            for part in parts(depositor.deposits(int(3000 * scale)), 100)
        ]
        for name, requests, each in (
            ("single", singles, 1), ("signed", signed, 1), ("hundred", many, 100), ("items", batches, ITEMS),
        ):  # fmt: skip
            found[name] = timed(requests, [pid], each, connections=64 if each == 1 else 8)
        found["memory_after_mb"] = pss_mb(pid)
        found["verify"] = verifying.server(port, pid, home, depositor)
    return found


def timed(requests: list[tuple[int, bytes]], pids: list[int], each: int, **how: Any) -> dict[str, Any]:
    """`per_s` by the sender's clock, `cpu_ms` of these processes. Raises AssertionError where one was not taken."""
    with Meter(pids) as meter:
        told = send(requests, **how)
    if set(told["statuses"]) - {"200", "201"}:
        raise AssertionError(told["statuses"])
    count = len(requests) * each
    return {
        **told, "per_s": count / told["seconds"], "cpu_ms": meter.processor_s / count * 1000,
        "sender_cpu_ms": told["processor_s"] / count * 1000,
    }  # fmt: skip


def together(envelopes: list[bytes]) -> bytes:
    return json.dumps({"deposits": [{"envelope": base64.b64encode(one).decode()} for one in envelopes]}).encode()


def parts(envelopes: list[bytes], size: int) -> list[list[bytes]]:
    return [envelopes[start : start + size] for start in range(0, len(envelopes), size)]


def signing(depositor: Depositor, path: str, body: bytes) -> dict[str, str]:
    """The headers of a request that an application signs."""
    now, nonce = str(time.time_ns() // 1_000_000), secrets.token_hex(16)
    signature = depositor.signer.sign(request_message("POST", path, now, nonce, body))
    return {
        "Tianping-Certificate": depositor.facts.fingerprint.hex(), "Tianping-Time": now, "Tianping-Nonce": nonce,
        "Tianping-Signature": base64.b64encode(signature).decode(),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--grow", type=int, default=100_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = solo_home(Path(place))
        depositor = depositor_of(home)
        found = {"driver": through_driver(home, depositor, given.scale)}
        found["http"] = through_http(home, depositor, given.scale)
        grown = solo_home(Path(place) / "grown")
        owner = depositor_of(grown)
        found["growth"] = growth.fill(grown.chain(CHAIN), owner, given.grow)
        found["grown"] = through_driver(grown, owner, given.scale)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
