"""The court's way to its ledger node: HTTP to `{url}/ledger/v1`, with the node's token for what only the court may ask.

Where no node runs on the court's directory and no address is configured, everything is `LedgerUnavailable`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from tianping.interfaces.ledger import DepositItem, DepositReceipt, LedgerUnavailable, Verification
from tianping.interfaces.ledger_access import LedgerRefused
from tianping.interfaces.ledger_reading import (
    ApplicationHistory,
    ApplicationLine,
    Block,
    BlockLine,
    Chain,
    Checkpoint,
    Consistency,
    Health,
    Member,
    NotANumber,
    StoredEntry,
    Symptom,
)
from tianping.kit.problems import FieldProblem, InvalidInput, NotFound, Problem, Text, TooManyRequests

T = TypeVar("T")

_READ_S = 10.0
_DEPOSIT_S = 30.0


class NotCosignedYet(LedgerUnavailable):
    """Taken durably by the node, not yet under a quorum's co-signatures."""

    code = "ledger-pending"
    title = Text("存证已受理，尚未完成共签，请稍后再试", "Taken by the ledger, not yet co-signed; try again soon")


class _Numbered(msgspec.Struct, frozen=True):
    number: str
    index: int
    position: int
    salt: str | None = None


class _Answer(msgspec.Struct, frozen=True):
    state: str
    chain: str
    stored_at: datetime | None = None
    deposits: list[_Numbered] = []


class _Verifications(msgspec.Struct, frozen=True):
    verifications: list[Verification]


class _Readiness(msgspec.Struct, frozen=True):
    ready: bool
    symptoms: dict[str, dict[str, str]]


class _Messages(msgspec.Struct, frozen=True):
    title: Text
    detail: Text | None = None


class _Problem(msgspec.Struct, frozen=True):
    """RFC 9457 as our own services write it, as far as it is used."""

    code: str
    messages: _Messages
    values: dict[str, Any] = {}

    @property
    def said(self) -> Text:
        return self.messages.detail or self.messages.title


class _Holder(msgspec.Struct, frozen=True):
    """The lock's words: who runs the node, and where it answers (empty while it does not)."""

    address: str = ""


