"""The court's office of the ledger: access decisions signed with the officers' keys of the ledger's directory.

Where the directory has none (the node runs elsewhere, or the keys were handed over), decisions are signed where they are. Where
it has one of two, what needs both is signed with that one and proposed; the other officer adds theirs (`ledger decision`).
"""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tianping.apps.ledger_keys import officers_here, passphrase_of, signer_of
from tianping.engines.ledger import building
from tianping.engines.ledger.home import MAIN, Config, Home
from tianping.engines.ledger.transactions.access import Apply, Assess, Decide, Decision
from tianping.engines.signing.provider import sm2
from tianping.engines.signing.register import Register
from tianping.interfaces.ledger_access import Applying, LedgerRefused, OfficeAbsent, SignatureAwaited
from tianping.interfaces.signing import Signer
from tianping.kit.problems import Problem, Text
from tianping.platform.ledger_node import NodeClient, NotCosignedYet

_DONE = frozenset({"duplicate", "wrong-standing"})
"""What the ledger answers when a step of an earlier try is there already."""


class _Candidacy(msgspec.Struct, frozen=True):
    fingerprint: str
    public_key: str
    papers: str
    organisation: str
    name: Text
    categories: list[str]


class _Sheet(msgspec.Struct, frozen=True):
    digest: str
    score: int


class _Kept(msgspec.Struct, frozen=True):
    digest: str


class _Submitted(msgspec.Struct, frozen=True):
    state: str


class OfficersKeys:
    """`interfaces.ledger_access.LedgerOffice` with the keys of a directory."""

    def __init__(self, node: NodeClient, data: Path) -> None:
        self._node = node
        self._home = Home(data)
        self._opened: tuple[tuple[str, ...], Config, tuple[Signer, ...]] | None = None

    async def apply(self, wanted: Applying, *, ref: str) -> None:
        config, officers = await self._officers()
        manifest = {
            "kind": "other", "name": "papers.json", "media_type": "application/json",
            "content": base64.b64encode(wanted.papers).decode(),
        }  # fmt: skip
        body = {
            "id": wanted.id, "name_zh": wanted.name_zh, "name_en": wanted.name_en, "organisation": wanted.organisation,
            "categories": wanted.categories, "certificate": wanted.certificate, "papers": [manifest],
        }  # fmt: skip
        came_in = await self._node.tell(_Candidacy, "/apps", body)
        for chain, categories in self._chains(config, wanted.categories).items():
            content = Apply(
                wanted.id, wanted.name_zh, wanted.name_en, wanted.organisation, bytes.fromhex(came_in.fingerprint),
                bytes.fromhex(came_in.public_key), categories, bytes.fromhex(came_in.papers),
            )  # fmt: skip
            await self._submit(config, chain, "access.apply", ref, content, officers[:1])

    async def assess(
        self, application_id: str, *, categories: Sequence[str], standard: str, points: Mapping[str, int],
        remarks: Mapping[str, str], ref: str,
    ) -> None:  # fmt: skip
        config, officers = await self._officers()
        body = {"standard": standard, "points": points, "remarks": remarks}
        sheet = await self._node.tell(_Sheet, f"/apps/{application_id}/sheets", body)
        content = Assess(application_id, standard, sheet.score, bytes.fromhex(sheet.digest))
        for chain in self._chains(config, categories):
            await self._submit(config, chain, "access.assess", ref, content, officers[:1])

    async def decide(
        self, application_id: str, *, categories: Sequence[str], decision: str, reasons: str, ref: str
    ) -> None:
        config, officers = await self._officers()
        kept = await self._node.tell(_Kept, f"/apps/{application_id}/reasons", {"text": reasons})
        taken = Decision(decision)
        content = Decide(application_id, taken, bytes.fromhex(kept.digest))
        signers = officers[:1] if taken is Decision.SUSPEND else officers
        entered = [
            await self._submit(config, chain, "access.decide", ref, content, signers)
            for chain in self._chains(config, categories)
        ]
        if not all(entered):
            raise SignatureAwaited

    def _chains(self, config: Config, categories: Sequence[str]) -> dict[str, list[str]]:
        """The main chain, which knows every category, then the chain of each one that is named."""
        named = {
            chain.name: [chain.category] for chain in config.chains if chain.category in categories and chain.category
        }
        return {MAIN: list(categories), **named}

    async def _submit(
        self, config: Config, chain: str, kind: str, ref: str, content: Any, signers: Sequence[Signer]
    ) -> bool:
        """Whether it is on the chain; not while it waits for another signature. A step that is there already is passed over.

        Raises LedgerRefused, NotCosignedYet, LedgerUnavailable.
        """
        envelope = await asyncio.to_thread(
            building.transaction,
            chain=chain,
            kind=kind,
            author=config.member,
            ref=ref,
            content=content,
            signers=signers,
        )
        body = {"envelope": base64.b64encode(envelope).decode()}
        try:
            answer = await self._node.tell(_Submitted, "/transactions", body, timeout_s=30)
        except LedgerRefused as refused:
            if refused.values.get("reason") in _DONE and await self._is_there(chain, config.member, ref):
                return True
            raise
        if answer.state == "proposed":
            return False
        if answer.state != "stored":
            raise NotCosignedYet
        return True

    async def _is_there(self, chain: str, author: str, ref: str) -> bool:
        answer = await self._node.send(
            "GET", "/ledger/v1/deposits", query={"chain": chain, "application": author, "ref": ref}, also=(404,)
        )
        return answer.status_code != 404

    async def _officers(self) -> tuple[Config, tuple[Signer, ...]]:
        """Those whose keys are here, as of now: a key may have been handed over meanwhile. Raises OfficeAbsent."""
        try:
            here = await asyncio.to_thread(officers_here, self._home)
            if self._opened is None or self._opened[0] != here:
                self._opened = (here, *await asyncio.to_thread(self._open, here))
        except (Problem, OSError) as missing:
            raise OfficeAbsent from missing
        _, config, officers = self._opened
        if not officers:
            raise OfficeAbsent
        return config, officers

    def _open(self, here: tuple[str, ...]) -> tuple[Config, tuple[Signer, ...]]:
        config = self._home.config()
        secret = passphrase_of(self._home)
        register = Register(self._home.ca, sm2())
        return config, tuple(signer_of(self._home, name, register, secret) for name in here)
