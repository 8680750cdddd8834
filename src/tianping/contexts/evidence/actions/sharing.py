"""Sharing a deposit by a link: whoever holds it sees the deposit and may check a file against it, until a day."""

import json
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tianping.contexts.evidence.actions.depositing import check_own
from tianping.contexts.evidence.actions.views import view
from tianping.contexts.evidence.desk import Desk
from tianping.contexts.evidence.model.deposits import Deposit, DepositView, SharedDeposit, State
from tianping.contexts.evidence.rules import categories, problems, wording
from tianping.contexts.evidence.store import deposits as store
from tianping.interfaces.identity import Actor
from tianping.kit.problems import FieldProblem, InvalidInput, Text

LONGEST = timedelta(days=366)
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 26
"""128 random bits, in letters that are not mistaken for each other."""


async def share(desk: Desk, actor: Actor, deposit_id: UUID, *, until: datetime) -> DepositView:
    """Raises NotFound, NotStoredYet, Forgotten, InvalidInput."""
    now = desk.clock.now()
    if not now < until <= now + LONGEST:
        wrong = Text("分享期限应在今后一年之内", "The link may last up to a year from now")
        raise InvalidInput(fields=(FieldProblem("until", "out-of-range", wrong),))
    async with desk.database.transaction() as tx:
        deposit = await store.lock(tx, desk.keyring, deposit_id)
        await check_own(desk, actor, deposit)
        if deposit.forgotten_at is not None:
            raise problems.Forgotten
        if deposit.state is not State.STORED:
            raise problems.NotStoredYet
        code = deposit.code or "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        shown = msgspec.structs.replace(deposit, code=code, shared_until=until)
        await store.save(tx, desk.keyring, shown)
        return tx.answer(view(desk, shown))


async def unshare(desk: Desk, actor: Actor, deposit_id: UUID) -> DepositView:
    """Raises NotFound. A link that was made opens no more; a later one has another code."""
    async with desk.database.transaction() as tx:
        deposit = await store.lock(tx, desk.keyring, deposit_id)
        await check_own(desk, actor, deposit)
        hidden = msgspec.structs.replace(deposit, code=None, shared_until=None)
        await store.save(tx, desk.keyring, hidden)
        return tx.answer(view(desk, hidden))


async def shared(desk: Desk, code: str) -> SharedDeposit:
    """Raises ShareOver."""
    deposit = await _by_code(desk, code)
    assert deposit.number is not None
    assert deposit.chain is not None
    assert deposit.stored_at is not None
    assert deposit.shared_until is not None
    href = f"/api/v1/shared-deposits/{deposit.code}"
    return SharedDeposit(
        title=deposit.title, category=deposit.category, category_name=categories.NAMES[deposit.category],
        number=deposit.number, chain=deposit.chain, stored_at=deposit.stored_at, claimed_at=deposit.claimed_at,
        digest=deposit.digest, sha256=deposit.sha256, size=deposit.size, media_type=deposit.media_type,
        file_name=deposit.file_name, until=deposit.shared_until, certificate=f"{href}/certificate", proof=f"{href}/proof",
        not_proven=list(wording.NOT_PROVEN),
    )  # fmt: skip


async def shared_proof(desk: Desk, code: str) -> tuple[str, bytes]:
    """Number and bundle with the salt. Facts are left out: they may name people, and the bundle is whole without them."""
    deposit = await _by_code(desk, code)
    assert deposit.number is not None
    bundle = json.loads(await desk.ledger.proof(deposit.number, opening=True))
    return deposit.number, msgspec.json.encode({**bundle, "facts": None})


async def shared_certificate(desk: Desk, code: str, language: str) -> tuple[str, bytes]:
    """Without salt and facts, since what is inside a signed paper cannot be taken out."""
    deposit = await _by_code(desk, code)
    assert deposit.number is not None
    return deposit.number, await desk.ledger.certificate(deposit.number, language, opening=False)


async def _by_code(desk: Desk, code: str) -> Deposit:
    async with desk.database.reading() as reader:
        deposit = await store.by_code(reader, desk.keyring, code.strip().upper())
    over = deposit is None or deposit.shared_until is None or deposit.shared_until <= desk.clock.now()
    if deposit is None or over or deposit.forgotten_at is not None:
        raise problems.ShareOver
    return deposit
