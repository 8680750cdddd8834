"""The office that decides who may deposit on the ledger: what the court asks it to enter, signed by officers' keys.

Papers, sheets and reasons stay off the chain; their digests and the decisions are entries of the main chain and of every
chain whose category is named.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from tianping.kit.problems import Conflict, Text, Unavailable


class OfficeAbsent(Unavailable):
    """This installation has no officers' keys: decisions are signed where they are."""

    code = "ledger-office-absent"
    title = Text(
        "本院未保管存证链审核密钥，准入决定须由持有密钥的成员签署",
        "This court does not hold the officers' keys of the ledger; decisions are signed where they are",
    )


class SignatureAwaited(Conflict):
    """Signed as far as keys are here, and proposed to the ledger: the officer who has the other key signs elsewhere. Nothing has
    to be done again here but to ask whether it is there.
    """

    code = "ledger-signature-awaited"
    title = Text(
        "决定已提出，等待另一名审核人以其自己保管的密钥签署",
        "The decision is proposed and waits for the officer who keeps the other key",
    )
    detail = Text(
        "节点所在机器：tianping ledger decision pending --out 文件；审核人：decision sign 文件；再 decision send 文件",
        "At the node: tianping ledger decision pending --out FILE; the officer: decision sign FILE; then decision send FILE",
    )


class LedgerRefused(Conflict):
    """The ledger does not take it. `reason`: stable code, `zh` and `en` say it."""

    code = "ledger-refused"
    title = Text("存证链未接受", "The ledger does not take this")
    detail = Text("{zh}", "{en}")
    shown = ("reason",)


class Applying(msgspec.Struct, frozen=True, kw_only=True):
    """`certificate`: PEM. `papers`: the manifest of the papers, JSON, whose digest goes on the chain."""

    id: str
    name_zh: str
    name_en: str
    organisation: str
    categories: list[str]
    certificate: str
    papers: bytes


class LedgerOffice(Protocol):
    """Every method is idempotent by `ref`. Raise LedgerUnavailable, LedgerRefused, OfficeAbsent, SignatureAwaited."""

    async def apply(self, wanted: Applying, *, ref: str) -> None: ...

    async def assess(
        self, application_id: str, *, categories: Sequence[str], standard: str, points: Mapping[str, int],
        remarks: Mapping[str, str], ref: str,
    ) -> None: ...  # fmt: skip

    async def decide(
        self, application_id: str, *, categories: Sequence[str], decision: str, reasons: str, ref: str
    ) -> None:
        """`decision`: probation, admit, refuse, suspend, resume, revoke."""
        ...
