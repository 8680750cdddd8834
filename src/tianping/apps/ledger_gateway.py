"""How the command line reaches a ledger: the node that runs on the directory, or the directory itself where none does.

Either way it speaks the gateway's HTTP API; without a node that runs, the same gateway answers within this process.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tianping.apps.ledger_setup import open_node, own_certificates
from tianping.engines.ledger.gateway.site import build_site
from tianping.engines.ledger.home import Home
from tianping.engines.ledger.locking import Lock, Taken, holder
from tianping.interfaces.ledger import LedgerUnavailable
from tianping.kit.problems import Problem, Text
from tianping.platform.telemetry import start_logging

_START_S = 15.0
_ANSWER_S = 60.0


class Refusal(Problem):
    """What the gateway answered instead of what was asked for."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.answered = answer.status_code
        try:
            said = answer.json()
            messages = said["messages"]
        except (ValueError, KeyError, TypeError):
            self.said_code = "unexpected"
            self.told = Text(f"节点回答 {answer.status_code}", f"the node answered {answer.status_code}")
            self.explanation = None
        else:
            self.said_code = said["code"]
            self.told = Text(**messages["title"])
            self.explanation = Text(**messages["detail"]) if messages.get("detail") else None
            fields = [f"{one['field']}: {one['message']}" for one in said.get("fields", [])]
            if fields:
                listed = "; ".join(fields)
                before = self.explanation or Text("", "")
                self.explanation = Text(f"{before.zh}{listed}", f"{before.en}{listed}")
        # The class says it for every refusal, this one for the answer at hand.
        self.title = self.told  # type: ignore[misc]


class Gateway:
    """`http` carries the node's token where this machine has it."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Raises Refusal, LedgerUnavailable."""
        try:
            answer = await self.http.request(method, f"/ledger/v1{path}", **more)
        except httpx.TransportError as gone:
            raise LedgerUnavailable from gone
        if answer.status_code >= 400:
            raise Refusal(answer)
        return answer

    async def read(self, path: str, **params: Any) -> Any:
        given = {name: value for name, value in params.items() if value is not None}
        return (await self.ask("GET", path, params=given)).json()

    async def send(self, path: str, content: object) -> Any:
        return (await self.ask("POST", path, json=content)).json()


@asynccontextmanager
async def gateway(home: Home, environment: Mapping[str, str] = os.environ) -> AsyncIterator[Gateway]:
    """The gateway of the node at TIANPING_LEDGER_URL, of the one that runs on this directory, or of the directory itself.

    Raises Taken where another process works on the directory without answering, NoLedger, and what opening it raises.
    """
    url = environment.get("TIANPING_LEDGER_URL") or await _running(home)
    kept = (
        Path(environment["TIANPING_LEDGER_TOKEN_FILE"]) if "TIANPING_LEDGER_TOKEN_FILE" in environment else home.token
    )
    token = kept.read_text().strip() if kept.is_file() else ""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if url:
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=_ANSWER_S, trust_env=False) as http:
            yield Gateway(http)
        return
    home.config()
    start_logging("ERROR")
    lock = Lock(home.lock)
    lock.take()
    try:
        opened = open_node(home)
        try:
            await opened.node.start()
            try:
                await opened.node.vault.papers.keep_certificates(own_certificates(home))
                transport = httpx.ASGITransport(app=build_site(opened.desk), client=("127.0.0.1", 1))
                async with httpx.AsyncClient(transport=transport, base_url="http://ledger", headers=headers) as http:
                    yield Gateway(http)
            finally:
                await opened.node.stop()
        finally:
            opened.close()
    finally:
        lock.release()


async def _running(home: Home) -> str:
    """The address of the node that runs here, empty where none does. Waits for one that is just starting. Raises Taken."""
    until = time.monotonic() + _START_S
    while (found := holder(home.lock)) is not None:
        if found.address:
            return found.address
        if time.monotonic() > until:
            raise Taken(place=home.place, pid=found.pid)
        await asyncio.sleep(0.1)
    return ""
