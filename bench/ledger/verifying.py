"""Verification with proof: the verdict of a node, and the stand-alone checker on a bundle."""

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.ledger.envelopes import Depositor
from bench.ledger.meters import Meter, at
from bench.ledger.sending import post, send
from tianping.engines.ledger.digests import sm3
from tianping.engines.ledger.home import Home

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "src"
ASKED = 200


def server(port: int, pid: int, home: Home, depositor: Depositor) -> dict[str, Any]:
    """A file's digest against a number, one a request: from the entry to the root, the members, every signature. And many."""
    content, ref = b"a measured photograph", f"verify/{time.time_ns()}"
    own = {"category": depositor.category, "ref": ref,
           "items": [{"digest": sm3(content).hex(), "size": len(content), "media_type": "image/jpeg"}]}  # fmt: skip
    token = home.token.read_text().strip()
    answer = json.loads(_ask(port, "/ledger/v1/deposits", json.dumps({"own": own}).encode(), token))
    [stored] = answer["deposits"]
    question = {"number": stored["number"], "digest": sm3(content).hex(), "salt": stored["salt"]}
    told = json.loads(_ask(port, "/ledger/v1/verifications", json.dumps({"items": [question]}).encode(), token))
    if told["verifications"][0]["verdict"] != "match":
        raise AssertionError(told)
    headers = {"Authorization": f"Bearer {token}"}

    def asked(count: int) -> bytes:
        body = json.dumps({"items": [question] * count}).encode()
        return post("/ledger/v1/verifications", body, "application/json", headers)

    with Meter([pid]) as alone:
        one = send([(port, asked(1))] * ASKED, connections=1)
    with Meter([pid]) as many:
        send([(port, asked(500))] * 2, connections=1)
    bundle = _ask(port, f"/ledger/v1/deposits/{stored['number']}/proof", None, token)
    return {
        "p50_ms": one["p50_ms"], "p95_ms": one["p95_ms"], "cpu_ms": alone.processor_s / ASKED * 1000,
        "cpu_ms_among_500": many.processor_s / 1000 * 1000, "bundle_bytes": len(bundle), "checker": checker(bundle),
    }  # fmt: skip


def checker(bundle: bytes) -> dict[str, Any]:
    """`tianping-verify` on a bundle, once it is loaded: every check of it, one after another."""
    sys.path.insert(0, str(VERIFIER))
    import tianping_verify  # pyright: ignore[reportMissingImports]

    report = tianping_verify.check(bundle)
    failed = [one.id for one in report.checks if one.result.value == "failed"]
    if failed:
        raise AssertionError(failed)
    latencies = []
    with Meter() as meter:
        for _ in range(20):
            began = time.perf_counter()
            tianping_verify.check(bundle)
            latencies.append(time.perf_counter() - began)
    signed = sum(line.startswith("— ") for line in json.loads(bundle)["checkpoint"].splitlines())
    return {"p50_ms": at(latencies, 0.5), "cpu_ms": meter.processor_s / 20 * 1000, "signatures": signed + 1}


def _ask(port: int, path: str, body: bytes | None, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read()