class NodeClient:
    """Requests to the node at `url`; without one, at the node that runs on `ledger`, the ledger's directory.

    `token_file`: the node's token, where it is not in that directory.
    """

    def __init__(
        self, ledger: Path, *, url: str | None = None, token_file: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._given = url.rstrip("/") if url else None
        self._token_file = token_file or ledger / "keys" / "node.token"
        self._transport = transport
        self._clients: dict[int, httpx.AsyncClient] = {}

    async def ask(self, model: type[T], path: str, **query: Any) -> T:
        """A public reading. Raises LedgerUnavailable, NotFound, InvalidInput."""
        # With the token where it is here: the court asks for many readers, whom the node would count as one stranger.
        answer = await self.send("GET", f"/ledger/v1{path}", query=query, token=self._token_file.is_file())
        return msgspec.json.decode(answer.content, type=model)

    async def tell(self, model: type[T], path: str, body: object, *, timeout_s: float = _READ_S) -> T:
        """With the node's token. Raises as `ask`, and LedgerRefused."""
        answer = await self.send("POST", f"/ledger/v1{path}", body=body, token=True, timeout_s=timeout_s)
        return msgspec.json.decode(answer.content, type=model)

    async def send(
        self, method: str, path: str, *, body: object = None, query: Mapping[str, Any] | None = None, token: bool = False,
        timeout_s: float = _READ_S, also: Sequence[int] = (),
    ) -> httpx.Response:  # fmt: skip
        """`also`: status codes that are answers too, besides 2xx."""
        address = self._given or self._address()
        headers = {"Accept-Language": "zh"}
        if token:
            headers["Authorization"] = f"Bearer {self._token()}"
        content = None
        if body is not None:
            content = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        given = {name: value for name, value in (query or {}).items() if value is not None}
        try:
            answer = await self._client().request(
                method, address + path, content=content, params=given, headers=headers, timeout=timeout_s
            )
        except httpx.HTTPError as silent:
            raise LedgerUnavailable from silent
        if answer.is_success or answer.status_code in also:
            return answer
        raise _refusal(answer)

    def _address(self) -> str:
        """Where the node that holds the directory says it answers. Raises LedgerUnavailable."""
        try:
            holder = msgspec.json.decode((self._ledger / "lock").read_bytes(), type=_Holder)
        except (OSError, msgspec.MsgspecError) as missing:
            raise LedgerUnavailable from missing
        if not holder.address:
            raise LedgerUnavailable
        return holder.address.rstrip("/")

    def _token(self) -> str:
        try:
            return self._token_file.read_text().strip()
        except OSError as missing:
            raise LedgerUnavailable from missing

    def _client(self) -> httpx.AsyncClient:
        # A client belongs to the loop that it was first used in; tests and the demo run several after each other.
        loop = id(asyncio.get_running_loop())
        if loop not in self._clients:
            self._clients.clear()
            self._clients[loop] = httpx.AsyncClient(
                transport=self._transport, trust_env=False, limits=httpx.Limits(max_connections=16)
            )
        return self._clients[loop]


def _refusal(answer: httpx.Response) -> Problem:
    try:
        told = msgspec.json.decode(answer.content, type=_Problem)
    except msgspec.MsgspecError:
        return LedgerUnavailable()
    if told.code == "ledger-pending":
        return NotCosignedYet()
    if answer.status_code >= 500:
        return LedgerUnavailable()
    if answer.status_code == 404:
        return NotFound()
    if answer.status_code == 429:
        return TooManyRequests(retry_after_s=60)
    if told.code in {"opening-missing", "digest-missing"}:
        field = "salt" if told.code == "opening-missing" else "digest"
        return InvalidInput(fields=(FieldProblem(field, told.code, told.said),))
    if answer.status_code == 422:
        return InvalidInput(fields=(FieldProblem("", told.code, told.said),))
    return LedgerRefused(reason=str(told.values.get("reason", told.code)), zh=told.said.zh, en=told.said.en)


def _quoted(text: str) -> str:
    return quote(text, safe="")


class NodeLedger:
    """`interfaces.ledger.Ledger` over the node's HTTP."""

    def __init__(self, node: NodeClient) -> None:
        self._node = node

    async def deposit(self, *, category: str, ref: str, items: Sequence[DepositItem]) -> list[DepositReceipt]:
        own = {
            "category": category,
            "ref": ref,
            "items": [
                {
                    "digest": item.digest,
                    "sha256": item.sha256,
                    "size": item.size,
                    "media_type": item.media_type,
                    "facts": None if item.facts is None else item.facts.decode(),
                    "claimed_at": None if item.claimed_at is None else int(item.claimed_at.timestamp() * 1000),
                }
                for item in items
            ],
        }
        answer = await self._node.tell(_Answer, "/deposits", {"own": own}, timeout_s=_DEPOSIT_S)
        if answer.state != "stored" or answer.stored_at is None:
            raise NotCosignedYet
        return [
            DepositReceipt(
                number=one.number, chain=answer.chain, index=one.index, salt=one.salt or "", stored_at=answer.stored_at
            )
            for one in sorted(answer.deposits, key=lambda one: one.position)
        ]

    async def verify(self, number: str, *, digest: str | None, sha256: str | None, salt: str | None) -> Verification:
        question = {"number": number, "digest": digest, "sha256": sha256, "salt": salt}
        answer = await self._node.tell(_Verifications, "/verifications", {"items": [question]})
        return answer.verifications[0]

    async def proof(self, number: str, *, opening: bool = False) -> bytes:
        return await self._paper(number, "proof", opening=opening)

    async def certificate(self, number: str, language: str, *, opening: bool = False) -> bytes:
        return await self._paper(number, "certificate", opening=opening, language=language)

    async def forget(self, number: str) -> None:
        await self._node.send("DELETE", f"/ledger/v1/deposits/{_quoted(number)}/opening", token=True)

    async def _paper(self, number: str, paper: str, *, opening: bool, **query: Any) -> bytes:
        answer = await self._node.send(
            "GET", f"/ledger/v1/deposits/{_quoted(number)}/{paper}", query={**query, "opening": str(opening).lower()}, token=opening,
            timeout_s=_DEPOSIT_S,
        )  # fmt: skip
        return answer.content


class NodeReader:
    """`interfaces.ledger_reading.LedgerReader` over the node's HTTP."""

    def __init__(self, node: NodeClient) -> None:
        self._node = node

    async def chains(self) -> list[Chain]:
        return await self._node.ask(list[Chain], "/chains")

    async def members(self) -> list[Member]:
        return await self._node.ask(list[Member], "/nodes")

    async def checkpoints(self, chain: str, *, before: int | None, limit: int) -> list[Checkpoint]:
        return await self._node.ask(list[Checkpoint], "/checkpoints", chain=chain, before=before, limit=limit)

    async def blocks(self, chain: str, *, before: int | None, limit: int) -> list[BlockLine]:
        return await self._node.ask(list[BlockLine], "/blocks", chain=chain, before=before, limit=limit)

    async def block(self, chain: str, height: int) -> Block:
        return await self._node.ask(Block, f"/blocks/{height}", chain=chain)

    async def consistency(self, chain: str, old: int, new: int) -> Consistency:
        return await self._node.ask(Consistency, "/consistency", chain=chain, old=old, new=new)

    async def entry(self, number: str) -> StoredEntry:
        try:
            return await self._node.ask(StoredEntry, f"/deposits/{_quoted(number)}")
        except LedgerRefused as malformed:  # a number that cannot be one
            raise NotANumber from malformed

    async def applications(self) -> list[ApplicationLine]:
        return await self._node.ask(list[ApplicationLine], "/apps")

    async def application(self, application_id: str) -> ApplicationHistory:
        return await self._node.ask(ApplicationHistory, f"/apps/{_quoted(application_id)}")

    async def health(self) -> Health:
        try:
            answer = await self._node.send("GET", "/readyz", also=(503,), timeout_s=3.0)
            told = msgspec.json.decode(answer.content, type=_Readiness)
            measures = _measures((await self._node.send("GET", "/metrics", timeout_s=3.0)).text)
        except (Problem, msgspec.MsgspecError):
            silent = Text("存证节点没有应答", "the ledger's node does not answer")
            return Health(well=False, symptoms=[Symptom("silent", silent)])
        symptoms = [Symptom(name, Text(said["zh"], said["en"])) for name, said in told.symptoms.items()]
        free, waiting = measures.get("tianping_ledger_disk_free_bytes"), measures.get("tianping_ledger_outbox")
        return Health(
            well=told.ready, symptoms=symptoms, disk_free=None if free is None else int(free),
            waiting=None if waiting is None else int(waiting),
        )  # fmt: skip


def _measures(text: str) -> dict[str, float]:
    """Those without labels of a Prometheus text."""
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#") and "{" not in line]
    return {line[0]: float(line[1]) for line in lines if len(line) >= 2}
