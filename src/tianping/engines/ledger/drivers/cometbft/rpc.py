"""The engine's RPC, as much of it as we ask: hand in transactions, see heights, validators and commits.

By the standard library's client in threads: a request costs a third of what it does by httpx, and where deposits come one by
one, each is a request.
"""

import asyncio
import base64
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from types import TracebackType
from typing import Any, Self

import msgspec

from tianping.engines.ledger.drivers.cometbft.problems import EngineRefused, EngineUnreachable


class EngineStatus(msgspec.Struct, frozen=True):
    """`height`: of the last block that is kept; `app_hash` is the one in that block's header, of the block before it;
    `time` is the engine's block time, which is no evidence of anything.
    """

    node_id: str
    address: bytes
    power: int
    height: int
    earliest: int
    app_hash: bytes
    time: datetime
    catching_up: bool


class Admission(msgspec.Struct, frozen=True):
    """What the mempool said of a transaction. Code 0: taken. `known`: it was there already."""

    code: int
    log: str
    known: bool = False


class EngineValidator(msgspec.Struct, frozen=True):
    address: bytes
    engine_key: bytes
    power: int


ASKED_AT_ONCE = 6


class EngineRpc:
    """Asks one engine at `host:port`, directly whatever proxy the environment names. Raises EngineUnreachable, EngineRefused."""

    def __init__(self, address: str, *, timeout_s: float = 10.0) -> None:
        host, _, port = address.rpartition(":")
        self._host, self._port, self._timeout_s = host.strip("[]"), int(port), timeout_s
        # Threads of its own: an engine that does not answer must not hold up those that execute blocks.
        self._threads = ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="engine-rpc")
        self._idle: list[HTTPConnection] = []
        self._lock = threading.Lock()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """What is being asked ends by itself; it keeps nobody waiting."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def broadcast_tx_sync(self, transaction: bytes) -> Admission:
        """Hand a transaction in and wait for CheckTx. Taken is not committed, and not kept over a halt of all members."""
        return await self._broadcast("broadcast_tx_sync", transaction)

    async def broadcast_tx_async(self, transaction: bytes) -> Admission:
        """Hand a transaction in without waiting for CheckTx."""
        return await self._broadcast("broadcast_tx_async", transaction)

    async def broadcast_all(self, transactions: Sequence[bytes]) -> int:
        """Hand many in with one request, without waiting for CheckTx. How many the mempool refused outright."""
        requests = [
            {
                "jsonrpc": "2.0",
                "id": at,
                "method": "broadcast_tx_async",
                "params": {"tx": base64.b64encode(transaction).decode()},
            }
            for at, transaction in enumerate(transactions)
        ]
        if not requests:
            return 0
        answers = await self._post(requests)
        # The engine answers a list of one without a list.
        told = answers if isinstance(answers, list) else [answers]
        return sum(1 for one in told if "error" in one and "already exists in cache" not in str(one["error"]))

    async def status(self) -> EngineStatus:
        told = await self._ask("status")
        sync, validator = told["sync_info"], told["validator_info"]
        return EngineStatus(
            node_id=told["node_info"]["id"],
            address=bytes.fromhex(validator["address"]),
            power=int(validator["voting_power"]),
            height=int(sync["latest_block_height"]),
            earliest=int(sync["earliest_block_height"]),
            app_hash=bytes.fromhex(sync["latest_app_hash"]),
            time=_instant(sync["latest_block_time"]),
            catching_up=sync["catching_up"],
        )

    async def validators(self, height: int | None = None) -> list[EngineValidator]:
        """Who votes at a height, the next one if none is given."""
        found: list[EngineValidator] = []
        while True:
            page = len(found) // 100 + 1
            told = await self._ask(
                "validators", height=None if height is None else str(height), page=str(page), per_page="100"
            )
            found += [
                EngineValidator(
                    bytes.fromhex(one["address"]), base64.b64decode(one["pub_key"]["value"]), int(one["voting_power"])
                )
                for one in told["validators"]
            ]
            if len(found) >= int(told["total"]):
                return found

    async def commit(self, height: int | None = None) -> dict[str, Any]:
        """Header and signatures (ed25519) of a height, as the engine writes them."""
        return (await self._ask("commit", height=None if height is None else str(height)))["signed_header"]

    async def block_hash(self, height: int) -> str:
        """Hexadecimal; what a member that begins from a snapshot is told to trust."""
        return (await self.commit(height))["commit"]["block_id"]["hash"]

    async def peers(self) -> list[str]:
        """Node ids of the connected peers."""
        return [one["node_info"]["id"] for one in (await self._ask("net_info"))["peers"]]

    async def peer_heights(self) -> dict[str, int]:
        """The height that each connected peer is deciding now, one above its last block; by node id."""
        told = await self._ask("dump_consensus_state")
        return {
            one["node_address"].partition("@")[0]: int(one["peer_state"]["round_state"]["height"])
            for one in told["peers"] or []
        }

    async def waiting(self) -> int:
        """How many transactions the mempool holds."""
        return int((await self._ask("num_unconfirmed_txs"))["total"])

    async def _broadcast(self, method: str, transaction: bytes) -> Admission:
        try:
            told = await self._ask(method, tx=base64.b64encode(transaction).decode())
        except EngineRefused as refused:
            if "already exists in cache" in str(refused.values["reason"]):
                return Admission(0, "", known=True)
            raise
        return Admission(int(told["code"]), told["log"])

    async def _ask(self, method: str, **parameters: str | None) -> dict[str, Any]:
        given = {name: value for name, value in parameters.items() if value is not None}
        told = await self._post({"jsonrpc": "2.0", "id": 1, "method": method, "params": given})
        if error := told.get("error"):
            raise EngineRefused(method=method, reason=f"{error.get('message')} {error.get('data', '')}".strip())
        return told["result"]

    async def _post(self, request: Any) -> Any:
        content = msgspec.json.encode(request)
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, self._exchange, content)
            return msgspec.json.decode(answer)
        except (OSError, HTTPException, RuntimeError, msgspec.MsgspecError) as failed:
            # RuntimeError: closed meanwhile.
            raise EngineUnreachable from failed

    def _exchange(self, content: bytes) -> bytes:
        with self._lock:
            line = self._idle.pop() if self._idle else None
        if line is not None:
            try:
                return self._once(line, content)
            except (ConnectionError, HTTPException):
                # The engine closed it while it was idle; whatever is asked here may be asked twice.
                line.close()
        return self._once(HTTPConnection(self._host, self._port, timeout=self._timeout_s), content)

    def _once(self, line: HTTPConnection, content: bytes) -> bytes:
        try:
            line.request("POST", "/", body=content, headers={"Content-Type": "application/json"})
            answer = line.getresponse().read()
        except BaseException:
            line.close()
            raise
        with self._lock:
            kept = not self._closed
            if kept:
                self._idle.append(line)
        if not kept:
            line.close()
        return answer


def _instant(text: str) -> datetime:
    """RFC 3339 with up to nine digits of a second; what is below a microsecond is cut off."""
    seconds, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction[:6].ljust(6, '0')}+00:00")
